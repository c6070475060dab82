package ebay

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/polltest"
)

// A scan that shows a partly shipped order as the scan before has read it asks nothing about it. What changes is asked about at once.
func TestAnOrderThatIsShownAgainIsNotAskedAboutAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	o := f.order(t, f.place(t, "b1", 4))
	changes := channel.OrdersQuery{Since: time.Now().Add(-time.Hour)}
	read := func(q channel.OrdersQuery) (order.SnapshotLine, int) {
		ctx, calls := channel.WithCalls(t.Context())
		page, err := f.conn.Orders(ctx, q)
		require.NoError(t, err)
		require.Len(t, page.Orders, 1)
		asked := 0
		for _, call := range calls.List() {
			if call.Operation == opFulfilments {
				asked++
			}
		}
		return page.Orders[0].Lines[0], asked
	}
	for shipped, tracking := range []string{"AB1", "AB2"} {
		shipped++
		_, err := f.conn.ConfirmShipment(t.Context(), shipment(o, tracking, 1))
		require.NoError(t, err)
		line, asked := read(changes)
		require.Equal(t, shipped, line.Shipped, "units that were shipped since are read")
		require.Equal(t, 1, asked)
		polltest.Until(t, "the order is known as it is", func() bool {
			line, asked = read(changes)
			require.Equal(t, shipped, line.Shipped)
			return asked == 0
		})
	}
	_, asked := read(channel.OrdersQuery{Since: changes.Since, OpenOnly: true})
	require.Equal(t, 1, asked, "a scan of open orders reads everything anew")
}
