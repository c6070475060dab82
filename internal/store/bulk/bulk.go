// Package bulk fills a store with very many orders, for measurements of what is read among many.
package bulk

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/db"
)

// bulk are statements that write what $1 orders leave behind after years; the last ones are placed at $2, UTC microseconds. Of a hundred old
// ones 94 are shipped with a package, 3 cancelled and 3 skipped; the newest hundredth of all is open, a tenth of that backordered. An
// order has one to three lines of 10,000 SKUs, whose shelves, if there are any, hold what it reserves, and is an item of the run that brought it; a run brought a hundred.
var bulk = []struct {
	text string
	args int
}{
	{`INSERT INTO orders (account, channel_order_id, reference, state, reason, channel_status, channel_fulfilment, paid, location, placed_at, seen_at,
			saved_at, updated_at, channel_version, delivered_version, content_hash, currency, total, shipping, tax, discount, run_id)
		WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1),
		a AS (SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS k, COUNT(*) OVER () AS many FROM accounts),
		o AS (SELECT n.i, $2 - ($1 - i) * 60000000 AS at, a.id AS account,
			CASE WHEN i > $1 - $1 / 100 THEN 'open'
				WHEN i % 100 < 94 THEN 'completed' WHEN i % 100 < 97 THEN 'cancelled' ELSE 'skipped' END AS state FROM n JOIN a ON a.k = n.i % a.many)
		SELECT account, CAST(i AS TEXT) || '-id', '#' || CAST(i AS TEXT), state, CASE state WHEN 'skipped' THEN 'already-shipped' ELSE '' END, 'as shown',
			CASE state WHEN 'open' THEN 'unshipped' WHEN 'cancelled' THEN 'cancelled' ELSE 'shipped' END, 1, 'main',
			at, at, at, at, at, at, '', 'GBP', 1990, 0, 0, 0, 'run-' || CAST(i / 100 AS TEXT) FROM o ORDER BY i`, 2},
	{`INSERT INTO order_lines (order_id, line_id, position, channel_sku, sku, location, title, quantity, unit_price, total, booked,
			reserved, backordered, unlinked, packed, shipped, cancelled, channel_cancelled, unlinked_reason, revision)
		SELECT order_id, CAST(k AS TEXT), k, sku, sku, 'main', 'A thing', 1, 995, 995, CASE state WHEN 'skipped' THEN 0 ELSE 1 END,
			CASE WHEN state = 'open' AND order_id % 10 > 0 THEN 1 ELSE 0 END, CASE WHEN state = 'open' AND order_id % 10 = 0 THEN 1 ELSE 0 END, 0, 0,
			CASE state WHEN 'completed' THEN 1 ELSE 0 END, CASE state WHEN 'cancelled' THEN 1 ELSE 0 END, CASE state WHEN 'cancelled' THEN 1 ELSE 0 END, '', 0
		FROM (SELECT o.id AS order_id, o.state, t.k, 'SKU-' || CAST((o.id * 7 + t.k) % 10000 AS TEXT) AS sku
			FROM orders o JOIN (SELECT 0 AS k UNION SELECT 1 UNION SELECT 2) t ON t.k <= o.id % 3) l`, 0},
	{`INSERT INTO packages (order_id, package_id, number, state, label, carrier, tracking, shipped_at, saved_at, processed_at, attempts, confirmed_at)
		SELECT id, 'p1', 1, 'confirmed', '', 'Royal Mail', 'RM' || CAST(id AS TEXT), saved_at, saved_at, saved_at, 1, saved_at FROM orders WHERE state = 'completed'`, 0},
	{`INSERT INTO package_lines (order_id, package_id, line_id, quantity)
		SELECT p.order_id, p.package_id, l.line_id, l.quantity FROM packages p JOIN order_lines l ON l.order_id = p.order_id`, 0},
	{`INSERT INTO runs (id, kind, account, endpoint, workflow_id, started_at, ended_at, seen, saved)
		SELECT run_id, 'orders', MIN(account), 'production', 'orders', MIN(saved_at), MAX(saved_at), COUNT(*), COUNT(*) FROM orders GROUP BY run_id`, 0},
	{`INSERT INTO run_items (run_id, account, endpoint, type, reference, folded, status, reason, fault_id, request_id, created_at, at)
		SELECT run_id, account, 'production', 'order', reference, reference, CASE state WHEN 'skipped' THEN 'skipped' ELSE 'done' END, '', '', '', saved_at, saved_at FROM orders`, 0},
	{`UPDATE stock_levels SET reserved = stock_levels.reserved + l.reserved, backordered = stock_levels.backordered + l.backordered
		FROM (SELECT sku, location, SUM(reserved) AS reserved, SUM(backordered) AS backordered FROM order_lines WHERE reserved + backordered > 0 GROUP BY sku, location) l
		WHERE l.sku = stock_levels.sku AND l.location = stock_levels.location`, 0},
}

