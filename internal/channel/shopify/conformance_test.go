package shopify

import (
	"net/http"
	"sync"
	"testing"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/channeltest"
	"github.com/towpath/towpath/internal/simulator/market"
	marketplace "github.com/towpath/towpath/internal/simulator/shopify"
	"github.com/towpath/towpath/internal/simulator/wire"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	channeltest.Run(t, newBenchmark(t))
}

// With tokens that expire and rotate, the adapter behaves in the same way.
func TestConformanceWithRotatingTokens(t *testing.T) {
	t.Parallel()
	b := newBenchmark(t)
	b.Account.Credentials = rotating
	var vaults sync.Map // by shop: each test has one of its own
	b.Open = func(a channel.Account) (channel.Connection, error) {
		vault, _ := vaults.LoadOrStore(a.BaseURL, &channeltest.Vault{})
		a.Vault = vault.(channel.Vault)
		return Open(a)
	}
	b.AuthPath, b.KeepsTokens = tokenPath, true
	b.Dead = map[string]string{"refreshToken": "shprt_revoked"}
	channeltest.Run(t, b)
}

// newBenchmark is the suite's Shopify; every request and answer is compared with the schema.
func newBenchmark(t *testing.T) channeltest.Adapter {
	return channeltest.Adapter{
		Account: channel.Account{
			ID: "shopify-uk", Kind: channel.Shopify, Endpoint: channel.Test, Marketplace: "towpath.myshopify.com",
			Location: marketplace.Location, Credentials: map[string]string{"accessToken": "shpat_0123456789abcdef"},
		},
		Open: Open, Market: marketplace.MarketOptions,
		Operations: channeltest.Operations{
			Orders: opOrders.name, Order: opOrder.name, Levels: opSetQuantities.name, Ship: opFulfillmentCreate.name, Cancel: opOrderCancel.name,
			Publish: []string{opProductSet.name},
		},
		UnknownLevel: channel.Level{SKU: "NOT-HERE", ListingRef: "gid://shopify/InventoryItem/1", Quantity: 3, Key: "decision-NOT-HERE"},
		NoSuchOrder:  "gid://shopify/Order/1",
		Dead:         map[string]string{"accessToken": "shpat_revoked"},
		KeepsTokens:  true,
		Handler: func(m market.Seller, o wire.Options) http.Handler {
			return watch(t, marketplace.Handler(m, o))
		},
	}
}
