package ebay

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"time"
)

// window is the content of a cursor: a time span and how much of it has been read.
//
// eBay pages by offset, and orders leave a window while it is read (they change, or are shipped), which moves all
// later ones forward. So pages overlap by Margin orders, and Covered is reduced by the number of orders that left
// since the last page: no order can have moved further than that. Nothing enters a window whose end has passed,
// except orders that eBay indexes late; the overlap of windows is for those.
type window struct {
	Open    bool      `json:"o,omitempty"` // orders not yet shipped, by creation; else all, by modification
	Past    bool      `json:"p,omitempty"` // a search of the past, whose end was asked for
	Placed  bool      `json:"b,omitempty"` // all orders, by creation
	Since   time.Time `json:"s"`           // inclusive
	Until   time.Time `json:"u"`           // inclusive, from the server unless Past; zero = the end is still open
	Covered int       `json:"c,omitempty"` // all orders before this position have been read
	Total   int       `json:"t,omitempty"` // orders in the window, in the last answer
	Margin  int       `json:"m,omitempty"` // positions to go back for the next page
	Print   string    `json:"f,omitempty"` // hash of the page before, when the next one begins later
}

// The margin follows the number of orders that leave, between these limits.
const (
	minMargin = 10
	maxMargin = maxPage * 3 / 4
)

// maxCursor limits a cursor, in bytes.
const maxCursor = 1024

var errCursor = errors.New("the cursor is not one of eBay's: start again without one")

// offset returns where the next page starts.
func (w window) offset() int { return max(0, w.Covered-w.Margin) }

// done reports whether the whole window has been read.
func (w window) done() bool { return w.Covered >= w.Total }

// advanceUnlessSame is advance, but a page with the same hash as the one before counts as no progress.
func (w window) advanceUnlessSame(n, total int, print string) (window, bool) {
	if n > 0 && print == w.Print {
		return w, false
	}
	next, moved := w.advance(n, total)
	next.Print = ""
	if next.offset() > w.offset() {
		next.Print = print
	}
	return next, moved
}

// advance adds a page of n orders, read at offset(), of a window that now has total orders. It reports whether the
// page made progress; without progress on one page later pages make none either.
func (w window) advance(n, total int) (window, bool) {
	left := max(0, w.Total-total)
	covered := max(0, w.Covered-left)
	if from := w.offset(); from <= covered {
		covered = max(covered, from+n)
	}
	moved := covered > w.Covered || left > 0 || covered >= total
	margin := min(max(2*left, minMargin), maxMargin)
	if !moved && w.Margin > 0 { // pages are not longer than the margin: drop it
		margin, moved = 0, true
	}
	w.Covered, w.Total, w.Margin = covered, total, margin
	return w, moved
}

func (w window) cursor() string {
	b, err := json.Marshal(w)
	if err != nil { // only a year beyond 9999 can't be marshalled, and decoding refuses those
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseCursor parses a cursor and refuses anything else.
func parseCursor(s string) (window, error) {
	var w window
	if len(s) > maxCursor {
		return w, errCursor
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || json.Unmarshal(b, &w) != nil {
		return window{}, errCursor
	}
	const most = 1 << 30
	inRange := func(n int) bool { return n >= 0 && n < most }
	if w.Until.IsZero() || w.Since.After(w.Until) || !inRange(w.Covered) || !inRange(w.Total) || !inRange(w.Margin) {
		return window{}, errCursor
	}
	return w, nil
}
