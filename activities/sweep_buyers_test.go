package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/aside"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/orders"
)

// The sweep removes the buyer of an order that is over, 30 days after it was.
func TestTheSweepRemovesBuyersWhoseTimeIsOver(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	sweep := &activities.Sweep{Environment: s.environment, Starter: s.caller}
	placed := time.Now().Add(-40 * 24 * time.Hour)
	o := order.Snapshot{ID: "1", Reference: "1", PlacedAt: placed, UpdatedAt: placed, Paid: true, Fulfilment: order.FulfilmentUnshipped, ChannelStatus: "new",
		Currency: "GBP", Lines: []order.SnapshotLine{{ID: "1", SKU: "x", Title: "X", Quantity: 1}}, Buyer: &order.Buyer{Name: "Ada Larkmoor", CountryCode: "GB"}}
	save := func() {
		_, err := s.store.Orders.SavePage(t.Context(), orders.Page{Account: account, RunID: "r", SeenAt: time.Now(), Orders: []order.Snapshot{o}})
		require.NoError(t, err)
	}
	save()
	o.UpdatedAt, o.Fulfilment, o.Lines[0].Shipped = placed.Add(time.Hour), order.FulfilmentShipped, 1
	save()
	rows, err := s.store.Orders.Find(t.Context(), orders.OrderFilter{Account: account, Reference: "1"})
	require.NoError(t, err)
	row := rows[0].Key.RowID
	known := func(overSince time.Duration) string {
		require.NoError(t, s.store.Write(t.Context(), "age", func(ctx context.Context, t *db.Tx) error {
			_, err := t.Exec(ctx, `UPDATE orders SET updated_at = $1`, db.Micro(time.Now().Add(-overSince)))
			return err
		}))
		do[message.SweepResult](s, sweep.SweepOnce, message.SweepInput{Speed: 1})
		found, err := s.store.Buyers.Open(t.Context(), []int64{row})
		require.NoError(t, err)
		return found[row].Name
	}
	require.Equal(t, "Ada Larkmoor", known(29*24*time.Hour))
	require.Empty(t, known(31*24*time.Hour))
}

// The sweep removes the buyer of an order that never ends, a year after it was saved.
func TestTheSweepRemovesBuyersOfOrdersThatNeverEnd(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	sweep := &activities.Sweep{Environment: s.environment, Starter: s.caller}
	o := order.Snapshot{ID: "1", Reference: "1", PlacedAt: time.Now(), UpdatedAt: time.Now(), Paid: true, Fulfilment: order.FulfilmentUnshipped, ChannelStatus: "new",
		Currency: "GBP", Lines: []order.SnapshotLine{{ID: "1", SKU: "x", Title: "X", Quantity: 1}}, Buyer: &order.Buyer{Name: "Ada Larkmoor", CountryCode: "GB"}}
	_, err := s.store.Orders.SavePage(t.Context(), orders.Page{Account: account, RunID: "r", SeenAt: time.Now(), Orders: []order.Snapshot{o}})
	require.NoError(t, err)
	rows, err := s.store.Orders.Find(t.Context(), orders.OrderFilter{Account: account, Reference: "1"})
	require.NoError(t, err)
	for _, c := range []struct {
		days int
		want string
	}{{364, "Ada Larkmoor"}, {366, ""}} {
		require.NoError(t, s.store.WriteKeys(t.Context(), "age", func(ctx context.Context, t *db.Tx) error {
			_, err := t.Exec(ctx, `UPDATE buyer_keys SET created_at = $1`, db.Micro(time.Now().AddDate(0, 0, -c.days)))
			return err
		}))
		do[message.SweepResult](s, sweep.SweepOnce, message.SweepInput{Speed: 1})
		found, err := s.store.Buyers.Open(t.Context(), []int64{rows[0].Key.RowID})
		require.NoError(t, err)
		require.Equal(t, c.want, found[rows[0].Key.RowID].Name)
	}
}

// One kind of record that can't be removed holds up no other, and what failed is told.
func TestRecordsThatCannotBeRemovedHoldUpNoOthers(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	sweep := &activities.Sweep{Environment: s.environment, Starter: s.caller}
	bad := channel.NewOrderError("getOrders", "request-1", []byte(`{"name":"Ada Larkmoor"}`), "1", time.Now(), "line 1 has no id")
	_, err := s.store.Orders.SavePage(t.Context(), orders.Page{Account: account, RunID: "r", SeenAt: time.Now(), Aside: []*channel.OrderError{bad}, With: "1"})
	require.NoError(t, err)
	require.NoError(t, s.store.Write(t.Context(), "age, and break", func(ctx context.Context, t *db.Tx) error {
		if _, err := t.Exec(ctx, `UPDATE aside_orders SET last_seen = $1`, db.Micro(time.Now().AddDate(0, 0, -31))); err != nil {
			return err
		}
		_, err := t.Exec(ctx, `ALTER TABLE buyers RENAME TO buyers_away`)
		return err
	}))
	s.env.RegisterActivity(sweep.SweepOnce)
	_, err = s.env.ExecuteActivity(sweep.SweepOnce, message.SweepInput{Speed: 1})
	require.ErrorContains(t, err, "remove buyers whose time is over")
	list, err := s.store.Aside.List(t.Context(), aside.Filter{})
	require.NoError(t, err)
	require.Empty(t, list, "it comes after buyers")
}
