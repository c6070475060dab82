package ebay

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"time"
)

// window is what a cursor stands for: a span of time and how much of it has been read.
//
// eBay pages by offset, and orders leave a window while it is read (they change, or are shipped), which moves
// all later ones forward. So pages overlap by Margin orders, and Covered is corrected by as many orders as
// have left since the last page: wherever they stood, no order can have slipped by more places than that.
// Nothing enters a window whose end has passed, except what eBay indexes late; the overlap of windows is for those.
type window struct {
	Open    bool      `json:"o,omitempty"` // orders not yet shipped, by creation; else all, by modification
	Since   time.Time `json:"s"`           // inclusive
	Until   time.Time `json:"u"`           // inclusive, told by the server; zero: not yet known, the end is open
	Covered int       `json:"c,omitempty"` // every order before this place has been read
	Total   int       `json:"t,omitempty"` // orders in the window, as last told
	Margin  int       `json:"m,omitempty"` // places to go back for the next page
	Print   string    `json:"f,omitempty"` // of the page before, when the next one begins later: it can't come again
}

// The margin follows what leaves, between these bounds.
const (
	minMargin = 10
	maxMargin = maxPage * 3 / 4
)

// maxCursor bounds a cursor, in bytes.
const maxCursor = 1024

var errCursor = errors.New("the cursor is not one of eBay's: start again without one")

// offset is where the next page starts.
func (w window) offset() int { return max(0, w.Covered-w.Margin) }

// done tells whether all of the window has been read.
func (w window) done() bool { return w.Covered >= w.Total }

// take is advance for a page that is told by its print from the one before: the same once more is no progress.
func (w window) take(n, total int, print string) (window, bool) {
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

// advance takes a page of n orders, read at offset(), of a window that now has total orders. It reports
// whether the page brought the reading on; each page must, or a later one will not either.
func (w window) advance(n, total int) (window, bool) {
	left := max(0, w.Total-total)
	covered := max(0, w.Covered-left)
	if from := w.offset(); from <= covered {
		covered = max(covered, from+n)
	}
	moved := covered > w.Covered || left > 0 || covered >= total
	margin := min(max(2*left, minMargin), maxMargin)
	if !moved && w.Margin > 0 { // pages no longer than the margin: do without it
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

// parseCursor reads what cursor wrote and refuses anything else.
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
