package wording

import (
	"fmt"
	"time"
)

// Moment is a time to the second, in UTC; empty for none. It sorts, and commands that take a time take it.
func Moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}

// Day is a date, in UTC; empty for none.
func Day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// Away is how long ago or ahead a time is, in its largest units; empty for none.
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

// Due is Away for what is to come: when its time has passed, it waits for what comes before it.
func Due(t, now time.Time) string {
	if !t.IsZero() && !t.After(now) {
		return "due"
	}
	return Away(t, now)
}

// Took is a duration in its largest units, two at most.
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

// two is a duration in two units, or in one where there is nothing of the smaller.
func two(large int, unit string, small int, rest string) string {
	if small == 0 {
		return fmt.Sprintf("%d %s", large, unit)
	}
	return fmt.Sprintf("%d %s %d %s", large, unit, small, rest)
}

// Between is how long something took; empty while it has not begun or not ended, and never below nothing.
func Between(began, ended time.Time) string {
	if began.IsZero() || ended.IsZero() {
		return ""
	}
	return Took(max(0, ended.Sub(began)))
}
