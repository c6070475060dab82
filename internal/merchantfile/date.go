package merchantfile

import (
	"time"
)

// days is where a column shows in which order it writes day and month.
type days struct{ dayFirst, monthFirst int } // the first lines that do; 0: none

func (d *days) see(string, int) {}

// date reads a time; it is zero where the cell is empty, or after a mistake was noted.
func (p *page) date(r row, c column) time.Time {
	text := r.get(c)
	if text == "" {
		return time.Time{}
	}
	zone := p.file.options.Zone
	if zone == nil {
		zone = time.UTC
	}
	if t, err := time.ParseInLocation("2006-01-02", text, zone); err == nil {
		return t
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t
	}
	p.wrong(r.line, c, quote(text)+" is no date", "a date such as 2026-11-23 or 2026-11-23T15:30:00+00:00")
	return time.Time{}
}
