package listing_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
)

func found(id string, items ...listing.Item) listing.Found {
	return listing.Found{ID: id, Title: "Title of " + id, Format: "FIXED_PRICE", Site: "UK", Items: items}
}

func item(sku string) listing.Item { return listing.Item{SKU: sku, Quantity: 3} }

func variation(sku, words string, quantity int) listing.Item {
	return listing.Item{SKU: sku, Variation: words, Quantity: quantity}
}

func codes(reasons []listing.Reason) []listing.Code {
	all := []listing.Code{}
	for _, r := range reasons {
		all = append(all, r.Code)
	}
	return all
}

func TestWhatCanBeMigrated(t *testing.T) {
	t.Parallel()
	with := func(f listing.Found, change func(*listing.Found)) listing.Found {
		change(&f)
		return f
	}
	for name, tc := range map[string]struct {
		found   []listing.Found
		against []listing.Code
		risks   []listing.Code
		says    string
	}{
		"one thing with a SKU":      {found: []listing.Found{found("1", item("KET-001"))}},
		"variations with SKUs":      {found: []listing.Found{found("1", variation("A", "Size=S", 1), variation("B", "Size=M", 2))}},
		"a format in other letters": {found: []listing.Found{with(found("1", item("A")), func(f *listing.Found) { f.Format = "Fixed price" })}},
		"no format or site":         {found: []listing.Found{with(found("1", item("A")), func(f *listing.Found) { f.Format, f.Site = "", "" })}},
		"a site nobody knows":       {found: []listing.Found{with(found("1", item("A")), func(f *listing.Found) { f.Site = "Atlantis" })}},
		"an auction": {
			found:   []listing.Found{with(found("1", item("A")), func(f *listing.Found) { f.Format = "AUCTION" })},
			against: []listing.Code{listing.Auction}, says: "AUCTION; only fixed-price",
		},
		"no SKU": {found: []listing.Found{found("1", item(""))}, against: []listing.Code{listing.NoSKU}, says: "custom label"},
		"variations without SKU": {
			found:   []listing.Found{found("1", variation("A", "Size=S", 1), variation("", "Size=M", 2), variation("", "Size=L", 2))},
			against: []listing.Code{listing.NoVariationSKU}, says: "2 of its 3 variations have no SKU (Size=M, Size=L)",
		},
		"a SKU on two variations": {
			found:   []listing.Found{found("1", variation("A", "Size=S", 1), variation("A", "Size=M", 2))},
			against: []listing.Code{listing.SKUTwice}, says: `"A"`,
		},
		"a SKU on two listings": {
			found:   []listing.Found{found("1", item("A")), found("2", item("B")), found("3", item("A"))},
			against: []listing.Code{listing.SKUShared}, says: "on listing 3 too",
		},
		"a SKU that the API has on another listing": {found: []listing.Found{found("1", item("LAMP"))}, against: []listing.Code{listing.SKUShared}, says: "listing 77 too"},
		"a SKU that the API has on this listing":    {found: []listing.Found{found("77", item("LAMP"))}},
		"a SKU of 51 characters":                    {found: []listing.Found{found("1", item(strings.Repeat("x", 51)))}, against: []listing.Code{listing.SKUTooLong}, says: "eBay allows 50"},
		"another site": {
			found:   []listing.Found{with(found("1", item("A")), func(f *listing.Found) { f.Site = "US" })},
			against: []listing.Code{listing.OtherSite}, says: "site US; the account is for EBAY_GB",
		},
		"a variation that is sold out": {
			found: []listing.Found{found("1", variation("A", "Size=S", 1), variation("B", "Size=M", 0))}, risks: []listing.Code{listing.SoldOut}, says: "B lists 0",
		},
		"one thing that is sold out": {found: []listing.Found{found("1", listing.Item{SKU: "A"})}},
		"a SKU with a space":         {found: []listing.Found{found("1", item("ROPE 8MM"))}, risks: []listing.Code{listing.OddSKU}, says: `"ROPE 8MM"`},
		"a SKU with an umlaut":       {found: []listing.Found{found("1", item("LAMP-Ö1"))}, risks: []listing.Code{listing.OddSKU}},
		"several things stand against": {
			found:   []listing.Found{with(found("1", item("")), func(f *listing.Found) { f.Format = "AUCTION" })},
			against: []listing.Code{listing.Auction, listing.NoSKU},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			verdicts := listing.Check(tc.found, listing.Rules{Marketplace: "EBAY_GB", Managed: map[string]string{"LAMP": "77"}})
			require.Len(t, verdicts, len(tc.found))
			v := verdicts[0]
			require.ElementsMatch(t, tc.against, codes(v.Against))
			require.ElementsMatch(t, tc.risks, codes(v.Risks))
			require.Equal(t, len(tc.against) == 0, v.CanMigrate())
			if tc.says != "" {
				require.Contains(t, append(v.Against, v.Risks...)[0].What, tc.says)
			}
		})
	}
}

// An error of one listing does not stop the others.
func TestEachListingIsCheckedForItself(t *testing.T) {
	t.Parallel()
	verdicts := listing.Check([]listing.Found{found("1", item("A")), found("2", item("B")), found("3", item("A"))}, listing.Rules{})
	require.Equal(t, []bool{false, true, false}, []bool{verdicts[0].CanMigrate(), verdicts[1].CanMigrate(), verdicts[2].CanMigrate()})
}
