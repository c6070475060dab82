package order_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
)

// Any count that differs makes another mark: what was shown of an order is compared by it.
func TestTheMarkOfUnitsTellsAllCounts(t *testing.T) {
	t.Parallel()
	seen := map[string]order.Units{}
	for _, u := range []order.Units{{}, {Reserved: 1}, {Backordered: 1}, {Unlinked: 1}, {Packed: 1}, {Shipped: 1}, {Cancelled: 1}, {Reserved: 11}, {Reserved: 1, Backordered: 1}, {Reserved: 1, Backordered: 11}} {
		require.NotContains(t, seen, u.Mark(), "%+v and %+v", u, seen[u.Mark()])
		seen[u.Mark()] = u
	}
	for _, a := range order.Actions() {
		require.Equal(t, a == order.ActProcess || a == order.ActCancel, a.AsShown(), a)
	}
}
