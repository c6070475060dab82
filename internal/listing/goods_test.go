package listing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/listing"
)

var seller = listing.Seller{Account: "amazon-uk", Channel: "amazon"}

func mugs() listing.Goods {
	price := func(account, currency string, amount int64) []catalogue.Price {
		return []catalogue.Price{{Account: account, Currency: currency, Amount: amount}}
	}
	return listing.Goods{
		Product: catalogue.Product{
			Key: "mug", Title: "Mug", Category: "Kitchen > Mugs", Type: "Mug", Options: []string{"Colour"},
			Attributes: map[string][]string{"Material": {"Stoneware"}, "Condition": {"new_new"}},
			Variants: []catalogue.Variant{
				{SKU: "MUG-R", Options: map[string]string{"Colour": "Red"}, Prices: append(price("", "GBP", 899), price("amazon-uk", "GBP", 999)...)},
				{SKU: "MUG-B", Options: map[string]string{"Colour": "Blue"}, Prices: price("", "GBP", 899)},
			},
		},
		Links:  map[string]listing.Link{"MUG-R": {ChannelSKU: "AZ-RED", ListingRef: "DRINKWARE", ChannelFulfils: true}},
		Levels: map[string]int{"MUG-R": 4, "MUG-B": -1},
		Types: []listing.TypeSettings{
			{Category: "", Type: "HOME", Values: map[string][]string{"country_of_origin": {"GB"}, "material": {"Glass"}}},
			{Category: "Kitchen", Type: "DRINKWARE", Values: map[string][]string{"country_of_origin": {"CN"}}},
			{Category: "Kitchen > Mug", Type: "WRONG"},
		},
	}
}

func TestGoodsAreComposedForAnAccount(t *testing.T) {
	t.Parallel()
	c := listing.Compose(mugs(), seller)
	require.Empty(t, c.Issues)
	p := c.Product
	require.Equal(t, "DRINKWARE", p.Type, "the nearest ancestor's, by whole names")
	require.Equal(t, map[string][]string{"Material": {"Stoneware"}, "country_of_origin": {"CN"}}, p.Aspects, "the catalogue's own win, then the nearest")
	require.Equal(t, "new_new", p.Condition)
	require.Equal(t, "GBP", p.Currency)
	require.Equal(t, []listing.Variant{
		{SKU: "AZ-RED", Options: map[string]string{"Colour": "Red"}, Price: 999, Quantity: 4, ChannelFulfils: true},
		{SKU: "MUG-B", Options: map[string]string{"Colour": "Blue"}, Price: 899},
	}, p.Variants)
	require.Equal(t, map[string]string{"AZ-RED": "MUG-R", "MUG-B": "MUG-B"}, c.SKUs)
}

func TestWhatIsMissingIsSaidOfEachVariant(t *testing.T) {
	t.Parallel()
	g := mugs()
	g.Types, g.Product.Variants[0].Prices = nil, nil
	g.Product.Variants[1].Prices[0].Amount = 0
	g.LinkedElsewhere = map[string]string{"MUG-B": "MUG-BLUE-OLD"}
	c := listing.Compose(g, seller)
	require.Equal(t, []listing.Issue{{
		Stage: listing.Validation, Severity: listing.Error, Code: "type-missing", Message: `amazon-uk has no amazon type for category "Kitchen > Mugs"`,
		Want: "an Amazon product type, e.g. LUGGAGE: `towpath publish type --account amazon-uk --category \"Kitchen > Mugs\" --type TYPE`",
	}}, c.Issues["mug"], "the catalogue's Mug is no product type of Amazon's")
	require.Len(t, c.Issues["AZ-RED"], 1)
	require.Equal(t, "price-missing", c.Issues["AZ-RED"][0].Code)
	require.Equal(t, []string{"price-missing", "sku-wrong"}, []string{c.Issues["MUG-B"][0].Code, c.Issues["MUG-B"][1].Code})
	g = mugs()
	g.Product.Variants[1].Prices[0].Currency = "EUR"
	require.Equal(t, "currency-wrong", listing.Compose(g, seller).Issues["MUG-B"][0].Code)
	g.Types, g.Product.Type = nil, ""
	require.Empty(t, listing.Compose(g, listing.Seller{Account: "shop", Channel: "shopify"}).Issues["mug"], "Shopify takes any type, and none")
}

// The hash covers everything that is published about a variant, except its level.
func TestTheHashFollowsWhatIsSaid(t *testing.T) {
	t.Parallel()
	before := listing.Compose(mugs(), seller).Hashes
	require.NotEqual(t, before["AZ-RED"], before["MUG-B"])
	g := mugs()
	g.Levels["MUG-R"] = 77
	require.Equal(t, before, listing.Compose(g, seller).Hashes)
	g.Product.Variants[1].Barcode = "5012345678900"
	after := listing.Compose(g, seller).Hashes
	require.Equal(t, before["AZ-RED"], after["AZ-RED"])
	require.NotEqual(t, before["MUG-B"], after["MUG-B"])
}

func TestTheNormalDurationFollowsTheRuns(t *testing.T) {
	t.Parallel()
	minutes := func(n ...int) (all []time.Duration) {
		for _, m := range n {
			all = append(all, time.Duration(m)*time.Minute)
		}
		return all
	}
	for _, tc := range []struct {
		took []time.Duration
		want time.Duration
		says string
	}{
		{nil, 2 * time.Hour, "up to 2h0m0s, as long as there are no runs to go by"},
		{minutes(1), 10 * time.Minute, "up to 10m0s, by the last run"},
		{minutes(20, 10, 12), 24 * time.Minute, "up to 24m0s, by the last 3 runs"},
		{minutes(10, 10, 90), 90 * time.Minute, "up to 1h30m0s, by the last 3 runs"},
	} {
		n := listing.NormalOf(tc.took)
		require.Equal(t, tc.want, n.Duration)
		require.Equal(t, tc.says, n.String())
	}
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	n := listing.NormalOf(minutes(20))
	require.False(t, n.Stalled(now.Add(-40*time.Minute), now))
	require.True(t, n.Stalled(now.Add(-41*time.Minute), now))
	require.False(t, n.Stalled(time.Time{}, now))
}
