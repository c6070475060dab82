package amazon

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// regions says which of the API's three hosts serves a marketplace (SP-API documentation, "Marketplace IDs").
var regions = map[string]string{
	"ATVPDKIKX0DER":  "na", // US
	"A2EUQ1WTGCTBG2": "na", // CA
	"A1AM78C64UM0Y8": "na", // MX
	"A2Q3Y263D00KWC": "na", // BR
	"A1F83G8C2ARO7P": "eu", // UK
	"A1PA6795UKMFR9": "eu", // DE
	"A13V1IB3VIYZZH": "eu", // FR
	"APJ6JRA9NG5V4":  "eu", // IT
	"A1RKKUPIHCS9HS": "eu", // ES
	"A28R8C7NBKEWEA": "eu", // IE
	"A1VC38T7YXB528": "fe", // JP
	"A39IBJ37TRP1C6": "fe", // AU
}

const publishedAuthURL = "https://api.amazon.com/auth/o2/token"

// baseURL is the account's own, or the published host of its marketplace's region and endpoint.
func baseURL(a channel.Account) (string, error) {
	if a.Marketplace == "" {
		return "", fmt.Errorf("marketplace is missing: give the Amazon marketplace id, e.g. A1F83G8C2ARO7P for the UK")
	}
	if a.BaseURL != "" {
		return strings.TrimRight(a.BaseURL, "/"), nil
	}
	region, ok := regions[a.Marketplace]
	if !ok {
		return "", fmt.Errorf("marketplace %q is not known: give one of %s, or set the base URL",
			a.Marketplace, strings.Join(slices.Sorted(maps.Keys(regions)), ", "))
	}
	host := "sellingpartnerapi-" + region + ".amazon.com"
	if a.Endpoint == channel.Test {
		host = "sandbox." + host
	}
	return "https://" + host, nil
}

func (c *client) authURL() string {
	if c.account.AuthURL != "" {
		return c.account.AuthURL
	}
	return publishedAuthURL
}
