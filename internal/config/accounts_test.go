package config

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/document"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
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
    process: paid
    feed_above: 100
    authorised_on: 2026-01-31
    secret_issued_on: 2026-06-30
    ship_from: {DE: berlin, NO: oslo}
    statuses: {PENDING_AVAILABILITY: skip, UNFULFILLABLE: cancelled}
    listings: {revise: true, end: true, at_zero: keep}
    rates: {levels: 2.5, feed: 0.01}
  - id: shopify-uk
    channel: shopify
    endpoint: test
    base_url: http://127.0.0.1:7503
    location: gid://shopify/Location/1
    time_zone: America/New_York
    credentials: {accessToken: shpat_1}
    order_location: main
  - id: ebay-uk
    channel: ebay
    endpoint: production
    credentials: {clientId: "${NOT_YET}"}
    order_location: main
    process: placed
    publishing: {fulfillment_policy: 6196932000, payment_policy: p-2, return_policy: p-3, merchant_location: main-1}
    enabled: false
  - id: shopify-de
    channel: shopify
    endpoint: production
    simulated: true
    base_url: http://10.0.0.7:7503
    location: gid://shopify/Location/2
    credentials: {clientId: client, clientSecret: secret, refreshToken: token}
    order_location: main
`

func environment(pairs ...string) func(string) (string, bool) {
	values := make(map[string]string)
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(n string) (string, bool) { v, ok := values[n]; return v, ok }
}

func parseAccounts(text []byte, env func(string) (string, bool)) ([]Account, document.Mistakes) {
	accounts, err := readAccounts(bytes.NewReader(text), env)
	var mistakes document.Mistakes
	if err != nil && !errors.As(err, &mistakes) {
		panic(err)
	}
	return accounts, mistakes
}

func TestAccountsAreReadWithTheirDefaults(t *testing.T) {
	t.Parallel()
	list, mistakes := parseAccounts([]byte(goodFile), environment("SECRET", "s3cret", "REFRESH", "token"))
	require.Empty(t, mistakes)
	require.Len(t, list, 4)

	amazon := list[0]
	require.Equal(t, "s3cret", amazon.Channel.Credentials["clientSecret"])
	require.Equal(t, []string{"main", "outlet"}, amazon.Store.StockLocations)
	require.Equal(t, order.AtPaid, amazon.Store.ReserveAt)
	require.Equal(t, 50, amazon.Store.Cap)
	require.Equal(t, 100, amazon.Channel.FeedAbove)
	require.Equal(t, "Europe/London", amazon.Store.TimeZone, "the marketplace's")

	require.Equal(t, order.AtPaid, amazon.Store.ProcessAt)
	require.Equal(t, map[string]string{"DE": "berlin", "NO": "oslo"}, amazon.Store.ShipFrom)
	require.Equal(t, map[string]order.Status{"PENDING_AVAILABILITY": order.StatusSkip, "UNFULFILLABLE": "cancelled"}, amazon.Store.Statuses)
	require.Equal(t, channel.Permissions{Revise: true, End: true}, amazon.Channel.Listings)
	require.Equal(t, amazon.Channel.Listings, amazon.Store.Listings)
	require.Equal(t, accounts.KeepAtZero, amazon.Store.AtZero)
	require.Equal(t, map[channel.Operation]float64{channel.OpLevels: 2.5, channel.OpFeed: 0.01}, amazon.Rates)
	require.Equal(t, time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), amazon.Store.AuthorisedOn)
	require.Equal(t, time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC), amazon.Store.SecretIssuedOn)

	shop := list[1]
	require.Equal(t, channel.Test, shop.Channel.Endpoint)
	require.Equal(t, channel.Test, shop.Store.Endpoint)
	require.Equal(t, "shopify-uk", shop.Store.Name)
	require.Equal(t, "America/New_York", shop.Store.TimeZone)
	require.Equal(t, "UTC", list[3].Store.TimeZone, "a shop may be anywhere")
	require.Equal(t, []string{"main"}, shop.Store.StockLocations)
	require.Equal(t, stock.NoCap, shop.Store.Cap)
	require.Equal(t, order.AtPlaced, shop.Store.ReserveAt)
	require.True(t, shop.Store.Enabled)
	require.Equal(t, order.AtPaid, shop.Store.ProcessAt)
	require.Equal(t, accounts.KeepAtZero, shop.Store.AtZero)
	require.Zero(t, shop.Store.Listings)
	require.Equal(t, "127.0.0.1:7503", shop.Store.Host)
	require.False(t, shop.Store.Simulated)

	require.False(t, list[2].Store.Enabled, "an account that is switched off may wait for its credentials")
	require.Equal(t, order.AtPlaced, list[2].Store.ProcessAt)
	require.Equal(t, map[string]string{
		"fulfillmentPolicy": "6196932000", "paymentPolicy": "p-2", "returnPolicy": "p-3", "merchantLocation": "main-1",
	}, list[2].Channel.Publishing)
	require.True(t, list[3].Channel.Simulated)
	require.True(t, list[3].Store.Simulated)
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
		`channel: "amazn" is not one of amazon, ebay, shopify`,
		`endpoint: "live" is not one of test, production`,
		`base_url: want an address like https://host or http://127.0.0.1:7501`,
		`stock_locations: want a list of 1 to 1000, e.g. [main, outlet]`,
		`buffer: want a whole number, 0 or more`,
		`account: buffer is already in line 11`,
		`reserve: "never" is not one of placed, paid`,
		`feed_above: only Amazon accepts levels as feeds: delete it`,
		`account shop: order_location is missing`,
		`account shop: location is missing: give the shop's location where stock is listed, e.g. gid://shopify/Location/1`,
		`enabled: want true or false`,
		`id: the account in line 6 also has the id "shop"`,
		`account shop: credentials: refreshToken is missing; write it as ${NAME} of an environment variable`,
	} {
		require.Contains(t, got, want)
	}
	require.Equal(t, 1, lines[3], "the misspelt channel is in line 3")
	require.Equal(t, 2, lines[2]+lines[11], "one in each of two lines")
	require.IsIncreasing(t, []int{mistakes[0].Line, mistakes[len(mistakes)-1].Line})
}

