package console

import (
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/wording"
)

// days adds a first and a last day in a zone, and links to the usual spans. It returns the moment from which and the one before which it is;
// a zero one: without end on that side.
func (l *list[T]) days(zone *time.Location, now time.Time) (from, to time.Time) {
	from, last := l.dayIn("from", "From", zone, now), l.dayIn("to", "To", zone, now)
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
func (l *list[T]) dayIn(name, label string, zone *time.Location, now time.Time) time.Time {
	day := dayOf(l.in.text(name), zone, now)
	l.in.keep(name, day)
	value := l.filter(field{Name: name, Label: label, Value: day, Day: true})
	if value == "" {
		return time.Time{}
	}
	t, err := time.ParseInLocation(time.DateOnly, value, zone)
	if err != nil {
		l.in.fail(name, "want a day such as 2026-11-28")
	}
	return t
}

// daySpan is a usual span of days, counted back from today.
type daySpan struct {
	label       string
	first, last int // days ago
}

var daySpans = []daySpan{{"today", 0, 0}, {"yesterday", 1, 1}, {"7 days", 6, 0}, {"30 days", 29, 0}}

// daysAgo returns the day that is so many days before a moment in a zone.
func daysAgo(n int, zone *time.Location, now time.Time) string {
	return wording.DayIn(now.In(zone).AddDate(0, 0, -n), zone)
}

// span notes the usual spans of days, and which of them is chosen.
func (in *inputs) span(zone *time.Location, now time.Time) {
	in.spans = nil
	for _, s := range daySpans {
		first, last := daysAgo(s.first, zone, now), daysAgo(s.last, zone, now)
		in.spans = append(in.spans, option{Label: s.label, Value: first, Last: last, Chosen: in.filter.Get("from") == first && in.filter.Get("to") == last})
	}
}

// moving returns the filters with days that move on with the calendar in place of the dates of a usual span, and the span's name; an empty name:
// the filters have no such span.
func (in *inputs) moving() (query, span string) {
	for i, s := range in.spans {
		if s.Chosen {
			q := maps.Clone(in.filter)
			q.Set("from", dayWord(daySpans[i].first))
			q.Set("to", dayWord(daySpans[i].last))
			return q.Encode(), s.Label
		}
	}
	return in.filter.Encode(), ""
}

// dayWord names a day by its distance from today, as a kept view has it.
func dayWord(ago int) string {
	if ago == 0 {
		return "today"
	}
	return "today-" + strconv.Itoa(ago)
}

// dayOf returns the date that a filter means, which may be a distance from today.
func dayOf(value string, zone *time.Location, now time.Time) string {
	rest, ok := strings.CutPrefix(value, "today")
	if !ok {
		return value
	}
	ago, err := strconv.Atoi(strings.TrimPrefix(rest, "-"))
	switch {
	case rest == "":
		return daysAgo(0, zone, now)
	case err != nil || !strings.HasPrefix(rest, "-") || ago < 0 || ago > 3650:
		return value
	}
	return daysAgo(ago, zone, now)
}

// Spans returns links to the usual spans of days, with the same filters; none of a list without days.
func (l *list[T]) Spans() []option {
	var all []option
	for _, s := range l.in.spans {
		q := maps.Clone(l.in.filter)
		q.Set("from", s.Value)
		q.Set("to", s.Last)
		s.Href = l.in.path + "?" + q.Encode()
		all = append(all, s)
	}
	return all
}
