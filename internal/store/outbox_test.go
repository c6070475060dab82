package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

func TestAnOlderDeliveryNeverReplacesANewerOne(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		first := save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("lamp", 2)))
		later := sale("amazon-uk", "1", 9, units("lamp", 2))
		later.Lines[0].Cancelled = 2
		second := save(t, s, "amazon-uk", later)
		older, newer := first.Outbox[0], second.Outbox[0]
		require.Less(t, older.Version, newer.Version)
		delivered := func(entries ...orders.OutboxEntry) int64 {
			require.NoError(t, s.Orders.MarkDelivered(ctx, entries))
			return detail(t, s, "amazon-uk", "1").DeliveredVersion
		}
		require.Equal(t, older.Version, delivered(older))
		require.Equal(t, newer.Version, delivered(newer, older), "in one call")
		require.Equal(t, newer.Version, delivered(older), "in a later call")
		require.Equal(t, newer.Version, delivered(newer), "again")
	})
}

func TestASkippedOrderIsNeverPending(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		skipped := sale("amazon-uk", "1", 1, units("lamp", 1))
		skipped.Fulfilment = order.FulfilmentShipped
		save(t, s, "amazon-uk", skipped, sale("amazon-uk", "2", 2, units("lamp", 1)))
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE orders SET delivered_version = 0`))
		pending, err := s.Orders.Pending(ctx, time.Now().Add(time.Hour), orders.OutboxEntry{}, 10)
		require.NoError(t, err)
		require.Len(t, pending, 1)
		require.Equal(t, "2", pending[0].Key.OrderID)
		open, err := s.Orders.OpenOrders(ctx, 0, 10)
		require.NoError(t, err)
		require.Equal(t, pending, open)
	})
}
