package register

import "time"

// Recurs reports whether runs of the kind start again by themselves, so that their failing again and again needs a person. A person
// starts the others, or each has a place of its own where what failed waits: packages are parked, items of a publication are in
// error.
func (k Kind) Recurs() bool { return k == Orders || k == Stock || k == Levels || k == Coverage }

// Recurring returns the kinds that recur.
func Recurring() []Kind {
	var list []Kind
	for _, k := range Kinds() {
		if k.Recurs() {
			list = append(list, k)
		}
	}
	return list
}

// Well reports whether the run counts as one without an error in its account's health. One that had items in error does not: 16
// refused levels of 23 are no success (case F1b).
func (r Run) Well() bool { return !r.Failed() }

// stale is the age at which failed runs no longer tell how an account does, because none has followed.
const stale = 24 * time.Hour

// Current reports whether the newest run of a kind still tells how its account does.
func Current(newest Run, now time.Time) bool { return newest.StartedAt.After(now.Add(-stale)) }
