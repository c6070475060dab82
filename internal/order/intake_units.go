package order

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/stock"
)

// Release applies what frees units or removes them: cancellations, smaller quantities, units shipped without Towpath, and orders
// that move to another location.
func (in *Intake) Release(books *Allocation, packages Packages) {
	for _, a := range in.Arrivals {
		if !a.Known || a.before == Skipped {
			continue
		}
		for _, shown := range a.Shown.Lines {
			l := a.Order.Line(shown.ID)
			if l == nil || l.place(books, shown.Sender, in.movedFrom(a.Order, l, shown.ID)) {
				continue
			}
			if l.Booked {
				in.release(books, packages, a, l, shown)
			}
		}
		a.releaseGone(books)
		a.leave(books)
	}
	in.releaseMoved(books)
	for _, a := range in.Arrivals {
		for _, l := range a.Order.Lines {
			books.LeaveShelf(l)
		}
	}
	in.confirmElsewhere(books, packages)
}

// release applies the channel's changes to one line.
func (in *Intake) release(books *Allocation, packages Packages, a *Arrival, l *Line, shown SnapshotLine) {
	cancel := func(n int) {
		c := books.Cancel(l, n)
		packages[l.OrderID].Shrink(l.LineID, c.Reversed, true)
	}
	l.describe(shown)
	l.shrink(shown.Quantity, cancel)
	cancelled, shipped := shown.units(a.status)
	tookBack := max(0, l.ChannelCancelled-cancelled)
	if l.Units.Alive() == 0 {
		tookBack = l.Units.Cancelled - cancelled
	}
	// Units already cancelled here are not cancelled again when the channel reports them.
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
	in.changeSKU(books, l, shown.SKU)
	if n := shipped - l.Units.Packed - l.Units.Shipped; n > 0 {
		books.ShipOutside(l, n)
	}
	// Units cancelled here did leave the shelf when the line itself is shown as shipped.
	if n := min(shown.Shipped, shipped) - l.Units.Packed - l.Units.Shipped; n > 0 {
		books.ShipCancelled(l, min(n, tookBack))
	}
	l.show(cancelled, shipped)
}

// show notes what the channel's last version calls cancelled and shipped of the line.
func (l *Line) show(cancelled, shipped int) {
	if l.ShownCancelled != cancelled || l.ShownShipped != shipped || l.ChannelShipped < shipped {
		l.ShownCancelled, l.ShownShipped, l.ChannelShipped = cancelled, shipped, max(l.ChannelShipped, shipped)
		l.Changed = true
	}
}

// changeSKU gives the line what its channel's SKU sells, when the channel shows another one than before. Units already packed or
// shipped were of the old SKU: then the line keeps it, and its open units wait, unlinked, for a person's decision.
func (in *Intake) changeSKU(books *Allocation, l *Line, sku string) {
	switch gone := l.Units.Packed+l.Units.Shipped > 0; {
	case sku == l.ChannelSKU && l.SKU != "" && l.Units.Unlinked > 0: // it was another one for a while
		l.moving += l.Units.Unlinked
		l.Units.Unlinked, l.UnlinkedReason, l.Changed = 0, "", true
	case sku == l.ChannelSKU:
	case gone:
		l.Units.Unlinked += books.Leave(l)
		l.UnlinkedReason = fmt.Sprintf("the channel changed its SKU from %s to %s after units were packed", l.ChannelSKU, sku)
		l.Changed = true
	default:
		l.left = append(l.left, l.Places()...)
		l.moving += books.Leave(l) + l.Units.Unlinked
		l.NoParts = len(l.Parts) > 0
		l.Units.Unlinked, l.ChannelSKU = 0, sku
		l.Become(in.Items[sku])
	}
}

// releaseGone cancels the open units of lines that are gone from the order: the channel's lines decide what is open. What is packed
// stays packed, and is a contradiction. A version without lines says nothing about them.
func (a *Arrival) releaseGone(books *Allocation) {
	if len(a.Shown.Lines) == 0 {
		return
	}
	for _, l := range a.Order.Lines {
		if !l.Booked || a.shownLine(l.LineID) != nil {
			continue
		}
		books.Cancel(l, l.Units.Open())
		l.ChannelCancelled = max(l.ChannelCancelled, l.Units.Cancelled)
		l.show(l.Quantity-l.ShownShipped, l.ShownShipped)
		if l.SKU != "" {
			books.Touch(l.SKU, stock.BySale)
		}
	}
}

// shrink reduces a line whose ordered quantity became smaller on the channel.
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

