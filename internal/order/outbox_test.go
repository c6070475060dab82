package order_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
)

func TestWhenTheEndOfAScanMovesTheWatermark(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		scan      order.Scan
		watermark int64
		moves     bool
	}{
		"from where it began":          {order.Scan{From: 10, To: 20}, 10, true},
		"the first scan":               {order.Scan{To: 20}, 0, true},
		"another scan was faster":      {order.Scan{From: 10, To: 20}, 15, false},
		"another scan was even faster": {order.Scan{From: 10, To: 20}, 25, false},
		"it was reset meanwhile":       {order.Scan{From: 10, To: 20}, 0, false},
		"not forward":                  {order.Scan{From: 10, To: 10}, 10, false},
		"back":                         {order.Scan{From: 10, To: 5}, 10, false},
		"no end":                       {order.Scan{From: 10}, 10, false},
	} {
		require.Equal(t, tc.moves, tc.scan.Moves(tc.watermark), name)
	}
}

func TestOfSeveralDeliveriesOfAnOrderTheNewestCounts(t *testing.T) {
	t.Parallel()
	require.Empty(t, order.Newest(nil))
	require.Equal(t, []order.Delivery{{RowID: 1, Version: 7}, {RowID: 2, Version: 0}, {RowID: 3, Version: -1}},
		order.Newest([]order.Delivery{{RowID: 2}, {RowID: 1, Version: 5}, {RowID: 1, Version: 7}, {RowID: 1, Version: 6}, {RowID: 3, Version: -1}}))
}

func TestWhenABuyerMoved(t *testing.T) {
	t.Parallel()
	known := &order.KnownBuyer{Place: "Netherlock", MovedAt: 10}
	require.Equal(t, int64(10), known.Becomes("Netherlock", 20))
	require.Equal(t, int64(20), known.Becomes("Overlock", 20))
	var none *order.KnownBuyer
	require.Zero(t, none.Becomes("Netherlock", 20), "the first address is no move")
}

func TestWhyUnitsAreUnlinked(t *testing.T) {
	t.Parallel()
	l := order.Line{UnlinkedReason: order.ReasonNoSKU, Units: order.Units{Unlinked: 1}}
	require.Equal(t, order.ReasonNoSKU, l.WhyUnlinked())
	l.Units = order.Units{Cancelled: 1}
	require.Empty(t, l.WhyUnlinked(), "none of them is any more")
}

func TestWhatIsPendingInTheOutbox(t *testing.T) {
	t.Parallel()
	require.True(t, (&order.Order{Version: 2, Delivered: 1}).Pending())
	require.False(t, (&order.Order{Version: 2, Delivered: 2}).Pending())
	require.False(t, (&order.Order{Version: 2, Delivered: 1, State: order.Skipped}).Pending(), "it has no lifecycle")
}
