package links

import (
	"context"
	"database/sql"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/ledger"
)

// mapUnlinked gives unlinked lines the SKU of these links and reserves their units.
func mapUnlinked(ctx context.Context, t *db.Tx, links []Link) error {
	found, places, err := linesThatWait(ctx, t, links)
	if err != nil || len(found) == 0 {
		return err
	}
	var orders []int64
	for key := range found {
		orders = append(orders, key.OrderID)
	}
	slices.Sort(orders)
	g := ledger.NewLedger(t)
	lines, err := g.OpenLines(ctx, slices.Compact(orders), places)
	if err != nil {
		return err
	}
	g.MapAll(lines, found)
	if err := g.DemoteMissing(ctx); err != nil {
		return err
	}
	if err := g.FillFreed(ctx); err != nil {
		return err
	}
	_, err = g.Flush(ctx)
	return err
}

// waitsForLink is order.Line.Unmapped in SQL, for a line l of account a, other than for good: orders of test endpoint $2 never touch
// stock.
const waitsForLink = `(l.unlinked > 0 OR l.undeducted > 0) AND l.sku = '' AND a.endpoint <> CAST($2 AS TEXT)`

// linesThatWait returns the lines that are unlinked without these links, and the places of their units.
func linesThatWait(ctx context.Context, t *db.Tx, links []Link) (map[order.LineKey]order.Item, []stock.Place, error) {
	found := map[order.LineKey]order.Item{}
	var places []stock.Place
	err := t.Query(ctx, `SELECT l.order_id, l.line_id, l.location, k.sku, COALESCE(kit.version, 0), COALESCE(q.part, ''), COALESCE(q.quantity, 0)
		FROM {{rows 1}} CROSS JOIN order_lines l JOIN orders o ON o.id = l.order_id
			JOIN links k ON k.account = o.account AND k.channel_sku = l.channel_sku JOIN accounts a ON a.id = o.account
			LEFT JOIN kits kit ON kit.sku = k.sku LEFT JOIN kit_parts q ON q.kit = k.sku AND q.quantity > 0
		WHERE l.channel_sku = r.channel_sku AND o.account = r.account AND `+waitsForLink+`
		ORDER BY l.order_id, l.line_id, q.part`,
		func(rows *sql.Rows) error {
			var key order.LineKey
			var location string
			var item order.Item
			var part order.Part
			if err := rows.Scan(&key.OrderID, &key.LineID, &location, &item.SKU, &item.Version, &part.SKU, &part.Per); err != nil {
				return err
			}
			item.Parts = found[key].Parts
			if part.SKU != "" {
				item.Parts = append(item.Parts, part)
			}
			found[key] = item
			places = append(places, item.Places(location)...)
			return nil
		}, db.RowsOf(namesOf(links)), string(channel.Test))
	return found, places, err
}
