// Package order holds what an order is to Towpath: its states, its lines and how their units are
// accounted for, and the decision whether an order that a channel shows is taken or skipped.
// It knows nothing of Temporal, SQL or HTTP.
package order

import "cmp"

// State says where an order stands. It is stored, shown and searched by these words.
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
	Skipped         State = "skipped"          // not taken, always with a reason
)

// States lists every state in the order of an order's life.
func States() []State {
	return []State{AwaitingPayment, Open, Processing, Processed, Shipped, Completed, Cancelled, Skipped}
}

// Terminal reports whether nothing more happens to an order in this state.
func (s State) Terminal() bool { return s == Completed || s == Cancelled || s == Skipped }

// Workable reports whether somebody could go on with an order of this state: it has not ended, and is paid.
func (s State) Workable() bool { return !s.Terminal() && s != AwaitingPayment }

// Reason says why an order was skipped, in the words of seed 002.
type Reason string

// The reasons for which an order is not taken.
const (
	ReasonShipped   Reason = "already-shipped"   // shipped on the channel before it was first seen
	ReasonCancelled Reason = "already-cancelled" // cancelled on the channel before it was first seen
	ReasonFulfilled Reason = "channel-fulfils"   // the channel ships it itself (FBA)
	ReasonUnmapped  Reason = "status-not-mapped" // a channel status that Towpath does not know
	ReasonUnpaid    Reason = "not-paid"          // the account takes and reserves paid orders only
	ReasonSetting   Reason = "account-setting"   // the account's settings skip orders with its status
)

// Text is the reason as an operator reads it.
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
	case ReasonSetting:
		return "the account's settings skip orders with its status on the channel"
	}
	return string(r)
}

// Units is the account of one line's quantity. At every moment
//
//	quantity = Reserved + Short + Parked + Packed + Shipped + Cancelled
//
// All figures are whole units and never negative.
type Units struct {
	Reserved  int `json:"reserved"`  // held against free stock
	Short     int `json:"short"`     // no free stock yet: filled first come, first served
	Parked    int `json:"parked"`    // the line's SKU is not mapped, nothing can be held
	Packed    int `json:"packed"`    // in a package, deducted from on hand, not yet confirmed by the channel
	Shipped   int `json:"shipped"`   // confirmed by the channel
	Cancelled int `json:"cancelled"` // will never ship
}

// Open is the number of units that still wait to be packed.
func (u Units) Open() int { return u.Reserved + u.Short + u.Parked }

// Total is the line's quantity.
func (u Units) Total() int { return u.Open() + u.Packed + u.Shipped + u.Cancelled }

// Add sums two accounts, figure by figure.
func (u Units) Add(v Units) Units {
	return Units{
		Reserved: u.Reserved + v.Reserved, Short: u.Short + v.Short, Parked: u.Parked + v.Parked,
		Packed: u.Packed + v.Packed, Shipped: u.Shipped + v.Shipped, Cancelled: u.Cancelled + v.Cancelled,
	}
}

// Cancellation is how a cancellation of units is met: in this order, those that cost least to give up.
type Cancellation struct {
	Short, Parked int // given up without a movement
	Released      int // reserved units that become free again
	Reversed      int // packed units that go back on the shelf: their package shrinks
	Refused       int // already shipped: a return is offered instead
}

// Cancel moves n units of the line to Cancelled and says where they came from.
func (u Units) Cancel(n int) (Units, Cancellation) {
	var c Cancellation
	take := func(from *int) int {
		k := min(n, *from)
		*from -= k
		n -= k
		u.Cancelled += k
		return k
	}
	c.Short = take(&u.Short)
	c.Parked = take(&u.Parked)
	c.Released = take(&u.Reserved)
	c.Reversed = take(&u.Packed)
	c.Refused = n
	return u, c
}

// StateOf derives an order's state from the sum of its lines' units and whether it may be processed: it is
// paid, or its account takes orders when they are placed.
// It never answers Completed or Skipped: those need the channel's word.
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

// Order is an order in the books. Times are UTC microseconds, amounts minor units of Currency.
type Order struct {
	RowID         int64
	ID, Reference string // the channel's id; what is printed on documents
	State         State
	Reason        Reason // why it is skipped
	ChannelStatus string // the channel's own words
	Fulfilment    Fulfilment
	Paid          bool
	Country       string // ISO 3166-1 alpha-2 of where it goes; empty: the channel has not shown it
	Location      string // where its units are held
	TakeAt        Moment // when its account lets orders be processed
	PlacedAt      int64
	SeenAt        int64  // first
	Version       int64  // of the snapshot that it was last taken from
	Delivered     int64  // the version that was delivered to its lifecycle
	Started       bool   // a lifecycle was started for it
	Digest        string // of the snapshot
	Currency      string

	Total, Shipping, Tax, Discount int64

	Lines []*Line
}

// describe takes over what the channel says of the order.
func (o *Order) describe(s Snapshot, status Status) {
	o.ID, o.Reference = s.ID, cmp.Or(s.Reference, s.ID)
	o.ChannelStatus, o.Fulfilment, o.Paid = s.ChannelStatus, status.Fulfilment(), s.Paid
	o.Version, o.Digest = s.Version(), s.Digest(status)
	o.Currency, o.Total, o.Shipping, o.Tax, o.Discount = s.Currency, s.Total, s.Shipping, s.Tax, s.Discount
}

// Ready reports whether the order may be processed as far as payment goes.
func (o *Order) Ready() bool { return o.Paid || o.TakeAt == AtPlaced }

// Pending reports whether the order's version is still to be delivered to its lifecycle.
func (o *Order) Pending() bool { return o.Delivered < o.Version && o.State != Skipped }

// Line finds a line by the channel's id; nil: the order has none of it.
func (o *Order) Line(id string) *Line {
	for _, l := range o.Lines {
		if l.LineID == id {
			return l
		}
	}
	return nil
}

// LineIDs are the channel's ids of the lines, for errors.
func (o *Order) LineIDs() []string {
	out := make([]string, len(o.Lines))
	for i, l := range o.Lines {
		out[i] = l.LineID
	}
	return out
}

// Units are the sums over the lines.
func (o *Order) Units() Units {
	var sum Units
	for _, l := range o.Lines {
		sum = sum.Add(l.Units)
	}
	return sum
}

// Settle derives the order's state from its units: Completed once the channel has said shipped, too. A skipped order stays
// so. It reports whether the state has changed.
func (o *Order) Settle() bool {
	if o.State == Skipped {
		return false
	}
	state := StateOf(o.Units(), o.Ready())
	if state == Shipped && (o.Fulfilment == FulfilmentShipped || o.State == Completed) {
		state = Completed
	}
	changed := state != o.State
	o.State = state
	return changed
}
