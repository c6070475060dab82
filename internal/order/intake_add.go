package order

import (
	"fmt"

	"github.com/towpath/towpath/internal/stock"
)

// AddUnits reserves new units: of new orders, added lines and larger quantities, the oldest order first, where Release routed them.
func (in *Intake) AddUnits(books *Allocation) {
	for _, a := range in.oldestFirst() {
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
		in.noteAdded(a, l, l.Units.Open())
	case !l.Booked:
		l.Sender, l.MovedTo = shown.Sender, in.movedFrom(a.Order, l, shown.ID)
		in.begin(books, a, l, shown)
		in.noteAdded(a, l, l.Units.Open())
	case l.Elsewhere() != "":
	case shown.Quantity > l.Quantity:
		n := shown.Quantity - l.Quantity
		l.Quantity = shown.Quantity
		in.hold(books, l, shown.SKU, n)
		in.noteAdded(a, l, n)
	}
}

// begin adds a line, or only records it when its order is skipped. Units shipped or cancelled before the order was first seen
// move no stock.
func (in *Intake) begin(books *Allocation, a *Arrival, l *Line, shown SnapshotLine) {
	l.describe(shown)
	l.setNotBefore(shown.notYet(in.seenAt))
	l.Changed = true
	l.Quantity, l.Location, l.ChannelSKU = shown.Quantity, a.locationOf(shown), shown.SKU
	l.SKU = in.Items[shown.SKU].SKU
	cancelled, shipped := shown.units(a.status)
	if a.Order.State == Skipped {
		if l.SKU != "" && (a.Order.Reason == ReasonCancelled || a.Order.Reason == ReasonShipped) && !in.Reading.history(a.Shown) {
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
