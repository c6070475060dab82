package order

import (
	"fmt"

	"github.com/towpath/towpath/internal/stock"
)

// Release applies what frees units or removes them: cancellations, smaller quantities, units shipped without Towpath, and orders
// that move to another location. It also chooses where new orders go.
func (in *Intake) Release(books *Allocation, packages Packages) {
	in.packages = packages
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
	}
	in.releaseMoved(books)
	for _, a := range in.Arrivals {
		for _, l := range a.Order.Lines {
			books.LeaveShelf(l)
		}
	}
	in.routeAll(books)
	in.confirmElsewhere(books, packages)
}

// release applies the channel's changes to one line.
func (in *Intake) release(books *Allocation, packages Packages, a *Arrival, l *Line, shown SnapshotLine) {
	cancel := func(n int) {
		c := books.Cancel(l, n)
		packages[l.OrderID].Shrink(l.LineID, c.Reversed, true)
	}
	l.describe(shown)
	l.setNotBefore(shown.notYet(in.seenAt))
	cancelled, shipped := shown.units(a.status)
	l.shrink(shown.Quantity, shipped, cancel)
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
	l.moveTo(books, shown.Location)
	in.changeSKU(books, l, shown.SKU)
	if n := shipped - l.Units.Packed - l.Units.Shipped; n > 0 {
		books.ShipOutside(l, n)
	}
	// Units cancelled here did leave the shelf when the line itself is shown as shipped.
	if n := min(shown.Shipped, shipped) - l.Units.Packed - l.Units.Shipped; n > 0 {
		books.ShipCancelled(l, min(n, tookBack))
	}
	l.show(cancelled+max(0, l.Quantity-shown.Quantity), shipped)
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

// shrink reduces a line whose ordered quantity became smaller on the channel, which shows so many of its units as shipped. Units that
// left here and that it does not count any more were refunded: they stay shipped, the line keeps them, and no open unit is given up for them.
func (l *Line) shrink(quantity, shipped int, cancel func(n int)) {
	refunded := max(0, min(l.ChannelShipped-shipped, l.Units.Shipped))
	drop := l.Quantity - quantity - refunded
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
