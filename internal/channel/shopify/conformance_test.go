package shopify

import (
	"testing"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/channeltest"
	marketplace "github.com/towpath/towpath/internal/simulator/shopify"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, channeltest.Bench{
		Account: channel.Account{
			ID: "shopify-uk", Kind: channel.Shopify, Endpoint: channel.Test, Marketplace: "towpath.myshopify.com",
			Location: marketplace.Location, Credentials: map[string]string{"accessToken": "shpat_0123456789abcdef"},
		},
		Open: Open, Handler: marketplace.Handler, Market: marketplace.MarketOptions,
		Operations: channeltest.Operations{
			Orders: opOrders.name, Order: opOrder.name, Levels: opSetQuantities.name, Ship: opFulfillmentCreate.name,
			Publish: []string{opProductSet.name},
		},
		UnknownLevel: channel.Level{SKU: "NOT-HERE", ListingRef: "gid://shopify/InventoryItem/1", Quantity: 3, Key: "decision-NOT-HERE"},
		NoSuchOrder:  "gid://shopify/Order/1",
		Dead:         map[string]string{"accessToken": "shpat_revoked"},
		KeepsTokens:  true,
	})
}
