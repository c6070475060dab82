package stock

import (
	"fmt"
	"time"
)

// Means says what a figure of somebody else's is: a channel's file gives what can be bought, a warehouse's what lies
// on the shelf. Nothing is guessed.
type Means string

// What a figure can mean.
const (
	MeansOnHand    Means = "on-hand"   // what lies on the shelf, promised or not
	MeansAvailable Means = "available" // what can still be sold: on hand less the units of open orders
)

// Since is what the books know of a SKU at a location between the moment that a figure is of and now. Orders that were
// placed before that moment are the ones that an available figure leaves out; those placed later are not.
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

// OnHandNow is how much is on hand now when the figure was right at its moment. From what was available, on hand was
// that and the units that were open then: without them every open order would be taken off a second time. What was
// packed, received or sent back since is not undone. It is an error when that comes to less than nothing.
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

// NoteCancelled is the note of movements that a cancellation caused, by which the ledger tells them apart.
const NoteCancelled = "cancelled"
