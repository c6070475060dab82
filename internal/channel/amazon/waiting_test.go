package amazon

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
)

// What is published of orders that are not to be shipped yet: two statuses, the program of pre-orders, and the ship-by window.
func TestPreOrdersAndPendingOrdersAreNotToBeShippedYet(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		status, program, window string
		held                    bool
		notBefore               time.Time
	}{
		{status: "UNSHIPPED", window: `{"earliestDateTime": "2026-12-24T00:00:00Z"}`},
		{status: "PENDING", held: true},
		{status: "PENDING_AVAILABILITY", held: true, notBefore: order.Undated},
		{status: "PENDING_AVAILABILITY", window: `{"earliestDateTime": "2026-12-24T01:00:00+01:00"}`, held: true, notBefore: from},
		{status: "UNSHIPPED", program: "PREORDER", window: `{"earliestDateTime": "2026-12-24T00:00:00Z"}`, notBefore: from},
		{status: "UNSHIPPED", program: "PREORDER"},
		{status: "PENDING", program: "PREORDER", held: true, notBefore: order.Undated},
		{status: "UNSHIPPED", program: "PRIME", window: `{"earliestDateTime": "2026-12-24T00:00:00Z"}`},
	} {
		window := tc.window
		if window == "" {
			window = "{}"
		}
		o, err := decodeOrder(fmt.Appendf(nil, `{"orderId": "1", "createdTime": "2026-01-01T00:00:00Z", "lastUpdatedTime": "2026-01-01T00:00:00Z", "programs": [%q],
			"fulfillment": {"fulfillmentStatus": %q, "fulfilledBy": "MERCHANT", "shipByWindow": %s},
			"orderItems": [{"orderItemId": "i", "quantityOrdered": 1, "product": {"sellerSku": "A", "title": "A"}}]}`, tc.program, tc.status, window))
		require.NoError(t, err)
		require.Equal(t, tc.held, o.OnHold, tc)
		require.Equal(t, tc.notBefore, o.Lines[0].NotBefore, tc)
	}
}
