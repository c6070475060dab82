package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/explain"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// mostAround limits the sales and the pushes that are read around a moment.
const mostAround = 500

// Around reads what the books have of a SKU around a moment: its levels then and now, what was sold and what was pushed.
func (s *Store) Around(ctx context.Context, sku string, at time.Time) (explain.SKU, error) {
	k := explain.SKU{SKU: sku, At: at}
	for _, step := range []func(context.Context, *explain.SKU) error{s.levelsAround, s.salesAround, s.pushesAround} {
		if err := step(ctx, &k); err != nil {
			return k, fmt.Errorf("read SKU %s around %s: %w", sku, at.Format(time.RFC3339), err)
		}
	}
	return k, nil
}

func (s *Store) levelsAround(ctx context.Context, k *explain.SKU) error {
	return s.Read(ctx, `SELECT l.location, l.on_hand, l.reserved, l.backordered, CAST(COALESCE(m.on_hand, 0) AS BIGINT), CAST(COALESCE(m.reserved, 0) AS BIGINT)
		FROM stock_levels l LEFT JOIN (SELECT location, SUM(on_hand) AS on_hand, SUM(reserved) AS reserved FROM movements
			WHERE sku = $1 AND at > $2 GROUP BY location) m ON m.location = l.location
		WHERE l.sku = $1 ORDER BY l.location`, func(rows *sql.Rows) error {
		var l explain.Level
		var onHand, reserved int
		err := rows.Scan(&l.Location, &l.OnHandNow, &l.ReservedNow, &l.Backordered, &onHand, &reserved)
		l.OnHand, l.Reserved = l.OnHandNow-onHand, l.ReservedNow-reserved
		k.Levels = append(k.Levels, l)
		return err
	}, k.SKU, db.Micro(k.At))
}

// salesAround reads the lines that reserved units of the SKU, however much later, those that still wait for it, and those that were
// cancelled.
func (s *Store) salesAround(ctx context.Context, k *explain.SKU) error {
	return s.Read(ctx, `WITH sold AS (
			SELECT m.order_id, m.line_id, MIN(m.at) AS at FROM movements m
			WHERE m.sku = $1 AND m.kind = '`+string(stock.Reserve)+`' AND m.order_id > 0 AND m.at >= $2 GROUP BY m.order_id, m.line_id
			UNION ALL SELECT l.order_id, l.line_id, 0 FROM order_lines l WHERE l.sku = $1 AND l.backordered > 0
			UNION ALL SELECT l.order_id, l.line_id, 0 FROM order_lines l WHERE l.sku = $1 AND l.cancelled > 0)
		SELECT o.account, o.reference, l.quantity, l.backordered, l.cancelled, o.placed_at, o.seen_at, o.saved_at, MAX(d.at)
		FROM sold d JOIN orders o ON o.id = d.order_id JOIN order_lines l ON l.order_id = d.order_id AND l.line_id = d.line_id
		WHERE o.saved_at >= $2 AND o.saved_at <= $3
		GROUP BY o.id, o.account, o.reference, l.line_id, l.quantity, l.backordered, l.cancelled, o.placed_at, o.seen_at, o.saved_at
		ORDER BY o.saved_at, o.id LIMIT $4`, func(rows *sql.Rows) error {
		var one explain.Sale
		var placed, seen, saved, reserved int64
		err := rows.Scan(&one.Account, &one.Reference, &one.Units, &one.Backordered, &one.Cancelled, &placed, &seen, &saved, &reserved)
		one.PlacedAt, one.SeenAt, one.SavedAt, one.ReservedAt = db.At(placed), db.At(seen), db.At(saved), db.At(reserved)
		k.Sales = append(k.Sales, one)
		return err
	}, k.SKU, db.Micro(k.At.Add(-explain.Around)), db.Micro(k.At.Add(explain.Around)), mostAround)
}

func (s *Store) pushesAround(ctx context.Context, k *explain.SKU) error {
	return s.Read(ctx, `SELECT l.account, l.channel_sku, p.quantity, p.sent_at, p.acked_at, COALESCE(f.code, ''), COALESCE(f.class, ''), p.request_id
		FROM links l JOIN pushes p ON p.account = l.account AND p.channel_sku = l.channel_sku LEFT JOIN faults f ON f.id = p.fault_id
		WHERE l.sku = $1 AND p.sent_at <= $3 AND p.sent_at >= COALESCE((SELECT MAX(q.sent_at) FROM pushes q
			WHERE q.account = l.account AND q.channel_sku = l.channel_sku AND q.sent_at <= $2), $2)
		ORDER BY p.sent_at, l.account, l.channel_sku LIMIT $4`, func(rows *sql.Rows) error {
		var p explain.Push
		var sent, acked int64
		var code, class string
		err := rows.Scan(&p.Account, &p.ChannelSKU, &p.Quantity, &sent, &acked, &code, &class, &p.RequestID)
		p.SentAt, p.AckedAt = db.At(sent), db.At(acked)
		if class != "" {
			p.Fault, p.AckedAt = class+" "+code, time.Time{}
		}
		k.Pushes = append(k.Pushes, p)
		return err
	}, k.SKU, db.Micro(k.At.Add(-explain.Around)), db.Micro(k.At.Add(explain.Around)), mostAround)
}
