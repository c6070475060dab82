package activities_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/orders"
)

// delivering is a fake caller that takes every delivery.
type delivering struct {
	*noted
	mu        sync.Mutex
	delivered map[string]int
	most      int                         // in one call
	lists     func(context.Context) error // before the running lifecycles are listed
	wakes     func()                      // when pushes are woken
	retry     func(workflowID string) error
}

func (d *delivering) Deliver(_ context.Context, entries []orders.OutboxEntry) []orders.OutboxEntry {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.most = max(d.most, len(entries))
	for _, e := range entries {
		d.delivered[e.Key.OrderID]++
	}
	return entries
}

func (d *delivering) RunningLifecycles(ctx context.Context) (map[string]bool, error) {
	if d.lists != nil {
		return nil, d.lists(ctx)
	}
	return nil, nil
}

func (d *delivering) WakeStock(ctx context.Context, accounts []string) error {
	if d.wakes != nil {
		d.wakes()
	}
	return d.noted.WakeStock(ctx, accounts)
}

func (d *delivering) Retry(_ context.Context, workflowID string) error { return d.retry(workflowID) }

// manyOrders saves n open orders, whose outbox entries are old enough for the sweep.
func (s *shop) manyOrders(n int) {
	const page = 500
	placed := time.Now().Add(-time.Hour)
	for first := 0; first < n; first += page {
		var list []order.Snapshot
		for i := first; i < min(first+page, n); i++ {
			id := fmt.Sprintf("O-%05d", i)
			list = append(list, order.Snapshot{ID: id, Reference: id, PlacedAt: placed, UpdatedAt: placed, Paid: true, Fulfilment: order.FulfilmentUnshipped,
				ChannelStatus: "new", Currency: "GBP", Lines: []order.SnapshotLine{{ID: id + "-1", SKU: "x", Title: "X", Quantity: 1}}})
		}
		_, err := s.store.Orders.SavePage(s.t.Context(), orders.Page{Account: account, RunID: "r", SeenAt: placed, Orders: list})
		require.NoError(s.t, err)
	}
	require.NoError(s.t, s.store.Write(s.t.Context(), "age", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `UPDATE orders SET updated_at = $1, saved_at = $1`, db.Micro(placed))
		return err
	}))
}

// Point 9: each delivery has a heartbeat, and an order that is pending and without a lifecycle is delivered once.
func TestManyOrdersAreHealedWithAHeartbeatForEach(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	const many = 2_000
	s.manyOrders(many)
	caller := &delivering{noted: s.caller, delivered: map[string]int{}}
	sweep := &activities.Sweep{Environment: s.environment, Starter: caller}
	out := do[message.SweepResult](s, sweep.SweepOnce, message.SweepInput{Speed: 1})
	require.Equal(t, many, out.Started+out.Redelivered)
	require.Len(t, caller.delivered, many)
	for id, n := range caller.delivered {
		require.Equal(t, 1, n, id)
	}
	require.Equal(t, 1, caller.most, "deliveries for one heartbeat")
	pending, err := s.store.Orders.Pending(t.Context(), time.Now(), orders.OutboxEntry{}, 1)
	require.NoError(t, err)
	require.Empty(t, pending)
}

// Point 9.
func TestTheDutiesOfASweepDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.list(1, "LAMP")
	parked := incidents.Parked{Account: account, Reference: "1", Package: "P", Since: time.Now().Add(-time.Hour)}
	for _, id := range []string{"shipment/amazon-uk/1", "shipment/amazon-uk/2"} {
		parked.WorkflowID, parked.Fault = id, channel.NewFault(channel.Config, "ship", "")
		parked.Fault.Code = activities.CodePaused
		require.NoError(t, s.store.Incidents.Park(t.Context(), parked))
	}
	woken := make(chan struct{})
	var once sync.Once
	var retried []string
	caller := &delivering{noted: s.caller, delivered: map[string]int{},
		wakes: func() { once.Do(func() { close(woken) }) },
		lists: func(ctx context.Context) error {
			select { // in one after the other, the pushes would be woken only later
			case <-woken:
				return errors.New("visibility is away")
			case <-ctx.Done():
				return ctx.Err()
			}
		},
		retry: func(id string) error {
			retried = append(retried, id)
			return errors.New("it was ended by hand")
		},
	}
	sweep := &activities.Sweep{Environment: s.environment, Starter: caller}
	s.env.RegisterActivity(sweep.SweepOnce)
	_, err := s.env.ExecuteActivity(sweep.SweepOnce, message.SweepInput{Speed: 1})
	require.ErrorContains(t, err, "visibility is away")
	require.ErrorContains(t, err, "it was ended by hand")
	require.Len(t, retried, 2, "one that can't be retried holds up no other")
	require.Equal(t, 1, s.caller.woken)
}
