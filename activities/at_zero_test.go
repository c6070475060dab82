package activities_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/ebay"
	"github.com/towpath/towpath/internal/channel/shopify"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/polltest"
	simulatedebay "github.com/towpath/towpath/internal/simulator/ebay"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	simulatedshopify "github.com/towpath/towpath/internal/simulator/shopify"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/settings"
)

var everything = channel.Permissions{Revise: true, End: true, Relist: true}

// enders open a live shop that ends what is sold out, by channel. Each has a mug alone and a pot in two colours, published by the adapter, linked and read.
var enders = map[channel.Kind]func(*testing.T) *shop{
	channel.EBay: func(t *testing.T) *shop {
		s := openStore(t, channel.EBay)
		return s.ends(simulatedebay.Category, func(p channel.Permissions) (channel.Connection, error) {
			return ebay.Open(s.ending(channel.Account{Listings: p, Publishing: simulatedebay.Publishing()}))
		}, s.trade(simulatedebay.Handler, simulatedebay.MarketOptions(account), channel.Account{
			Kind: channel.EBay, Marketplace: "EBAY_GB", Credentials: map[string]string{"clientId": "id", "clientSecret": "secret", "refreshToken": "grant"},
		}))
	},
}
