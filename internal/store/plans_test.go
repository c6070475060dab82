package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/bulk"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

// whole are what SQLite may read from its beginning to its end: lists that are parameters, accounts, open cancellations, and the request of a
// synchronisation, which a foreign key looks into only while one is violated.
var whole = []string{
	"SCAN json_each VIRTUAL TABLE INDEX 1:", "SCAN x", "SCAN a USING INDEX sqlite_autoindex_accounts_1",
	"SCAN channel_cancels USING INDEX channel_cancels_open", "SCAN synced_packages USING COVERING INDEX sqlite_autoindex_synced_packages_1",
}

// many are the tables that grow with every order.
var many = []string{"orders", "order_lines", "movements", "packages", "package_lines", "run_items", "calls"}

// indexed are what SQLite finds by which index while an order goes its way.
var indexed = []string{
	"SEARCH o USING INDEX sqlite_autoindex_orders_1 (account=? AND channel_order_id=?)",
	"SEARCH l USING INDEX sqlite_autoindex_order_lines_1 (order_id=?)",
	"SEARCH order_lines USING INDEX sqlite_autoindex_order_lines_1 (order_id=? AND line_id=?)",
	"SEARCH o USING INDEX sqlite_autoindex_stock_levels_1 (sku=? AND location=?)",
	"SEARCH stock_levels USING INDEX sqlite_autoindex_stock_levels_1 (sku=? AND location=?)",
	"SEARCH l USING INDEX sqlite_autoindex_links_1 (account=? AND channel_sku=?)",
	"SEARCH p USING INDEX sqlite_autoindex_packages_1 (order_id=? AND package_id=?)",
	"SEARCH p USING INDEX packages_unsent (order_id=?)",
}

// No statement of an order's way reads a table that grows with every order as a whole, among 20,000 others.
func TestNothingOfAnOrdersWayReadsAWholeTable(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, bulk.Fill(ctx, s, 20_000))
		j := newJourney(t, s, 20)
		sent := map[string][]any{}
		s.Watch(func(text string, args []any) { sent[text] = args })
		j.ship(t, 20)
		s.Watch(func(string, []any) {})
		require.Greater(t, len(sent), 25)
		var all []string
		for text, args := range sent {
			plan := planOf(t, s, text, args...)
			all = append(all, plan)
			for line := range strings.Lines(plan) {
				line = strings.TrimSpace(line)
				require.False(t, strings.HasPrefix(line, "SCAN ") && !slices.Contains(whole, line), "%s\n%s", text, plan)
				for _, table := range many {
					require.NotContains(t, line+" ", "Seq Scan on "+table+" ", "%s\n%s", text, plan)
				}
			}
		}
		if strings.HasSuffix(t.Name(), "/sqlite") {
			for _, step := range indexed {
				require.Contains(t, strings.Join(all, "\n"), step)
			}
		}
	})
}

// A list of orders reads those that it shows by their ids, and not all that are stored: SQLite's own choice of the order of tables was the latter.
func TestAListOfOrdersReadsNoMoreThanItShows(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, bulk.Fill(ctx, s, 20_000))
		var query string
		var with []any
		s.Watch(func(text string, args []any) {
			if strings.Contains(text, "FROM found f") {
				query, with = text, args
			}
		})
		rows, err := s.Orders.Find(ctx, orders.OrderFilter{Limit: 25})
		s.Watch(func(string, []any) {})
		require.NoError(t, err)
		require.Len(t, rows, 25)
		plan := planOf(t, s, query, with...)
		if strings.HasSuffix(t.Name(), "/sqlite") {
			require.Contains(t, plan, "SEARCH o USING INTEGER PRIMARY KEY (rowid=?)")
		}
		require.NotContains(t, plan, "Seq Scan on orders")
	})
}

