package amazon

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// marketplace has the region, which selects one of the API's three hosts, and the language of listings.
type marketplace struct{ region, language string }

// marketplaces are those known by id (SP-API documentation, "Marketplace IDs").
var marketplaces = map[string]marketplace{
	"ATVPDKIKX0DER":  {"na", "en_US"},
	"A2EUQ1WTGCTBG2": {"na", "en_CA"},
	"A1AM78C64UM0Y8": {"na", "es_MX"},
	"A2Q3Y263D00KWC": {"na", "pt_BR"},
	"A1F83G8C2ARO7P": {"eu", "en_GB"},
	"A1PA6795UKMFR9": {"eu", "de_DE"},
	"A13V1IB3VIYZZH": {"eu", "fr_FR"},
	"APJ6JRA9NG5V4":  {"eu", "it_IT"},
	"A1RKKUPIHCS9HS": {"eu", "es_ES"},
	"A28R8C7NBKEWEA": {"eu", "en_IE"},
	"A1VC38T7YXB528": {"fe", "ja_JP"},
	"A39IBJ37TRP1C6": {"fe", "en_AU"},
}

const publishedAuthURL = "https://api.amazon.com/auth/o2/token"

// baseURL returns the account's own base, or the published host for the region of its marketplace and its endpoint.
func baseURL(a channel.Account) (string, error) {
	if a.Marketplace == "" {
		return "", fmt.Errorf("marketplace is missing: give the Amazon marketplace id, e.g. A1F83G8C2ARO7P for the UK")
	}
	if a.BaseURL != "" {
		return strings.TrimRight(a.BaseURL, "/"), nil
	}
	known, ok := marketplaces[a.Marketplace]
	if !ok {
		return "", fmt.Errorf("marketplace %q is not known: give one of %s, or set the base URL",
			a.Marketplace, strings.Join(slices.Sorted(maps.Keys(marketplaces)), ", "))
	}
	host := "sellingpartnerapi-" + known.region + ".amazon.com"
	if a.Endpoint == channel.Test {
		host = "sandbox." + host
	}
	return "https://" + host, nil
}

// listingsURL returns the base of the listings API. Amazon's sandbox returns fixed listings only, so a test endpoint
// uses the production host, and every write there is a VALIDATION_PREVIEW.
func listingsURL(a channel.Account) (string, error) {
	a.Endpoint = channel.Production
	return baseURL(a)
}

func (c *client) authURL() string {
	if c.account.AuthURL != "" {
		return c.account.AuthURL
	}
	return publishedAuthURL
}
