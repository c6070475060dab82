// Package order holds the rules for orders: their states, how the units of their lines are accounted for, and whether an order
// from a channel is saved or skipped. It does not depend on Temporal, SQL or HTTP.
package order

import (
	"cmp"
	"fmt"
)

// State is the state of an order. It is stored, shown and searched by these words.
type State string

// The states of an order. AwaitingPayment and Open hold reserved stock; from Processing on, packages exist.
const (
	AwaitingPayment State = "awaiting-payment" // placed, stock reserved, may not be processed yet
	Open            State = "open"             // may be processed
	Processing      State = "processing"       // some units are in packages, others are still open
	Processed       State = "processed"        // every unit is in a package; the channel has not confirmed them all
	Shipped         State = "shipped"          // the channel has confirmed every package
	Completed       State = "completed"        // a scan showed the order as shipped on the channel
	Cancelled       State = "cancelled"        // no unit is left to ship, none was shipped
	Skipped         State = "skipped"          // not in the books, always with a reason
	Deleted         State = "deleted"          // by hand; its units stay in the books, and follow the channel
)

// States lists every state in the order of an order's life.
func States() []State {
	return []State{AwaitingPayment, Open, Processing, Processed, Shipped, Completed, Cancelled, Skipped, Deleted}
}

// Terminal reports whether the state is final.
func (s State) Terminal() bool {
	return s == Completed || s == Cancelled || s == Skipped || s == Deleted
}

// Workable reports whether work can continue on an order in this state with these units: it has not ended, is paid, and none of its
// units waits for stock or a link.
func Workable(s State, u Units) bool {
	return !s.Terminal() && s != AwaitingPayment && u.Backordered == 0 && u.Unlinked == 0
}

// Reason is why an order was skipped.
type Reason string

// The reasons for skipping an order.
const (
	ReasonShipped    Reason = "already-shipped"     // shipped on the channel before it was first seen
	ReasonCancelled  Reason = "already-cancelled"   // cancelled on the channel before it was first seen
	ReasonFulfilled  Reason = "channel-fulfils"     // the channel ships it itself (FBA)
	ReasonUnmapped   Reason = "status-not-mapped"   // a channel status that Towpath does not know
	ReasonUnpaid     Reason = "not-paid"            // the account saves and reserves only paid orders
	ReasonSetting    Reason = "account-setting"     // the account's settings skip orders with its status
	ReasonSite       Reason = "other-site"          // listed on the site of another account, which takes it
	ReasonNoSite     Reason = "no-account-for-site" // listed on a site that no account sells on
	ReasonService    Reason = "service-ships"       // a fulfilment service ships all of it
	ReasonNoShipping Reason = "needs-no-shipping"   // nothing of it is shipped: tips, gift cards, digital products
	ReasonLocation   Reason = "location-not-mapped" // it ships from locations of the channel that the account does not map
)

// Text returns the reason as text for operators.
func (r Reason) Text() string {
	switch r {
	case ReasonShipped:
		return "already shipped on the channel when it was first seen"
	case ReasonCancelled:
		return "already cancelled on the channel when it was first seen"
	case ReasonFulfilled:
		return "the channel fulfils it itself"
	case ReasonUnmapped:
		return "its status on the channel is not mapped"
	case ReasonUnpaid:
		return "not paid, and the account reserves paid orders only"
	case ReasonSite:
		return "listed on another site of the channel, whose account takes it"
	case ReasonNoSite:
		return "listed on a site of the channel that no account sells on: add an account for it"
	case ReasonService:
		return "a fulfilment service ships it from its own stock"
	case ReasonNoShipping:
		return "nothing of it needs shipping"
	case ReasonLocation:
		return "the channel ships it from a location that the accounts file does not map: add it to `locations`, or move the order"
	case ReasonSetting:
		return "the account's settings skip orders with its status on the channel"
	}
	return string(r)
}

// Units counts the units of one line by what became of them. At every moment
//
//	quantity = Reserved + Backordered + Unlinked + Packed + Shipped + Cancelled
//
// All figures are whole units and never negative.
type Units struct {
	Reserved    int `json:"reserved"`    // held against free stock
	Backordered int `json:"backordered"` // no free stock yet: filled first come, first served
	Unlinked    int `json:"unlinked"`    // the line's SKU is not mapped, nothing can be held
	Packed      int `json:"packed"`      // in a package, deducted from on hand, not yet confirmed by the channel
	Shipped     int `json:"shipped"`     // confirmed by the channel
	Cancelled   int `json:"cancelled"`   // will never ship
}

// Open returns the number of units that wait to be packed.
func (u Units) Open() int { return u.Reserved + u.Backordered + u.Unlinked }

// Alive returns the number of units that are not cancelled.
func (u Units) Alive() int { return u.Open() + u.Packed + u.Shipped }

// Total returns the line's quantity.
func (u Units) Total() int { return u.Alive() + u.Cancelled }

// Mark is a short text of the counts: another one when any of them is another.
func (u Units) Mark() string {
	return fmt.Sprintf("%d-%d-%d-%d-%d-%d", u.Reserved, u.Backordered, u.Unlinked, u.Packed, u.Shipped, u.Cancelled)
}

// Add returns the sum of two counts.
func (u Units) Add(v Units) Units {
	return Units{
		Reserved: u.Reserved + v.Reserved, Backordered: u.Backordered + v.Backordered, Unlinked: u.Unlinked + v.Unlinked,
		Packed: u.Packed + v.Packed, Shipped: u.Shipped + v.Shipped, Cancelled: u.Cancelled + v.Cancelled,
	}
}

