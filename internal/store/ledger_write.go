package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/stock"
)

// flush writes all that the ledger holds, one statement per table, and marks dirty every link of every
// touched SKU. It answers the accounts to be woken: those that have dirty levels now, if it made any.
func (g *ledger) flush(ctx context.Context) (dirty []string, err error) {
	if g.err != nil {
		return nil, g.err
	}
	fresh, changed := g.changedLines()
	brake, err := g.watch(ctx)
	if err != nil {
		return nil, err
	}
	steps := []func() error{
		func() error { return g.insertLines(ctx, fresh) },
		func() error { return g.updateLines(ctx, changed) },
		func() error { return g.insertLineParts(ctx, slices.Concat(fresh, changed)) },
		func() error { return g.updateLevels(ctx) },
		func() error { return g.insertMovements(ctx) },
		func() error { return g.markDirty(ctx) },
		func() error { return brake.settle(ctx) },
		func() error { return g.settleIncidents(ctx, slices.Concat(fresh, changed)) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if len(g.touched) == 0 {
		return nil, nil // nobody need be woken for what others have made dirty
	}
	return g.tx.dirtyAccounts(ctx)
}

// settleIncidents tells of what became unlinked or backordered with these lines, or is no longer.
func (g *ledger) settleIncidents(ctx context.Context, lines []*line) error {
	var unlinked []int64
	waits := false
	for _, l := range lines {
		if l.units.Parked != l.was.Parked {
			unlinked = append(unlinked, l.order)
		}
		waits = waits || l.units.Short != l.was.Short
	}
	if len(unlinked) > 0 {
		if err := g.tx.settleUnlinked(ctx, unlinked); err != nil {
			return err
		}
	}
	if !waits {
		return nil
	}
	return g.tx.settleBackordered(ctx, g.counted)
}

func (g *ledger) insertLines(ctx context.Context, lines []*line) error {
	if len(lines) == 0 {
		return nil
	}
	return g.tx.execAll(ctx, len(lines), `INSERT INTO order_lines (order_id, line_id, position, channel_sku, sku, location,
			title, quantity, unit_price, total, taken, reserved, short, parked, packed, shipped, cancelled,
			channel_cancelled, parked_reason, revision)
		SELECT CAST(r.value ->> 0 AS BIGINT), r.value ->> 1, CAST(r.value ->> 2 AS BIGINT), r.value ->> 3, r.value ->> 4, r.value ->> 5,
			r.value ->> 6, CAST(r.value ->> 7 AS BIGINT), CAST(r.value ->> 8 AS BIGINT), CAST(r.value ->> 9 AS BIGINT),
			CAST(r.value ->> 10 AS BIGINT), CAST(r.value ->> 11 AS BIGINT), CAST(r.value ->> 12 AS BIGINT),
			CAST(r.value ->> 13 AS BIGINT), CAST(r.value ->> 14 AS BIGINT), CAST(r.value ->> 15 AS BIGINT),
			CAST(r.value ->> 16 AS BIGINT), CAST(r.value ->> 17 AS BIGINT), r.value ->> 18, CAST(r.value ->> 19 AS BIGINT)
		FROM {{rows 1}}`, table(lines, func(l *line) []any {
		u := l.units
		return []any{l.order, l.id, l.position, l.channelSKU, l.sku, l.location,
			l.title, l.quantity, l.unitPrice, l.price, l.taken, u.Reserved, u.Short, u.Parked, u.Packed, u.Shipped, u.Cancelled,
			l.channelCancelled, l.parkedReason, l.revision}
	}))
}

func (g *ledger) updateLines(ctx context.Context, lines []*line) error {
	if len(lines) == 0 {
		return nil
	}
	return g.tx.execAll(ctx, len(lines), `UPDATE order_lines SET
			sku = r.value ->> 3, title = r.value ->> 4,
			quantity = CAST(r.value ->> 5 AS BIGINT), unit_price = CAST(r.value ->> 6 AS BIGINT), total = CAST(r.value ->> 7 AS BIGINT),
			taken = CAST(r.value ->> 8 AS BIGINT), reserved = CAST(r.value ->> 9 AS BIGINT), short = CAST(r.value ->> 10 AS BIGINT),
			parked = CAST(r.value ->> 11 AS BIGINT), packed = CAST(r.value ->> 12 AS BIGINT), shipped = CAST(r.value ->> 13 AS BIGINT),
			cancelled = CAST(r.value ->> 14 AS BIGINT), returned = CAST(r.value ->> 15 AS BIGINT),
			channel_cancelled = CAST(r.value ->> 16 AS BIGINT), parked_reason = r.value ->> 17, revision = CAST(r.value ->> 18 AS BIGINT),
			location = r.value ->> 19, channel_sku = r.value ->> 20
		FROM {{rows 1}}
		WHERE order_id = CAST(r.value ->> 0 AS BIGINT) AND line_id = r.value ->> 1 AND revision = CAST(r.value ->> 2 AS BIGINT)`,
		table(lines, func(l *line) []any {
			u := l.units
			return []any{l.order, l.id, l.stored, l.sku, l.title, l.quantity, l.unitPrice, l.price,
				l.taken, u.Reserved, u.Short, u.Parked, u.Packed, u.Shipped, u.Cancelled, l.returned,
				l.channelCancelled, l.parkedReason, l.revision + 1, l.location, l.channelSKU}
		}))
}

// updateLevels adds the changes. The table's checks refuse what must never be: free stock below zero.
func (g *ledger) updateLevels(ctx context.Context) error {
	type change struct {
		place
		*level
	}
	var changes []change
	for _, p := range slices.SortedFunc(maps.Keys(g.levels), comparePlaces) {
		if lv := g.levels[p]; lv.changed() {
			changes = append(changes, change{p, lv})
		}
	}
	if len(changes) == 0 {
		return nil
	}
	return g.tx.execAll(ctx, len(changes), `UPDATE stock_levels SET
			on_hand = on_hand + CAST(r.value ->> 2 AS BIGINT), reserved = reserved + CAST(r.value ->> 3 AS BIGINT),
			short = short + CAST(r.value ->> 4 AS BIGINT)
		FROM {{rows 1}}
		WHERE sku = r.value ->> 0 AND location = r.value ->> 1`,
		table(changes, func(c change) []any {
			return []any{c.sku, c.location, c.OnHand - c.was.OnHand, c.Reserved - c.was.Reserved, c.short - c.wasShort}
		}))
}

func (g *ledger) insertMovements(ctx context.Context) error {
	if len(g.moves) == 0 {
		return nil
	}
	return g.tx.execAll(ctx, len(g.moves), `INSERT INTO movements (key, sku, location, kind, on_hand, reserved, order_id, line_id, package_id, actor, note, at, told, as_of)
		SELECT r.value ->> 0, r.value ->> 1, r.value ->> 2, r.value ->> 3, CAST(r.value ->> 4 AS BIGINT), CAST(r.value ->> 5 AS BIGINT),
			CAST(r.value ->> 6 AS BIGINT), r.value ->> 7, r.value ->> 8, r.value ->> 9, r.value ->> 10, CAST(r.value ->> 11 AS BIGINT),
			CAST(r.value ->> 12 AS BIGINT), CAST(r.value ->> 13 AS BIGINT)
		FROM {{rows 1}}`, table(g.moves, func(m movement) []any {
		return []any{m.key, m.place.sku, m.place.location, string(m.kind), m.onHand, m.reserved,
			m.orderID, m.lineID, m.packageID, m.actor, m.note, g.tx.now, m.told, m.asOf}
	}))
}

// markDirty marks what the transaction touched, cause by cause; nearly always there is one.
func (g *ledger) markDirty(ctx context.Context) error {
	byCause := map[stock.Cause][]string{}
	for _, sku := range slices.Sorted(maps.Keys(g.touched)) {
		byCause[g.touched[sku]] = append(byCause[g.touched[sku]], sku)
	}
	for _, cause := range slices.Sorted(maps.Keys(byCause)) {
		if err := g.tx.markDirty(ctx, byCause[cause], cause); err != nil {
			return err
		}
	}
	return nil
}

// markDirty gives every link of the SKUs, and of the kits that they are part of, a new version: its level must be
// sent. This holds for the account that an order came from too: an absolute level that was in flight when the buyer
// bought has to be sent again.
func (t *tx) markDirty(ctx context.Context, skus []string, cause stock.Cause) error {
	if len(skus) == 0 {
		return nil
	}
	_, err := t.exec(ctx, `UPDATE links SET dirty_version = dirty_version + 1, cause = CAST($3 AS TEXT),
			dirty_since = CASE WHEN dirty_version > clean_version THEN dirty_since ELSE CAST($2 AS BIGINT) END
		WHERE (account, channel_sku) IN (SELECT o.account, o.channel_sku FROM links o
			WHERE o.sku IN (SELECT r.value FROM {{rows 1}}
				UNION SELECT k.kit FROM {{rows 1}} CROSS JOIN kit_parts k WHERE k.part = r.value AND k.quantity > 0)
			ORDER BY o.account, o.channel_sku {{lock o}})`, texts(skus), t.now, string(cause))
	return err
}

// sendable is the condition of a link whose level is to be sent: the words of the partial index, that its listing is
// not the channel's to fulfil and is one that the channel's API knows, and that its account does not only observe.
const sendable = `l.dirty_version > l.clean_version AND l.dirty_version > l.failed_version AND l.dirty_version > l.held_version
	AND l.channel_fulfils = 0 AND NOT ` + unmanagedLink + ` AND NOT EXISTS (SELECT 1 FROM accounts x WHERE x.id = l.account AND x.observing = 1)`

// unmanagedLink is the condition of a link to a listing that the channel's API does not know.
const unmanagedLink = `(l.listing_ref = '' AND EXISTS (SELECT 1 FROM listings u
	WHERE u.account = l.account AND u.channel_sku = l.channel_sku AND u.unmanaged = 1 AND u.gone_at = 0))`

// dirtyAccounts are the accounts with levels to be sent, those apart that may not send.
func (t *tx) dirtyAccounts(ctx context.Context) ([]string, error) {
	var out []string
	err := t.query(ctx, `SELECT a.id FROM accounts a
		WHERE a.enabled = 1 AND a.paused = 0 AND EXISTS (SELECT 1 FROM links l WHERE l.account = a.id AND `+sendable+`)
		ORDER BY a.id`, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		out = append(out, id)
		return err
	})
	return out, err
}
