package store

import (
	"context"
	"database/sql"
	"slices"

	"github.com/towpath/towpath/internal/channel"
)

// mapParked gives the lines that waited for these links their SKU and their units.
func (t *tx) mapParked(ctx context.Context, links []Link) error {
	found, places, err := t.linesThatWait(ctx, links)
	if err != nil || len(found) == 0 {
		return err
	}
	var orders []int64
	for key := range found {
		orders = append(orders, key.order)
	}
	slices.Sort(orders)
	g := newLedger(t)
	lines, err := g.openLines(ctx, slices.Compact(orders), places)
	if err != nil {
		return err
	}
	slices.SortFunc(lines, firstCome)
	for _, l := range lines {
		m, ok := found[l.lineKey]
		if !ok || l.sku != "" || l.units.Parked == 0 {
			continue
		}
		n := l.units.Parked
		l.become(m)
		l.parkedReason, l.units.Parked = "", 0
		g.reserve(l, n)
	}
	_, err = g.flush(ctx)
	return err
}

// linesThatWait finds the lines that are parked for want of these links, and where their units will lie.
func (t *tx) linesThatWait(ctx context.Context, links []Link) (map[lineKey]mapping, []place, error) {
	found := map[lineKey]mapping{}
	var places []place
	err := t.query(ctx, `SELECT l.order_id, l.line_id, l.location, k.sku, COALESCE(kit.version, 0), COALESCE(q.part, ''), COALESCE(q.quantity, 0)
		FROM {{rows 1}} CROSS JOIN order_lines l JOIN orders o ON o.id = l.order_id
			JOIN links k ON k.account = o.account AND k.channel_sku = l.channel_sku JOIN accounts a ON a.id = o.account
			LEFT JOIN kits kit ON kit.sku = k.sku LEFT JOIN kit_parts q ON q.kit = k.sku AND q.quantity > 0
		WHERE l.channel_sku = r.value ->> 1 AND o.account = r.value ->> 0 AND l.parked > 0 AND l.sku = '' AND a.endpoint <> CAST($2 AS TEXT)
		ORDER BY l.order_id, l.line_id, q.part`,
		func(rows *sql.Rows) error {
			var key lineKey
			var location string
			var m mapping
			var made part
			if err := rows.Scan(&key.order, &key.id, &location, &m.sku, &m.version, &made.sku, &made.per); err != nil {
				return err
			}
			m.parts = found[key].parts
			if made.sku != "" {
				m.parts = append(m.parts, made)
			}
			found[key] = m
			places = append(places, m.places(location)...)
			return nil
		}, table(links, func(l Link) []any { return []any{l.Account, l.ChannelSKU} }), string(channel.Test))
	return found, places, err
}
