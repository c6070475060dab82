// Package market stores one simulated marketplace: its listings with their own quantities, the orders that buyers
// place, the shipments that the seller confirms, and an append-only ledger of all of it, in a SQLite file that is
// durable before any answer is sent. It is independent of wire formats: the folders beside it implement those.
package market

import (
	"errors"
	"time"

	"github.com/towpath/towpath/internal/simulator/faults"
)

// Order is an order as the marketplace holds it.
type Order struct {
	ID        string // in the channel's own format
	Number    int64  // 1, 2, 3, ... : for channels that number orders
	BookID    string // the book's order; unique: placing it twice gives the same order
	PlacedAt  time.Time
	UpdatedAt time.Time // strictly later at every change
	Paid      bool
	FBA       bool
	Combined  bool   // several purchases of one buyer, paid together (eBay)
	OnHold    string // why it may not be shipped yet (Shopify), PreOrder; empty = it may
	Currency  string
	Total     int64 // minor units, as charged: lines + shipping - discount
	Shipping  int64
	Discount  int64
	Buyer     Buyer
	Lines     []Line
	Shipments []Shipment
	Recalled  []Shipment // no longer valid ones

	Fault   faults.Kind // what goes wrong with it; empty = nothing
	Struck  bool        // that has happened
	MovedTo string      // the id of the order that has its lines now; empty = it has them itself
}

// PreOrder is the hold of an order that is to be shipped from a later date on.
const PreOrder = "pre-order"

// Scheduled reports whether the order's date has not come.
func (o Order) Scheduled() bool { return o.OnHold == PreOrder }

// Line is one line of an order.
type Line struct {
	ID         string // in the channel's own format
	SKU        string
	Title      string
	Quantity   int
	Cancelled  int
	Returned   int
	Shipped    int
	UnitPrice  int64
	Total      int64
	NotStocked bool   // a charge without a listing (manual, samples): no SKU
	Location   string // the channel's id of the place that ships it; empty = the seller's first
}

// Unshipped returns how many units the seller still has to ship.
func (l Line) Unshipped() int { return l.Quantity - l.Cancelled - l.Shipped }

// Buyer is always generated, never real.
type Buyer struct {
	Name, Email, Phone               string
	Line1, City, PostalCode, Country string // Country: ISO 3166-1 alpha-2

	Note string `json:",omitempty"` // for the seller, on the whole order
	Gift string `json:",omitempty"` // a message to be enclosed with the first line, where the channel takes one
}

// Shipment is a package that the seller confirmed.
type Shipment struct {
	ID             string // the marketplace's id
	Reference      string // the seller's id, where the channel has one (Amazon packageReferenceId)
	Carrier        string
	TrackingNumber string
	ShippedAt      time.Time
	RecordedAt     time.Time
	Lines          []ShipmentLine
}

// ShipmentLine is a quantity of a line in a shipment.
type ShipmentLine struct {
	LineID   string
	Quantity int
}

// Purchase is a buyer's purchase at the checkout: all of it is placed, or it is refused.
type Purchase struct {
	BookID   string
	Currency string
	Buyer    Buyer
	Paid     bool
	Combined bool        // see Order
	OnHold   string      // see Order; Release ends it
	Fault    faults.Kind // see Order
	Shipping int64
	Discount int64
	Lines    []PurchaseLine
}

// PurchaseLine is one line of a purchase.
type PurchaseLine struct {
	SKU        string // the channel SKU; "" with NotStocked
	Title      string
	Quantity   int
	UnitPrice  int64
	NotStocked bool
	Location   string // see Line

	shelved bool // taken from the stock of its location
}

// Placed is the marketplace's answer to a purchase.
type Placed struct {
	OrderID string
	Refused string // not empty: not placed, and why, e.g. "22423 lists 3, wanted 5"
}

// QuantityChange is the seller's push for one SKU.
type QuantityChange struct {
	SKU      string
	Quantity int
	Location string // the channel's id of the place, where it is not the first; empty = the first
	Ended    bool   // an ended listing takes it too
}

// EntryKind names a ledger entry.
type EntryKind string

// The kinds of ledger entries.
const (
	EntryList     EntryKind = "list"     // a listing was created with Quantity, or a draft or an ended one was saved or published with it; Amount is its price, Note its status
	EntryRevise   EntryKind = "revise"   // the seller changed a listing that was live; it has Quantity now; Amount is its price, Note its status
	EntryEnd      EntryKind = "end"      // the seller ended a listing, which has this quantity now: 0, where the marketplace does not keep it
	EntryPlace    EntryKind = "place"    // one per line of a placed order: Quantity units taken
	EntryRefuse   EntryKind = "refuse"   // a purchase was refused; Note says why
	EntryPay      EntryKind = "pay"      //
	EntryHold     EntryKind = "hold"     // an order was placed that may not be shipped yet; Note says why
	EntryRelease  EntryKind = "release"  // it may be shipped now
	EntryCancel   EntryKind = "cancel"   // Quantity units of a line cancelled and returned to the listing; negative: taken from it again
	EntryGiveUp   EntryKind = "give-up"  // the seller cancelled Quantity units of a line; the listing gets none of them
	EntryDecline  EntryKind = "decline"  // the seller declined what the buyer had asked for: the order is to be shipped
	EntryTooLate  EntryKind = "too-late" // a cancellation came after shipping: refused
	EntryReturn   EntryKind = "return"   // Quantity units of a line sent back by the buyer
	EntryLevel    EntryKind = "level"    // the seller set a SKU's quantity
	EntryLevelAt  EntryKind = "level-at" // the seller set a SKU's quantity at a location besides the first; Note is the location
	EntryOther    EntryKind = "other"    // another tool than Towpath set a SKU's quantity, or what Note says (OtherPrice, ...); Amount is its price then
	EntryMove     EntryKind = "move"     // Quantity units of a line are shipped from another location now; Note is the location
	EntryShipment EntryKind = "shipment" // one per line of a confirmed shipment; negative when it was replaced or recalled
	EntryFault    EntryKind = "fault"    // an order fault has happened to an order; Note is its kind
)

// Entry is one row of the ledger. Seq increases with time across all marketplaces of a machine: unix nanoseconds,
// made unique per ledger.
type Entry struct {
	Seq        int64
	Kind       EntryKind
	OrderID    string
	BookID     string
	LineID     string
	SKU        string
	Quantity   int
	Amount     int64 // minor units; place: the line's total; list, revise: the price
	ShipmentID string
	Tracking   string
	Note       string
}

// Filter selects orders for the seller's scan. Zero times are no bounds.
type Filter struct {
	UpdatedFrom, UpdatedTo time.Time // both inclusive
	CreatedFrom, CreatedTo time.Time // both inclusive
	OpenOnly               bool      // only orders with unshipped units
	Except                 []string  // ids of orders that are left out
	ByCreation             bool      // sort by creation instead of by update
	Offset, Limit          int       // offset paging (eBay)
	AfterTime              time.Time // keyset paging: strictly after (AfterTime, AfterID) in the sort order
	AfterID                string
}

// Refusals of the seller's calls; wire handlers convert them to the channel's own errors.
var (
	ErrNoOrder   = errors.New("no such order")
	ErrNoLine    = errors.New("no such line in the order")
	ErrQuantity  = errors.New("more units than are left to ship")
	ErrNoListing = errors.New("no such listing")
	ErrUnpaid    = errors.New("the order is not paid")
	ErrFBA       = errors.New("the channel fulfils this order itself")
	ErrOnHold    = errors.New("the order is on hold")
)
