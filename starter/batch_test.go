package starter_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
	"github.com/towpath/towpath/starter"
)

// planned returns a batch of an action as a form that was shown now asks for it.
func (d *fixture) planned(t *testing.T, action order.Action, ids ...string) orders.Batch {
	t.Helper()
	b := orders.Batch{ID: "b-" + string(action), Action: action, By: "Ann", Reason: "asked for"}
	for _, id := range ids {
		row := d.row(t, "ebay-uk", id)
		b.Orders = append(b.Orders, orders.BatchOrder{OrderRow: row.Key.RowID, Reference: row.Reference, Shown: row.Units.Mark(), Carrier: "DPD", Tracking: "T" + id})
	}
	return b
}

// outcomes returns what became of each order of a batch.
func (d *fixture) outcomes(t *testing.T, batch string) (out []order.Outcome, words []string) {
	t.Helper()
	b, err := d.store.Orders.Batch(t.Context(), batch)
	require.NoError(t, err)
	for _, o := range b.Orders {
		out, words = append(out, o.Outcome), append(words, o.Words)
	}
	return out, words
}

// gone has the claims of a process that has ended be over.
func (d *fixture) gone(t *testing.T, batch string) {
	t.Helper()
	require.NoError(t, storetest.Exec(t.Context(), d.store.DB, `UPDATE order_batch_orders SET claimed_at = 0 WHERE batch_id = $1`, batch))
}

// An order that has changed since a person was shown it is neither packed nor cancelled; others of the batch are, and a hold does not mind.
func TestABatchDoesWhatWasShown(t *testing.T) {
	t.Parallel()
	const changed = "it has changed since you were shown it: look again"
	for action, want := range map[order.Action]string{order.ActProcess: changed, order.ActCancel: changed, order.ActHold: "held"} {
		d := newFixture(t)
		d.sell(t, "ebay-uk", "1", "2")
		b := d.planned(t, action, "1", "2")
		_, err := d.Cancel(t.Context(), d.row(t, "ebay-uk", "1"), orders.Cancellation{ID: "C1", Lines: []order.LineQuantity{{LineID: "1-2", Quantity: 1}}})
		require.NoError(t, err)
		require.NoError(t, d.RunBatch(t.Context(), b))
		out, words := d.outcomes(t, b.ID)
		require.Equal(t, order.OutcomeDone, out[1], "%s: %s", action, words[1])
		require.Equal(t, want, words[0], action)
		if action.AsShown() {
			require.Equal(t, order.OutcomeRefused, out[0], action)
			require.Equal(t, 1, d.detail(t, "ebay-uk", "1").Units.Open(), "nothing else of it was touched")
			b.ID, b.Orders[0].Shown = "unshown", ""
			var usage *starter.UsageError
			require.ErrorAs(t, d.RunBatch(t.Context(), b), &usage, "a form says what it has shown")
		}
	}
}

// What a batch has begun with goes on, although the order is not as it was shown: the batch itself has changed it, and its answer was lost.
func TestABatchGoesOnWithWhatItHasBegun(t *testing.T) {
	t.Parallel()
	for _, action := range []order.Action{order.ActProcess, order.ActCancel} {
		d := newFixture(t)
		d.sell(t, "ebay-uk", "1")
		b := d.planned(t, action, "1")
		d.calls.after = func(string) error { return errors.New("the connection was lost") }
		require.NoError(t, d.RunBatch(t.Context(), b))
		out, _ := d.outcomes(t, b.ID)
		require.Equal(t, []order.Outcome{order.OutcomeFailed}, out)
		require.NotEqual(t, b.Orders[0].Shown, d.detail(t, "ebay-uk", "1").Units.Mark(), "it was done")
		d.calls.after = nil
		require.NoError(t, d.ContinueBatch(t.Context(), b.ID))
		out, words := d.outcomes(t, b.ID)
		require.Equal(t, []order.Outcome{order.OutcomeDone}, out, "%s: %s", action, words)
		require.Len(t, d.detail(t, "ebay-uk", "1").Packages, map[order.Action]int{order.ActProcess: 1}[action])
	}
}

// A process that ends leaves what it has not begun as it is, and says nothing: the batch goes on later.
func TestABatchEndsWithItsProcess(t *testing.T) {
	t.Parallel()
	d := newFixture(t)
	_, err := d.store.Ledger.ApplyStock(t.Context(), []stock.Change{{Key: "more lamps", SKU: "lamp", Location: "main", Kind: stock.Receipt, Quantity: 200}})
	require.NoError(t, err)
	var ids []string
	for i := range 40 {
		ids = append(ids, fmt.Sprint(1000+i))
	}
	d.sell(t, "ebay-uk", ids...)
	b := d.planned(t, order.ActCancel, ids...)
	ctx, end := context.WithCancel(t.Context())
	d.calls.after = func(string) error { end(); return nil }
	require.NoError(t, d.RunBatch(ctx, b))
	left := 0
	out, words := d.outcomes(t, b.ID)
	for i, o := range out {
		if o == order.OutcomePending {
			left++
			require.Empty(t, words[i])
		}
	}
	require.GreaterOrEqual(t, left, len(ids)/2)
	d.calls.after = nil
	d.gone(t, b.ID)
	require.NoError(t, d.ContinueBatch(t.Context(), b.ID))
	out, words = d.outcomes(t, b.ID)
	for i, o := range out {
		require.Equal(t, order.OutcomeDone, o, words[i])
	}
}

// A process that ends right after a hold, or a release, is followed by one that neither does it again nor is refused it. Another person's word
// meanwhile stands.
func TestALostOutcomeOfAHoldIsNoRefusal(t *testing.T) {
	t.Parallel()
	byHand := []order.Hold{order.HoldByHand}
	for action, want := range map[order.Action]string{order.ActHold: "held", order.ActRelease: "released"} {
		d, ctx := newFixture(t), t.Context()
		d.sell(t, "ebay-uk", "1")
		row := d.row(t, "ebay-uk", "1")
		if action == order.ActRelease {
			_, err := d.store.Orders.Hold(ctx, row.Key.RowID, "Bob", "mine")
			require.NoError(t, err)
		}
		b := d.planned(t, action, "1")
		d.calls.begins = func() { _ = d.store.Close() }
		require.Error(t, d.RunBatch(ctx, b))

		d = opened(t, d.file)
		d.gone(t, b.ID)
		held := len(d.detail(t, "ebay-uk", "1").OpenHolds())
		require.Equal(t, action == order.ActHold, held == 1, "it was carried out")
		var err error
		if action == order.ActHold {
			_, err = d.Allow(ctx, row, "Bob", byHand)
		} else {
			_, err = d.Hold(ctx, row, "Bob", "mine again")
		}
		require.NoError(t, err)
		require.NoError(t, d.ContinueBatch(ctx, b.ID))
		out, words := d.outcomes(t, b.ID)
		require.Equal(t, []order.Outcome{order.OutcomeDone}, out, "%s: %s", action, words)
		require.Equal(t, []string{want}, words)
		require.Len(t, d.detail(t, "ebay-uk", "1").OpenHolds(), 1-held, "what Bob has said since stands")
	}
}
