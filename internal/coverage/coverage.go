// Package coverage holds the rules by which what a channel has is compared with what is here: hour by hour, by the ids of the orders
// that were placed in it. It is pure.
package coverage

import (
	"slices"
	"time"

	"github.com/towpath/towpath/internal/backfill"
)

// Listed is an order as a channel lists it.
type Listed struct {
	ID       string // the channel's
	PlacedAt time.Time
}

// Hour is one hour (UTC) of an account, as it was compared.
type Hour struct {
	From    time.Time // its beginning
	Until   time.Time // it was compared up to here: its end, or for the hour that is not over the moment of the comparison
	Has     int       // orders that the channel lists
	Missing []Listed  // of them, those that are not known here
}

// Compare compares what the channel lists of a window with the ids that are known here: saved, skipped, set aside or deleted ones are all
// known. Every hour of the window is returned, also one without orders; of its first and last hour only what is in it. What the channel lists
// twice counts once, and what it lists of another time does not count.
func Compare(window backfill.Range, listed []Listed, known map[string]bool) []Hour {
	var hours []Hour
	first := window.From.UTC().Truncate(time.Hour)
	for from := first; from.Before(window.To); from = from.Add(time.Hour) {
		until := from.Add(time.Hour)
		if until.After(window.To) {
			until = window.To
		}
		hours = append(hours, Hour{From: from, Until: until})
	}
	seen := make(map[string]bool, len(listed))
	for _, o := range listed {
		if seen[o.ID] || o.PlacedAt.Before(window.From) || !o.PlacedAt.Before(window.To) {
			continue
		}
		seen[o.ID] = true
		h := &hours[int(o.PlacedAt.Sub(first)/time.Hour)]
		h.Has++
		if !known[o.ID] {
			h.Missing = append(h.Missing, o)
		}
	}
	return hours
}

// FirstGap returns the earliest gap among orders that are missing: the whole hours of the earliest one and of those in the hours that
// follow without a break, at most a day and not beyond the moment up to which was compared; and the orders in it. found is false when
// there is none.
func FirstGap(missing []Listed, until time.Time) (gap backfill.Range, in []Listed, found bool) {
	for _, o := range slices.SortedFunc(slices.Values(missing), func(a, b Listed) int { return a.PlacedAt.Compare(b.PlacedAt) }) {
		hour := o.PlacedAt.UTC().Truncate(time.Hour)
		if !found {
			gap, found = backfill.Range{From: hour}, true
		} else if hour.After(gap.To) || hour.Sub(gap.From) >= longestGap {
			break
		}
		gap.To, in = hour.Add(time.Hour), append(in, o)
	}
	if gap.To.After(until) {
		gap.To = until
	}
	return gap, in, found
}

// longestGap bounds the backfill that a gap starts: what is missing after it is the next gap.
const longestGap = 24 * time.Hour
