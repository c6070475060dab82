package store_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

// A batch is started once under its key, each of its orders is claimed by one process, and what did not answer can be claimed again.
func TestABatchCountsOnce(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		promisedOrders(t, s)
		rows, err := s.Orders.Rows(ctx, []int64{2, 1, 99})
		require.NoError(t, err)
		require.Len(t, rows, 2)
		b := orders.Batch{ID: "b1", Action: order.ActHold, By: "Ann", Reason: "why", Orders: []orders.BatchOrder{{OrderRow: 1}, {OrderRow: 2, Carrier: "DHL", Tracking: "T1", Shown: "1-0-0-0-0-0"}}}
		for _, want := range []bool{true, false} {
			fresh, err := s.Orders.StartBatch(ctx, b)
			require.NoError(t, err)
			require.Equal(t, want, fresh)
		}
		claim := func() bool {
			mine, err := s.Orders.ClaimBatchOrder(ctx, "b1", 1)
			require.NoError(t, err)
			return mine
		}
		require.True(t, claim())
		require.False(t, claim(), "another process does not do it")
		require.NoError(t, s.Orders.SaveBatchOrder(ctx, "b1", orders.BatchOrder{OrderRow: 1, Outcome: order.OutcomeFailed, Words: "no answer"}))
		require.True(t, claim(), "what did not answer is gone on with")
		require.NoError(t, s.Orders.SaveBatchOrder(ctx, "b1", orders.BatchOrder{OrderRow: 1, Outcome: order.OutcomeDone, Words: "held"}))
		require.False(t, claim(), "what is done is done")
		saved, err := s.Orders.Batch(ctx, "b1")
		require.NoError(t, err)
		require.Equal(t, 1, saved.Left())
		require.Equal(t, "T1", saved.Orders[1].Tracking)
		list, err := s.Orders.Batches(ctx, 9)
		require.NoError(t, err)
		require.Equal(t, []int{1, 2, 1, 0, 1}, []int{len(list), list[0].All, list[0].Done, list[0].Refused, list[0].ToDo})
		_, err = s.Orders.Batch(ctx, "b2")
		require.ErrorIs(t, err, store.ErrNotFound)
	})
}

func TestViewsAreKeptByName(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		keep := func(name, query string) bool {
			kept, err := s.Orders.KeepView(ctx, orders.KeptView{Name: name, Query: query, By: "Ann"}, 2)
			require.NoError(t, err)
			return kept
		}
		require.True(t, keep("a", "state=open"))
		require.True(t, keep("a", "state=open"))
		require.False(t, keep("a", "state=shipped"))
		require.True(t, keep("b", "state=shipped"))
		require.False(t, keep("c", "state=skipped"), "so many are kept at most")
		require.NoError(t, s.Orders.DropView(ctx, "a"))
		require.ErrorIs(t, s.Orders.DropView(ctx, "a"), store.ErrNotFound)
		list, err := s.Orders.KeptViews(ctx)
		require.NoError(t, err)
		require.Equal(t, "b", list[0].Name)
	})
}

// All that was done to an order comes in order of time, from tables that are looked up by the order.
func TestWhatHappenedToAnOrder(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		promisedOrders(t, s)
		_, err := s.Orders.Hold(ctx, 1, "Bob", "colour")
		require.NoError(t, err)
		_, err = s.Orders.Allow(ctx, 1, "Ann", nil)
		require.NoError(t, err)
		require.NoError(t, s.Orders.SaveCancellation(ctx, 1, orders.Cancellation{ID: "c1", Reason: "sold out"}))
		_, err = s.Orders.ApplyCancellation(ctx, 1, "c1")
		require.NoError(t, err)
		_, err = s.Orders.Hold(ctx, 2, "Bob", "another order")
		require.NoError(t, err)
		var query string
		var with []any
		s.Watch(func(text string, args []any) { query, with = text, args })
		list, err := s.Orders.Events(ctx, 1)
		s.Watch(func(string, []any) {})
		require.NoError(t, err)
		var kinds []orders.EventKind
		for _, e := range list {
			kinds = append(kinds, e.What)
		}
		require.Equal(t, []orders.EventKind{orders.EventHeld, orders.EventReleased, orders.EventCancelAsked, orders.EventCancelled}, kinds)
		require.Equal(t, orders.Event{At: list[0].At, What: orders.EventHeld, By: "Bob", Text: "colour"}, list[0])
		if plan := planOf(t, s, query, with...); strings.HasSuffix(t.Name(), "/sqlite") {
			for _, table := range []string{"SCAN h", "SCAN c", "SCAN p", "SCAN x", "SCAN r", "SCAN d", "SCAN k"} {
				require.NotContains(t, plan+"\n", table+"\n")
			}
		}
	})
}

// A hold, and a release, is saved with its outcome: a process that ends right after has lost nothing, and the batch does it once.
func TestAHoldOfABatchIsSavedWithItsOutcome(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		promisedOrders(t, s)
		for _, b := range []orders.Batch{{ID: "b1", Action: order.ActHold, By: "Ann", Reason: "why"}, {ID: "b2", Action: order.ActRelease, By: "Ann"}} {
			b.Orders = []orders.BatchOrder{{OrderRow: 1}, {OrderRow: 2}}
			_, err := s.Orders.StartBatch(ctx, b)
			require.NoError(t, err)
			mine, err := s.Orders.ClaimBatchOrder(ctx, b.ID, 1)
			require.NoError(t, err)
			require.True(t, mine)
			act := s.Orders.HoldInBatch
			if b.Action == order.ActRelease {
				act = s.Orders.ReleaseInBatch
				refused, err := act(ctx, b, 2, "done with it")
				require.NoError(t, err)
				require.NotEmpty(t, refused.Refused, "nobody holds it")
			}
			out, err := act(ctx, b, 1, "done with it")
			require.NoError(t, err)
			require.Empty(t, out.Refused)
			require.NoError(t, s.Orders.SaveBatchOrder(ctx, b.ID, orders.BatchOrder{OrderRow: 1, Outcome: order.OutcomeFailed, Words: "what came after"}))
			saved, err := s.Orders.Batch(ctx, b.ID)
			require.NoError(t, err)
			require.Equal(t, order.OutcomeDone, saved.Orders[0].Outcome)
			require.Equal(t, "done with it", saved.Orders[0].Words)
			require.Equal(t, order.OutcomePending, saved.Orders[1].Outcome, "a refusal is the caller's to save")
			d, err := s.Orders.Detail(ctx, 1)
			require.NoError(t, err)
			require.Len(t, d.OpenHolds(), map[order.Action]int{order.ActHold: 1}[b.Action])
		}
	})
}
