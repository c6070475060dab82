package shopify

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// An answer without the list of orders does not say that there are none: a scan, a backfill and a comparison would go on behind orders
// that they have not seen.
func TestAnAnswerWithoutAListIsNoEmptyList(t *testing.T) {
	t.Parallel()
	for answer, unreadable := range map[string]bool{
		`{"data":{}}`: true, `{"data":{"orders":null}}`: true, `{"data":{"orders":{"edges":[],"nodes":[],"pageInfo":{"hasNextPage":false}}}}`: false,
	} {
		conn := canned(t, http.StatusOK, answer)
		_, searched := conn.Orders(t.Context(), channel.OrdersQuery{Since: time.Unix(1, 0)})
		_, listed := conn.OrderIDs(t.Context(), channel.IDsQuery{From: time.Unix(1, 0), Until: time.Unix(2, 0)})
		for _, err := range []error{searched, listed} {
			if unreadable {
				requireFault(t, err, channel.Unavailable, transport.CodeUnreadable)
				continue
			}
			require.NoError(t, err, answer)
		}
	}
}
