package links

import (
	"cmp"
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
	wait, err := linesThatWait(ctx, t, links)
	if err != nil || len(wait.items) == 0 {
		return err
	}
	var orders []int64
	for key := range wait.items {
		orders = append(orders, key.OrderID)
	}
	slices.Sort(orders)
	g := ledger.NewLedger(t)
	lines, err := g.OpenLines(ctx, slices.Compact(orders), wait.places)
	if err != nil {
		return err
	}
	g.MapAll(lines, wait.items, wait.counted)
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

// waiting are lines that are unlinked without some links.
type waiting struct {
	items   map[order.LineKey]order.Item
	counted map[order.LineKey][]string // SKUs of the item that were counted after units of the line had left
	places  []stock.Place              // of their units
}

// lastCount is SQL for the moment of the last count of what a line l sells, k or its part q, at the line's location; 0: none, or nothing
// is to be deducted.
const lastCount = `CASE WHEN l.undeducted = 0 THEN 0 ELSE COALESCE((SELECT MAX(CASE WHEN v.as_of > 0 THEN v.as_of ELSE v.at END) FROM movements v
	WHERE v.sku = COALESCE(q.part, k.sku) AND v.location = l.location AND v.kind IN ('` + string(stock.Count) + `', '` + string(stock.Opening) + `')), 0) END`

// linesThatWait returns the lines that are unlinked without these links. Units that a channel has shipped left at the latest when
// their order was last saved.
func linesThatWait(ctx context.Context, t *db.Tx, links []Link) (waiting, error) {
	w := waiting{items: map[order.LineKey]order.Item{}, counted: map[order.LineKey][]string{}}
	err := t.Query(ctx, `SELECT l.order_id, l.line_id, l.location, k.sku, COALESCE(kit.version, 0), COALESCE(q.part, ''), COALESCE(q.quantity, 0),
			o.updated_at, `+lastCount+`
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
			var left, counted int64
			if err := rows.Scan(&key.OrderID, &key.LineID, &location, &item.SKU, &item.Version, &part.SKU, &part.Per, &left, &counted); err != nil {
				return err
			}
			item.Parts = w.items[key].Parts
			if part.SKU != "" {
				item.Parts = append(item.Parts, part)
			}
			w.items[key] = item
			w.places = append(w.places, item.Places(location)...)
			if stock.CountedWithout(counted, left) {
				w.counted[key] = append(w.counted[key], cmp.Or(part.SKU, item.SKU))
			}
			return nil
		}, db.RowsOf(namesOf(links)), string(channel.Test))
	return w, err
}
