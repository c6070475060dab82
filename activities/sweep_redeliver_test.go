package activities

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

// counted is a fake caller that counts its deliveries by order.
type counted struct {
	SweepStarter
	delivered map[string]int
}

func (c counted) Deliver(_ context.Context, entries []orders.OutboxEntry) []orders.OutboxEntry {
	for _, e := range entries {
		c.delivered[e.Key.OrderID]++
	}
	return entries
}

// A page of the outbox that another duty delivers just now says nothing about the next page.
func TestPendingOrdersBehindAPageOfAnotherDutyAreDelivered(t *testing.T) {
	t.Parallel()
	s := storetest.Fresh(t, "sqlite:"+filepath.Join(t.TempDir(), "store.db"))
	const further = 3
	var list []order.Snapshot
	for i := range sweepBatch + further {
		id := fmt.Sprint(i)
		list = append(list, order.Snapshot{ID: id, PlacedAt: time.Unix(int64(i), 0), UpdatedAt: time.Unix(int64(i), 0), Paid: true,
			Fulfilment: order.FulfilmentUnshipped, Lines: []order.SnapshotLine{{ID: id, Quantity: 1}}})
	}
	_, err := s.Orders.SavePage(t.Context(), orders.Page{Account: "amazon-uk", RunID: "r", SeenAt: time.Now(), Orders: list})
	require.NoError(t, err)
	caller := counted{delivered: map[string]int{}}
	r := &sweepRound{Sweep: &Sweep{Environment: Environment{Store: s}, Starter: caller}, before: time.Now().Add(time.Hour), until: time.Now().Add(time.Hour)}
	others, err := s.Orders.Pending(t.Context(), r.before, orders.OutboxEntry{}, sweepBatch)
	require.NoError(t, err)
	require.Len(t, r.claim(others), sweepBatch)

	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(r.redeliver)
	v, err := env.ExecuteActivity(r.redeliver)
	require.NoError(t, err)
	var n int
	require.NoError(t, v.Get(&n))
	require.Equal(t, further, n)
	require.Len(t, caller.delivered, further)
}
