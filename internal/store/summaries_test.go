package store_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/bulk"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// accountsMany saves accounts, each with a run of each kind, the newest of which is called after it.
func accountsMany(t *testing.T, s *store.Store, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		a := message.Account{ID: fmt.Sprintf("many-%02d", i), Channel: channel.EBay, Endpoint: channel.Production}
		require.NoError(t, s.Settings.SaveAccounts(ctx, []accounts.Account{{Account: a, Name: a.ID, OrderLocation: "main", StockLocations: []string{"main"}, Enabled: true}}))
		for _, kind := range []runs.RunKind{runs.RunOrders, runs.RunStock} {
			for k, began := range []time.Time{time.Now().Add(-time.Hour), time.Now().Add(-time.Minute)} {
				require.NoError(t, s.Runs.StartRun(ctx, runs.Run{ID: fmt.Sprintf("%s %s %d", a.ID, kind, k), Kind: kind, Account: a.ID, Endpoint: a.Endpoint, StartedAt: began}))
			}
		}
	}
}

func TestTheFiguresOfManyAccountsTakeNoMoreStatements(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		var statements atomic.Int64
		s.Watch(func(string, []any) { statements.Add(1) })
		taken := func() int64 {
			statements.Store(0)
			all, err := s.Summaries(ctx)
			require.NoError(t, err)
			for _, a := range all {
				if len(a.ID) == len("many-00") && a.ID[:4] == "many" {
					require.Equal(t, a.ID+" orders 1", a.LastRun[runs.RunOrders].ID)
					require.Equal(t, a.ID+" stock 1", a.LastRun[runs.RunStock].ID)
					require.NotContains(t, a.LastRun, runs.RunShipments)
				}
			}
			return statements.Load()
		}
		accountsMany(t, s, 0, 2)
		few := taken()
		accountsMany(t, s, 2, 12)
		require.Equal(t, few, taken())
	})
}

// What is finished is counted anew only now and then where it is very much; what is to be done always.
func TestFinishedOrdersAreCountedNowAndThenOnceTheyAreMany(t *testing.T) {
	t.Parallel()
	s := storetest.Fresh(t, storetest.Openers["sqlite"](t))
	sum := func() (finished, open int) {
		all, err := s.Summaries(ctx)
		require.NoError(t, err)
		for _, a := range all {
			for state, n := range a.Orders {
				if state.Terminal() {
					finished += n
				} else {
					open += n
				}
			}
		}
		return finished, open
	}
	move := func(n int, from, to order.State) {
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE orders SET state = $1 WHERE id IN (SELECT id FROM orders WHERE state = $2 LIMIT $3)`, string(to), string(from), n))
	}
	require.NoError(t, bulk.Fill(ctx, s, 51_000))
	finished, open := sum()
	require.Equal(t, []int{50_490, 510}, []int{finished, open})
	move(10, order.Open, order.Completed)
	finished, open = sum()
	require.Equal(t, []int{50_490, 500}, []int{finished, open}, "what is to be done is counted at once")
	s = storetest.Fresh(t, storetest.Openers["sqlite"](t))
	require.NoError(t, bulk.Fill(ctx, s, 100))
	sum()
	move(1, order.Open, order.Completed)
	finished, open = sum()
	require.Equal(t, []int{100, 0}, []int{finished, open}, "few are counted each time")
}
