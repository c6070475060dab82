package order

import (
	"slices"
	"time"

	"github.com/towpath/towpath/internal/shipment"
)

// Undated is the date of a line that is not to be packed yet when its channel gives none. It is a date that a JSON text can have.
var Undated = time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)

// notYet returns the date before which a line of a version is not to be packed, UTC microseconds; 0: it may be packed at a moment.
func (l SnapshotLine) notYet(at int64) int64 {
	if date := micro(l.NotBefore); date > at {
		return date
	}
	return 0
}

// notYet reports whether nothing of a version is to be packed at a moment, and returns the earliest date of a line that is to be packed
// later; 0: there is none.
func (s Snapshot) notYet(status Status, at int64) (whole bool, date int64) {
	now := false
	for _, l := range s.Lines {
		if cancelled, shipped := l.units(status.Fulfilment()); l.Sender == SenderUs && l.Quantity > cancelled+shipped {
			now, date = now || l.notYet(at) == 0, earlier(date, l.notYet(at))
		}
	}
	return date > 0 && !now, date
}

// earlier returns the earlier of two dates; 0 is none.
func earlier(a, b int64) int64 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// setNotBefore notes the date before which the line is not to be packed.
func (l *Line) setNotBefore(date int64) {
	if l.NotBefore != date {
		l.NotBefore, l.Changed = date, true
	}
}

// ReleaseNotYet lets units be packed whose date has come. It reports whether there are any.
func (o *Order) ReleaseNotYet(now int64) bool {
	if o.NotBefore == 0 || o.NotBefore > now {
		return false
	}
	packable := false
	o.NotBefore = 0
	for _, l := range o.Lines {
		if l.NotBefore <= now {
			l.setNotBefore(0)
		}
		if l.Units.Open() > 0 {
			packable, o.NotBefore = packable || l.NotBefore == 0, earlier(o.NotBefore, l.NotBefore)
		}
	}
	if packable || o.NotBefore == 0 {
		o.setHolds(slices.DeleteFunc(o.Holds.List(), func(h Hold) bool { return h == HoldNotYet }), now)
	}
	return true
}

// RefuseDates returns why contents may not be packed at a moment, or an empty string: the date of a line has not come, and nobody has allowed it.
func (o *Order) RefuseDates(contents []shipment.Content, now int64) string {
	for _, c := range contents {
		if l := o.Line(c.LineID); l != nil && l.NotBefore > now && !o.Allowed.Has(HoldNotYet) {
			return "line " + l.LineID + ": " + HoldNotYet.Text()
		}
	}
	return ""
}
