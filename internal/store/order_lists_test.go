package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/bulk"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

// Every sort lists each order once, in its order, whatever the size of a page, among few and with a filter.
func TestEverySortListsEachOrderOnce(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 99)
		day := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
		for i, total := range []int64{500, 900, 500, 100, 700} {
			o := sale("amazon-uk", fmt.Sprintf("o-%d", i), 0, units("LAMP", 1))
			o.PlacedAt, o.Total = day.AddDate(0, 0, (i*3)%5), total
			save(t, s, "amazon-uk", o)
		}
		for sort, want := range map[orders.Sort][]string{
			orders.NewestFirst: {"o-4", "o-3", "o-2", "o-1", "o-0"}, orders.OldestFirst: {"o-0", "o-1", "o-2", "o-3", "o-4"},
			orders.PlacedLast: {"o-3", "o-1", "o-4", "o-2", "o-0"}, orders.PlacedFirst: {"o-0", "o-2", "o-4", "o-1", "o-3"},
			orders.HighestTotal: {"o-1", "o-4", "o-2", "o-0", "o-3"}, orders.LowestTotal: {"o-3", "o-0", "o-2", "o-4", "o-1"},
		} {
			for _, f := range []orders.OrderFilter{{}, {Account: "amazon-uk"}, {State: order.Open, From: day}, {Account: "amazon-uk", To: day.AddDate(0, 0, 9)}} {
				for _, limit := range []int{1, 2, 9} {
					f.Sort, f.Limit = sort, limit
					require.Equal(t, want, references(t, s, f), "%+v", f)
				}
			}
			_, err := s.Orders.Find(ctx, orders.OrderFilter{Sort: sort, After: 1 << 40, Limit: 1})
			if sort != orders.NewestFirst && sort != orders.OldestFirst {
				require.ErrorIs(t, err, store.ErrBadCursor, sort)
			}
		}
		require.Equal(t, []string{"o-4", "o-2"}, references(t, s, orders.OrderFilter{From: day.AddDate(0, 0, 1), To: day.AddDate(0, 0, 3), Limit: 9}), "the last moment is not part of it")
	})
}

func TestOrdersAreCountedAndSummedUp(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		promisedOrders(t, s)
		euro := sale("ebay-uk", "euro", 0, units("LAMP", 3))
		euro.Currency, euro.Total = "EUR", 4000
		save(t, s, "ebay-uk", euro)
		all, err := s.Orders.Totals(ctx, orders.OrderFilter{})
		require.NoError(t, err)
		require.Equal(t, 7, all.Orders)
		require.Equal(t, 9, all.Units)
		require.Equal(t, []string{"GBP", "EUR"}, []string{all.Value[0].Currency, all.Value[1].Currency})
		require.Equal(t, order.Value{Currency: "EUR", Orders: 1, Total: 4000}, all.Value[1])
		require.Equal(t, 6, all.States[order.Open])
		open, err := s.Orders.Totals(ctx, orders.OrderFilter{State: order.Open, Account: "amazon-uk", Limit: 1, After: 3, Sort: orders.HighestTotal})
		require.NoError(t, err)
		require.Equal(t, 5, open.Orders)
		require.Equal(t, 6, open.States[order.Open]+open.States[order.Completed]+open.States[order.Shipped], "the states of the account, whatever state is chosen")
		for view, want := range map[order.View]int{order.ViewLate: 2, order.ViewNeedsDecision: 0, order.ViewOnHold: 0, order.ViewBackordered: 0, order.ViewWaitingForStock: 0, order.ViewUnconfirmed: 0} {
			f := orders.OrderFilter{View: view, Limit: 9}
			found, err := s.Orders.Totals(ctx, f)
			require.NoError(t, err)
			require.Equal(t, want, found.Orders, view)
			require.Len(t, references(t, s, f), want, view)
		}
		none, err := s.Orders.Totals(ctx, orders.OrderFilter{From: time.Now().AddDate(50, 0, 0)})
		require.NoError(t, err)
		require.Zero(t, none.Orders)
		require.Empty(t, none.Value)
	})
}

