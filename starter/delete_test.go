package starter_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

func TestADeletedOrderTakesNoWorkAndComesBack(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d, temporal := newFaulty(t, nil)
	d.sell(t, "ebay-uk", "1")
	row := d.row(t, "ebay-uk", "1")
	for reason, by := range map[string]string{"": "ann", " ": "ann", "why": " ", strings.Repeat("x", 600): "ann"} {
		_, err := d.Delete(ctx, row, by, reason)
		var usage *starter.UsageError
		require.ErrorAs(t, err, &usage)
	}
	out, err := d.Delete(ctx, row, "ann", "a test order")
	require.NoError(t, err)
	require.Equal(t, order.Deleted, out.State)

	row = d.row(t, "ebay-uk", "1")
	var refused *starter.RefusedError
	_, err = d.Process(ctx, row, []shipment.Package{pack("P1", "1-2")})
	require.ErrorAs(t, err, &refused)
	_, err = d.Cancel(ctx, row, orders.Cancellation{ID: "C1"})
	require.ErrorAs(t, err, &refused)
	_, err = d.Decide(ctx, row, starter.Reopen, false)
	require.ErrorAs(t, err, &refused)
	_, err = d.Allow(ctx, row, "ann", nil)
	require.ErrorAs(t, err, &refused)
	require.Contains(t, refused.Reason, "deleted by hand")

	out, err = d.Restore(ctx, row, "ann")
	require.NoError(t, err)
	require.Equal(t, order.Open, out.State)
	_, err = d.Restore(ctx, row, "ann")
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "order #1 is not deleted", refused.Reason)
	require.Contains(t, strings.Join(temporal.calls(), ","), "order/ebay-uk/1", "its lifecycle was told")
}