// What waits for stock or for a link is counted from its lines, which are few, also in the transaction of every order that waits: not from all orders, nor from
// all lines that were ever shipped.
func TestWhatWaitsIsReadFromTheLinesThatWait(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		s := storetest.Fresh(t, storetest.Openers["sqlite"](t))
		require.NoError(t, bulk.Fill(ctx, s, 2_000))
		plans := map[string]string{}
		read := map[string][]any{}
		s.Watch(func(text string, args []any) {
			if strings.Contains(text, "l.backordered > 0") || strings.Contains(text, "l.unlinked > 0") {
				read[text] = args
			}
		})
		require.NoError(t, s.Write(ctx, "count", func(_ context.Context, tx *db.Tx) error {
			incidents.UpdateBackordered(tx, []int64{1_990})
			incidents.UpdateUnlinked(tx, []int64{1_990})
			return nil
		}))
		_, err := s.Orders.Find(ctx, orders.OrderFilter{View: order.ViewWaitingForStock, Limit: 5})
		require.NoError(t, err)
		_, err = s.Ledger.UnlinkedUnits(ctx, time.Now())
		require.NoError(t, err)
		s.Watch(func(string, []any) {})
		for text, args := range read {
			plans[text] = planOf(t, s, text, args...)
		}
		require.GreaterOrEqual(t, len(plans), 4)
		for text, plan := range plans {
			require.Regexp(t, `SCAN l USING( COVERING)? INDEX order_lines_(backordered|unlinked)`, plan, text)
			require.NotContains(t, plan, "SEARCH o USING COVERING INDEX orders_newest (account=?)", text)
		}
	})
}

// The register reads the newest run of each account and kind, not the years of runs before it.
func TestTheRegisterSortsNoRuns(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		s := storetest.Fresh(t, storetest.Openers["sqlite"](t))
		manyRuns(t, s, 100)
		var read []string
		var given [][]any
		s.Watch(func(text string, args []any) {
			if strings.Contains(text, "FROM runs o") {
				read, given = append(read, text), append(given, args)
			}
		})
		_, err := s.Register(ctx)
		require.NoError(t, err)
		s.Watch(func(string, []any) {})
		require.Len(t, read, 2)
		for i, text := range read {
			plan := planOf(t, s, text, given[i]...)
			require.NotContains(t, plan, "runs_ended_of_account", text)
			if strings.Contains(text, "LIMIT 1)") {
				require.Contains(t, plan, "runs_of_account_and_kind (account=? AND kind=?)")
				require.NotContains(t, plan, "TEMP B-TREE")
			}
		}
	})
}

// Nearly all orders of a shop that has worked for long are completed: the newest of them are read from the end, not sorted; and what is looked up in a view
// is not searched for among all in a state.
func TestTheNewestCompletedOrdersAreNotSorted(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		s := storetest.Fresh(t, storetest.Openers["sqlite"](t))
		for _, f := range []orders.OrderFilter{
			{State: order.Completed, Limit: 26}, {State: order.Completed, Sort: orders.OldestFirst, Limit: 26},
			{State: order.Completed, View: order.ViewUnconfirmed, Limit: 26}, {View: order.ViewBackordered, Limit: 26},
		} {
			var text string
			var args []any
			s.Watch(func(t string, a []any) { text, args = t, a })
			_, err := s.Orders.Find(ctx, f)
			require.NoError(t, err)
			s.Watch(func(string, []any) {})
			plan := planOf(t, s, text, args...)
			require.NotContains(t, plan, "orders_by_state", f)
			if f.View == "" {
				require.True(t, strings.HasPrefix(plan, "MATERIALIZE found\nSCAN o\nMATERIALIZE sums"), plan)
			}
		}
	})
}

// Every few minutes a sweep looks for buyers to forget, with the store's one writer: among those that are known, not among all orders that are over.
func TestBuyersToForgetAreSoughtAmongThoseKnown(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		s := storetest.Fresh(t, storetest.Openers["sqlite"](t))
		var plans []string
		read := map[string][]any{}
		s.Watch(func(text string, args []any) {
			if strings.Contains(text, "FROM buyers b") {
				read[text] = args
			}
		})
		_, err := s.Buyers.Expire(ctx, channel.Amazon, time.Hour, 10)
		require.NoError(t, err)
		s.Watch(func(string, []any) {})
		for text, args := range read {
			plans = append(plans, planOf(t, s, text, args...))
		}
		require.Equal(t, []string{"SCAN b USING COVERING INDEX buyers_known\nSEARCH o USING INTEGER PRIMARY KEY (rowid=?)\nSEARCH a USING INDEX sqlite_autoindex_accounts_1 (id=?)"}, plans)
	})
}
