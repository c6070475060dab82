package store_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// A migrated store keeps its data: its runs' items are listed as before, by their run's account.
func TestItemsOfAnOlderStoreAreKept(t *testing.T) {
	t.Parallel()
	for name, address := range storetest.Openers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(ctx, address(t), keyring.ForSimulations())
			require.NoError(t, err)
			t.Cleanup(func() { _ = s.Close() })
			require.NoError(t, storetest.MigrateTo(ctx, s.DB, 15))
			require.NoError(t, storetest.Exec(ctx, s.DB, `INSERT INTO runs (id, kind, account, endpoint, workflow_id, started_at) VALUES ('run-1', 'orders', 'ebay-uk', 'production', 'w', 5)`))
			require.NoError(t, storetest.Exec(ctx, s.DB, `INSERT INTO run_items (run_id, reference, type, status, reason, fault_id, request_id, at)
				VALUES ('run-1', '#A-1', 'order', 'skipped', 'not paid', '', 'q1', 7), ('run-0', '#B-2', 'order', 'error', '', 'f1', '', 6)`))
			require.NoError(t, s.Migrate(ctx))
			require.NoError(t, s.Migrate(ctx), "a second start changes nothing")

			items, err := s.Runs.Items(ctx, "run-1", "", "", 10)
			require.NoError(t, err)
			require.Equal(t, []runs.Item{{RunID: "run-1", Endpoint: "production", Type: "order", Reference: "#A-1", Status: runs.ItemSkipped,
				Reason: "not paid", RequestID: "q1", At: time.UnixMicro(7).UTC()}}, items)
			page, err := s.Publications.PublicationItems(ctx, publications.ItemFilter{AllRuns: true, Reference: "a-1"})
			require.NoError(t, err)
			require.Len(t, page.Items, 1)
			require.Equal(t, "ebay-uk", page.Items[0].Account)
			n := 0
			require.NoError(t, s.Read(ctx, `SELECT COUNT(*) FROM run_items`, func(rows *sql.Rows) error { return rows.Scan(&n) }))
			require.Equal(t, 2, n, "also the items of a run that was never noted")
		})
	}
}

// What an older store has under old names is kept under the new ones: an undelivered order is pending, short units
// are backordered, parked units are unlinked, learned rates are observed rates, a figure that was told is stated, an
// export that was made is created, and what was told of its orders was notified.
func TestAnOlderStoreKeepsWhatWasRenamed(t *testing.T) {
	t.Parallel()
	for name, address := range storetest.Openers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(ctx, address(t), keyring.ForSimulations())
			require.NoError(t, err)
			t.Cleanup(func() { _ = s.Close() })
			require.NoError(t, storetest.MigrateTo(ctx, s.DB, 18))
			for _, text := range []string{
				`INSERT INTO accounts (id, channel, endpoint, name, order_location, buffer, cap, reserve_at, take_at, enabled)
					VALUES ('ebay-uk', 'ebay', 'production', 'eBay', 'main', 0, -1, 'placed', 'placed', 1)`,
				`INSERT INTO orders (account, channel_order_id, reference, state, reason, channel_status, channel_fulfilment, paid, location, placed_at, seen_at,
					saved_at, updated_at, channel_version, handled_version, content_hash, currency, total, shipping, tax, discount) VALUES
					('ebay-uk', '1', '1', 'open', '', 'NOT_STARTED', 'unshipped', 1, 'main', 1, 1, 1, 1, 5, 3, '', 'GBP', 500, 0, 0, 0),
					('ebay-uk', '2', '2', 'open', '', 'NOT_STARTED', 'unshipped', 1, 'main', 1, 1, 1, 1, 4, 4, '', 'GBP', 500, 0, 0, 0)`,
				`INSERT INTO order_lines (order_id, line_id, position, channel_sku, sku, location, title, quantity, unit_price, total, taken,
					reserved, short, parked, packed, shipped, cancelled, channel_cancelled, parked_reason, revision)
					SELECT id, '1-1', 0, 'LAMP', '', 'main', 'Lamp', 6, 1, 6, 1, 1, 2, 3, 0, 0, 0, 0, 'no link', 1 FROM orders WHERE channel_order_id = '1'`,
				`INSERT INTO stock_levels (sku, location, on_hand, reserved, short) VALUES ('lamp', 'main', 1, 1, 2)`,
				`INSERT INTO runs (id, kind, account, endpoint, workflow_id, started_at, parked) VALUES ('run-1', 'orders', 'ebay-uk', 'production', 'w', 5, 4)`,
				`INSERT INTO links (account, channel_sku, sku, listing_ref, dirty_since, held, held_at, held_judged)
					VALUES ('ebay-uk', 'LAMP', 'lamp', 'i-1', 1, 9, 5, 1)`,
				`INSERT INTO movements (key, sku, location, kind, on_hand, reserved, order_id, line_id, package_id, note, at, actor, told)
					VALUES ('k', 'lamp', 'main', 'count', 1, 0, 0, '', '', '', 6, 'Ada', 11)`,
				`INSERT INTO order_exports (format, account, made_by, made_at, file, written_at) VALUES ('towpath', '', 'Ada', 8, 'orders.csv', 9)`,
				`INSERT INTO exported_orders (export_id, order_id, repeats, settled_at, told)
					SELECT e.id, o.id, 0, 12, 'cancelled' FROM order_exports e CROSS JOIN orders o WHERE o.channel_order_id = '1'`,
				`INSERT INTO learned_rates (account, call, per_second, burst, remaining, restores, told_at) VALUES ('ebay-uk', 'getOrders', 2, 3, 1, 0, 7)`,
			} {
				require.NoError(t, storetest.Exec(ctx, s.DB, text))
			}
			require.NoError(t, s.Migrate(ctx))

			pending, err := s.Orders.Pending(ctx, time.Now(), orders.OutboxEntry{}, 10)
			require.NoError(t, err)
			require.Len(t, pending, 1)
			require.Equal(t, "1", pending[0].Key.OrderID)
			order1 := detail(t, s, "ebay-uk", "1")
			require.Equal(t, int64(3), order1.DeliveredVersion)
			require.Equal(t, order.Units{Reserved: 1, Backordered: 2, Unlinked: 3}, order1.Lines[0].Units)
			require.Equal(t, "no link", order1.Lines[0].UnlinkedReason)
			require.Equal(t, 2, level(t, s, "lamp").Backordered)
			list, err := s.Runs.List(ctx, runs.RunFilter{ID: "run-1", Limit: 1})
			require.NoError(t, err)
			require.Equal(t, 4, list[0].Counts.Unlinked)
			rates, err := s.Accounts.ObservedRates(ctx)
			require.NoError(t, err)
			require.Equal(t, []channel.ObservedRate{{Call: "getOrders", PerSecond: 2, Burst: 3, Left: 1, At: time.UnixMicro(7).UTC()}}, rates["ebay-uk"])

			accs, err := s.Accounts.List(ctx)
			require.NoError(t, err)
			require.Equal(t, order.AtPlaced, accs[0].ProcessAt)
			moved, err := s.Ledger.Movements(ctx, "lamp", "", 0, 10)
			require.NoError(t, err)
			require.Equal(t, 11, moved[0].Stated)
			exports, err := s.Packages.Exports(ctx, packages.ExportFilter{Limit: 1})
			require.NoError(t, err)
			require.Equal(t, []packages.Export{{ID: 1, Format: "towpath", By: "Ada", At: time.UnixMicro(8).UTC(), File: "orders.csv",
				WrittenAt: time.UnixMicro(9).UTC(), Orders: 1, Waiting: 1, Notified: 1}}, exports)
			held := 0
			require.NoError(t, s.Read(ctx, `SELECT COUNT(*) FROM links JOIN exported_orders x ON x.closed_at = 12 AND x.notified = 'cancelled'
				WHERE held_decided = 1`, func(rows *sql.Rows) error { return rows.Scan(&held) }))
			require.Equal(t, 1, held)
		})
	}
}