// runs are statements that write $1 more runs, one every 26 seconds until $2, of all accounts and kinds of work in turn. One of a hundred met a fault.
// Every level was accepted.
var runs = []string{
	`INSERT INTO runs (id, kind, account, endpoint, workflow_id, started_at, ended_at, seen, saved, errors)
		WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1),
		a AS (SELECT id, ROW_NUMBER() OVER (ORDER BY id) - 1 AS k, COUNT(*) OVER () AS many FROM accounts),
		k AS (SELECT i, CASE i / 50 % 4 WHEN 0 THEN 'stock' WHEN 1 THEN 'levels' WHEN 2 THEN 'orders' ELSE 'shipments' END AS kind, $2 - ($1 - i) * 26000000 AS at FROM n)
		SELECT 'more-' || CAST(k.i AS TEXT), k.kind, a.id, 'production', k.kind || '/' || a.id, k.at, k.at + 2000000, 10, 10, CASE k.i % 100 WHEN 0 THEN 1 ELSE 0 END
		FROM k JOIN a ON a.k = k.i % a.many`,
	`INSERT INTO faults (id, account, class, code, status, operation, request_id, retry_after, ambiguous, raw, at, run_id)
		SELECT 'of-' || id, account, 'unavailable', 'HTTP_503', 503, 'inventorySetQuantities', 'request-' || id, 0, 0, '{}', started_at, id
		FROM runs WHERE errors > 0 AND id LIKE 'more-%' AND started_at >= $2 - $1 * 26000000`,
	`UPDATE links SET clean_version = dirty_version, accepted_version = dirty_version, checked_version = dirty_version, accepted_at = $2, accepted_quantity = $1`,
}

// SKUs is how many SKUs the orders have: SKU-0, SKU-1, ...
const SKUs = 10_000

// Fill fills a fresh store with n orders of its accounts. It writes SQL: through pages a million would take an hour. It ends with the statistics that
// PostgreSQL gathers in the field; SQLite gathers none by itself.
func Fill(ctx context.Context, s *store.Store, n int) error { return FillWithRuns(ctx, s, n, 0) }

// FillWithRuns is Fill with so many more runs of all kinds of work.
func FillWithRuns(ctx context.Context, s *store.Store, n, more int) error {
	now := time.Now().UnixMicro()
	for i, b := range bulk {
		args := []any{int64(n), now}
		if err := write(ctx, s, b.text, args[:b.args]...); err != nil {
			return fmt.Errorf("fill the store, statement %d: %w", i+1, err)
		}
	}
	for _, text := range runs {
		if more == 0 {
			break
		}
		if err := write(ctx, s, text, int64(more), now); err != nil {
			return fmt.Errorf("fill the store with runs: %w", err)
		}
	}
	return s.Analyse(ctx)
}

func write(ctx context.Context, s *store.Store, text string, args ...any) error {
	return s.Write(ctx, "fill", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, text, args...)
		return err
	})
}
