package amazon

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// A report of any marketplace names its own orders as the adapter knows them, and has orders of another marketplace and of other shops, with
// ids that no order of the marketplace has.
func TestAReportHasOrdersOfOtherSalesChannels(t *testing.T) {
	t.Parallel()
	id, site := slices.Index(reportColumns, "amazon-order-id"), slices.Index(reportColumns, "sales-channel")
	for marketplace := range places {
		s := &server{options: wire.Options{Marketplace: marketplace}}
		own := MarketOptions("amazon").NewOrderID
		var orders []market.Order
		ids := map[string]bool{}
		for n := range int64(4) {
			orders = append(orders, market.Order{ID: own(n), Currency: "EUR", Lines: []market.Line{{SKU: "MUG"}, {SKU: "CUP"}}})
			ids[own(n)] = true
		}
		count := map[string]int{}
		for _, line := range s.reportLines(orders) {
			count[line[site]]++
			require.Equal(t, line[site] == channel.SalesChannel(marketplace), ids[line[id]], "%s %s", marketplace, line[id])
		}
		require.Len(t, count, 3, marketplace)
		require.Equal(t, 8, count[channel.SalesChannel(marketplace)])
		require.Equal(t, 4, count["Non-Amazon"])
	}
}
