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

// Offer takes the row into what the locations of one link offer. The rows of one location come one after the other; an account
// without stock locations has an empty row.
func (r *ShelfRow) Offer(to *stock.ByLocation) { to.Add(r.Location, r.Part, r.Offers()) }
