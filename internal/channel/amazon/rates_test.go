package amazon

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
)

// An account's budgets follow the rates in Amazon's headers, so a header without a rate must not count as one.
func TestOnlyRatesThatAmazonNamesAreObserved(t *testing.T) {
	t.Parallel()
	c := &client{}
	for operation, limit := range map[string]string{opPatch: "2.5", opGetOrder: "soon", opConfirm: "0", opSearchOrders: "NaN"} {
		c.heed(operation, limit)
	}
	observed := c.ObservedRates()
	require.Len(t, observed, 1)
	require.Equal(t, opPatch, observed[0].Call)
	a, _ := channel.AllowanceOf(channel.Amazon, channel.OpLevels)
	rate, ok := a.Observed(observed)
	require.True(t, ok)
	require.InDelta(t, 0.5, rate, 1e-9)
}
