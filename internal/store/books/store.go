// Package books reads the data of all rooms for an audit, in one go, and writes nothing. It imports any room for its types.
package books

import (
	"time"

	"github.com/towpath/towpath/internal/store/levels"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/store/links"
)

// Store reads the books. It is safe for concurrent use.
type Store struct {
	*db.DB
}

// New returns the room for an open database.
func New(d *db.DB) *Store { return &Store{DB: d} }

// Books is everything that an audit compares with the marketplaces' ledgers. It is not paged; a year of orders fits into memory.
type Books struct {
	Orders    []AuditOrder
	Lines     []AuditLine
	Levels    []ledger.StockRow
	Movements []AuditMovement
	Packages  []AuditPackage
	Listings  []AuditListing
	Pushes    []AuditPush
	Pending   int                // outbox entries that are not delivered
	Kits      catalogue.Contents // as they are now
	// By account and channel SKU: what Towpath names somebody else's besides levels, and the prices that are left to another tool.
	Others     map[string]map[string]map[listing.Field]bool
	PricesLeft map[string]map[string]bool
	Marked     int                  // listings that were read back since their channel accepted them
	ReadBack   map[string]time.Time // when the last reading of an account's listings began that has ended; none: no reading has
	Withheld   map[string]bool      // accounts whose channels have ever withheld fields of buyers: an address may never have been seen
}

// AuditOrder is an order as it was saved.
type AuditOrder struct {
	RowID           int64
	Account         string
	OrderID         string
	State           order.State
	Reason          order.Reason
	Total, Shipping int64
	SeenAt, SavedAt time.Time
	Version         int64 // of its channel, UTC microseconds

	// What a person has to decide about it, or has: see order.Order.
	Contradiction, Kept string
	Holds, Allowed      order.HoldSet
}

// Waits reports whether the order has not ended and waits for a person's decision.
func (o AuditOrder) Waits() bool {
	known := order.Order{State: o.State, Contradiction: o.Contradiction, Kept: o.Kept, Holds: o.Holds, Allowed: o.Allowed}
	return !o.State.Terminal() && known.Undecided() != order.Undecided{}
}

// AuditLine is one order line. Taken is false for lines of skipped orders.
type AuditLine struct {
	RowID      int64 // of the order
	LineID     string
	ChannelSKU string
	order.Item
	Sender   order.Sender
	MovedTo  string // the order that it is in now
	Location string
	Quantity int
	Total    int64
	Booked   bool
	Units    order.Units
	Returned int
}

// AuditMovement is the sum of the stock ledger for a SKU at a location.
type AuditMovement struct {
	stock.Place
	stock.Sums
}

// AuditPackage is one package of an order.
type AuditPackage struct {
	RowID    int64
	ID       string
	Tracking string
	State    shipment.State
}

// AuditListing is a link with what was last pushed.
type AuditListing struct {
	links.Link
	Dirty      bool             // to be sent: what the brake holds is not
	Hold       stock.Hold       // what the brake keeps from its level
	StruckOff  bool             // its level is 0, whatever the stock
	Left       bool             // its level is left to another tool: Towpath sends none
	Foreign    bool             // noted as shown otherwise than accepted, of the version that was accepted last; somebody else may have set it
	Zero       levels.ZeroState // what became of it at 0; empty: nothing
	AcceptedAt time.Time        // when the channel accepted its level last
	ChangedAt  time.Time        // since when its level has changed, where that is not accepted
}

// AuditPush is one push that a channel accepted.
type AuditPush struct {
	Account, ChannelSKU string
	SentAt, AckedAt     time.Time
}
