package channeltest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/polltest"
)

// search reads all pages of a search of the past, and returns the ids that it found.
func (s *fixture) search(q channel.OrdersQuery) map[string]int {
	s.t.Helper()
	found := map[string]int{}
	for range 1000 {
		page, err := s.conn.Orders(s.t.Context(), q)
		require.NoError(s.t, err)
		require.True(s.t, page.Watermark.IsZero(), "a search of the past says nothing about where scans go on")
		for _, o := range page.Orders {
			found[o.ID]++
		}
		if page.Next == "" {
			return found
		}
		require.NotEqual(s.t, q.Cursor, page.Next, "the cursor does not move")
		q.Cursor = page.Next
	}
	require.Fail(s.t, "a search has no end")
	return nil
}

// past searches several pages of orders by creation and by change. A search that ends before them finds none.
func past(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.list(1)
	first := s.buy(true, "SKU-1")
	wanted := map[string]bool{first.ID: true}
	for range b.orders() - 1 {
		wanted[s.buy(true, "SKU-1").ID] = true
	}
	begin := first.PlacedAt.Truncate(time.Second)
	for _, created := range []bool{true, false} {
		polltest.Until(t, "the search shows all orders", func() bool {
			found := s.search(channel.OrdersQuery{Since: begin, Until: time.Now().Add(-time.Second).Truncate(time.Second), Created: created})
			for id := range found {
				require.True(t, wanted[id])
			}
			return len(found) == len(wanted)
		})
	}
	require.Empty(t, s.search(channel.OrdersQuery{Since: begin.Add(-time.Hour), Until: begin.Add(-time.Second), Created: true}))
}
