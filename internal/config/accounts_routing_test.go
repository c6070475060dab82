package config

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
)

// routedFile is an account with further lines of it.
func routedFile(more ...string) []byte {
	return []byte("accounts:\n- id: e\n  channel: ebay\n  endpoint: production\n  enabled: false\n  order_location: main\n" + strings.Join(more, "\n") + "\n")
}

func TestRoutingSaysFromWhereOrdersLeaveAndWhatIsListed(t *testing.T) {
	t.Parallel()
	more := []string{"  routing:", "  - {countries: [GB, IE], locations: [main, dublin]}", "  - locations: [berlin]", "  split: true"}
	list, mistakes := parseAccounts(routedFile(more...), environment())
	require.Empty(t, mistakes)
	a := list[0].Store
	want := []order.Route{{Countries: []string{"GB", "IE"}, Locations: []string{"main", "dublin"}}, {Locations: []string{"berlin"}}}
	require.Equal(t, want, a.Routing)
	require.True(t, a.Split)
	require.Equal(t, []string{"main", "dublin", "berlin"}, a.StockLocations, "it lists what it may send")

	path := filepath.Join(t.TempDir(), "accounts.yaml")
	require.NoError(t, WriteAccounts(path, list))
	again, err := LoadAccounts(path)
	require.NoError(t, err)
	require.Equal(t, want, again[0].Store.Routing)
	require.True(t, again[0].Store.Split)
}

func TestMistakesInRoutingNameTheirLines(t *testing.T) {
	t.Parallel()
	for want, more := range map[string][]string{
		`7: routing: want a list with an entry for some countries each, e.g. {countries: [GB, IE], locations: [main, dublin]}`:                 {"  routing: main"},
		`8: routing: locations is missing: say from where these orders leave, the most wanted first, e.g. locations: [main, dublin]`:           {"  routing:", "  - countries: [GB]"},
		`9: routing: countries: GB is in line 8 already, and that entry counts: delete one`:                                                    {"  routing:", "  - {countries: [GB], locations: [main]}", "  - {countries: [IE, GB], locations: [main]}"},
		`8: routing: countries: UK: the United Kingdom's code is GB`:                                                                           {"  routing:", "  - {countries: [UK], locations: [main]}"},
		`8: routing: countries: "Eire" is not a country: want two capital letters of ISO 3166-1, e.g. DE`:                                      {"  routing:", "  - {countries: [Eire], locations: [main]}"},
		`8: routing: locations: "main" is there twice`:                                                                                         {"  routing:", "  - locations: [main, main]"},
		`9: routing: the entry before has no countries, so it is for all, and no order comes to this one: put it before that one`:              {"  routing:", "  - locations: [main]", "  - {countries: [GB], locations: [main]}"},
		`9: routing: locations: "dublni" is not in stock_locations, so what is there would not be listed: add it there, or correct the name`:   {"  stock_locations: [main, dublin]", "  routing:", "  - locations: [main, dublni]"},
		`7: ship_from: routing says from where orders leave: write it there, e.g. {countries: [DE], locations: [berlin]}, and delete this key`: {"  ship_from: {DE: berlin}", "  routing:", "  - locations: [main]"},
		`9: split: no entry of routing has two locations, so there is nothing to choose from: add locations, or delete this key`:               {"  routing:", "  - locations: [main]", "  split: true"},
		`8: routing: no key "country"; there are countries, locations`:                                                                         {"  routing:", "  - {country: GB, locations: [main]}"},
	} {
		_, mistakes := parseAccounts(routedFile(more...), environment())
		var got []string
		for _, m := range mistakes {
			got = append(got, fmt.Sprintf("%d: %s", m.Line, m.Text))
		}
		require.Contains(t, got, want)
	}
	_, mistakes := parseAccounts(shopFile("  locations: {7: main}", "  routing:", "  - locations: [main]"), environment())
	require.Contains(t, mistakes.Error(), "routing: with locations, the shop decides from which location each line leaves: delete it")
}
