package console

import (
	"maps"
	"time"

	"github.com/towpath/towpath/internal/wording"
)

// days adds a first and a last day in a zone, and links to the usual spans. It returns the moment from which and the one before which it is;
// a zero one: without end on that side.
func (l *list[T]) days(zone *time.Location, now time.Time) (from, to time.Time) {
	from, last := l.dayIn("from", "From", zone), l.dayIn("to", "To", zone)
	if !last.IsZero() {
		to = last.AddDate(0, 0, 1)
	}
	if l.in.err == nil && !from.IsZero() && !to.IsZero() && !from.Before(to) {
		l.in.fail("to", "want the day of "+wording.DayIn(from, zone)+" or a later one")
	}
	l.Zone = zone.String()
	l.in.span(zone, now)
	return from, to
}

// dayIn adds a filter for a date, and returns its beginning in a zone.
func (l *list[T]) dayIn(name, label string, zone *time.Location) time.Time {
	value := l.filter(field{Name: name, Label: label, Value: l.in.text(name), Day: true})
	if value == "" {
		return time.Time{}
	}
	t, err := time.ParseInLocation(time.DateOnly, value, zone)
	if err != nil {
		l.in.fail(name, "want a day such as 2026-11-28")
	}
	return t
}

// span notes the usual spans of days, which end today.
func (in *inputs) span(zone *time.Location, now time.Time) {
	today := wording.DayIn(now, zone)
	in.spans = nil
	for _, s := range []struct {
		label string
		days  int
	}{{"today", 1}, {"7 days", 7}, {"30 days", 30}} {
		first := wording.DayIn(now.In(zone).AddDate(0, 0, 1-s.days), zone)
		in.spans = append(in.spans, option{Label: s.label, Value: first, Chosen: in.filter.Get("from") == first && in.filter.Get("to") == today})
	}
	in.today = today
}

// Spans returns links to the usual spans of days, with the same filters; none of a list without days.
func (l *list[T]) Spans() []option {
	var all []option
	for _, s := range l.in.spans {
		q := maps.Clone(l.in.filter)
		q.Set("from", s.Value)
		q.Set("to", l.in.today)
		s.Href = l.in.path + "?" + q.Encode()
		all = append(all, s)
	}
	return all
}
