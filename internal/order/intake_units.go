package order

import (
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/stock"
)

// GiveBack carries out what sets units free or takes them out of the books: cancellations, smaller quantities, units that
// were shipped without us, orders that move to another location.
func (in *Intake) GiveBack(books *Allocation, packages Packages) {
	for _, a := range in.Arrivals {
		if !a.Known || a.before == Skipped {
			continue
		}
		for _, shown := range a.Shown.Lines {
			if l := a.Order.Line(shown.ID); l != nil {
				a.giveBack(books, packages, l, shown)
			}
		}
		a.leave(books)
	}
	in.settleElsewhere(books, packages)
}

// giveBack lets a line follow what the channel says of it.
func (a *Arrival) giveBack(books *Allocation, packages Packages, l *Line, shown SnapshotLine) {
	cancel := func(n int) {
		c := books.Cancel(l, n)
		packages[l.OrderID].Shrink(l.LineID, c.Reversed, true)
	}
	l.describe(shown)
	l.shrink(shown.Quantity, cancel)
	cancelled, shipped := shown.units(a.status)
	// What was cancelled here before is not cancelled once more when the channel says so too.
	if n := cancelled - l.Units.Cancelled; n > 0 {
		cancel(n)
	}
	if cancelled > l.ChannelCancelled {
		l.ChannelCancelled, l.Changed = cancelled, true
		if l.SKU != "" {
			// The channel may have put the units back into its own listing.
			books.Touch(l.SKU, stock.BySale)
		}
	}
	if n := shipped - l.Units.Packed - l.Units.Shipped; n > 0 {
		books.ShipOutside(l, min(n, l.Units.Open()))
	}
}

// shrink makes a line smaller whose ordered quantity the channel has reduced.
func (l *Line) shrink(quantity int, cancel func(n int)) {
	drop := l.Quantity - quantity
	if drop <= 0 {
		return
	}
	// Units that were only cancelled here are the ones the channel has now dropped.
	if spare := l.Units.Cancelled - l.ChannelCancelled; drop > spare {
		cancel(drop - spare)
	}
	gone := min(drop, l.Units.Cancelled)
	l.Units.Cancelled -= gone
	l.Quantity -= gone
	l.Changed = true
	l.ChannelCancelled = min(l.ChannelCancelled, l.Units.Cancelled)
}

// leave gives up what an order that moves holds where it is. Take reserves it anew, after those who have waited
// longest were served with what becomes free. Once a unit is packed or gone the order stays: its packages were
// deducted where it is, and its returns go back there.
func (a *Arrival) leave(books *Allocation) {
	gone := func(l *Line) bool { return l.Units.Packed+l.Units.Shipped > 0 }
	if a.bound == "" || slices.ContainsFunc(a.Order.Lines, gone) {
		return
	}
	a.Order.Location = a.bound
	for _, l := range a.Order.Lines {
		l.moving = books.Leave(l)
		l.left, l.Location = l.Location, a.bound
		l.Changed = true
	}
}

// settleElsewhere settles what is packed of orders that the channel of an observing account shows as shipped: an older tool
// has told it, and it must not be told again when the account goes live.
func (in *Intake) settleElsewhere(books *Allocation, packages Packages) {
	if !in.Policy.Observing {
		return
	}
	for _, a := range in.Arrivals {
		if !a.Known || a.status != FulfilmentShipped {
			continue
		}
		for _, c := range packages[a.Order.RowID].SettleElsewhere() {
			if l := a.Order.Line(c.LineID); l != nil {
				books.Ship(l, c.Quantity)
			}
		}
	}
}

// Take accounts for new units: of orders that are taken now, of lines that were added, of quantities that grew. Who
// placed first comes first.
func (in *Intake) Take(books *Allocation) {
	arrivals := slices.Clone(in.Arrivals)
	slices.SortStableFunc(arrivals, placedFirst)
	for _, a := range arrivals {
		a.arriveAtBound(books)
		for i, shown := range a.Shown.Lines {
			in.takeLine(books, a, i, shown)
		}
	}
}

// arriveAtBound reserves the units of an order that has moved where it is now.
func (a *Arrival) arriveAtBound(books *Allocation) {
	for _, l := range a.Order.Lines {
		if l.moving > 0 {
			books.Reserve(l, l.moving)
			l.moving = 0
		}
	}
}

