package ebay

import (
	"encoding/base64"
	"encoding/json"
)

// place is the position in the list of inventory items. eBay counts pages, so when items are deleted meanwhile, later
// ones move to pages already read: then as many pages are read again.
type place struct {
	Page  int    `json:"p"`           // the next page, 0 = the first
	Total int    `json:"t"`           // all items, in the last answer
	Print string `json:"f,omitempty"` // hash of the page before, to detect a repeated page
}

// after returns the position after a page, and whether there is more. moved is false when the page contradicts
// earlier answers: it repeats the one before, or is empty in the middle of the list.
func (p place) after(items []record, total int) (next place, more, moved bool) {
	skus := make([]string, len(items))
	for i, item := range items {
		skus[i] = item.text("sku")
	}
	next = place{Page: p.Page + 1, Total: total, Print: printOf(skus)}
	more = next.Page*listingsPage < total
	gone := max(0, p.Total-total)
	switch {
	case len(items) == 0:
		return next, false, !more
	case gone == 0 && next.Print == p.Print:
		return next, more, false
	}
	if back := (gone + listingsPage - 1) / listingsPage; back > 0 {
		next.Page = max(0, next.Page-back)
		next.Print = ""
		more = next.Page*listingsPage < total
	}
	return next, more, true
}

func (p place) cursor() string {
	b, _ := json.Marshal(p) // numbers and a text
	return base64.RawURLEncoding.EncodeToString(b)
}

// parsePlace parses a cursor; empty is the beginning.
func parsePlace(s string) (place, error) {
	var p place
	if s == "" {
		return p, nil
	}
	const most = 1 << 24
	if len(s) > maxCursor {
		return p, errCursor
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || json.Unmarshal(b, &p) != nil || p.Page < 0 || p.Page > most || p.Total < 0 {
		return place{}, errCursor
	}
	return p, nil
}
