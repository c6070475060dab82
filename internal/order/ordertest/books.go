package ordertest

import (
	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
)

// Ref names an order.
type Ref struct{ Account, ID string }

// Link says which SKU a seller lists under a name.
type Link struct{ Account, ChannelSKU, SKU string }

// Books are what a game is played with. Each step happens once, however often it is asked for under its id.
type Books interface {
	// Kits says what kits are made of from now on.
	Kits(t *T, kits []catalogue.Kit)
	// Link lets sellers list SKUs. Lines that waited for that get their units.
	Link(t *T, links []Link)
	// Observe says whether an account observes from now on.
	Observe(t *T, account string, so bool)
	// Page takes a page of an account's orders.
	Page(t *T, account string, orders []order.Snapshot)
	// Stock carries out a change, or says why it can't be.
	Stock(t *T, c stock.Change) error
	// Pack saves and processes a package, or says why it is refused.
	Pack(t *T, o Ref, p shipment.Package) (refused string)
	// Prepare answers what is in a package when its channel is told of it, and whether the channel may know of it already.
	Prepare(t *T, o Ref, packageID string) (contents []shipment.Content, attempted bool)
	// Confirm notes that the channel has the package.
	Confirm(t *T, o Ref, packageID string)
	// Cancel cancels units, without lines all that are not shipped, or says why it is refused.
	Cancel(t *T, o Ref, id string, lines []order.LineQuantity) (refused string)
	// Return takes units back, or says why it is refused.
	Return(t *T, o Ref, id string, restock bool, lines []order.LineQuantity) (refused string)
	// Look shows how everything stands, of the SKUs and orders of one game.
	Look(t *T, prefix string) Contents
}

// Contents is how books stand. It holds until the next step.
type Contents struct {
	States  map[string]order.State      // by order id
	Units   map[string]order.Units      // by line id
	Packed  map[string]int              // by line id: what the processed packages hold
	Levels  map[stock.Place]Level       //
	Entries map[stock.Place]stock.Level // sums of the ledger
	Dirty   map[string]int              // by SKU: links whose level is to be sent; they are sent by the look
}

// Level is the level of a place, and the units that open lines wait for there.
type Level struct {
	stock.Level
	Backordered int
}
