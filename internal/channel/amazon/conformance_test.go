package amazon_test

import (
	"testing"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/amazon"
	"github.com/towpath/towpath/internal/channel/channeltest"
	simulated "github.com/towpath/towpath/internal/simulator/amazon"
)

func account() channel.Account {
	return channel.Account{
		ID: "amazon-uk", Kind: channel.Amazon, Endpoint: channel.Production, Marketplace: "A1F83G8C2ARO7P",
		Credentials: map[string]string{"clientId": "amzn1.application.1", "clientSecret": "secret-1", "refreshToken": "Atzr|1", "sellerId": "A2SELLER"},
	}
}

func newBenchmark(a channel.Account) channeltest.Adapter {
	b := channeltest.Adapter{
		Account: a, AuthPath: "/auth/o2/token", Open: amazon.Open, Handler: simulated.Handler, Market: simulated.MarketOptions,
		Operations:   channeltest.Operations{Orders: "searchOrders", Order: "getOrder", Levels: "patchListingsItem", Ship: "confirmShipment", Cancel: "createFeed", Publish: []string{"putListingsItem"}},
		UnknownLevel: channel.Level{SKU: "NOT/LISTED 1", Quantity: 3},
		NoSuchOrder:  "026-0000000-0000000",
		Dead:         map[string]string{"refreshToken": "Atzr|revoked"},
		ProductType:  "DRINKING_CUP",
		Aspects:      demanded(),
		Parents:      true,
		Previews:     true,
		Forgets:      true,
		Fulfils:      true,
		HidesUnpaid:  true,
	}
	if a.FeedAbove > 0 {
		b.Operations.Publish = []string{"createFeedDocument", "createFeed"}
	}
	return b
}

func TestConformance(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, newBenchmark(account()))
}

// TestConformanceByFeed pushes every level by a feed.
func TestConformanceByFeed(t *testing.T) {
	t.Parallel()
	a := account()
	a.FeedAbove = 1
	b := newBenchmark(a)
	b.Operations.Levels = "patchListingsItem" // a single level is still a patch
	channeltest.Run(t, b)
}

// demanded is what Amazon requires for a cup besides its title, brand, text and price.
func demanded() map[string][]string {
	return map[string][]string{
		"country_of_origin": {"GB"}, "merchant_shipping_group": {"Standard"}, "recommended_browse_nodes": {"3147411"},
		"supplier_declared_has_product_identifier_exemption": {"true"},
	}
}
