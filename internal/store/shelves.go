package store

import (
	"strings"

	"github.com/towpath/towpath/internal/stock"
)

// shelvesOf joins to a link (with its account and sku) one row for each stock location of the account and each SKU that
// the link's SKU is made of: k is the part, p the location, v the level, which may not exist. Rows of one link must be
// ordered by p.location.
func shelvesOf(link string) string {
	return strings.ReplaceAll(`LEFT JOIN kit_parts k ON k.kit = LINK.sku AND k.quantity > 0
		LEFT JOIN account_locations p ON p.account = LINK.account
		LEFT JOIN stock_levels v ON v.sku = COALESCE(k.part, LINK.sku) AND v.location = p.location`, "LINK", link)
}

// shelfColumns are what a shelfRow is read from.
const shelfColumns = `COALESCE(p.location, ''), COALESCE(k.part, ''), COALESCE(k.quantity, 1),
	COALESCE(v.on_hand, 0), COALESCE(v.reserved, 0), COALESCE(v.short, 0)`

// shelfRow is one part at one location. part is empty for a SKU that is no kit.
type shelfRow struct {
	location, part string
	stock.Shelf
}

func (r *shelfRow) dest() []any {
	return []any{&r.location, &r.part, &r.Per, &r.OnHand, &r.Reserved, &r.Short}
}

// levelSum sums the rows of one link, location by location.
type levelSum struct {
	at      string
	parts   []stock.Shelf
	offered int // by the locations before
}

func (s *levelSum) add(r shelfRow) {
	if r.location != s.at && len(s.parts) > 0 {
		s.offered += stock.Offers(s.parts)
		s.parts = s.parts[:0]
	}
	s.at = r.location
	s.parts = append(s.parts, r.Shelf)
}

// raw is the level before buffer and cap. An account without stock locations has an empty row: it offers nothing.
func (s *levelSum) raw() int { return s.offered + stock.Offers(s.parts) }
