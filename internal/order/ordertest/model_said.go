package ordertest

import (
	"fmt"

	"github.com/towpath/towpath/internal/order"
)

// openAgain returns the units of a line that its channel had shown as shipped or cancelled, and shows as open now.
func (l *modelLine) openAgain() (shipped, cancelled int) {
	if l.elsewhere() {
		return 0, 0
	}
	for left := l.unsettled() - max(0, l.units.Cancelled-l.knownThere); left > 0; left-- {
		switch {
		case shipped < min(l.mostShipped-l.shownShipped, l.units.Shipped):
			shipped++
		case cancelled < min(l.knownThere-l.shownCancelled, l.units.Cancelled):
			cancelled++
		}
	}
	return shipped, cancelled
}

// unsettled returns how many units its channel shows as open, and the books neither hold, nor pack, nor have confirmed since.
func (l *modelLine) unsettled() int {
	u := l.units
	return l.total - l.shownShipped - l.shownCancelled - u.Reserved - u.Backordered - u.Unlinked - u.Packed - max(0, u.Shipped-l.mostShipped)
}

// contradict notes what the channel says against the books. What was kept stays so until that changes.
func (o *modelOrder) contradict() {
	o.says = map[string]string{}
	for _, l := range o.lines {
		shipped, cancelled := l.openAgain()
		gone, renamed, sent, to := 0, 0, 0, -1 // to: only a new SKU or location is part of what is said
		open := l.units.Reserved + l.units.Backordered + l.units.Unlinked
		switch {
		case l.movedTo != "":
			gone = l.units.Packed + l.units.Shipped
		case l.elsewhere():
			gone = l.units.Packed
		case l.gone:
			gone = l.units.Packed + max(0, l.units.Shipped-l.mostShipped)
		case l.item != l.sold:
			renamed, to = l.units.Packed+l.units.Shipped, l.item
		default:
			if decides(o.account) && !o.bare && l.at != l.location && l.units.Packed+l.units.Shipped > 0 {
				if gone = l.units.Packed + open; gone > 0 {
					to = -2 - l.at
				}
			}
			sent = max(0, min(l.units.Shipped-l.mostShipped, l.shownCancelled-l.units.Cancelled))
		}
		if shipped+cancelled+gone+renamed+sent > 0 {
			o.says[l.id] = fmt.Sprintln(l.id, shipped, cancelled, gone, renamed, sent, to, l.to())
		}
	}
	o.deletionSays = ""
	if o.deleted && o.version > o.deletedVersion && o.openThere() > 0 {
		o.deletionSays = fmt.Sprintln("deleted, changed", o.version)
	}
	o.sayPacked()
	o.say()
}

// say puts together what is said of the lines, and of the deletion.
func (o *modelOrder) say() {
	o.contradiction = ""
	for _, l := range o.lines {
		o.contradiction += o.says[l.id] + o.saysAdded[l.id]
	}
	o.contradiction += o.saysMoved
	o.contradiction += o.deletionSays
	if o.kept != o.contradiction {
		o.kept = ""
	}
}

// openThere returns how many units of the order its channel shows as open.
func (o *modelOrder) openThere() (open int) {
	for _, l := range o.lines {
		if l.entered && !l.elsewhere() {
			open += l.total - l.shownShipped - l.shownCancelled
		}
	}
	return open
}

// reopen opens units again that the channel shows as open, and reports whether there were any.
func (m *model) reopen(o *modelOrder, restock bool) bool {
	any := false
	for _, l := range o.lines {
		shipped, cancelled := l.openAgain()
		if !l.elsewhere() {
			cancelled = max(cancelled, min(l.unsettled()-shipped, l.units.Cancelled))
		}
		if !o.booked || o.deleted || shipped+cancelled == 0 {
			continue
		}
		any = true
		back := min(shipped, l.returned)
		if l.returned -= back; restock {
			m.shelve(o, l, shipped-back)
			l.undeducted -= min(shipped-back, l.undeducted)
		}
		l.units.Shipped -= shipped
		l.units.Cancelled -= cancelled
		l.mostShipped = max(l.shownShipped, l.mostShipped-shipped)
		l.knownThere = min(l.knownThere, max(l.shownCancelled, l.knownThere-cancelled))
		m.addUnits(o, l, shipped+cancelled)
	}
	if any {
		kept := o.kept == o.contradiction
		o.says, o.deletionSays, o.completed = map[string]string{}, "", false
		if o.say(); kept {
			o.kept = o.contradiction
		}
		o.lift(order.HoldRefunded)
		m.fill()
	}
	return any
}

// enter adds a line. Units that were cancelled or shipped before move no stock.
func (m *model) enter(o *modelOrder, l *modelLine) {
	m.sell(o, l)
	l.entered, l.location, l.date = true, o.location, l.dateThere
	if to, parted := o.parted[l]; parted {
		l.location = to
	}
	if decides(o.account) {
		l.location = l.at
	}
	l.mostShipped, l.shownShipped, l.shownCancelled = l.shippedThere, l.shippedThere, l.cancelledThere
	l.total, l.knownThere = l.quantity, l.cancelledThere
	l.units = order.Units{Cancelled: l.cancelledThere, Shipped: l.shippedThere}
	m.addUnits(o, l, l.quantity-l.cancelledThere-l.shippedThere)
}
