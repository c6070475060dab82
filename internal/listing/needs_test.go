package listing_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
)

func lacks(want string, attributes ...string) listing.Issue {
	return listing.Issue{Code: listing.CodeAttributeMissing, Attributes: attributes, Want: want}
}

func TestWhatGoodsLackIsCollectedByTypeAndAttribute(t *testing.T) {
	t.Parallel()
	needs := listing.CollectNeeds([]listing.TypeSettings{{Category: "Mugs", Type: "MUG"}, {Category: "Mugs > Large", Values: map[string][]string{"Size": {"L"}}}})
	for _, one := range []listing.Lacking{
		{Reference: "A-1", Product: "A", Category: "Mugs", Issues: []listing.Issue{lacks("a colour", "Colour"), {Code: listing.CodePriceMissing, Attributes: []string{"Price"}}}},
		{Reference: "A-2", Product: "A", Category: "Mugs", Issues: []listing.Issue{lacks("a colour", "Colour")}},
		{Reference: "B-1", Product: "B", Category: "Mugs > Large", Issues: []listing.Issue{lacks("", "Brand", "Colour")}},
		{Reference: "C-1", Product: "C", Category: "Pans", Type: "PAN", Issues: []listing.Issue{lacks("a colour", "Colour")}},
		{Reference: "C", Product: "C", Category: "Pans", Type: "PAN", Issues: []listing.Issue{lacks("a colour", "Colour")}},
		{Reference: "D", Product: "D", Issues: []listing.Issue{{Code: listing.CodeTypeMissing}}},
	} {
		needs.Add(one)
	}
	require.Equal(t, []listing.Need{
		{Type: "MUG", Attribute: "Colour", Want: "a colour", Products: 2, Example: "A-1"},
		{Type: "MUG", Attribute: "Brand", Products: 1, Example: "B-1"},
		{Type: "PAN", Attribute: "Colour", Want: "a colour", Products: 1, Example: "C-1"},
	}, needs.List())
	require.Empty(t, listing.CollectNeeds(nil).List())
}

func TestOfSeveralLinksTheOneOfTheSameNameIsChosen(t *testing.T) {
	t.Parallel()
	link := func(channelSKU, sku string) listing.Linked {
		return listing.Linked{Link: listing.Link{ChannelSKU: channelSKU, ListingRef: "ref-" + channelSKU}, SKU: sku}
	}
	chosen, taken := listing.ChooseLinks([]listing.Linked{link("z", "MUG"), link("MUG", "MUG"), link("b", "CUP"), link("a", "CUP"), link("JUG", "POT")})
	require.Equal(t, map[string]listing.Link{
		"MUG": {ChannelSKU: "MUG", ListingRef: "ref-MUG"}, "CUP": {ChannelSKU: "a", ListingRef: "ref-a"}, "POT": {ChannelSKU: "JUG", ListingRef: "ref-JUG"},
	}, chosen)
	require.Equal(t, map[string]string{"z": "MUG", "a": "CUP", "b": "CUP", "JUG": "POT"}, taken)
}
