package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
)

const goodFile = `accounts:
  - id: amazon-uk
    name: Amazon UK
    channel: amazon
    endpoint: production
    marketplace: A1F83G8C2ARO7P
    credentials:
      clientId: client
      clientSecret: ${SECRET}
      refreshToken: ${REFRESH}
      sellerId: A2SELLER
    order_location: main
    stock_locations: [main, outlet]
    buffer: 2
    cap: 50
    reserve: paid
    feed_above: 100
  - id: shopify-uk
    channel: shopify
    endpoint: test
    base_url: http://127.0.0.1:7503
    location: gid://shopify/Location/1
    credentials: {accessToken: shpat_1}
    order_location: main
  - id: ebay-uk
    channel: ebay
    endpoint: production
    credentials: {clientId: "${NOT_YET}"}
    order_location: main
    enabled: false
`

func environment(pairs ...string) func(string) (string, bool) {
	values := make(map[string]string)
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(n string) (string, bool) { v, ok := values[n]; return v, ok }
}

func TestAccountsAreReadWithTheirDefaults(t *testing.T) {
	t.Parallel()
	accounts, mistakes := parseAccounts([]byte(goodFile), environment("SECRET", "s3cret", "REFRESH", "token"))
	require.Empty(t, mistakes)
	require.Len(t, accounts, 3)

	amazon := accounts[0]
	require.Equal(t, "s3cret", amazon.Channel.Credentials["clientSecret"])
	require.Equal(t, []string{"main", "outlet"}, amazon.Store.StockLocations)
	require.Equal(t, store.AtPaid, amazon.Store.ReserveAt)
	require.Equal(t, 50, amazon.Store.Cap)
	require.Equal(t, 100, amazon.Channel.FeedAbove)

	shop := accounts[1]
	require.Equal(t, channel.Test, shop.Channel.Endpoint)
	require.Equal(t, channel.Test, shop.Store.Endpoint)
	require.Equal(t, "shopify-uk", shop.Store.Name)
	require.Equal(t, []string{"main"}, shop.Store.StockLocations)
	require.Equal(t, stock.NoCap, shop.Store.Cap)
	require.Equal(t, store.AtPlaced, shop.Store.ReserveAt)
	require.True(t, shop.Store.Enabled)

	require.False(t, accounts[2].Store.Enabled, "an account that is switched off may wait for its credentials")
}

func TestEveryMistakeIsReportedWithItsLine(t *testing.T) {
	t.Parallel()
	_, mistakes := parseAccounts([]byte(`accounts:
  - id: Amazon UK
    channel: amazn
    endpoint: live
    order_location: main
  - id: shop
    channel: shopify
    endpoint: test
    base_url: 127.0.0.1:7503
    stock_locations: main
    buffer: -1
    cap: many
    reserve: never
    feed_above: 3
    colour: blue
    buffer: 2
    enabled: maybe
    credentials:
      accessToken: ${TOKEN}
      clientSecret: ${A}${B}
  - id: shop
    channel: ebay
    endpoint: production
    order_location: main
`), environment())
	var got []string
	lines := make(map[int]int)
	for _, m := range mistakes {
		got = append(got, m.Text)
		lines[m.Line]++
	}
	for _, want := range []string{
		`id: "Amazon UK": want up to 40 small letters, digits and hyphens, e.g. amazon-uk`,
		`channel: "amazn" is none of amazon, ebay, shopify`,
		`endpoint: "live" is none of test, production`,
		`base_url: want an address like https://host or http://127.0.0.1:7501`,
		`stock_locations: want a list of 1 to 1000, e.g. [main, outlet]`,
		`buffer: want a whole number, 0 or more`,
		`account: buffer stands in line 11 already`,
		`reserve: "never" is none of placed, paid`,
		`feed_above: only Amazon takes levels as feeds: delete the line`,
		`account shop: order_location is missing`,
		`account shop: location is missing: give the shop's location where stock is listed, e.g. gid://shopify/Location/1`,
		`enabled: want true or false`,
		`id: the account in line 6 is called "shop" too`,
		`account shop: credentials: refreshToken is missing; write it as ${NAME} of an environment variable`,
	} {
		require.Contains(t, got, want)
	}
	require.Equal(t, 1, lines[3], "the misspelt channel is in line 3")
	require.Equal(t, 2, lines[2]+lines[11], "one in each of two lines")
	require.IsIncreasing(t, []int{mistakes[0].Line, mistakes[len(mistakes)-1].Line})
}

func TestAMissingSecretIsNamedAndNeverShown(t *testing.T) {
	t.Parallel()
	_, mistakes := parseAccounts([]byte(goodFile), environment("SECRET", "s3cret"))
	require.Len(t, mistakes, 1)
	require.Equal(t, Mistake{Line: 10, Text: "credentials: refreshToken: the environment variable REFRESH is not set"}, mistakes[0])
}

func TestWrittenAccountsAreReadBack(t *testing.T) {
	t.Parallel()
	accounts, mistakes := parseAccounts([]byte(goodFile), environment("SECRET", "s3cret", "REFRESH", "yes: [1"))
	require.Empty(t, mistakes)
	path := filepath.Join(t.TempDir(), "accounts.yaml")
	require.NoError(t, WriteAccounts(path, accounts[:2]))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Zero(t, info.Mode().Perm()&0o077, "it holds credentials")
	back, err := LoadAccounts(path)
	require.NoError(t, err)
	require.Equal(t, accounts[:2], back)
}

func TestAnAccountsFileThatIsNotThereSaysWhatToDo(t *testing.T) {
	t.Parallel()
	_, err := LoadAccounts(filepath.Join(t.TempDir(), "accounts.yaml"))
	require.ErrorContains(t, err, "TOWPATH_ACCOUNTS")

	path := filepath.Join(t.TempDir(), "accounts.yaml")
	require.NoError(t, os.WriteFile(path, []byte("accounts:\n  - id: [\n"), 0o600))
	_, err = LoadAccounts(path)
	var wrong *AccountsError
	require.ErrorAs(t, err, &wrong)
	require.ErrorContains(t, err, "line 2")
}

func FuzzAccounts(f *testing.F) {
	f.Add([]byte(goodFile))
	f.Add([]byte("accounts: &a [*a]"))
	f.Add([]byte("accounts:\n- {id: a, credentials: {accessToken: ${}}}"))
	f.Add([]byte("? [a]\n: b"))
	f.Fuzz(func(t *testing.T, text []byte) {
		accounts, mistakes := parseAccounts(text, environment("SECRET", "s3cret", "REFRESH", "token"))
		if len(mistakes) > 0 {
			require.Empty(t, accounts)
			return
		}
		for _, a := range accounts {
			require.NotEmpty(t, a.Store.ID)
			require.NotEmpty(t, a.Store.OrderLocation)
			require.Equal(t, a.Store.ID, a.Channel.ID)
		}
	})
}