func TestMistakesInTheSettingsOfOrdersListingsAndGrants(t *testing.T) {
	t.Parallel()
	_, mistakes := parseAccounts([]byte(`accounts:
  - id: amazon-uk
    channel: amazon
    endpoint: production
    marketplace: A1F83G8C2ARO7P
    order_location: main
    process: placed
    reserve: paid
    statuses: {PENDING: sent, PENDING: skip, Pending: shipped}
    ship_from: {UK: main, Germany: berlin, FR: ""}
    listings: {at_zero: end, delete: true, price_brake: {percent: 0, floor: "2.00", many: few, most: 1}}
    publishing: {payment_policy: ""}
    rates: {orders: 0, levels: fast, parties: 1}
    authorised_on: 2999-01-01
    secret_issued_on: last week
    enabled: false
  - id: shop
    channel: shopify
    endpoint: production
    simulated: true
    marketplace: my-shop.myshopify.com
    location: gid://shopify/Location/1
    order_location: main
    authorised_on: 2026-01-01
    credentials: {refreshToken: a}
`), environment())
	got := make([]string, len(mistakes))
	for i, m := range mistakes {
		got[i] = fmt.Sprintf("%d: %s", m.Line, m.Text)
	}
	require.Equal(t, []string{
		"7: process: placed: an order is processed from reserved stock, and with `reserve: paid` it has none before it is paid: want `reserve: placed`, or `process: paid`",
		"7: process: placed: Amazon gives neither address nor price of an order that is not paid: want `process: paid`",
		"9: statuses: PENDING is already in line 9",
		`9: statuses: PENDING: "sent" is not one of unshipped, partly-shipped, shipped, cancelled, skip`,
		`9: statuses: "PENDING" and "Pending" are the same status, because case makes no difference`,
		"10: ship_from: UK: the United Kingdom's code is GB",
		`10: ship_from: "Germany" is not a country: want two capital letters of ISO 3166-1, e.g. DE`,
		"10: ship_from: FR: want a location, as in order_location",
		`11: listings: no key "delete"; there are end, relist, revise, at_zero, price_brake`,
		`11: price_brake: no key "most"; there are floor, many, percent`,
		"11: price_brake: percent: want a whole number, 1 or more",
		"11: price_brake: floor: want an amount with the currency of the account's prices, e.g. 2.00 GBP",
		"11: price_brake: many: want a whole number, 1 or more",
		"11: at_zero: end: the account may not end listings: add `end: true`, or delete this line",
		"11: at_zero: end: Amazon has no ended listings, it would delete what is sold out: want `at_zero: keep`, or delete this line",
		"12: publishing: payment_policy is empty: want the id that eBay shows",
		"12: publishing: fulfillment_policy is missing: eBay publishes no offer without it",
		"12: publishing: merchant_location is missing: eBay publishes no offer without it",
		"12: publishing: return_policy is missing: eBay publishes no offer without it",
		"12: publishing: only eBay publishes under policies: delete it",
		`13: rates: no key "parties"; there are cancel, check, define, feed, feedread, levels, listings, migrate, order, orders, publish, report, shipment`,
		"13: rates: orders: want turns per second, from 0.001 to 1000, e.g. 0.5",
		"13: rates: levels: want turns per second, from 0.001 to 1000, e.g. 0.5",
		"14: authorised_on: 2999-01-01 is in the future: want the day on which it happened",
		"15: secret_issued_on: want a date like 2026-03-31",
		"17: account shop: credentials: clientId is missing; write it as ${NAME} of an environment variable",
		"17: account shop: credentials: clientSecret is missing; write it as ${NAME} of an environment variable",
		"20: simulated: base_url is missing: give the simulated marketplace's address, e.g. http://127.0.0.1:7501",
		"24: authorised_on: only the grants of Amazon and eBay expire on a day that is computed from it: delete it",
	}, got)
}

