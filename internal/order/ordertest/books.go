package ordertest

import (
	"time"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
)

// Ref identifies an order.
type Ref struct{ Account, ID string }

// LineRef identifies a line of one account: a line that moves into another order keeps its id.
type LineRef struct{ Order, Line string }

// Link says which SKU a seller lists under a channel SKU.
type Link struct{ Account, ChannelSKU, SKU string }

// Books is an implementation of the order and stock rules that a game tests. A step with an id happens once, however
// often it is called with that id.
type Books interface {
	// Kits sets the components of kits from now on.
	Kits(t *T, kits []catalogue.Kit)
	// Link adds links from listings to SKUs. Lines that waited for them get their units.
	Link(t *T, links []Link)
	// Observe sets whether an account observes from now on.
	Observe(t *T, account string, so bool)
	// Page saves a page of an account's orders.
	Page(t *T, account string, orders []order.Snapshot)
	// Stock makes a change of stock, or returns an error if it can't be made.
	Stock(t *T, c stock.Change) error
	// Pack saves and processes a package, or returns why it is refused.
	Pack(t *T, o Ref, p shipment.Package) (refused string)
	// Prepare returns the contents of a package just before it is sent to its channel, and whether the channel may
	// know of it already.
	Prepare(t *T, o Ref, packageID string) (contents []shipment.Content, attempted bool)
	// Confirm records that the channel has the package.
	Confirm(t *T, o Ref, packageID string)
	// Cancel cancels units, or without lines all units that are not shipped; or it returns why it is refused.
	Cancel(t *T, o Ref, id string, lines []order.LineQuantity) (refused string)
	// Return records a return of units, or returns why it is refused.
	Return(t *T, o Ref, id string, restock bool, lines []order.LineQuantity) (refused string)
	// Reopen opens units again that ended here and are open on the channel, or returns why none are.
	Reopen(t *T, o Ref, restock bool) (refused string)
	// Keep leaves the order as it is here, or returns why nothing contradicts that.
	Keep(t *T, o Ref) (refused string)
	// Hold holds the order by hand, or returns why it can't be held.
	Hold(t *T, o Ref) (refused string)
	// Allow lifts these holds of the order, or its only one, or returns why that can't be done.
	Allow(t *T, o Ref, holds []order.Hold) (refused string)
	// Wait lets the time pass after which what is open of refunded orders is released.
	Wait(t *T)
	// Pass lets a moment come: units whose date is not later may be packed.
	Pass(t *T, moment time.Time)
	// Delete deletes an order by hand, or returns why it can't be deleted.
	Delete(t *T, o Ref) (refused string)
	// Restore takes a deletion back, or returns why there is none.
	Restore(t *T, o Ref) (refused string)
	// Look returns the state of the SKUs and orders of one game.
	Look(t *T, prefix string) Contents
}

// Contents is the state of the books. It is valid until the next step.
type Contents struct {
	States  map[string]order.State      // by order id
	Against map[string]bool             // by order id: the channel contradicts it, and nobody has decided
	Held    map[string]bool             // by order id: it waits to be packed, and is not to be without a person's word
	Units   map[LineRef]order.Units     //
	At      map[LineRef]string          // the location of its units
	Packed  map[LineRef]int             // units in the processed packages
	Levels  map[stock.Place]Level       //
	Entries map[stock.Place]stock.Level // sums of the ledger
	Dirty   map[string]int              // by SKU: links whose level is to be sent; Look counts as sending them
}

// Level is the level of a place, and the units for which open lines wait there.
type Level struct {
	stock.Level
	Backordered int
}
