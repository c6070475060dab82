package config

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// shopFile is an account with locations; more are further lines of it.
func shopFile(more ...string) []byte {
	return []byte("accounts:\n- id: s\n  channel: shopify\n  endpoint: production\n  marketplace: my-shop.myshopify.com\n" +
		"  enabled: false\n  order_location: main\n" + strings.Join(more, "\n") + "\n")
}

func TestAShopsLocationsAreLocationsOfOurs(t *testing.T) {
	t.Parallel()
	accounts, mistakes := parseAccounts(shopFile("  locations:", "    gid://shopify/Location/7: main", "    8: attic"), environment())
	require.Empty(t, mistakes)
	a := accounts[0]
	require.Equal(t, map[string]string{"gid://shopify/Location/7": "main", "gid://shopify/Location/8": "attic"}, a.Channel.Locations)
	require.Equal(t, "gid://shopify/Location/7", a.Channel.Location, "the order location is the default")
	require.Equal(t, []string{"attic", "main"}, a.Store.StockLocations)

	accounts, mistakes = parseAccounts(shopFile("  location: 7", "  locations: {7: main}"), environment())
	require.Empty(t, mistakes)
	require.Equal(t, "gid://shopify/Location/7", accounts[0].Channel.Location)
}

func TestMistakesInLocationsNameTheirLines(t *testing.T) {
	t.Parallel()
	for want, more := range map[string][]string{
		`9: locations: "attic" is no location of a shop: want e.g. gid://shopify/Location/1, or its number`:                 {"  locations:", "    attic: main", "    7: main"},
		`10: locations: "main" is mapped in line 9 already: its stock would be listed twice`:                                {"  locations:", "    7: main", "    8: main"},
		`10: locations: gid://shopify/Location/7 is there twice`:                                                            {"  locations:", "    7: main", "    gid://shopify/Location/7: attic"},
		`9: locations: order_location "main" is not among them: which of the shop's locations is it?`:                       {"  locations:", "    7: attic"},
		`8: locations: want 1 to 20, each a location of the shop with a location of yours`:                                  {"  locations: {}"},
		`8: location: the order location "main" is gid://shopify/Location/7 in locations: give that one, or delete the key`: {"  location: gid://shopify/Location/9", "  locations: {7: main}"},
		`8: stock_locations: with locations, each location lists its own stock at its own location of the shop: delete it`:  {"  stock_locations: [main]", "  locations: {7: main}"},
		`8: ship_from: with locations, the shop decides from which location each line leaves: delete it`:                    {"  ship_from: {DE: main}", "  locations: {7: main}"},
	} {
		_, mistakes := parseAccounts(shopFile(more...), environment())
		require.NotEmpty(t, mistakes, want)
		require.Contains(t, mistakes.Error(), want)
	}
	_, mistakes := parseAccounts([]byte("accounts:\n- id: e\n  channel: ebay\n  endpoint: test\n  order_location: main\n  enabled: false\n  locations: {7: main}\n"), environment())
	require.Contains(t, mistakes.Error(), "7: locations: only a Shopify shop decides from which location each line leaves: delete it")
}
