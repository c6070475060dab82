package shopify

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	marketplace "github.com/towpath/towpath/internal/simulator/shopify"
)

// The check names the scopes that the merchant did not grant, and still tries the rest.
func TestMissingScopesAreReported(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	require.NoError(t, marketplace.Grant(t.Context(), f.market, "read_orders", "write_products", "read_inventory"))
	found := map[string]channel.Check{}
	for _, c := range f.conn.Checks(t.Context()) {
		found[c.Capability] = c
	}
	for capability, works := range map[string]bool{
		"speak for the shop": true, "list stock at the location": true, "read orders": true, "read listings": true, "read collections": true,
		"confirm shipments": false, "set stock levels": false, "publish listings": false,
	} {
		require.Contains(t, found, capability)
		require.Equal(t, works, found[capability].Fault == nil, capability)
		require.NotEmpty(t, found[capability].RequestID+found[capability].Detail, capability)
	}
	require.Contains(t, found["set stock levels"].Detail, "write_inventory")
	require.Equal(t, "ACCESS_DENIED", found["publish listings"].Fault.Code)
	require.Equal(t, channel.Config, found["confirm shipments"].Fault.Class)
	require.Contains(t, found["read orders"].Detail, "60 days")
}
