package order

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Packed is a package of an order, sent or not, as later versions of the order are compared with it.
type Packed struct {
	ID      string
	Number  int
	Address string // a keyed hash of where it was to go when it was packed; empty: not known
	At      int64  // when it was packed, UTC microseconds
}

// Went is where an order goes as keyed hashes: by the version, and before it. Empty: not known.
type Went struct{ Shown, Before string }

// redirectable is how long after it was packed another address matters: later, the package has arrived or has come back. Channels show
// old addresses in part (eBay leaves addressLine2 out after 90 days), and such a one is not another.
const redirectable = 30 * 24 * time.Hour

// The two things that are said of a change after packing. They are stored, and recognised by these words.
const (
	addressChanged = "the address was changed after "
	addedAfter     = " added after "
)

// OnlyAfterPacking reports whether a contradiction says nothing but what the channel changed after the order was packed.
func OnlyAfterPacking(contradiction string) bool {
	changes, other := AfterPacking(contradiction)
	return len(changes) > 0 && other == ""
}

// AfterPacking divides a contradiction into the changes that the channel made after the order was packed, and the rest.
func AfterPacking(contradiction string) (changes []string, other string) {
	var rest []string
	for part := range strings.SplitSeq(contradiction, parted) {
		if strings.HasPrefix(part, addressChanged) || strings.Contains(part, addedAfter) {
			changes = append(changes, part)
		} else {
			rest = append(rest, part)
		}
	}
	return changes, strings.Join(rest, parted)
}

// packed returns the packages of the order that are not empty after what the version has cancelled.
func (in *Intake) packed(a *Arrival) []Packed {
	if a.Order.State == Skipped || a.Order.State == Deleted {
		return nil // of a deleted order another contradiction says that the channel has changed it
	}
	void := in.packages[a.Order.RowID].Voided()
	return slices.DeleteFunc(slices.Clone(in.Packed[a.Order.RowID]), func(p Packed) bool { return slices.Contains(void, p.ID) })
}

// noteAdded notes that the version has added open units to a line of an order that is packed, or partly.
func (in *Intake) noteAdded(a *Arrival, l *Line, n int) {
	if n > 0 && a.Known && a.before != Skipped && len(in.packed(a)) > 0 {
		l.Added, l.addedNow, l.Changed = l.Added+n, true, true
	}
}

// afterPacking says what the channel changed after the order was packed, and whether another address is news. What was said before of
// units that are still open is said in the same words, so that nobody is asked twice.
func (in *Intake) afterPacking(a *Arrival) (said []string, moved bool) {
	packed := in.packed(a)
	if len(packed) == 0 && a.Order.State != Deleted {
		a.Order.forgetAdded()
	}
	if len(packed) == 0 {
		return nil, false
	}
	went := in.Went[a.Order.RowID]
	elsewhere := slices.DeleteFunc(slices.Clone(packed), func(p Packed) bool {
		return went.Shown == "" || p.Address == "" || p.Address == went.Shown || a.Order.Version-p.At > redirectable.Microseconds()
	})
	if len(elsewhere) > 0 && a.status != FulfilmentCancelled {
		said = append(said, addressChanged+were(elsewhere))
		moved = went.Before != "" && went.Before != went.Shown
	}
	for _, l := range a.Order.Lines {
		before := a.Order.saidAdded(l.LineID)
		switch {
		case l.Added == 0:
		case before != "" && !l.addedNow:
			said = append(said, before)
		default:
			said = append(said, units(l.Added)+" of line "+l.LineID+addedAfter+were(packed))
		}
	}
	return said, moved
}

// forgetAdded ends the watch for added units of an order that has no package any more.
func (o *Order) forgetAdded() {
	for _, l := range o.Lines {
		if l.Added > 0 {
			l.Added, l.Changed = 0, true
		}
	}
}

// were names packages, e.g. "packages 1 and 2 were packed".
func were(packed []Packed) string {
	var numbers []string
	for _, p := range packed {
		numbers = append(numbers, fmt.Sprint(p.Number))
	}
	if len(numbers) == 1 {
		return "package " + numbers[0] + " was packed"
	}
	last := len(numbers) - 1
	return "packages " + strings.Join(numbers[:last], ", ") + " and " + numbers[last] + " were packed"
}

// saidAdded returns what the contradiction says of units that were added to a line, or an empty string.
func (o *Order) saidAdded(lineID string) string {
	for part := range strings.SplitSeq(o.Contradiction, parted) {
		if strings.Contains(part, " of line "+lineID+addedAfter) {
			return part
		}
	}
	return ""
}

// settleAdded closes what is said of added units that are packed or cancelled meanwhile, and of an order of which nothing is packed any more.
func (o *Order) settleAdded() {
	gone := slices.ContainsFunc(o.Lines, func(l *Line) bool { return l.Units.Packed+l.Units.Shipped > 0 })
	if !gone && len(o.Lines) > 0 {
		_, o.Contradiction = AfterPacking(o.Contradiction)
		_, o.Kept = AfterPacking(o.Kept)
	}
	for _, l := range o.Lines {
		open := min(l.Added, l.Units.Open())
		if !gone {
			open = 0
		}
		if open == l.Added {
			continue
		}
		l.Added, l.Changed = open, true
		if said := o.saidAdded(l.LineID); said != "" && open == 0 {
			o.Contradiction, o.Kept = without(o.Contradiction, said), without(o.Kept, said)
		}
	}
}

// without returns a contradiction without one of its parts.
func without(contradiction, part string) string {
	parts := slices.DeleteFunc(strings.Split(contradiction, parted), func(p string) bool { return p == part })
	return strings.Join(parts, parted)
}
