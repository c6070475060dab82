package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/bulk"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

// orderLists are the lists of orders that people ask for.
var orderLists = map[string]orders.OrderFilter{
	"newest":           {Limit: 25},
	"page 2":           {After: 500_000, Limit: 25},
	"account":          {Account: "ebay-uk", Limit: 25},
	"open":             {State: order.Open, Limit: 25},
	"open+account":     {State: order.Open, Account: "ebay-uk", Limit: 25},
	"skipped+account":  {State: order.Skipped, Account: "ebay-uk", Limit: 25},
	"deleted":          {State: order.Deleted, Limit: 25},
	"undecided":        {Undecided: true, Limit: 25},
	"uncancelled":      {Uncancelled: true, Limit: 25},
	"reference":        {Reference: "#777777", Limit: 25},
	"channel order id": {Reference: "777777-id", Limit: 25},
	"total":            {Sort: orders.HighestTotal, Limit: 25},
	"total+completed":  {Sort: orders.HighestTotal, State: order.Completed, Limit: 25},
	"placed+account":   {Sort: orders.PlacedFirst, Account: "ebay-uk", Limit: 25},
	"placed+open":      {Sort: orders.PlacedLast, State: order.Open, Limit: 25},
	"week":             {From: time.Now().AddDate(0, 0, -7), Limit: 25},
	"week+account":     {From: time.Now().AddDate(0, 0, -7), Account: "ebay-uk", Sort: orders.LowestTotal, Limit: 25},
}

// BenchmarkOrders lists orders, and reads one, among 1,000,000: milliseconds of the median and of the 99th of a hundred. Run it with
// -benchtime 100x.
func BenchmarkOrders(b *testing.B) {
	for database, address := range storetest.Openers {
		b.Run(database, func(b *testing.B) {
			s := storetest.Fresh(b, address(b))
			require.NoError(b, bulk.Fill(b.Context(), s, 1_000_000))
			n := int64(0)
			ask := map[string]func() error{"order": func() error {
				n++
				_, err := s.Orders.Detail(context.Background(), n*7919%1_000_000+1)
				return err
			}}
			for name, filter := range orderLists {
				ask[name] = func() error {
					_, err := s.Orders.Find(context.Background(), filter)
					return err
				}
			}
			for name, filter := range orderLists {
				ask["totals of "+name] = func() error {
					_, err := s.Orders.Totals(context.Background(), filter)
					return err
				}
			}
			ask["views"] = func() error {
				_, err := s.Orders.ViewCounts(context.Background(), time.Now().Add(time.Hour))
				return err
			}
			for name, do := range ask {
				b.Run(name, func(b *testing.B) { storetest.Percentiles(b, do) })
			}
		})
	}
}

// The bulk orders are such as the product writes: lists and the audit's reading agree with what was asked for.
func TestBulkOrdersAreLikeRealOnes(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, bulk.Fill(ctx, s, 1_000))
		for name, want := range map[string]int{"open": 10, "open+account": 2, "deleted": 0, "undecided": 0, "newest": 25, "channel order id": 0} {
			list, err := s.Orders.Find(ctx, orderLists[name])
			require.NoError(t, err)
			require.Len(t, list, want, name)
		}
		all, err := s.Orders.Find(ctx, orders.OrderFilter{Limit: 1_000})
		require.NoError(t, err)
		for _, o := range all {
			require.Contains(t, order.States(), o.State)
		}
		list, err := s.Orders.Find(ctx, orders.OrderFilter{Reference: "#101", Limit: 2})
		require.NoError(t, err)
		require.Len(t, list, 1)
		o, err := s.Orders.Detail(ctx, list[0].Key.RowID)
		require.NoError(t, err)
		require.Equal(t, order.Completed, o.State)
		require.Len(t, o.Lines, 3)
		require.Len(t, o.Packages, 1)
		require.Len(t, o.Packages[0].Contents, 3)
	})
}
