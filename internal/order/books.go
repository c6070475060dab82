package order

import "cmp"

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
	Handled       int64  // the version of which its lifecycle was told
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

// Owed reports whether the lifecycle has not been told of the order's version.
func (o *Order) Owed() bool { return o.Handled < o.Version && o.State != Skipped }

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
