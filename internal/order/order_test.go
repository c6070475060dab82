package order_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/order"
)

func units(t *rapid.T) order.Units {
	n := rapid.IntRange(0, 50)
	return order.Units{
		Reserved: n.Draw(t, "reserved"), Backordered: n.Draw(t, "backordered"), Unlinked: n.Draw(t, "unlinked"),
		Packed: n.Draw(t, "packed"), Shipped: n.Draw(t, "shipped"), Cancelled: n.Draw(t, "cancelled"),
	}
}

func TestUnitsThatAreNotCancelledAreAlive(t *testing.T) {
	t.Parallel()
	u := order.Units{Reserved: 1, Backordered: 2, Unlinked: 4, Packed: 8, Shipped: 16, Cancelled: 32}
	require.Equal(t, 7, u.Open())
	require.Equal(t, 31, u.Alive())
	require.Equal(t, 63, u.Total())
}

// Whatever is cancelled, no unit appears or disappears, no number is negative, and shipped units stay shipped.
func TestCancellingMovesUnitsAndLosesNone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, n := units(t), rapid.IntRange(0, 250).Draw(t, "n")
		after, c := before.Cancel(n)
		require.Equal(t, before.Total(), after.Total())
		require.Equal(t, before.Shipped, after.Shipped)
		require.Equal(t, n, c.Backordered+c.Unlinked+c.Released+c.Reversed+c.Refused)
		require.Equal(t, after.Cancelled-before.Cancelled, n-c.Refused)
		for _, figure := range []int{after.Reserved, after.Backordered, after.Unlinked, after.Packed, c.Released, c.Reversed, c.Refused} {
			require.GreaterOrEqual(t, figure, 0)
		}
		if c.Reversed > 0 {
			require.Zero(t, after.Open(), "packed units go back only when no open unit is left to give up")
		}
	})
}

func TestStateOf(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		sum  order.Units
		paid bool
		want order.State
	}{
		{"placed and paid", order.Units{Reserved: 2}, true, order.Open},
		{"placed, not paid", order.Units{Reserved: 2}, false, order.AwaitingPayment},
		{"backordered is open too", order.Units{Backordered: 1}, true, order.Open},
		{"unlinked is open too", order.Units{Unlinked: 1}, true, order.Open},
		{"one of two packed", order.Units{Reserved: 1, Packed: 1}, true, order.Processing},
		{"one of two shipped", order.Units{Reserved: 1, Shipped: 1}, true, order.Processing},
		{"all packed", order.Units{Packed: 2}, true, order.Processed},
		{"all shipped", order.Units{Shipped: 2}, true, order.Shipped},
		{"rest cancelled", order.Units{Shipped: 1, Cancelled: 1}, true, order.Shipped},
		{"all cancelled", order.Units{Cancelled: 2}, true, order.Cancelled},
		{"cancelled before it was paid", order.Units{Cancelled: 2}, false, order.Cancelled},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, order.StateOf(tc.sum, tc.paid))
		})
	}
}

func TestAChangeThatTheChannelDidNotMakeIsDeliveredAgain(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ version, delivered, want int64 }{{5, 5, 4}, {5, 4, 4}, {5, 2, 2}} {
		o := order.Order{State: order.Open, Version: tc.version, Delivered: tc.delivered}
		o.Redeliver()
		require.Equal(t, tc.want, o.Delivered)
		require.True(t, o.Pending())
	}
}

func TestWorkContinuesOnPaidOrdersThatLackNothing(t *testing.T) {
	t.Parallel()
	for _, state := range order.States() {
		goes := state == order.Open || state == order.Processing || state == order.Processed || state == order.Shipped
		require.Equal(t, goes, order.Workable(state, order.Units{Reserved: 2, Shipped: 1}), state)
		require.False(t, order.Workable(state, order.Units{Reserved: 2, Backordered: 1}), state)
		require.False(t, order.Workable(state, order.Units{Reserved: 2, Unlinked: 1}), state)
	}
}

// What a channel calls shipped once, it may later show under a word that the account does not map: the order is over all the same.
func TestACompletedOrderStaysCompletedUnlessUnitsAreOpenAgain(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		before     order.State
		fulfilment order.Fulfilment
		units      order.Units
		want       order.State
	}{
		"shown as shipped":             {order.Shipped, order.FulfilmentShipped, order.Units{Shipped: 2}, order.Completed},
		"not shown as shipped so far":  {order.Shipped, order.FulfilmentUnshipped, order.Units{Shipped: 2}, order.Shipped},
		"completed, then shown partly": {order.Completed, order.FulfilmentPartlyShipped, order.Units{Shipped: 2}, order.Completed},
		"completed, then not mapped":   {order.Completed, order.FulfilmentUnmapped, order.Units{Shipped: 2}, order.Completed},
		"completed, then enlarged":     {order.Completed, order.FulfilmentShipped, order.Units{Shipped: 2, Reserved: 1}, order.Processing},
		"still packed here":            {order.Processing, order.FulfilmentShipped, order.Units{Packed: 2}, order.Processed},
		"skipped":                      {order.Skipped, order.FulfilmentShipped, order.Units{}, order.Skipped},
	} {
		o := &order.Order{State: tc.before, Fulfilment: tc.fulfilment, Paid: true, Lines: []*order.Line{{Units: tc.units}}}
		require.Equal(t, tc.want != tc.before, o.UpdateState(), name)
		require.Equal(t, tc.want, o.State, name)
	}
}
