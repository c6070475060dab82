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
	mugs, large, pans := listing.Classified{Category: "Mugs"}, listing.Classified{Category: "Mugs > Large"}, listing.Classified{Category: "Pans", Type: "PAN"}
	variant := func(sku, product string, above listing.Classified, issues ...listing.Issue) listing.Lacking {
		return listing.Lacking{Kind: listing.KindVariant, Stage: listing.Validation, Reference: sku, Parent: product, Own: listing.Classified{Type: "OTHER"}, Above: above, Issues: issues}
	}
	product := func(key string, own listing.Classified, issues ...listing.Issue) listing.Lacking {
		return listing.Lacking{Kind: listing.KindProduct, Stage: listing.Validation, Reference: key, Parent: own.Category, Own: own, Above: listing.Classified{Type: "OTHER"}, Issues: issues}
	}
	category := product("Pans", pans, lacks("a colour", "Colour"))
	category.Kind = listing.KindCategory
	refused := variant("A-3", "A", mugs, lacks("a weight", "Weight"))
	refused.Stage = listing.Response
	for _, one := range []listing.Lacking{
		product("E", mugs, lacks("any colour", "Colour"), lacks("a brand", "Brand")),
		variant("A-1", "A", mugs, lacks("a colour", "Colour"), listing.Issue{Code: listing.CodePriceMissing, Attributes: []string{"Price"}}),
		variant("A-2", "A", mugs, lacks("a shade", "Colour")),
		variant("B-1", "B", large, lacks("", "Colour")),
		variant("C-1", "C", pans, lacks("a colour", "Colour")),
		product("C", pans, lacks("any colour", "Colour")),
		product("D", listing.Classified{}, listing.Issue{Code: listing.CodeTypeMissing}),
		category, refused,
	} {
		needs.Add(one)
	}
	require.Equal(t, []listing.Need{
		{Type: "MUG", Attribute: "Colour", Want: "a colour", Products: 3, Example: "A-1"},
		{Type: "MUG", Attribute: "Brand", Want: "a brand", Products: 1, Example: "E"},
		{Type: "PAN", Attribute: "Colour", Want: "a colour", Products: 1, Example: "C-1"},
	}, needs.List())
	require.Empty(t, listing.CollectNeeds(nil).List())
}

func TestOfSeveralLinksTheOneOfTheSameNameIsChosen(t *testing.T) {
	t.Parallel()
	link := func(channelSKU, sku string) listing.Linked {
		return listing.Linked{Link: listing.Link{ChannelSKU: channelSKU, ListingRef: "ref-" + channelSKU}, SKU: sku}
	}
	chosen, taken, off := listing.ChooseLinks([]listing.Linked{link("z", "MUG"), link("MUG", "MUG"), link("b", "CUP"), link("a", "CUP"), link("JUG", "POT")})
	require.Equal(t, map[string]listing.Link{
		"MUG": {ChannelSKU: "MUG", ListingRef: "ref-MUG"}, "CUP": {ChannelSKU: "a", ListingRef: "ref-a"}, "POT": {ChannelSKU: "JUG", ListingRef: "ref-JUG"},
	}, chosen)
	require.Equal(t, map[string]string{"z": "MUG", "a": "CUP", "b": "CUP", "JUG": "POT"}, taken)
	require.Empty(t, off)
}

func TestALinkThatIsStruckOffIsChosenWhenThereIsNoOther(t *testing.T) {
	t.Parallel()
	link := func(channelSKU, sku string, off bool) listing.Linked {
		return listing.Linked{Link: listing.Link{ChannelSKU: channelSKU}, SKU: sku, StruckOff: off}
	}
	chosen, _, off := listing.ChooseLinks([]listing.Linked{
		link("MUG", "MUG", true), link("z", "MUG", false), link("a", "MUG", true),
		link("b", "CUP", true), link("CUP", "CUP", true), link("JUG", "JUG", false), link("A", "JUG", true),
	})
	require.Equal(t, map[string]listing.Link{"MUG": {ChannelSKU: "z"}, "CUP": {ChannelSKU: "CUP"}, "JUG": {ChannelSKU: "JUG"}}, chosen)
	require.Equal(t, map[string]bool{"CUP": true}, off)
}