// A program that is older than the tables would fail call by call: it does not start, and leaves them as they are.
func TestTablesOfANewerProgramAreRefused(t *testing.T) {
	t.Parallel()
	for name, address := range storetest.Openers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := address(t)
			s := storetest.Fresh(t, url)
			var made int64
			read := func() {
				t.Helper()
				require.NoError(t, s.Read(ctx, `SELECT MAX(version_id) FROM goose_db_version`, func(rows *sql.Rows) error { return rows.Scan(&made) }))
			}
			read()
			known := made
			again, err := store.Open(ctx, url, keyring.ForSimulations())
			require.NoError(t, err, "its own version")
			require.NoError(t, again.Close())

			require.NoError(t, storetest.Exec(ctx, s.DB, `INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, $2)`, known+1, true))
			_, err = store.Open(ctx, url, keyring.ForSimulations())
			require.ErrorIs(t, err, store.ErrNewer)
			require.ErrorContains(t, err, fmt.Sprintf("the store is at version %d, this program knows up to %d; stop this program and start the newer one", known+1, known))
			read()
			require.Equal(t, known+1, made)
			_, err = s.Accounts.List(ctx)
			require.NoError(t, err, "one that runs already goes on as far as the tables let it")
		})
	}
}

// What an older version kept of answers that name buyers is removed; the words of other calls stay.
func TestWordsOfOrderReadsAreRemovedFromAnOlderStore(t *testing.T) {
	t.Parallel()
	for name, address := range storetest.Openers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := store.Open(ctx, address(t), keyring.ForSimulations())
			require.NoError(t, err)
			t.Cleanup(func() { _ = s.Close() })
			require.NoError(t, storetest.MigrateTo(ctx, s.DB, 20))
			for id, operation := range map[string]string{"f1": "getOrders", "f2": "orders", "f3": "confirmShipment"} {
				require.NoError(t, storetest.Exec(ctx, s.DB, `INSERT INTO faults (id, account, class, code, status, operation, request_id, retry_after, ambiguous, raw, at)
					VALUES ('`+id+`', 'ebay-uk', 'invalid', '', 400, '`+operation+`', '', 0, 0, 'Jane Doe', 5)`))
			}
			require.NoError(t, s.Migrate(ctx))
			for id, words := range map[string]string{"f1": "removed, because it may have named buyers", "f2": "removed, because it may have named buyers", "f3": "Jane Doe"} {
				f, err := s.Runs.Fault(ctx, id)
				require.NoError(t, err)
				require.Equal(t, words, f.Raw, id)
			}
		})
	}
}
