package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/store"
)

// bulk are statements that write what $1 orders leave behind after years; the last ones are placed at $2, UTC microseconds. Of a hundred old
// ones 94 are shipped with a package, 3 cancelled and 3 skipped; the newest hundredth of all is open, a tenth of that backordered. An
// order has one to three lines of 10,000 SKUs, and is an item of the run that brought it; a run brought a hundred.
var bulk = []struct {
	text string
	args int
}{
	{`INSERT INTO orders (account, channel_order_id, reference, state, reason, channel_status, channel_fulfilment, paid, location, placed_at, seen_at,
			saved_at, updated_at, channel_version, delivered_version, content_hash, currency, total, shipping, tax, discount, run_id)
		WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1),
		o AS (SELECT i, $2 - ($1 - i) * 60000000 AS at, CASE i % 3 WHEN 0 THEN 'amazon-uk' WHEN 1 THEN 'ebay-uk' ELSE 'shopify-uk' END AS account,
			CASE WHEN i > $1 - $1 / 100 THEN CASE i % 10 WHEN 0 THEN 'backordered' ELSE 'open' END
				WHEN i % 100 < 94 THEN 'completed' WHEN i % 100 < 97 THEN 'cancelled' ELSE 'skipped' END AS state FROM n)
		SELECT account, CAST(i AS TEXT) || '-id', '#' || CAST(i AS TEXT), state, CASE state WHEN 'skipped' THEN 'already-shipped' ELSE '' END, 'as shown',
			CASE state WHEN 'open' THEN 'unshipped' WHEN 'backordered' THEN 'unshipped' WHEN 'cancelled' THEN 'cancelled' ELSE 'shipped' END, 1, 'main',
			at, at, at, at, at, at, '', 'GBP', 1990, 0, 0, 0, 'run-' || CAST(i / 100 AS TEXT) FROM o ORDER BY i`, 2},
	{`INSERT INTO order_lines (order_id, line_id, position, channel_sku, sku, location, title, quantity, unit_price, total, booked,
			reserved, backordered, unlinked, packed, shipped, cancelled, channel_cancelled, unlinked_reason, revision)
		SELECT id, CAST(k AS TEXT), k, sku, sku, 'main', 'A thing', 1, 995, 995, CASE state WHEN 'skipped' THEN 0 ELSE 1 END,
			CASE state WHEN 'open' THEN 1 ELSE 0 END, CASE state WHEN 'backordered' THEN 1 ELSE 0 END, 0, 0,
			CASE state WHEN 'completed' THEN 1 ELSE 0 END, CASE state WHEN 'cancelled' THEN 1 ELSE 0 END, CASE state WHEN 'cancelled' THEN 1 ELSE 0 END, '', 0
		FROM (SELECT o.id, o.state, t.k, 'SKU-' || CAST((o.id * 7 + t.k) % 10000 AS TEXT) AS sku
			FROM orders o JOIN (SELECT 0 AS k UNION SELECT 1 UNION SELECT 2) t ON t.k <= o.id % 3) l`, 0},
	{`INSERT INTO packages (order_id, package_id, number, state, label, carrier, tracking, shipped_at, saved_at, processed_at, attempts, confirmed_at)
		SELECT id, 'p1', 1, 'confirmed', '', 'Royal Mail', 'RM' || CAST(id AS TEXT), saved_at, saved_at, saved_at, 1, saved_at FROM orders WHERE state = 'completed'`, 0},
	{`INSERT INTO package_lines (order_id, package_id, line_id, quantity)
		SELECT p.order_id, p.package_id, l.line_id, l.quantity FROM packages p JOIN order_lines l ON l.order_id = p.order_id`, 0},
	{`INSERT INTO runs (id, kind, account, endpoint, workflow_id, started_at, ended_at, seen, saved)
		SELECT run_id, 'orders', MIN(account), 'production', 'orders', MIN(saved_at), MAX(saved_at), COUNT(*), COUNT(*) FROM orders GROUP BY run_id`, 0},
	{`INSERT INTO run_items (run_id, account, endpoint, type, reference, folded, status, reason, fault_id, request_id, created_at, at)
		SELECT run_id, account, 'production', 'order', reference, reference, CASE state WHEN 'skipped' THEN 'skipped' ELSE 'done' END, '', '', '', saved_at, saved_at FROM orders`, 0},
	{`ANALYZE`, 0},
}

// Bulk fills a fresh store with n orders, for benchmarks of what is read among many. It writes SQL: through pages a million would take an
// hour. It ends with the statistics that databases gather in the field.
func Bulk(ctx context.Context, s *store.Store, n int) error {
	args := []any{int64(n), time.Now().UnixMicro()}
	for _, b := range bulk {
		if err := Exec(ctx, s.DB, b.text, args[:b.args]...); err != nil {
			return err
		}
	}
	return nil
}

// Percentiles does something b.N times, and reports the milliseconds of the median and of the 99th of a hundred.
func Percentiles(b *testing.B, do func() error) {
	b.Helper()
	took := make([]time.Duration, 0, b.N)
	for range b.N {
		began := time.Now()
		require.NoError(b, do())
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	for name, share := range map[string]int{"p50-ms": 50, "p99-ms": 99} {
		b.ReportMetric(float64(took[(len(took)-1)*share/100].Microseconds())/1000, name)
	}
	b.ReportMetric(0, "ns/op")
}
