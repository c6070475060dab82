package order_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
)

// The channel lowers a line's quantity: by units that it had shown as shipped, which were refunded, or by open ones.
func TestALoweredQuantityTakesRefundedUnitsBeforeOpenOnes(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		before          order.Units
		shippedThere    int // as shown before
		quantity, shows int // as shown now: ordered, and shipped of these
		want            order.Units
		contradiction   string
	}{
		"refunded after all were shipped":      {order.Units{Shipped: 3}, 3, 2, 2, order.Units{Shipped: 3}, ""},
		"all of them refunded":                 {order.Units{Shipped: 3}, 3, 0, 0, order.Units{Shipped: 3}, ""},
		"refunded while one is open":           {order.Units{Shipped: 2, Unlinked: 1}, 2, 2, 1, order.Units{Shipped: 2, Unlinked: 1}, ""},
		"an open one dropped":                  {order.Units{Shipped: 2, Unlinked: 1}, 2, 2, 2, order.Units{Shipped: 2}, ""},
		"one refunded, and the open one":       {order.Units{Shipped: 2, Unlinked: 1}, 2, 1, 1, order.Units{Shipped: 2}, ""},
		"two open again, of which one dropped": {order.Units{Shipped: 3}, 3, 2, 1, order.Units{Shipped: 3}, "1 unit of line L shipped before, and now shown as open again"},
		"confirmed here, not shown yet": {order.Units{Shipped: 2}, 0, 1, 0, order.Units{Shipped: 2},
			"1 unit of line L shipped here, and cancelled on the channel before it showed them as shipped"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			known := knownOrder(1, order.Processing, tc.before)
			l := known.Lines[0]
			l.ChannelShipped, l.ShownShipped = tc.shippedThere, tc.shippedThere
			show := func(minute int) *order.Intake {
				in := order.NewIntake(order.Policy{}, []order.Snapshot{{ID: "known", UpdatedAt: epoch.Add(time.Duration(minute) * time.Minute), Paid: true,
					Fulfilment: order.FulfilmentPartlyShipped, Lines: []order.SnapshotLine{{ID: "L", Quantity: tc.quantity, Shipped: tc.shows}}}})
				in.Classify(map[string]*order.Order{"known": known}, 0)
				lines := known.Lines
				known.Lines = nil
				in.SetLines(lines)
				books := order.NewAllocation()
				in.Release(books, order.Packages{})
				in.AddUnits(books)
				in.UpdateStates()
				return in
			}
			for minute := range 2 { // a later version says the same
				show(minute + 2)
				require.Equal(t, tc.want, l.Units)
				require.Equal(t, tc.want.Total(), l.Quantity)
				require.Equal(t, tc.contradiction, known.Contradiction)
			}
		})
	}
}