// leave frees what a moving order holds at its old location. Take reserves it at the new one, after older orders were filled with
// what became free. An order with packed or shipped units stays, because its packages and returns belong to the old location.
func (a *Arrival) leave(books *Allocation) {
	gone := func(l *Line) bool { return l.Units.Packed+l.Units.Shipped > 0 }
	if a.bound == "" || slices.ContainsFunc(a.Order.Lines, gone) {
		return
	}
	a.Order.Location = a.bound
	for _, l := range a.Order.Lines {
		l.left = append(l.left, l.Places()...)
		l.moving += books.Leave(l)
		l.Location = a.bound
		l.Changed = true
	}
}

// confirmElsewhere confirms the packages of orders that the channel of an observing account shows as shipped. Another tool has
// reported them, so they must not be sent when the account goes live.
func (in *Intake) confirmElsewhere(books *Allocation, packages Packages) {
	if !in.Policy.Observing {
		return
	}
	for _, a := range in.Arrivals {
		if !a.Known || a.status != FulfilmentShipped {
			continue
		}
		for _, c := range packages[a.Order.RowID].ConfirmElsewhere() {
			if l := a.Order.Line(c.LineID); l != nil {
				books.Ship(l, c.Quantity)
			}
		}
	}
}

// AddUnits reserves new units: of new orders, added lines and larger quantities, the oldest order first.
func (in *Intake) AddUnits(books *Allocation) {
	arrivals := slices.Clone(in.Arrivals)
	slices.SortStableFunc(arrivals, placedFirst)
	for _, a := range arrivals {
		in.holdMoved(books, a)
		for i, shown := range a.Shown.Lines {
			in.addLine(books, a, i, shown)
		}
	}
}

// holdMoved reserves the units that moved to another location, or became units of another SKU.
func (in *Intake) holdMoved(books *Allocation, a *Arrival) {
	for _, l := range a.Order.Lines {
		if n := l.moving; n > 0 {
			l.moving = 0
			in.hold(books, l, l.ChannelSKU, n)
		}
	}
}

func (in *Intake) addLine(books *Allocation, a *Arrival, position int, shown SnapshotLine) {
	l := a.Order.Line(shown.ID)
	switch {
	case l == nil:
		l = &Line{LineKey: LineKey{a.Order.RowID, shown.ID}, Position: position, PlacedAt: a.Order.PlacedAt, New: true}
		l.Sender, l.MovedTo = shown.Sender, in.movedFrom(a.Order, nil, shown.ID)
		a.Order.Lines = append(a.Order.Lines, l)
		books.Put(l)
		in.begin(books, a, l, shown)
	case !l.Booked:
		l.Sender, l.MovedTo = shown.Sender, in.movedFrom(a.Order, l, shown.ID)
		in.begin(books, a, l, shown)
	case l.Elsewhere() != "":
	case shown.Quantity > l.Quantity:
		n := shown.Quantity - l.Quantity
		l.Quantity = shown.Quantity
		in.hold(books, l, shown.SKU, n)
	}
}

// begin adds a line, or only records it when its order is skipped. Units shipped or cancelled before the order was first seen
// move no stock.
func (in *Intake) begin(books *Allocation, a *Arrival, l *Line, shown SnapshotLine) {
	l.describe(shown)
	l.Changed = true
	l.Quantity, l.Location, l.ChannelSKU = shown.Quantity, a.Order.Location, shown.SKU
	l.SKU = in.Items[shown.SKU].SKU
	cancelled, shipped := shown.units(a.status)
	if a.Order.State == Skipped {
		if l.SKU != "" && (a.Order.Reason == ReasonCancelled || a.Order.Reason == ReasonShipped) {
			// The sale reduced the channel's own listing, which the store does not know.
			books.Touch(l.SKU, stock.BySale)
		}
		return
	}
	if l.Elsewhere() != "" {
		return
	}
	l.Become(in.Items[shown.SKU])
	l.Booked = true
	l.ChannelCancelled = cancelled
	l.show(cancelled, shipped)
	l.Units = Units{Cancelled: cancelled, Shipped: shipped}
	in.hold(books, l, shown.SKU, shown.Quantity-cancelled-shipped)
}

// hold reserves n new units of the line, which the channel shows with a SKU, or notes them as unlinked.
func (in *Intake) hold(books *Allocation, l *Line, sku string, n int) {
	l.Changed = true
	if l.SKU != "" && sku == l.ChannelSKU {
		books.Reserve(l, n)
		return
	}
	l.Units.Unlinked += n
	if l.Units.Unlinked > 0 && l.SKU == "" {
		l.UnlinkedReason = in.unlinkedReason(sku)
	}
}

// ReasonNoSKU is the reason for units of a listing to which the seller gave no SKU.
const ReasonNoSKU = "listing has no SKU"

// unlinkedReason returns why units can't be reserved.
func (in *Intake) unlinkedReason(sku string) string {
	switch {
	case in.Policy.Test:
		return "test endpoint"
	case sku == "":
		return ReasonNoSKU
	}
	return fmt.Sprintf("no link for SKU %s on account %s", sku, in.Policy.Account)
}

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
		o.contradict(a.contradiction())
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
