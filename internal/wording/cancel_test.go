package wording_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/wording"
)

func TestADeclinedRequestSaysWhoAnswersTheBuyer(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	const page = "https://www.ebay.co.uk/mesh/ord/details?orderid=12"
	for want, c := range map[string]wording.Cancel{
		"is being declined on the channel.":                     {State: order.CancelAsked},
		"was told 5 min ago that the buyer's request":           {State: order.CancelSent, SentAt: now.Add(-5 * time.Minute)},
		"sends no answers. Decline it there: " + page + " (the": {State: order.CancelByHand},
		"did not take the answer":                               {State: order.CancelByHand, Fault: &channel.Fault{Class: channel.Config, Code: "215001"}},
	} {
		c.Reference, c.Declines, c.Page = "12-34567-89012", true, page
		said := c.Explain(now)
		require.Len(t, said, 1)
		require.Contains(t, said[0], want)
		require.NotContains(t, said[0], "cancelled here", "nothing is")
	}
	require.Empty(t, (&wording.Cancel{Declines: true, State: order.CancelSettled}).Explain(now))
}
