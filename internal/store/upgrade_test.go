package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/storetest"
)

// An older store did not note what a channel had shown of a line. The first scans after the upgrade, which take every order anew, find
// nothing that contradicts what was done, hold nothing, and move no stock.
func TestOrdersOfAnOlderStoreAreAsTheyWereAfterTheFirstScan(t *testing.T) {
	t.Parallel()
	for name, address := range storetest.Openers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(ctx, address(t), keyring.ForSimulations())
			require.NoError(t, err)
			t.Cleanup(func() { _ = s.Close() })
			require.NoError(t, storetest.MigrateTo(ctx, s.DB, 24))
			require.NoError(t, storetest.Exec(ctx, s.DB, `INSERT INTO accounts (id, channel, endpoint, name, order_location, buffer, cap, reserve_at, process_at, enabled)
				VALUES ('amazon-uk', 'amazon', 'production', 'Amazon', 'main', 0, -1, 'placed', 'placed', 1)`))
			require.NoError(t, storetest.Exec(ctx, s.DB, `INSERT INTO links (account, channel_sku, sku, listing_ref, dirty_since) VALUES ('amazon-uk', 'amazon-uk:LAMP', 'LAMP', '', 1)`))
			require.NoError(t, storetest.Exec(ctx, s.DB, `INSERT INTO stock_levels (sku, location, on_hand, reserved, backordered) VALUES ('LAMP', 'main', 9, 5, 0)`))
			older := []struct {
				state                order.State
				u                    order.Units
				there                int // what the channel had called cancelled
				whole                order.Fulfilment
				cancelled, shippedIn int // as it shows the line at both times
			}{
				{order.Open, order.Units{Reserved: 3}, 0, order.FulfilmentUnshipped, 0, 0},
				{order.Processing, order.Units{Reserved: 2, Shipped: 1}, 0, order.FulfilmentPartlyShipped, 0, 1},
				{order.Shipped, order.Units{Shipped: 2}, 0, order.FulfilmentUnshipped, 0, 0},
				{order.Completed, order.Units{Shipped: 2}, 0, order.FulfilmentShipped, 0, 2},
				{order.Completed, order.Units{Shipped: 2, Cancelled: 1}, 0, order.FulfilmentShipped, 0, 3},
				{order.Completed, order.Units{Shipped: 2, Cancelled: 1}, 1, order.FulfilmentShipped, 1, 2},
				{order.Completed, order.Units{Shipped: 2}, 1, order.FulfilmentShipped, 1, 1}, // refunded after it was sent
				{order.Cancelled, order.Units{Cancelled: 2}, 0, order.FulfilmentUnshipped, 0, 0},
				{order.Cancelled, order.Units{Cancelled: 2}, 2, order.FulfilmentCancelled, 2, 0},
			}
			var page []order.Snapshot
			for i, o := range older {
				id := fmt.Sprint(i + 1)
				shown := sale("amazon-uk", id, i, units("LAMP", o.u.Total()))
				shown.Fulfilment, shown.Lines[0].Cancelled, shown.Lines[0].Shipped = o.whole, o.cancelled, o.shippedIn
				page = append(page, shown)
				require.NoError(t, storetest.Exec(ctx, s.DB, `INSERT INTO orders (account, channel_order_id, reference, state, reason, channel_status, channel_fulfilment,
						paid, location, placed_at, seen_at, saved_at, updated_at, channel_version, delivered_version, content_hash, currency, total, shipping, tax, discount)
					VALUES ('amazon-uk', $1, $2, $3, '', 'new', $4, 1, 'main', $5, 1, 1, 1, $5, $5, 'with the buyer', 'GBP', 1000, 0, 0, 0)`,
					id, "#"+id, string(o.state), string(o.whole), shown.PlacedAt.UnixMicro()))
				require.NoError(t, storetest.Exec(ctx, s.DB, `INSERT INTO order_lines (order_id, line_id, position, channel_sku, sku, location, title, quantity, unit_price, total,
						booked, reserved, backordered, unlinked, packed, shipped, cancelled, channel_cancelled, unlinked_reason, revision)
					SELECT id, $1, 0, 'amazon-uk:LAMP', 'LAMP', 'main', 'A LAMP', $2, 100, 100, 1, $3, 0, 0, 0, $4, $5, $6, '', 1 FROM orders WHERE channel_order_id = $7`,
					id+"-1", o.u.Total(), o.u.Reserved, o.u.Shipped, o.u.Cancelled, o.there, id))
			}
			require.NoError(t, s.Migrate(ctx))

			later := make([]order.Snapshot, len(page))
			for i, o := range page {
				later[i] = version(o, 60, func(*order.Snapshot) {})
			}
			for _, scan := range [][]order.Snapshot{page, page, later} {
				res := save(t, s, "amazon-uk", scan...)
				require.Zero(t, res.Counts.Errors)
				require.Empty(t, res.Outbox, "no lifecycle hears of anything")
				for i, o := range older {
					d := detail(t, s, "amazon-uk", fmt.Sprint(i+1))
					require.Equal(t, o.u, d.Lines[0].Units, "order %d", i+1)
					require.Equal(t, o.state, d.State, "order %d", i+1)
					require.Equal(t, []string{"", ""}, []string{d.Contradiction, string(d.Hold)}, "order %d", i+1)
				}
				l := level(t, s, "LAMP")
				require.Equal(t, []int{9, 5, 0}, []int{l.OnHand, l.Reserved, l.Backordered})
			}
			again := version(page[3], 90, func(o *order.Snapshot) { o.Fulfilment, o.Lines[0].Shipped = order.FulfilmentUnshipped, 0 })
			require.Equal(t, 1, save(t, s, "amazon-uk", again).Counts.Errors, "what was shipped before the upgrade can be contradicted after it")
			_, n, err := s.Orders.ReleaseRefunded(ctx, epoch.Add(1000*time.Hour), 10)
			require.NoError(t, err)
			require.Zero(t, n)
		})
	}
}
