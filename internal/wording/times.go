package wording

import (
	"fmt"
	"time"
)

// Moment returns a time to the second in UTC, or an empty string. It is sortable, and commands accept it.
func Moment(t time.Time) string { return MomentIn(t, nil) }

// MomentIn returns a time to the second in a time zone, which it names, or an empty string. nil is UTC. Commands do not accept it in
// another zone than UTC: some names, such as CST, are those of several.
func MomentIn(t time.Time, zone *time.Location) string {
	switch {
	case t.IsZero():
		return ""
	case zone == nil || zone == time.UTC:
		return t.UTC().Format("2006-01-02 15:04:05Z")
	}
	return t.In(zone).Format("2006-01-02 15:04:05 MST")
}

// Zones are the time zones of accounts, by id.
type Zones map[string]*time.Location

// Of returns the zone of an account; UTC if it has none.
func (z Zones) Of(account string) *time.Location {
	if zone := z[account]; zone != nil {
		return zone
	}
	return time.UTC
}

// Shared returns the zone in which somebody who looks at all accounts counts his days: theirs, if they share one, else UTC.
func (z Zones) Shared() *time.Location {
	var shared *time.Location
	for _, zone := range z {
		if shared != nil && shared.String() != zone.String() {
			return time.UTC
		}
		shared = zone
	}
	if shared == nil {
		return time.UTC
	}
	return shared
}

// Moment returns a time in the zone of an account.
func (z Zones) Moment(account string, t time.Time) string { return MomentIn(t, z.Of(account)) }

// Day returns a date in UTC, or an empty string.
func Day(t time.Time) string { return DayIn(t, time.UTC) }

// DayIn returns a date in a time zone, or an empty string. What it is in names the zone.
func DayIn(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(time.DateOnly)
}

// HourIn returns the beginning of an hour in a time zone, which it names: where the clock goes back, two begin at the same time of the day.
func HourIn(t time.Time, zone *time.Location) string {
	if zone == time.UTC {
		return t.UTC().Format("2006-01-02 15:04Z")
	}
	return t.In(zone).Format("2006-01-02 15:04 MST")
}

// Away returns how long ago or ahead a time is, in its largest units, or an empty string.
func Away(t, now time.Time) string {
	d := t.Sub(now).Round(time.Second)
	switch {
	case t.IsZero():
		return ""
	case d > 0:
		return "in " + Took(d)
	case d > -2*time.Second:
		return "just now"
	}
	return Took(-d) + " ago"
}

// Due is Away for a future time; a time that has passed is shown as waiting.
func Due(t, now time.Time) string {
	if !t.IsZero() && !t.After(now) {
		return "due"
	}
	return Away(t, now)
}

// Took returns a duration in its two largest units.
func Took(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	case d >= 10*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	case d >= time.Hour:
		return two(int(d.Hours()), "h", int(d.Minutes())%60, "min")
	case d >= 10*time.Minute:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d >= time.Minute:
		return two(int(d.Minutes()), "min", int(d.Seconds())%60, "s")
	case d >= 10*time.Second:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d >= time.Second:
		return fmt.Sprintf("%.3g s", d.Truncate(100*time.Millisecond).Seconds())
	}
	return fmt.Sprintf("%d ms", d.Milliseconds())
}

// two returns a duration in two units, or in one when the smaller is 0.
func two(large int, unit string, small int, rest string) string {
	if small == 0 {
		return fmt.Sprintf("%d %s", large, unit)
	}
	return fmt.Sprintf("%d %s %d %s", large, unit, small, rest)
}

// Between returns a duration as text, or an empty string before the start or end; it is never negative.
func Between(began, ended time.Time) string {
	if began.IsZero() || ended.IsZero() {
		return ""
	}
	return Took(max(0, ended.Sub(began)))
}
