package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/bulk"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// manyReturns writes a return of one line of every shipped order, at all stages in turn; of one in a hundred it is to be decided.
func manyReturns(t testing.TB, s *store.Store) {
	t.Helper()
	require.NoError(t, storetest.Exec(t.Context(), s.DB, `INSERT INTO returns (order_id, account, line_id, report_id, actor, stage, quantity, restocked, open_units, reason, reported_at, changed_at)
		SELECT o.id, o.account, '0', 'r', '', CASE o.id % 3 WHEN 0 THEN 'coming' WHEN 1 THEN 'closed' ELSE 'arrived' END, 1, CASE o.id % 100 WHEN 1 THEN 0 ELSE 1 END,
			CASE o.id % 100 WHEN 1 THEN 1 ELSE 0 END, '', o.placed_at, o.placed_at FROM orders o WHERE o.state = 'completed'`))
	require.NoError(t, s.Analyse(t.Context()))
}

// manyFaults writes n faults of two accounts and three classes.
func manyFaults(t testing.TB, s *store.Store, n int) {
	t.Helper()
	require.NoError(t, storetest.Exec(t.Context(), s.DB, `INSERT INTO faults (id, account, class, code, status, operation, request_id, retry_after, ambiguous, raw, at)
		WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $1)
		SELECT 'f-' || CAST(i AS TEXT), CASE i % 2 WHEN 0 THEN 'ebay-uk' ELSE 'amazon-uk' END, CASE i % 100 WHEN 0 THEN 'auth' WHEN 1 THEN 'limit' ELSE 'network' END, '', 0, 'op', '', 0, 0, '{}', i * 1000000 FROM n`, n))
	require.NoError(t, s.Analyse(t.Context()))
}

// requireIndexed checks that what is read is found by indexes and not sorted: no statement of a list or a count reads a whole table.
func requireIndexed(t *testing.T, s *store.Store, do func() error) {
	t.Helper()
	sent := map[string][]any{}
	s.Watch(func(text string, args []any) { sent[text] = args })
	err := do()
	s.Watch(func(string, []any) {})
	require.NoError(t, err)
	require.NotEmpty(t, sent)
	if !strings.HasSuffix(t.Name(), "/sqlite") {
		return // PostgreSQL reads a small table as a whole, whatever indexes there are
	}
	for text, args := range sent {
		plan := planOf(t, s, text, args...)
		page, _, _ := strings.Cut(plan, "SCAN f\n") // the rows of a page may be sorted again
		for line := range strings.Lines(page) {
			line = strings.TrimSpace(line)
			whole := strings.HasPrefix(line, "SCAN ") && !strings.Contains(line, " USING ") && line != "SCAN x"
			require.False(t, whole || strings.Contains(line, "TEMP B-TREE FOR ORDER BY"), "%s\n%s", text, plan)
		}
	}
}

func TestRunsAreCountedAndListedByDay(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		manyRuns(t, s, 30_000)
		found, err := s.Runs.Totals(ctx, runs.RunFilter{})
		require.NoError(t, err)
		require.Equal(t, runs.RunTotals{Runs: store.MostCounted + 1, Failed: 300, Kinds: map[runs.RunKind]int{runs.RunOrders: store.MostCounted + 1, runs.RunStock: store.MostCounted + 1}}, found)
		f := runs.RunFilter{From: time.Unix(100, 0), To: time.Unix(200, 0), Kind: runs.RunOrders, Errors: true, Limit: 9}
		found, err = s.Runs.Totals(ctx, f)
		require.NoError(t, err)
		require.Equal(t, runs.RunTotals{Kinds: map[runs.RunKind]int{runs.RunStock: 0}, Failed: 0}.Runs, found.Runs, "the last moment is not part of it")
		f.To = time.Unix(201, 0)
		list, err := s.Runs.List(ctx, f)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, "run-200", list[0].ID)
		list, err = s.Runs.List(ctx, runs.RunFilter{Oldest: true, Before: "run-2", Limit: 2})
		require.NoError(t, err)
		require.Equal(t, []string{"run-3", "run-4"}, []string{list[0].ID, list[1].ID})
		for _, account := range []string{"", "ebay-uk"} {
			for _, kind := range []runs.RunKind{"", runs.RunStock, runs.RunMigration} {
				for _, f := range []runs.RunFilter{{}, {Errors: true}, {Oldest: true, Before: "run-1000"}, {From: time.Unix(500, 0), To: time.Unix(25_000, 0)}} {
					f.Account, f.Kind, f.Limit = account, kind, 25
					requireIndexed(t, s, func() error {
						_, err := s.Runs.List(ctx, f)
						return err
					})
					requireIndexed(t, s, func() error {
						_, err := s.Runs.Totals(ctx, f)
						return err
					})
				}
			}
		}
	})
}

