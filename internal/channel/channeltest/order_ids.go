package channeltest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/polltest"
)

// listIDs reads all pages of the ids of a range, and returns when each order was placed.
func (s *fixture) listIDs(conn channel.Enumerator, q channel.IDsQuery) map[string]time.Time {
	s.t.Helper()
	found := map[string]time.Time{}
	for range 1000 {
		page, err := conn.OrderIDs(s.t.Context(), q)
		require.NoError(s.t, err)
		for _, o := range page.Orders {
			found[o.ID] = o.PlacedAt
		}
		if page.Next == "" {
			return found
		}
		q.Cursor = page.Next
		due := time.Now().Add(time.Duration(float64(page.Wait) / s.speed))
		polltest.Until(s.t, "the next page may be asked for", func() bool { return !time.Now().Before(due) })
	}
	require.Fail(s.t, "a list of ids has no end")
	return nil
}

// orderIDs lists several pages of orders by their ids: the same that a search finds, each with when it was placed, to the second.
func orderIDs(t *testing.T, b Adapter) {
	s := setUp(t, b)
	conn, ok := s.conn.(channel.Enumerator)
	if !ok {
		t.Skip("the channel lists no ids")
	}
	s.list(1)
	first := s.buy(true, "SKU-1")
	placed := map[string]time.Time{first.ID: first.PlacedAt}
	for range b.orders() - 1 {
		o := s.buy(true, "SKU-1")
		placed[o.ID] = o.PlacedAt
	}
	begin := first.PlacedAt.Truncate(time.Second)
	polltest.Until(t, "all orders are listed", func() bool {
		until := time.Now().Add(-time.Second).Truncate(time.Second)
		if !until.After(begin) {
			return false
		}
		found := s.listIDs(conn, channel.IDsQuery{From: begin, Until: until})
		for id, at := range found {
			require.Contains(t, placed, id)
			require.Zero(t, placed[id].Sub(at).Truncate(time.Second), "to the second")
		}
		return len(found) == len(placed)
	})
	require.Empty(t, s.listIDs(conn, channel.IDsQuery{From: begin.Add(-time.Hour), Until: begin.Add(-time.Second)}))
	_, err := conn.OrderIDs(t.Context(), channel.IDsQuery{From: begin, Until: begin.Add(time.Hour), Cursor: "not one of the channel's"})
	require.Equal(t, channel.Invalid, fault(t, err).Class)
}