// Cancellation is where cancelled units came from, in this order: those that are easiest to give up first.
type Cancellation struct {
	Backordered, Unlinked int // given up without a movement
	Released              int // reserved units that become free again
	Reversed              int // packed units that go back on the shelf: their package shrinks
	Refused               int // already shipped: a return is offered instead
}

// Cancel moves n units of the line to Cancelled and returns where they came from.
func (u Units) Cancel(n int) (Units, Cancellation) {
	var c Cancellation
	cancel := func(from *int) int {
		k := min(n, *from)
		*from -= k
		n -= k
		u.Cancelled += k
		return k
	}
	c.Backordered = cancel(&u.Backordered)
	c.Unlinked = cancel(&u.Unlinked)
	c.Released = cancel(&u.Reserved)
	c.Reversed = cancel(&u.Packed)
	c.Refused = n
	return u, c
}

// StateOf returns the state of an order from the sum of its lines' units and whether it may be processed. It never returns
// Completed or Skipped, which depend on the channel, or Deleted, which a person decides.
func StateOf(sum Units, ready bool) State {
	switch {
	case sum.Open() == 0 && sum.Packed == 0 && sum.Shipped == 0:
		return Cancelled
	case sum.Open() == 0 && sum.Packed == 0:
		return Shipped
	case sum.Open() == 0:
		return Processed
	case sum.Packed > 0 || sum.Shipped > 0:
		return Processing
	case !ready:
		return AwaitingPayment
	}
	return Open
}

// Order is a stored order. Times are UTC microseconds, amounts minor units of Currency.
type Order struct {
	RowID          int64
	ID, Reference  string // the channel's id; what is printed on documents
	State          State
	Reason         Reason // why it is skipped
	ChannelStatus  string // the channel's own words
	Fulfilment     Fulfilment
	Paid           bool
	Country        string // ISO 3166-1 alpha-2 of where it goes; empty: the channel has not shown it
	Location       string // where its units are held
	Routed         Routed // why there
	ProcessAt      Moment // when its account lets orders be processed
	PlacedAt       int64
	SeenAt         int64   // first
	Version        int64   // of the snapshot that it was last taken from
	Delivered      int64   // the version that was delivered to its lifecycle
	Started        bool    // a lifecycle was started for it
	Digest         string  // of the snapshot
	DeletedVersion int64   // the version at which a person deleted it; 0: it is not deleted
	Contradiction  string  // what the channel's last version says against what was done here; empty: nothing
	Kept           string  // the contradiction that a person has seen and left as it is
	ContradictedAt int64   // when the channel first said what Contradiction says
	Holds          HoldSet // why it is not to be shipped without a person's word
	Hold           Hold    // the one of Holds that counts, see countHold; empty: there is none
	HoldSince      int64   // UTC microseconds, of Hold
	Allowed        HoldSet // those of Holds that a person has lifted
	NotBefore      int64   // the earliest date of units that are not to be packed yet, UTC microseconds; 0: there are none
	Unread         string  // the parts that could not be read, see UnreadPart
	Currency       string

	Total, Shipping, Tax, Discount int64

	ShipBy, DeliverBy int64  // UTC microseconds; 0: the channel gives none
	PaidCurrency      string // of what the buyer paid, when it is another one
	PaidTotal         int64

	Lines []*Line
}

// describe copies the channel's data of the order.
func (o *Order) describe(s Snapshot, status Status) {
	o.ID, o.Reference = s.ID, cmp.Or(s.Reference, s.ID)
	o.ChannelStatus, o.Fulfilment, o.Paid = s.ChannelStatus, status.Fulfilment(), s.Paid
	o.Version, o.Digest, o.Unread = s.Version(), s.Digest(status), s.unread()
	o.Currency, o.Total, o.Shipping, o.Tax, o.Discount = s.Currency, s.Total, s.Shipping, s.Tax, s.Discount
	o.ShipBy, o.DeliverBy, o.PaidCurrency, o.PaidTotal = micro(s.ShipBy), micro(s.DeliverBy), s.PaidCurrency, s.PaidTotal
}

// Ready reports whether the order may be processed as far as payment goes.
func (o *Order) Ready() bool { return o.Paid || o.ProcessAt == AtPlaced }

// Pending reports whether the order's version is still to be delivered to its lifecycle.
func (o *Order) Pending() bool { return o.Delivered < o.Version && o.State != Skipped }

// Redeliver makes the order's version pending again: its lifecycle must hear of a change that the channel did not make.
func (o *Order) Redeliver() { o.Delivered = min(o.Delivered, o.Version-1) }

// Line returns the line with the channel's id, or nil.
func (o *Order) Line(id string) *Line {
	for _, l := range o.Lines {
		if l.LineID == id {
			return l
		}
	}
	return nil
}

// LineIDs returns the channel's ids of the lines, for errors.
func (o *Order) LineIDs() []string {
	out := make([]string, len(o.Lines))
	for i, l := range o.Lines {
		out[i] = l.LineID
	}
	return out
}

// Units returns the sums over the lines.
func (o *Order) Units() Units {
	var sum Units
	for _, l := range o.Lines {
		sum = sum.Add(l.Units)
	}
	return sum
}

// UpdateState sets the order's state from its units, or Completed once the channel shows it as shipped. A skipped or deleted order stays so.
// It reports whether the state changed.
func (o *Order) UpdateState() bool {
	o.settleAdded()
	if o.State == Skipped || o.State == Deleted {
		return false
	}
	state := StateOf(o.Units(), o.Ready())
	over := o.Fulfilment == FulfilmentShipped || o.Fulfilment == FulfilmentCancelled // what was cancelled there is contradicted, not waited for
	if state == Shipped && (over || o.State == Completed) {
		state = Completed
	}
	changed := state != o.State
	o.State = state
	return changed
}
