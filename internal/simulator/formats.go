package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/amazon"
	"github.com/towpath/towpath/internal/simulator/ebay"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/shopify"
	"github.com/towpath/towpath/internal/simulator/wire"
)

// format is the wire format of one kind of marketplace and the settings of its accounts.
type format struct {
	handler     func(market.Seller, wire.Options) http.Handler
	market      func(account string) market.Options
	marketplace func(account string) string
	location    string
	authPath    string // empty: there are no access tokens to fetch
	credentials func(account string) map[string]string
	publishing  map[string]string // channel.Account.Publishing
}

var formats = map[channel.Kind]format{
	channel.Amazon: {
		handler: amazon.Handler, market: amazon.MarketOptions, authPath: "/auth/o2/token",
		marketplace: func(string) string { return "A1F83G8C2ARO7P" },
		credentials: func(account string) map[string]string {
			return map[string]string{
				"clientId":     "amzn1.application-oa2-client." + secret(account, "client", 32),
				"clientSecret": "amzn1.oa2-cs.v1." + secret(account, "secret", 64),
				"refreshToken": "Atzr|" + secret(account, "refresh", 64),
				"sellerId":     "A" + strings.ToUpper(secret(account, "seller", 13)),
			}
		},
	},
	channel.EBay: {
		handler: ebay.Handler, market: ebay.MarketOptions, authPath: "/identity/v1/oauth2/token", publishing: ebay.Publishing(),
		marketplace: func(string) string { return "EBAY_GB" },
		credentials: func(account string) map[string]string {
			return map[string]string{
				"clientId":     "Towpath-sim-PRD-" + secret(account, "client", 9),
				"clientSecret": "PRD-" + secret(account, "secret", 12),
				"refreshToken": "v^1.1#i^1#r^1#" + secret(account, "refresh", 64),
			}
		},
	},
	channel.Shopify: {
		handler: shopify.Handler, market: shopify.MarketOptions,
		location:    shopify.Location,
		marketplace: func(account string) string { return account + ".myshopify.com" },
		credentials: func(account string) map[string]string {
			return map[string]string{
				"clientId":     secret(account, "client", 32),
				"clientSecret": "shpss_" + secret(account, "secret", 32),
				"refreshToken": "shprt_" + secret(account, "refresh", 32),
			}
		},
	},
}

// secret returns a hexadecimal secret that stays the same for an account over restarts, so that access does not end.
func secret(account, name string, length int) string {
	sum := sha256.Sum256([]byte("towpath simulator/" + account + "/" + name))
	return hex.EncodeToString(sum[:])[:length]
}

// account returns the account as others see it.
func (f format) account(spec AccountSpec, file, address string) Account {
	a := Account{
		ID: spec.ID, Kind: spec.Kind, Endpoint: channel.Production, Address: address, Marketplace: spec.Marketplace, Location: f.location,
		Publishing: f.publishing, Credentials: f.credentials(spec.ID), File: file,
	}
	if spec.Test {
		a.Endpoint = channel.Test
	}
	if a.Marketplace == "" {
		a.Marketplace = f.marketplace(spec.ID)
	}
	if f.authPath != "" {
		a.AuthURL = address + f.authPath
	}
	return a
}
