package levels

import (
	"strings"

	"github.com/towpath/towpath/internal/stock"
)

// ShelvesOf joins to a link (with its account and sku) one row for each stock location of the account and each SKU that
// the link's SKU is made of: k is the part, p the location, v the level, which may not exist. Rows of one link must be
// ordered by p.location.
func ShelvesOf(link string) string {
	return strings.ReplaceAll(`LEFT JOIN kit_parts k ON k.kit = LINK.sku AND k.quantity > 0
		LEFT JOIN account_locations p ON p.account = LINK.account
		LEFT JOIN stock_levels v ON v.sku = COALESCE(k.part, LINK.sku) AND v.location = p.location`, "LINK", link)
}

// ShelfColumns are what a ShelfRow is read from.
const ShelfColumns = `COALESCE(p.location, ''), COALESCE(k.part, ''), COALESCE(k.quantity, 1),
	COALESCE(v.on_hand, 0), COALESCE(v.reserved, 0), COALESCE(v.short, 0)`

// ShelfRow is one part at one location. Part is empty for a SKU that is no kit.
type ShelfRow struct {
	Location, Part string
	stock.Shelf
}

// Dest is what rows of ShelfColumns are scanned into.
func (r *ShelfRow) Dest() []any {
	return []any{&r.Location, &r.Part, &r.Per, &r.OnHand, &r.Reserved, &r.Short}
}

// LevelSum sums the rows of one link, location by location.
type LevelSum struct {
	at      string
	parts   []stock.Shelf
	offered int // by the locations before
}

// Add takes in a row; those of one location come one after the other.
func (s *LevelSum) Add(r ShelfRow) {
	if r.Location != s.at && len(s.parts) > 0 {
		s.offered += stock.Offers(s.parts)
		s.parts = s.parts[:0]
	}
	s.at = r.Location
	s.parts = append(s.parts, r.Shelf)
}

// Raw is the level before buffer and cap. An account without stock locations has an empty row: it offers nothing.
func (s *LevelSum) Raw() int { return s.offered + stock.Offers(s.parts) }
