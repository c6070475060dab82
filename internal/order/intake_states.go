package order

import (
	"cmp"
	"slices"
)

// UpdateStates sets the orders' states and which of them are pending in the outbox.
func (in *Intake) UpdateStates() {
	in.Results = slices.Grow(in.Results, len(in.Arrivals))
	for _, a := range in.Arrivals {
		o := a.Order
		if o.State == Skipped {
			o.Delivered, a.Pending = o.Version, false
			in.Results = append(in.Results, Result{Shown: a.Shown, Reason: o.Reason.Text(), Kind: ResultSkipped})
			continue
		}
		o.UpdateState()
		text, moved := in.contradiction(a)
		if moved {
			o.Kept = "" // what a person has seen was another address
		}
		o.contradict(text, in.seenAt)
		switch {
		case a.Booked || o.State != a.before:
			// The version may be old with a new content, so it must be delivered again.
			o.Redeliver()
			a.Pending = true
		case !a.Pending:
			o.Delivered = o.Version
		}
		if o.Contradicts() {
			in.Results = append(in.Results, Result{Shown: a.Shown, Reason: "the channel contradicts what was done here: " + o.Contradiction, Kind: ResultContradiction})
			continue
		}
		in.Results = append(in.Results, Result{Shown: a.Shown, Reason: o.unlinkedReason(), Kind: ResultSaved})
	}
}

// Outbox returns the pending orders: those of this page and those not delivered before.
func (in *Intake) Outbox() []*Order {
	var out []*Order
	for _, a := range in.Arrivals {
		if a.Pending {
			out = append(out, a.Order)
		}
	}
	for _, o := range in.Others {
		if o.Pending() {
			out = append(out, o)
		}
	}
	return append(out, in.StillPending...)
}

// unlinkedReason returns why units of the order are unlinked, or an empty string.
func (o *Order) unlinkedReason() string {
	reason := ""
	for _, l := range o.Lines {
		reason = cmp.Or(l.WhyUnlinked(), reason)
	}
	return reason
}
