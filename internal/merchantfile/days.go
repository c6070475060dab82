package merchantfile

import (
	"fmt"
	"time"
)

// days are the first lines in which a column shows its order of day and month.
type days struct{ dayFirst, monthFirst int } // the first lines that do; 0: none

func (d *days) see(text string, line int) {
	s, ok := splitDate(text)
	if !ok || !s.numeric || s.open {
		return
	}
	if s.monthFirst {
		d.monthFirst = earlier(d.monthFirst, line)
	} else {
		d.dayFirst = earlier(d.dayFirst, line)
	}
}

func earlier(line, other int) int {
	if line == 0 {
		return other
	}
	return line
}

// date reads a time; it returns zero for an empty cell, or after a mistake.
func (p *page) date(r row, c column) time.Time {
	text := r.get(c)
	const want = "a date such as 2026-11-23 or 2026-11-23T15:30:00+00:00"
	if text == "" {
		return time.Time{}
	}
	s, ok := splitDate(text)
	switch {
	case dayNumber.MatchString(text):
		p.wrong(r.line, c, quote(text)+" is a spreadsheet's count of days, not a date", want+": format the column as a date and save again")
		return time.Time{}
	case !ok:
		p.wrong(r.line, c, quote(text)+" is no date", want)
		return time.Time{}
	case s.numeric && !p.resolveDayMonth(r, c, &s):
		return time.Time{}
	}
	zone := p.file.options.Zone
	if zone == nil {
		zone = time.UTC
	}
	return s.at(zone)
}

// resolveDayMonth decides between day and month by the column's other dates, or those of the file's other columns.
func (p *page) resolveDayMonth(r row, c column, s *stamp) bool {
	seen := *p.file.facts.days[c.at]
	if seen.dayFirst == 0 && seen.monthFirst == 0 {
		for _, d := range p.file.facts.days {
			seen.dayFirst, seen.monthFirst = earlier(seen.dayFirst, d.dayFirst), earlier(seen.monthFirst, d.monthFirst)
		}
	}
	switch {
	case seen.dayFirst > 0 && seen.monthFirst > 0:
		p.wrong(r.line, c, fmt.Sprintf("%s: line %d has the day first, line %d the month", quote(r.get(c)), seen.dayFirst, seen.monthFirst),
			"one of the two in the whole file, or dates such as 2026-11-23")
		return false
	case !s.open:
		return true
	case seen.dayFirst == 0 && seen.monthFirst == 0:
		other := *s
		other.day, other.month = s.month, s.day
		p.wrong(r.line, c, fmt.Sprintf("%s can be %s or %s, and nothing else in the file shows which", quote(r.get(c)),
			s.at(time.UTC).Format("2 January 2006"), other.at(time.UTC).Format("2 January 2006")),
			"a date such as "+s.at(time.UTC).Format(time.DateOnly)+" or "+other.at(time.UTC).Format(time.DateOnly))
		return false
	case seen.monthFirst > 0:
		s.day, s.month = s.month, s.day
	}
	return true
}
