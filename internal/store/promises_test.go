package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

// promisedOrders saves orders of which the channel wants some shipped soon.
func promisedOrders(t *testing.T, s *store.Store) {
	t.Helper()
	link(t, s, "LAMP")
	receive(t, s, "r1", "LAMP", 99)
	due := func(id string, in time.Duration) {
		o := sale("amazon-uk", id, 0, units("LAMP", 1))
		if in != 0 {
			o.ShipBy = time.Now().Add(in)
		}
		save(t, s, "amazon-uk", o)
	}
	due("none", 0)
	due("later", 72*time.Hour)
	due("late-1", -time.Hour)
	due("risk", 12*time.Hour)
	due("late-2", -2*time.Hour)
	over := sale("amazon-uk", "shipped", 0, units("LAMP", 1))
	save(t, s, "amazon-uk", over)
	save(t, s, "amazon-uk", version(over, 1, func(o *order.Snapshot) {
		o.ShipBy, o.Fulfilment, o.Lines[0].Shipped = time.Now().Add(-9*time.Hour), order.FulfilmentShipped, 1
	}))
}

func references(t *testing.T, s *store.Store, f orders.OrderFilter) (all []string) {
	t.Helper()
	for {
		rows, err := s.Orders.Find(ctx, f)
		require.NoError(t, err)
		for _, o := range rows {
			all = append(all, o.Key.OrderID)
			f.After = o.Key.RowID
		}
		if len(rows) < f.Limit {
			return all
		}
	}
}

// The orders that are late or at risk come first, page by page.
func TestWhatIsToBeShippedSoonComesFirst(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		promisedOrders(t, s)
		for _, limit := range []int{1, 2, 9} {
			require.Equal(t, []string{"late-2", "late-1", "risk"}, references(t, s, orders.OrderFilter{AtRisk: true, Limit: limit}))
			require.Equal(t, []string{"late-2", "late-1", "risk", "later", "none"}, references(t, s, orders.OrderFilter{Sort: orders.ShipByFirst, Limit: limit}))
		}
		require.Empty(t, references(t, s, orders.OrderFilter{AtRisk: true, State: order.Completed, Limit: 9}))
		rows, err := s.Orders.Find(ctx, orders.OrderFilter{AtRisk: true, Limit: 9})
		require.NoError(t, err)
		require.Equal(t, order.PromiseLate, rows[0].Promise)
		require.Equal(t, order.PromiseAtRisk, rows[2].Promise)

		found, err := s.Orders.Promises(ctx)
		require.NoError(t, err)
		require.Len(t, found, 1)
		p := found["amazon-uk"]
		require.Equal(t, 2, p.Late)
		require.Equal(t, 1, p.AtRisk)
		require.Len(t, p.First, 3)
		require.Equal(t, rows[0].Reference, p.First[0].Reference)
	})
}

// The last order of a page was shipped before the next page was asked for: its state had no place in the list any more.
func TestAListByShipByDatesGoesOnBehindAnOrderShippedMeanwhile(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		promisedOrders(t, s)
		filters := []orders.OrderFilter{{AtRisk: true, Limit: 2}, {Sort: orders.ShipByFirst, Limit: 2}}
		for i := range filters {
			rows, err := s.Orders.Find(ctx, filters[i])
			require.NoError(t, err)
			require.Equal(t, "late-1", rows[1].Key.OrderID)
			filters[i].After = rows[1].Key.RowID
		}
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE orders SET state = 'completed' WHERE channel_order_id = 'late-1'`))
		for i, next := range [][]string{{"risk"}, {"risk", "later", "none"}} {
			require.Equal(t, next, references(t, s, filters[i]))
			filters[i].After += 1000
			_, err := s.Orders.Find(ctx, filters[i])
			require.ErrorIs(t, err, store.ErrBadCursor, "no order has this row")
		}
	})
}

// No list by ship-by dates reads orders that have ended: they are nearly all.
func TestShipByDatesAreReadFromTheirIndex(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, storetest.Exec(context.Background(), s.DB, `INSERT INTO orders (account, channel_order_id, reference, state, reason, channel_status, channel_fulfilment, paid, placed_at, seen_at, saved_at,
				updated_at, location, channel_version, delivered_version, content_hash, currency, total, shipping, tax, discount, ship_by)
			WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
			SELECT 'amazon-uk', 'o' || CAST(i AS TEXT), 'o' || CAST(i AS TEXT), CASE i % 4 WHEN 0 THEN 'completed' ELSE 'open' END, '', '', '', 1, i, i, i, i, 'main', 1, 1, '', '', 0, 0, 0, 0,
				i FROM n`))
		require.NoError(t, s.Analyse(context.Background()))
		const promised = `(CASE WHEN o.state IN ('open', 'processing', 'processed') THEN CASE WHEN o.ship_by > 0 THEN o.ship_by ELSE 9223372036854775807 END END)`
		for _, where := range []string{` AND ` + promised + ` <= 900`, ` AND (` + promised + `, o.id) > (19000, 7)`, ``, ` AND o.account || '' = 'amazon-uk'`} {
			require.Contains(t, planOf(t, s, `SELECT o.id FROM orders o WHERE `+promised+` IS NOT NULL`+where+` ORDER BY `+promised+`, o.id LIMIT 25`), "orders_promised", where)
		}
	})
}
