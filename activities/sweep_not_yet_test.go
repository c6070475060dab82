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
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/orders"
)

// An order whose date has come is released by the sweep, and no lifecycle is told.
func TestTheSweepReleasesOrdersWhoseDateHasCome(t *testing.T) {
	t.Parallel()
	s := openStore(t, channel.EBay)
	placed := placedOrder("1", order.FulfilmentUnshipped)
	placed.Lines[0].NotBefore = time.Now().Add(time.Hour)
	s.saveOrders(placed)
	caller := &quick{partly: &partly{noted: s.caller, running: map[string]bool{message.OrderWorkflowID(account, "1"): true}}}
	caller.sends = func(orders.OutboxEntry) { t.Error("a lifecycle was told") }
	sweep := &activities.Sweep{Environment: s.environment, Starter: caller}
	holds := func() []orders.Held {
		do[message.SweepResult](s, sweep.SweepOnce, message.SweepInput{OlderThan: time.Hour})
		found, err := s.store.Orders.Find(t.Context(), orders.OrderFilter{Account: account, Reference: "1", Limit: 1})
		require.NoError(t, err)
		return found[0].Holds
	}
	require.Equal(t, []orders.Held{{Hold: order.HoldNotYet}}, holds())
	require.NoError(t, s.store.Write(t.Context(), "let the date come", func(ctx context.Context, tx *db.Tx) error {
		for _, table := range []string{"orders", "order_lines"} {
			if _, err := tx.Exec(ctx, `UPDATE `+table+` SET not_before = $1 WHERE not_before > 0`, time.Now().UnixMicro()); err != nil {
				return err
			}
		}
		return nil
	}))
	require.Empty(t, holds())
}