func TestReturnsAreCountedAndListedByDay(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, bulk.Fill(ctx, s, 20_000))
		manyReturns(t, s)
		found, err := s.Orders.ReturnTotals(ctx, orders.ReturnFilter{})
		require.NoError(t, err)
		require.Equal(t, 198, found.Returns)
		require.Equal(t, 198, found.Units)
		require.Equal(t, 198, found.Stages[order.StageComing]+found.Stages[order.StageClosed]+found.Stages[order.StageArrived])
		all, err := s.Orders.ReturnTotals(ctx, orders.ReturnFilter{Settled: true, Stage: order.StageClosed})
		require.NoError(t, err)
		require.Equal(t, store.MostCounted+1, all.Returns)
		require.Zero(t, all.Units, "they are too many")
		oldest := inbox(t, s, orders.ReturnFilter{Limit: 3})
		newest := inbox(t, s, orders.ReturnFilter{Limit: 500, Newest: true})
		require.Len(t, newest, 198)
		require.Equal(t, oldest[0].ID, newest[197].ID)
		rest := inbox(t, s, orders.ReturnFilter{Limit: 500, Newest: true, After: newest[194].ID})
		require.Equal(t, []int64{oldest[2].ID, oldest[1].ID, oldest[0].ID}, []int64{rest[0].ID, rest[1].ID, rest[2].ID})
		require.Len(t, inbox(t, s, orders.ReturnFilter{Limit: 9, From: oldest[1].ReportedAt, To: oldest[2].ReportedAt}), 1, "the last moment is not part of it")
		for _, account := range []string{"", "ebay-uk"} {
			for _, stage := range []order.Stage{"", order.StageArrived, order.StageWithdrawn} {
				for _, f := range []orders.ReturnFilter{{}, {Settled: true}, {Newest: true, Settled: true, After: newest[9].ID}, {From: oldest[2].ReportedAt, To: newest[9].ReportedAt}} {
					f.Account, f.Stage, f.Limit = account, stage, 25
					requireIndexed(t, s, func() error {
						_, err := s.Orders.Returns(ctx, f)
						return err
					})
					requireIndexed(t, s, func() error {
						_, err := s.Orders.ReturnTotals(ctx, f)
						return err
					})
				}
			}
		}
	})
}

func TestFaultsAreCountedAndListedByDay(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		manyFaults(t, s, 10_000)
		found, err := s.Runs.FaultTotals(ctx, runs.FaultFilter{Account: "ebay-uk"})
		require.NoError(t, err)
		require.Equal(t, runs.FaultTotals{Faults: store.MostCounted + 1, Classes: map[channel.Class]int{channel.Auth: 100, channel.Network: store.MostCounted + 1}}, found)
		f := runs.FaultFilter{Class: channel.Limit, From: time.Unix(1, 0), To: time.Unix(201, 0), Limit: 9}
		found, err = s.Runs.FaultTotals(ctx, f)
		require.NoError(t, err)
		require.Equal(t, 2, found.Faults, "of the first and the 101st second")
		f.Account = "amazon-uk"
		list, err := s.Runs.Faults(ctx, f)
		require.NoError(t, err)
		require.Equal(t, []string{"f-101", "f-1"}, []string{list[0].ID, list[1].ID})
		for _, class := range []channel.Class{"", channel.Limit, channel.Conflict} {
			for _, account := range []string{"", "ebay-uk"} {
				f.Account, f.Class = account, class
				requireIndexed(t, s, func() error {
					_, err := s.Runs.FaultTotals(ctx, f)
					return err
				})
			}
		}
	})
}

