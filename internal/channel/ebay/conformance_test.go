package ebay

import (
	"net/http"
	"testing"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/channeltest"
	"github.com/towpath/towpath/internal/oracletest"
	marketplace "github.com/towpath/towpath/internal/simulator/ebay"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	o := openOracle(t)
	if o != nil {
		o.counter = oracletest.Count(t, "ebay")
	}
	channeltest.Run(t, channeltest.Adapter{
		Account: channel.Account{
			ID: "ebay-uk", Kind: channel.EBay, Endpoint: channel.Test, Marketplace: "EBAY_GB",
			Publishing:  marketplace.Publishing(),
			Credentials: map[string]string{"clientId": "towpath-client", "clientSecret": "towpath-secret", "refreshToken": "towpath-grant"},
		},
		AuthPath: tokenPath,
		Open:     Open,
		Handler: func(m market.Seller, options wire.Options) http.Handler {
			return o.watch(t, marketplace.Handler(m, options))
		},
		Market: marketplace.MarketOptions,
		Operations: channeltest.Operations{
			Orders: "getOrders", Order: "getOrder", Levels: "bulkUpdatePriceQuantity", Ship: "createShippingFulfillment",
			Cancel:  opCancel,
			Publish: []string{opSaveItems, opSaveGroup, opCreateOffers, opPublishGroup},
		},
		UnknownLevel:        channel.Level{SKU: "SKU-NONE", ListingRef: "1234567890", Quantity: 1},
		NoSuchOrder:         "12-34567-89012",
		Dead:                map[string]string{"refreshToken": "revoked"},
		HidesCancelledUnits: true,
		HidesGiftMessages:   true,
		ProductType:         "38250",
	})
}
