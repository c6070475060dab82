package ordertest

import (
	"time"

	"github.com/towpath/towpath/internal/order"
)

// The dates of lines: from when on their units may be packed.
const (
	now = iota
	dated
	undated
)

// theDate is that of the lines with one; it has come at due.
var (
	theDate = time.Date(2100, time.January, 1, 0, 0, 0, 0, time.UTC)
	due     = theDate.AddDate(1, 0, 0)
)

// notBefore returns the date of a line as its channel shows it.
func (l *modelLine) notBefore() time.Time {
	return []time.Time{{}, theDate, order.Undated}[l.dateThere]
}

// notYet reports whether all that is open of the order on its channel waits for a date, and the earliest of these.
func (o *modelOrder) notYet() (whole bool, date int) {
	whole = true
	for _, l := range o.lines {
		switch {
		case l.gone || o.bare || l.sender != order.SenderUs || l.quantity <= l.cancelledThere+l.shippedThere:
		case l.dateThere == now:
			whole = false
		case date == now || l.dateThere < date:
			date = l.dateThere
		}
	}
	return whole && date != now, date
}

// waits reports whether units of a line are not to be packed yet, and nobody has allowed it.
func (o *modelOrder) waits(l *modelLine) bool { return l.date != now && !o.lifted[order.HoldNotYet] }

// pass lets the date of the order's lines come.
func (o *modelOrder) pass() {
	if o.notBefore != dated {
		return
	}
	o.notBefore = now
	packable := false
	for _, l := range o.lines {
		if l.date == dated {
			l.date = now
		}
		switch open := l.units.Reserved + l.units.Backordered + l.units.Unlinked; {
		case open == 0:
		case l.date == now:
			packable = true
		default:
			o.notBefore = l.date
		}
	}
	if packable || o.notBefore == now {
		delete(o.holds, order.HoldNotYet)
		o.lifted[order.HoldNotYet] = false
	}
}

// due lets the date of orders come that are not to be packed yet.
func (g *game) due(t *T) bool {
	for _, o := range g.model.orders {
		o.pass()
	}
	twice(t, func() { g.books.Pass(t, due) })
	return true
}
