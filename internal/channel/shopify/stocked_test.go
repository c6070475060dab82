package shopify

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	marketplace "github.com/towpath/towpath/internal/simulator/shopify"
)

// twoPlaces is a shop of which both locations are mapped.
func twoPlaces(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t)
	f.account.Locations = map[string]string{marketplace.Location: "main", marketplace.SecondLocation: "attic"}
	f.conn = open(t, f.account)
	return f
}

// Each location gets its own level. One where nothing is known of the item is stocked there first: Shopify would set the quantity all the
// same, and sell nothing from there.
func TestEachLocationHasItsLevel(t *testing.T) {
	t.Parallel()
	f := twoPlaces(t)
	pot := channel.Level{SKU: "POT", ListingRef: f.list(t, "POT", 5), Quantity: 7, Key: "1",
		At: []channel.LevelAt{{Location: "main", Quantity: 4, From: number(5)}, {Location: "attic", Quantity: 3}}}
	answer, err := f.conn.SetLevels(t.Context(), []channel.Level{pot})
	require.NoError(t, err)
	require.Equal(t, channel.LevelResult{SKU: "POT", RequestID: answer.RequestID, At: []string{"main", "attic"}}, answer.Results[0])
	require.Equal(t, 4, f.quantity(t, "POT"))
	n, stocked, err := f.market.Shelf(t.Context(), "POT", marketplace.SecondLocation)
	require.NoError(t, err)
	require.Equal(t, []any{3, true}, []any{n, stocked})
	page, err := f.conn.Listings(t.Context(), channel.ListingsQuery{SKUs: []string{"POT"}})
	require.NoError(t, err)
	require.Equal(t, 7, page.Listings[0].Quantity)
	require.Equal(t, map[string]int{"main": 4, "attic": 3}, page.Listings[0].At)

	size, _ := f.conn.Batch(1000)
	require.Equal(t, 125, size, "250 quantities of two locations")
	size, _ = newFixture(t).conn.Batch(1000)
	require.Equal(t, 250, size)
}

// A location that has sold meanwhile is not overwritten; the other one is set.
func TestAStaleLocationIsItsOwn(t *testing.T) {
	t.Parallel()
	f := twoPlaces(t)
	pot := channel.Level{SKU: "POT", ListingRef: f.list(t, "POT", 5), Quantity: 8, Key: "1",
		At: []channel.LevelAt{{Location: "main", Quantity: 5, From: number(5)}, {Location: "attic", Quantity: 3}}}
	_, err := f.conn.SetLevels(t.Context(), []channel.Level{pot})
	require.NoError(t, err)
	id := f.buy(t, "b1", line("POT", 2, marketplace.SecondLocation))
	require.Equal(t, []string{"attic"}, locationsOf(f.order(t, id)))

	pot.Key, pot.Quantity = "2", 9
	pot.At = []channel.LevelAt{{Location: "main", Quantity: 6, From: number(5)}, {Location: "attic", Quantity: 3, From: number(3)}}
	answer, err := f.conn.SetLevels(t.Context(), []channel.Level{pot})
	require.NoError(t, err)
	require.True(t, answer.Results[0].Stale)
	require.Equal(t, []string{"main"}, answer.Results[0].At)
	seen, err := f.conn.Quantities(t.Context(), []channel.Level{pot})
	require.NoError(t, err)
	require.Equal(t, channel.Shown{Quantity: 7, At: map[string]int{"main": 6, "attic": 1}}, seen["POT"])
}

// Where the shop no longer stocks an item, it is stocked again before a quantity is set there.
func TestALocationThatNoLongerStocksAnItemStocksItAgain(t *testing.T) {
	t.Parallel()
	f := twoPlaces(t)
	ref := f.list(t, "POT", 5)
	f.conn.activated.Store(ref+marketplace.SecondLocation, true) // before the seller has undone it
	pot := channel.Level{SKU: "POT", ListingRef: ref, Quantity: 8, Key: "1",
		At: []channel.LevelAt{{Location: "main", Quantity: 5, From: number(5)}, {Location: "attic", Quantity: 3}}}
	seen, err := f.conn.Quantities(t.Context(), []channel.Level{pot})
	require.NoError(t, err)
	require.Equal(t, map[string]int{"main": 5}, seen["POT"].At)
	_, err = f.conn.SetLevels(t.Context(), []channel.Level{pot})
	require.NoError(t, err)
	n, stocked, err := f.market.Shelf(t.Context(), "POT", marketplace.SecondLocation)
	require.NoError(t, err)
	require.Equal(t, []any{3, true}, []any{n, stocked})
}

// What a location is refused costs no other one.
func TestALocationThatIsGoneIsAFaultOfItsLevels(t *testing.T) {
	t.Parallel()
	f := twoPlaces(t)
	f.account.Locations[attic] = "gone"
	f.conn = open(t, f.account)
	ref := f.list(t, "POT", 5)
	for _, from := range []*int{number(1), nil} {
		answer, err := f.conn.SetLevels(t.Context(), []channel.Level{{SKU: "POT", ListingRef: ref, Quantity: 6, Key: "1",
			At: []channel.LevelAt{{Location: "main", Quantity: 5, From: number(5)}, {Location: "gone", Quantity: 1, From: from}}}})
		require.NoError(t, err)
		require.Equal(t, channel.Config, answer.Results[0].Fault.Class)
		require.Equal(t, []string{"main"}, answer.Results[0].At)
	}
}

func number(n int) *int { return &n }

func TestTheLocationsOfAnAccountAreChecked(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	check := f.conn.checkLocations(t.Context())
	require.Nil(t, check.Fault)
	require.Equal(t, "Warehouse; not in the accounts file, and with stock or orders: Second warehouse ("+marketplace.SecondLocation+")", check.Detail)
	f = twoPlaces(t)
	require.Equal(t, "Warehouse = main, Second warehouse = attic", f.conn.checkLocations(t.Context()).Detail)
	f.account.Locations[attic] = "gone"
	check = open(t, f.account).checkLocations(t.Context())
	require.Equal(t, []any{CodeLocationMissing, attic}, []any{check.Fault.Code, check.Detail})

	code, _ := f.conn.judgeLocations([]shopLocation{{ID: marketplace.Location}})
	require.Equal(t, CodeLocationInactive, code)
	code, _ = f.conn.judgeLocations([]shopLocation{{ID: marketplace.Location, Active: true, Service: true}})
	require.Equal(t, CodeLocationServed, code)
}
