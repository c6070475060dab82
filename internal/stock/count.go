package stock

import (
	"fmt"
	"time"
)

// Means is what an external figure counts: a channel's file counts available units, a warehouse's counts units on hand. It is
// never guessed.
type Means string

// What a figure can mean.
const (
	MeansOnHand    Means = "on-hand"   // what lies on the shelf, promised or not
	MeansAvailable Means = "available" // what can still be sold: on hand less the units of open orders
)

// Since is what happened to a SKU at a location between the time of a figure and now. An available figure leaves out the orders
// placed before that time.
type Since struct {
	StillOpen int // units of orders placed before, not packed yet
	Packed    int // units of such orders that were packed since
	Cancelled int // reserved units of such orders that were cancelled since: they lie on the shelf, and are free now
	Changes   int // all that has changed on hand since, the packed units (negative) among it

	Counted time.Time // somebody counted later, and that count stands; zero: nobody did
}

// Moved takes in movements of one kind since the moment: their sums of on hand and reserved, whether they are of orders placed
// before it, whether a cancellation caused them, and when the last was made.
func (s *Since) Moved(kind Kind, placedBefore, cancelled bool, onHand, reserved int, last time.Time) {
	s.Changes += onHand
	switch {
	case kind == Ship && placedBefore:
		s.Packed -= onHand
	case kind == Release && placedBefore && cancelled:
		s.Cancelled -= reserved
	case kind == Count || kind == Opening:
		if last.After(s.Counted) {
			s.Counted = last
		}
	}
}

// OnHandNow returns how much is on hand now if the figure was right at its time. For an available figure the units of then open
// orders are added first. Later packings, receipts and returns are kept. A negative result is an error.
func OnHandNow(means Means, figure int, s Since) (int, error) {
	then := figure
	if means == MeansAvailable {
		then += s.StillOpen + s.Packed + s.Cancelled
	}
	now := then + s.Changes
	if now < 0 {
		return 0, fmt.Errorf("%d %s comes to %d on hand (%d open then, %+d since): count it instead", figure, means, now, then-figure, s.Changes)
	}
	return now, nil
}

// CountedWithout reports whether a count did not find units that had left before, so that they must not be deducted once more. Both
// moments are UTC microseconds; a count of 0 was never made.
func CountedWithout(counted, left int64) bool { return counted > left }

// NoteShippedThere is the ledger note of units that left by a shipment made on the channel, and were not reserved here.
const NoteShippedThere = "shipped on the channel without being reserved here"

// NoteCancelled is the ledger note of movements caused by a cancellation.
const NoteCancelled = "cancelled"
