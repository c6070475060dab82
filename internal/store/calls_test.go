package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// called returns a call to amazon-uk, minutes after the epoch.
func called(minutes int, op channel.Operation, name, requestID string) runs.Call {
	return runs.Call{Account: "amazon-uk", Endpoint: channel.Production, Budget: op, Call: channel.Call{
		Operation: name, RequestID: requestID, Status: 200, At: epoch.Add(time.Duration(minutes) * time.Minute), Took: 40 * time.Millisecond,
	}}
}

func requestIDs(list []runs.Call) []string {
	ids := []string{}
	for _, c := range list {
		ids = append(ids, c.RequestID)
	}
	return ids
}

func TestEveryCallIsKeptWithWhatItConcerned(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "mug")
		receive(t, s, "opening", "mug", 10)
		token, read := called(0, channel.OpOrders, "token", "t-1"), called(0, channel.OpOrders, "searchOrders", "page-1")
		token.RunID, read.RunID = "run-1", "run-1"
		page := orders.Page{Account: "amazon-uk", RunID: "run-1", SeenAt: epoch, RequestID: "page-1", Calls: []runs.Call{token, read},
			Orders: []order.Snapshot{sale("amazon-uk", "A-1", 0, units("mug", 1)), sale("amazon-uk", "A-2", 0, units("mug", 1))}}
		_, err := s.Orders.SavePage(ctx, page)
		require.NoError(t, err)
		row := rowID(t, s, "amazon-uk", "A-1")
		d := detail(t, s, "amazon-uk", "A-1")
		require.Equal(t, "page-1", d.RequestID)

		// A later page with nothing new about the order is not recorded as its source.
		again := read
		again.RunID, again.RequestID = "run-2", "page-2"
		page.RunID, page.RequestID, page.Calls = "run-2", "page-2", []runs.Call{again}
		_, err = s.Orders.SavePage(ctx, page)
		require.NoError(t, err)

		process(t, s, row, pack("P-1", content("A-1-1", 1)))
		_, err = s.Packages.PreparePackage(ctx, row, "P-1", "order/1")
		require.NoError(t, err)
		lost := called(1, channel.OpShipment, "confirmShipment", "")
		lost.OrderID, lost.PackageID, lost.Status, lost.Class, lost.Code = row, "P-1", 0, channel.Timeout, "DEADLINE"
		require.NoError(t, s.Packages.PackageFailed(ctx, row, "P-1", channel.NewFault(channel.Timeout, "confirmShipment", ""), time.Time{}, lost))
		sent := called(2, channel.OpShipment, "confirmShipment", "ship-1")
		sent.OrderID, sent.PackageID = row, "P-1"
		_, err = s.Packages.PackageConfirmed(ctx, row, "P-1", channel.Confirmation{RequestID: "ship-1"}, sent)
		require.NoError(t, err)

		calls, err := s.Runs.OrderCalls(ctx, row, 10)
		require.NoError(t, err)
		require.Equal(t, []string{"ship-1", "", "page-1"}, requestIDs(calls), "newest first, the token's own call apart")
		require.Equal(t, sent, calls[0])
		require.Equal(t, lost, calls[1])
		other, err := s.Runs.OrderCalls(ctx, rowID(t, s, "amazon-uk", "A-2"), 10)
		require.NoError(t, err)
		require.Equal(t, []string{"page-1"}, requestIDs(other))
		run, err := s.Runs.RunCalls(ctx, "run-1", 10)
		require.NoError(t, err)
		require.Equal(t, []string{"page-1", "t-1"}, requestIDs(run))
		none, err := s.Runs.RunCalls(ctx, "", 10)
		require.NoError(t, err)
		require.Empty(t, none, "shipments belong to no run")
	})
}

func TestHowMuchOfABudgetWasUsed(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		busy := called(5, channel.OpLevels, "patchListingsItem", "")
		busy.Class = channel.Throttled
		for _, draw := range [][]runs.Call{
			{called(0, channel.OpLevels, "patchListingsItem", "")}, // too long ago
			{called(5, channel.OpLevels, "token", ""), called(5, channel.OpLevels, "patchListingsItem", ""), busy},
			{called(6, channel.OpLevels, "patchListingsItem", "")},
			{called(6, channel.OpOrders, "searchOrders", "")},
		} {
			require.NoError(t, s.Runs.SaveCalls(ctx, draw))
		}
		used, err := s.Runs.Used(ctx, epoch.Add(5*time.Minute))
		require.NoError(t, err)
		require.Equal(t, []runs.Use{
			{Account: "amazon-uk", Budget: channel.OpLevels, Draws: 2, Calls: 4, Throttled: 1},
			{Account: "amazon-uk", Budget: channel.OpOrders, Draws: 1, Calls: 1},
		}, used)
	})
}

func TestOldCallsAreForgottenInBatches(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		var calls []runs.Call
		for i := range 7 {
			c := called(i, channel.OpOrders, "searchOrders", "")
			c.RunID = "run"
			calls = append(calls, c)
		}
		require.NoError(t, s.Runs.SaveCalls(ctx, calls))
		for _, want := range []int{2, 2, 1, 0} {
			n, err := s.Runs.ForgetCalls(ctx, epoch.Add(5*time.Minute), 2)
			require.NoError(t, err)
			require.Equal(t, want, n)
		}
		left, err := s.Runs.RunCalls(ctx, "run", 10)
		require.NoError(t, err)
		require.Len(t, left, 2)
		require.Equal(t, epoch.Add(5*time.Minute), left[1].At)
	})
}