func (in *Intake) takeLine(books *Allocation, a *Arrival, position int, shown SnapshotLine) {
	l := a.Order.Line(shown.ID)
	switch {
	case l == nil:
		l = &Line{LineKey: LineKey{a.Order.RowID, shown.ID}, Position: position, PlacedAt: a.Order.PlacedAt, New: true}
		a.Order.Lines = append(a.Order.Lines, l)
		books.Put(l)
		in.begin(books, a, l, shown)
	case !l.Taken:
		in.begin(books, a, l, shown)
	case shown.Quantity > l.Quantity:
		n := shown.Quantity - l.Quantity
		l.Quantity = shown.Quantity
		in.hold(books, l, shown, n)
	}
}

// begin enters a line into the books, or only notes it when its order is skipped. Units that were shipped or cancelled
// before the order was first seen move no stock.
func (in *Intake) begin(books *Allocation, a *Arrival, l *Line, shown SnapshotLine) {
	l.describe(shown)
	l.Changed = true
	l.Quantity, l.Location = shown.Quantity, a.Order.Location
	l.SKU = in.Items[shown.SKU].SKU
	cancelled, shipped := shown.units(a.status)
	if a.Order.State == Skipped {
		if l.SKU != "" && (a.Order.Reason == ReasonCancelled || a.Order.Reason == ReasonShipped) {
			// The sale took units from the channel's own listing, which the books know nothing of.
			books.Touch(l.SKU, stock.BySale)
		}
		return
	}
	l.Become(in.Items[shown.SKU])
	l.Taken = true
	l.ChannelCancelled = cancelled
	l.Units = Units{Cancelled: cancelled, Shipped: shipped}
	in.hold(books, l, shown, shown.Quantity-cancelled-shipped)
}

// hold reserves n new units of the line, or parks them when they have no SKU.
func (in *Intake) hold(books *Allocation, l *Line, shown SnapshotLine, n int) {
	l.Changed = true
	if l.SKU != "" {
		books.Reserve(l, n)
		return
	}
	l.Units.Parked += n
	if l.Units.Parked > 0 {
		l.ParkedReason = in.parkedReason(shown)
	}
}

// ReasonNoSKU says why units are parked of a listing that its seller gave no SKU.
const ReasonNoSKU = "listing has no SKU"

// parkedReason says why units can't be held.
func (in *Intake) parkedReason(shown SnapshotLine) string {
	switch {
	case in.Policy.Test:
		return "test endpoint"
	case shown.SKU == "":
		return ReasonNoSKU
	}
	return fmt.Sprintf("no link for SKU %s on account %s", shown.SKU, in.Policy.Account)
}

// Settle derives the states, and with them what is pending in the outbox.
func (in *Intake) Settle() {
	in.Results = slices.Grow(in.Results, len(in.Arrivals))
	for _, a := range in.Arrivals {
		o := a.Order
		if o.State == Skipped {
			o.Delivered, a.Pending = o.Version, false
			in.Results = append(in.Results, Result{Shown: a.Shown, Reason: o.Reason.Text(), Kind: ResultSkipped})
			continue
		}
		o.Settle()
		switch {
		case a.Taken || o.State != a.before:
			// The version may be an old one with other contents: it is to be delivered again.
			o.Delivered, a.Pending = min(o.Delivered, o.Version-1), true
		case !a.Pending:
			o.Delivered = o.Version
		}
		in.Results = append(in.Results, Result{Shown: a.Shown, Reason: o.parkedReason(), Kind: ResultSaved})
	}
}

// Outbox are the orders that are pending: those that arrived, and those that were not delivered before.
func (in *Intake) Outbox() []*Order {
	var out []*Order
	for _, a := range in.Arrivals {
		if a.Pending {
			out = append(out, a.Order)
		}
	}
	return append(out, in.StillPending...)
}

// parkedReason says why units of the order are parked; empty: none are.
func (o *Order) parkedReason() string {
	reason := ""
	for _, l := range o.Lines {
		if l.Units.Parked > 0 {
			reason = l.ParkedReason
		}
	}
	return reason
}
