package config

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
)

const publishing = `accounts:
  - id: shop
    channel: shopify
    endpoint: production
    simulated: true
    base_url: http://127.0.0.1:7503
    marketplace: my-shop.myshopify.com
    location: gid://shopify/Location/1
    order_location: main
    credentials: {accessToken: a}
    %s
  - id: shop-dev
    channel: shopify
    endpoint: %s
    simulated: true
    base_url: http://127.0.0.1:7503
    marketplace: my-dev.myshopify.com
    location: gid://shopify/Location/2
    order_location: main
    credentials: {accessToken: a}
`

func TestHowAnAccountPublishesIsRead(t *testing.T) {
	t.Parallel()
	accounts, mistakes := parseAccounts([]byte(fmt.Sprintf(publishing, "publish_changed: 6h\n    listings: {price_brake: {percent: 40, floor: 2.00 GBP, many: 9}}\n    test_account: shop-dev", "test")), environment())
	require.Empty(t, mistakes)
	require.Equal(t, 6*time.Hour, accounts[0].Store.PublishChanged)
	require.Equal(t, listing.Brake{Percent: 40, Many: 9, Floor: listing.Price{Amount: 200, Currency: "GBP"}}, accounts[0].Store.PriceBrake)
	require.Zero(t, accounts[1].Store.PriceBrake, "the defaults")
	require.Equal(t, "shop-dev", accounts[0].Store.TestAccount)
	require.Equal(t, "my-shop.myshopify.com", accounts[0].Store.Marketplace)
	require.Zero(t, accounts[1].Store.PublishChanged)
	path := t.TempDir() + "/accounts.yaml"
	require.NoError(t, WriteAccounts(path, accounts))
	again, err := LoadAccounts(path)
	require.NoError(t, err)
	require.Equal(t, accounts[0].Store, again[0].Store)
}

func TestATestAccountThatWouldBeRealIsRefused(t *testing.T) {
	t.Parallel()
	for lines, want := range map[string]string{
		"test_account: shop-dev/production":   "shop-dev does not have `endpoint: test`",
		"test_account: shop/test":             `"shop" is not the id of another account`,
		"test_account: nowhere/test":          `"nowhere" is not the id of another account`,
		"publish_changed: 1m/test":            "want a duration of 5m0s or more, e.g. 6h",
		"publish_changed: every morning/test": "want a duration",
	} {
		line, endpoint, _ := strings.Cut(lines, "/")
		_, mistakes := parseAccounts([]byte(fmt.Sprintf(publishing, line, endpoint)), environment())
		require.Len(t, mistakes, 1, lines)
		require.Equal(t, 11, mistakes[0].Line)
		require.Contains(t, mistakes[0].Text, want)
	}
}
