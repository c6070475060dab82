// Package backfill holds the rules of backfills: which range of past orders may be read, in which windows a channel is searched for
// it, and how long the rest takes. It is pure.
package backfill

import (
	"errors"
	"fmt"
	"time"
)

// Records are what a backfill reads.
type Records string

// What can be read again for a range.
const (
	Orders    Records = "orders"    // all orders that were placed in the range
	Shipments Records = "shipments" // orders in the books that changed in the range: what the channel shows as shipped is followed
)

// Cause is why a backfill was started.
type Cause string

// The causes of backfills.
const (
	OfPerson   Cause = ""         // a person asked for it
	OfCoverage Cause = "coverage" // orders that the channel lists are missing
)

// Standing is where a backfill stands.
type Standing string

// The states of a backfill.
const (
	Running Standing = "running"
	Paused  Standing = "paused" // until a person resumes it
	Done    Standing = "done"
	Stopped Standing = "stopped" // by a person, before its end
	Failed  Standing = "failed"  // a fault ended it: resumed, it goes on where it was
)

// Over reports whether the state is one of a backfill that does nothing more by itself.
func (s Standing) Over() bool { return s == Done || s == Stopped || s == Failed }

// Resumable reports whether a person may let a backfill in this state go on.
func (s Standing) Resumable() bool { return s == Paused || s == Stopped || s == Failed }

// Standings returns all.
func Standings() []Standing { return []Standing{Running, Paused, Done, Stopped, Failed} }

// Range is a span of time, From inclusive and To exclusive, in UTC and whole seconds.
type Range struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// String returns the range for people, in UTC.
func (r Range) String() string { return r.In(time.UTC) }

// In returns the range for people, in a time zone, which it names. Its two ends may be of two: the clock is changed in between.
func (r Range) In(zone *time.Location) string {
	const form = "2 Jan 2006 15:04"
	from, to := r.From.In(zone), r.To.In(zone)
	if from.Format("MST") != to.Format("MST") {
		return from.Format(form+" MST") + " to " + to.Format(form+" MST")
	}
	return from.Format(form) + " to " + to.Format(form+" MST")
}

// The limits of a range. No channel answers for orders of less than two minutes ago: the scans read these.
const (
	longest = 10*366*24*time.Hour + 24*time.Hour
	behind  = 2 * time.Minute
)

// ErrFuture is the error of a range of which a limit has not come yet, where the account is.
var ErrFuture = errors.New("in the future")

// Parse reads a range as a person gives it: days of a time zone (2026-11-28, To inclusive; 23 or 25 hours long where the clock is
// changed), or moments with a zone of their own (RFC 3339, To exclusive). A range that has not ended is cut off two minutes before now.
func Parse(from, to string, zone *time.Location, now time.Time) (Range, error) {
	begin, _, err := moment("--from", from, zone)
	if err != nil {
		return Range{}, err
	}
	end, day, err := moment("--to", to, zone)
	if err != nil {
		return Range{}, err
	}
	future := end.After(now)
	if day {
		y, m, d := end.Date()
		end = FirstMoment(y, m, d+1, zone)
	}
	switch {
	case !begin.Before(end):
		return Range{}, fmt.Errorf("--from %s is not before --to %s", from, to)
	case begin.After(now):
		return Range{}, fmt.Errorf("--from %s is %w", from, ErrFuture)
	case future:
		return Range{}, fmt.Errorf("--to %s is %w: the last day that can be read is %s", to, ErrFuture, now.In(zone).Format(time.DateOnly))
	}
	if latest := now.UTC().Add(-behind).Truncate(time.Second); end.After(latest) {
		end = latest
	}
	r := Range{From: begin.UTC(), To: end.UTC()}
	switch {
	case !r.From.Before(r.To):
		return Range{}, fmt.Errorf("--from %s is less than two minutes ago: `towpath sync orders` reads what is new", from)
	case r.To.Sub(r.From) > longest:
		return Range{}, fmt.Errorf("--from %s --to %s is more than ten years: read ten years at a time", from, to)
	}
	return r, nil
}

// moment reads a day or a moment, and reports which it was.
func moment(flag, text string, zone *time.Location) (at time.Time, day bool, err error) {
	if text == "" {
		return at, false, fmt.Errorf("%s is missing: give a day, such as 2026-11-28", flag)
	}
	if at, err = time.Parse(time.DateOnly, text); err == nil {
		y, m, d := at.Date()
		return FirstMoment(y, m, d, zone), true, nil
	}
	if at, err = time.Parse(time.RFC3339, text); err == nil {
		return at.UTC().Truncate(time.Second), false, nil
	}
	return at, false, fmt.Errorf("%s %q is not a day, such as 2026-11-28, or a moment, such as 2026-11-28T14:00:00Z", flag, text)
}

// FirstMoment returns when a day begins in a zone. Where the clock goes forward at midnight, that is when it has been changed: time.Date may
// return a moment of the evening before.
func FirstMoment(year int, month time.Month, day int, zone *time.Location) time.Time {
	at := time.Date(year, month, day, 0, 0, 0, 0, zone)
	if at.Hour() < 12 {
		return at
	}
	_, changed := at.ZoneBounds()
	return changed
}
