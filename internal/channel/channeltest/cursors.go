package channeltest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/faults"
)

func foreignCursor(t *testing.T, b Adapter) {
	s := setUp(t, b)
	_, err := s.conn.Orders(t.Context(), channel.OrdersQuery{Since: time.Now().Add(-time.Hour), Cursor: "\x00 not a cursor"})
	require.Equal(t, channel.Invalid, fault(t, err).Class)
}

// repeatedCursor makes every cursor lead back to its own page. A scan may fail or return every order; it must neither
// end without an error with orders missing nor go on forever.
func repeatedCursor(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.list(1)
	placed := map[string]bool{}
	for range b.orders() {
		placed[s.buy(true, "SKU-1").ID] = true
	}
	m := s.scanner()
	m.until("the scan shows every order", func() bool { return len(m.known) == len(placed) })

	require.NoError(t, s.faults.Set(faults.Rates{RepeatedCursor: 1}))
	seen := map[string]bool{}
	q := channel.OrdersQuery{Since: time.Now().Add(-time.Hour)}
	for range 100 {
		page, err := s.conn.Orders(t.Context(), q)
		if err != nil {
			require.Contains(t, []channel.Class{channel.Unavailable, channel.Unknown, channel.Invalid}, fault(t, err).Class)
			return
		}
		for _, o := range page.Orders {
			seen[o.ID] = true
		}
		if page.Next == "" {
			require.Len(t, seen, len(placed), "the scan ended well with orders missing")
			return
		}
		if page.Next == q.Cursor {
			return // the adapter noticed that the cursor leads nowhere
		}
		q.Cursor = page.Next
	}
	require.Fail(t, "the scan has no end")
}