// A view has the orders of its question: what has no stock, what is held, and what is due within the day that is given.
func TestTheViewsOfOrders(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP", "ROPE")
		receive(t, s, "r1", "LAMP", 99)
		ids := func(v order.View) []string {
			return references(t, s, orders.OrderFilter{View: v, Sort: orders.OldestFirst, Today: time.Now().Add(time.Hour), Limit: 9})
		}
		save(t, s, "amazon-uk", sale("amazon-uk", "rope", 0, units("ROPE", 1)))
		save(t, s, "amazon-uk", sale("amazon-uk", "part", 0, units("ROPE", 1), units("LAMP", 1)))
		for id, in := range map[string]time.Duration{"soon": 30 * time.Minute, "evening": 2 * time.Hour} {
			o := sale("amazon-uk", id, 0, units("LAMP", 1))
			o.ShipBy = time.Now().Add(in)
			save(t, s, "amazon-uk", o)
		}
		require.Equal(t, []string{"rope", "part"}, ids(order.ViewBackordered))
		require.Equal(t, []string{"rope"}, ids(order.ViewWaitingForStock))
		require.Equal(t, []string{"soon"}, ids(order.ViewToShipToday))
		row, err := s.Orders.Find(ctx, orders.OrderFilter{Reference: "soon", Limit: 1})
		require.NoError(t, err)
		_, err = s.Orders.Hold(ctx, row[0].Key.RowID, "ann", "colour")
		require.NoError(t, err)
		require.Equal(t, []string{"soon"}, ids(order.ViewOnHold))
	})
}

// No list or count of orders reads all that are stored, whatever it is filtered and sorted by.
func TestNoListOfOrdersReadsAllOrders(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, bulk.Fill(ctx, s, 30_000))
		week := time.Now().AddDate(0, 0, -7)
		filters := []orders.OrderFilter{{}, {Account: "ebay-uk"}, {State: order.Completed}, {State: order.Open}, {State: order.Open, Account: "ebay-uk"}, {From: week}, {From: week, Account: "ebay-uk"},
			{From: week, State: order.Completed}, {View: order.ViewLate}, {View: order.ViewBackordered}, {View: order.ViewUnconfirmed, From: week}, {View: order.ViewOnHold, Account: "ebay-uk"}}
		for _, sort := range orders.Sorts() {
			for _, f := range filters {
				f.Sort, f.Limit = sort, 25
				rows, err := s.Orders.Find(ctx, f)
				require.NoError(t, err)
				if len(rows) == 25 {
					f.After = rows[24].Key.RowID
				}
				sent := map[string][]any{}
				s.Watch(func(text string, args []any) { sent[text] = args })
				_, err = s.Orders.Find(ctx, f)
				require.NoError(t, err)
				_, err = s.Orders.Totals(ctx, f)
				require.NoError(t, err)
				s.Watch(func(string, []any) {})
				for text, args := range sent {
					plan := planOf(t, s, text, args...)
					what := fmt.Sprintf("%+v\n%s\n%s", f, text, plan)
					if strings.HasSuffix(t.Name(), "/sqlite") {
						whole := slices.ContainsFunc(strings.Split(plan, "\n"), func(line string) bool { return strings.TrimSpace(line) == "SCAN o" })
						counts := strings.Contains(text, "LIMIT") // it ends after so many, whatever it reads
						require.False(t, whole && !counts, what)
					}
				}
			}
		}
	})
}

// A sort of many rows is read by its index, also with a filter that many match: SQLite would read all that match and sort them.
func TestASortOfManyIsReadByItsIndex(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, bulk.Fill(ctx, s, 30_000))
		for index, f := range map[string]orders.OrderFilter{"orders_by_total": {Sort: orders.HighestTotal, State: order.Completed, Limit: 25}, "orders_by_day": {Sort: orders.PlacedFirst, State: order.Completed, Limit: 25}} {
			var query string
			var with []any
			s.Watch(func(text string, args []any) {
				if strings.Contains(text, "FROM found f CROSS JOIN orders o") {
					query, with = text, args
				}
			})
			_, err := s.Orders.Find(ctx, f)
			s.Watch(func(string, []any) {})
			require.NoError(t, err)
			require.Contains(t, planOf(t, s, query, with...), index)
		}
	})
}
