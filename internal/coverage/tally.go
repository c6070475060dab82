package coverage

import (
	"time"

	"github.com/towpath/towpath/internal/backfill"
)

// Tally is what was found of an hour or a day of an account, as it stands now.
type Tally struct {
	From    time.Time `json:"from"`    // its beginning
	Until   time.Time `json:"until"`   // it was compared up to here
	Has     int       `json:"has"`     // orders that the channel lists
	Missing int       `json:"missing"` // of them, those that are not here now
	Missed  int       `json:"missed"`  // those that were not here at some check
	Asked   int       `json:"asked"`   // of the missing ones, those that a backfill reads or will read
	// Interrupted are those of the missing ones whose backfill is paused, was stopped or has failed, or that wait for one that is paused.
	Interrupted int `json:"interrupted"`
	Unknown     int `json:"unknown"` // hours of which the channel gave no list
}

// Here returns how many of the orders that the channel lists are here.
func (t Tally) Here() int { return t.Has - t.Missing }

// State is what an hour or a day needs.
type State string

// The states.
const (
	Whole       State = "whole"       // all that the channel lists is here
	Healed      State = "healed"      // what was missing is here by now
	Backfilling State = "backfilling" // a backfill brings what is missing
	Interrupted State = "interrupted" // its backfill is paused, was stopped or has failed: a person has to resume it
	Lost        State = "missing"     // a backfill has not brought it: a person has to look
	Unknown     State = "unknown"     // the channel gave no list of it
)

// State returns the state.
func (t Tally) State() State {
	switch {
	case t.Missing > t.Asked+t.Interrupted:
		return Lost
	case t.Interrupted > 0:
		return Interrupted
	case t.Missing > 0:
		return Backfilling
	case t.Unknown > 0:
		return Unknown
	case t.Missed > 0:
		return Healed
	}
	return Whole
}

// Add adds what was found of another time.
func (t Tally) Add(o Tally) Tally {
	if t.From.IsZero() || o.From.Before(t.From) && !o.From.IsZero() {
		t.From = o.From
	}
	if o.Until.After(t.Until) {
		t.Until = o.Until
	}
	t.Has, t.Missing, t.Missed, t.Unknown = t.Has+o.Has, t.Missing+o.Missing, t.Missed+o.Missed, t.Unknown+o.Unknown
	t.Asked, t.Interrupted = t.Asked+o.Asked, t.Interrupted+o.Interrupted
	return t
}

// Days sums up hours, which are sorted, by the days of a time zone. An hour counts to the day in which it begins: hours are those of UTC, and
// where a zone differs from it by half an hour, one is of two days.
func Days(hours []Tally, zone *time.Location) (days []Tally) {
	for _, h := range hours {
		y, m, d := h.From.In(zone).Date()
		day := backfill.FirstMoment(y, m, d, zone).UTC()
		if n := len(days); n == 0 || !days[n-1].From.Equal(day) {
			days = append(days, Tally{From: day})
		}
		last := &days[len(days)-1]
		h.From = day
		*last = last.Add(h)
	}
	return days
}