// The orders whose shipments wait are counted by what for, and by their states.
func TestOrdersAreCountedByTheirShipments(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, bulk.Fill(ctx, s, 3_000))
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE packages SET state = CASE order_id % 2 WHEN 0 THEN 'parked' ELSE 'processed' END WHERE order_id <= 10`))
		counts, err := s.Orders.ShipmentCounts(ctx, orders.OrderFilter{Shipments: shipment.Prepared})
		require.NoError(t, err)
		require.Equal(t, map[shipment.Progress]int{shipment.RequiresSync: 5, shipment.FulfillmentPending: 5, shipment.PartiallyFulfilled: 0}, counts)
		found, err := s.Orders.Totals(ctx, orders.OrderFilter{Shipments: shipment.RequiresSync})
		require.NoError(t, err)
		require.Equal(t, map[order.State]int{order.Completed: 5}, found.States)
		of, err := s.Orders.ShipmentCounts(ctx, orders.OrderFilter{Account: "ebay-uk"})
		require.NoError(t, err)
		require.Less(t, of[shipment.RequiresSync], 5)
	})
}

func TestStockIsSortedByItsUnits(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		receive(t, s, "a", "A", 5)
		receive(t, s, "b", "B", 9)
		receive(t, s, "c", "C", 5)
		receive(t, s, "d", "D", 1)
		require.NoError(t, storetest.Exec(ctx, s.DB, `INSERT INTO stock_levels (sku, location, on_hand) VALUES ('A', 'attic', 7), ('C', 'attic', 5), ('D', 'attic', 0)`))
		for sort, want := range map[ledger.LevelSort][]string{
			"": {"A", "B", "C", "D"}, ledger.LevelsBySKU: {"A", "B", "C", "D"}, ledger.MostOnHand: {"B", "A", "C", "D"}, ledger.LeastOnHand: {"D", "A", "C", "B"},
		} {
			for _, limit := range []int{1, 2, 9} {
				var got []string
				f := ledger.LevelFilter{Sort: sort, Limit: limit}
				for range 20 {
					rows, err := s.Ledger.LevelRows(ctx, f)
					require.NoError(t, err)
					for _, r := range rows {
						if len(got) == 0 || got[len(got)-1] != r.SKU {
							got = append(got, r.SKU)
						}
						f.After = r.SKU
					}
					if len(rows) == 0 {
						break
					}
				}
				require.Equal(t, want, got, "%s by %d", sort, limit)
			}
		}
		rows, err := s.Ledger.LevelRows(ctx, ledger.LevelFilter{Sort: ledger.MostOnHand, Limit: 2})
		require.NoError(t, err)
		require.Len(t, rows, 3, "with every location")
		require.NoError(t, bulk.Fill(ctx, s, 3_000))
		for _, sort := range ledger.LevelSorts() {
			requireIndexed(t, s, func() error {
				_, err := s.Ledger.LevelRows(ctx, ledger.LevelFilter{Sort: sort, After: "B", Limit: 25})
				return err
			})
		}
	})
}

func TestTheCatalogueIsSortedByItsLastChange(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		for _, sku := range []string{"B", "A", "C"} {
			require.NoError(t, s.Products.SaveVariants(ctx, []products.Variant{{SKU: sku, Title: sku}}))
		}
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE variants SET changed_at = CASE sku WHEN 'B' THEN 1 ELSE 2 END`))
		for sort, want := range map[products.VariantSort][]string{
			"": {"A", "B", "C"}, products.BySKU: {"A", "B", "C"}, products.ChangedLast: {"C", "A", "B"}, products.ChangedFirst: {"B", "A", "C"},
		} {
			var got []string
			f := products.VariantFilter{Sort: sort, Limit: 1}
			for range want {
				rows, err := s.Products.VariantRows(ctx, f)
				require.NoError(t, err)
				require.Len(t, rows, 1)
				got, f.After = append(got, rows[0].SKU), rows[0].SKU
			}
			require.Equal(t, want, got, sort)
			f.Limit = 25
			requireIndexed(t, s, func() error {
				_, err := s.Products.VariantRows(ctx, f)
				return err
			})
		}
	})
}