// A rate for an operation that the channel does not have would be stored and never used.
func TestARateIsForAnOperationOfTheChannel(t *testing.T) {
	t.Parallel()
	_, mistakes := parseAccounts([]byte("accounts:\n- id: e\n  channel: ebay\n  endpoint: test\n  order_location: main\n  enabled: false\n"+
		"  rates: {levels: 2, feed: 0.5}\n"), environment())
	require.Equal(t, document.Mistakes{{Line: 7, Text: "rates: feed: ebay has no such operation: delete it"}}, mistakes)
}

// A real seller's credentials are sent only to the channel, over https.
func TestProductionIsCalledAtPublicHTTPSAddressesOnly(t *testing.T) {
	t.Parallel()
	read := func(line string) document.Mistakes {
		_, mistakes := parseAccounts([]byte("accounts:\n- id: e\n  channel: ebay\n  order_location: main\n  enabled: false\n  "+line+"\n"), environment())
		return mistakes
	}
	for _, host := range []string{
		"localhost:8080", "LOCALHOST", "api.localhost.", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "10.1.2.3", "172.16.0.1", "192.168.1.1",
		"169.254.169.254", "0.0.0.0", "[::1]:443", "[fe80::1]", "[fd00::1]", "[::ffff:10.0.0.1]",
	} {
		for _, key := range []string{"base_url", "auth_url"} {
			mistakes := read(key + ": https://" + host + "\n  endpoint: production")
			require.Len(t, mistakes, 1, host)
			require.Equal(t, 6, mistakes[0].Line)
			require.Contains(t, mistakes[0].Text, key)
		}
		require.Empty(t, read("base_url: http://"+host+"\n  endpoint: production\n  simulated: true"))
		require.Empty(t, read("base_url: http://"+host+"\n  endpoint: test"))
	}
	require.Len(t, read("base_url: http://api.ebay.com\n  endpoint: production"), 1, "clear text")
	require.Empty(t, read("base_url: https://api.ebay.com\n  auth_url: https://172.217.16.142/token\n  endpoint: production"))

	_, mistakes := parseAccounts([]byte("accounts:\n- id: s\n  channel: shopify\n  endpoint: production\n  marketplace: 127.0.0.1:9\n  location: l\n  order_location: main\n  enabled: false\n"), environment())
	require.Len(t, mistakes, 1)
	require.Equal(t, 5, mistakes[0].Line)
}

func TestAMissingSecretIsNamedAndNeverShown(t *testing.T) {
	t.Parallel()
	_, mistakes := parseAccounts([]byte(goodFile), environment("SECRET", "s3cret"))
	require.Len(t, mistakes, 1)
	require.Equal(t, document.Mistake{Line: 10, Text: "credentials: refreshToken: the environment variable REFRESH is not set"}, mistakes[0])
}

func TestWrittenAccountsAreReadBack(t *testing.T) {
	t.Parallel()
	accounts, mistakes := parseAccounts([]byte(goodFile), environment("SECRET", "s3cret", "REFRESH", "yes: [1"))
	require.Empty(t, mistakes)
	path := filepath.Join(t.TempDir(), "accounts.yaml")
	written := []Account{accounts[0], accounts[1], accounts[3]}
	require.NoError(t, WriteAccounts(path, written))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Zero(t, info.Mode().Perm()&0o077, "it holds credentials")
	back, err := LoadAccounts(path)
	require.NoError(t, err)
	require.Equal(t, written, back)
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

// A key that an earlier version called otherwise is still read, and not beside its new name.
func TestAKeyIsReadUnderItsOldNameToo(t *testing.T) {
	t.Parallel()
	file := `accounts:
  - id: ebay-uk
    channel: ebay
    endpoint: production
    order_location: main
    enabled: false
    take: placed
`
	list, mistakes := parseAccounts([]byte(file), environment())
	require.Empty(t, mistakes)
	require.Equal(t, order.AtPlaced, list[0].Store.ProcessAt)
	_, mistakes = parseAccounts([]byte(file+"    process: paid\n"), environment())
	require.Len(t, mistakes, 1)
	require.Equal(t, 8, mistakes[0].Line)
	require.Equal(t, "account: process is already in line 7", mistakes[0].Text)
}

func TestATimeZoneIsOneOfTheDatabase(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"London", "EST", "Europe/Londn", "Local", "+01:00", "\"\""} {
		_, mistakes := parseAccounts([]byte(strings.Replace(goodFile, "America/New_York", zone, 1)), environment("SECRET", "s3cret", "REFRESH", "token"))
		require.Len(t, mistakes, 1, zone)
		require.Contains(t, mistakes.Error(), "want a name of the IANA time zone database, e.g. Europe/London, or UTC")
	}
}
