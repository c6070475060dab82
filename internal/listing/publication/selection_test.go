package publication_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
)

func TestWhatASelectionNames(t *testing.T) {
	t.Parallel()
	names := publication.Names(listing.Selection{SKUs: []string{"MUG-2", "MUG-1", "MUG-2"}, Products: []string{"MUG"}, Categories: []string{"Mugs"}})
	require.Equal(t, []publication.Name{
		{Kind: listing.KindCategory, Text: "Mugs"}, {Kind: listing.KindProduct, Text: "MUG"},
		{Kind: listing.KindVariant, Text: "MUG-1"}, {Kind: listing.KindVariant, Text: "MUG-2"},
	}, names)
	require.Empty(t, publication.Names(listing.Selection{Changed: true, Errors: true}))

	missing := publication.Missing(names, []publication.Name{names[1], names[3], {Kind: listing.KindProduct, Text: "MUG-1"}})
	require.Len(t, missing, 2, "a product of the same name is no SKU")
	for n, want := range []publication.Name{names[0], names[2]} {
		require.Equal(t, want, publication.Name{Kind: missing[n].Kind, Text: missing[n].Reference})
		require.Equal(t, publication.Error, missing[n].Status)
		require.Equal(t, publication.CodeNotInCatalogue, missing[n].Code)
	}
	require.Empty(t, publication.Missing(names, names))
}

func TestWhichVariantsASelectionSelects(t *testing.T) {
	t.Parallel()
	later := monday.Add(time.Second)
	mug := publication.Candidate{
		Chosen: publication.Chosen{Product: "MUG", Category: "Kitchen > Mugs", SKU: "MUG-1"}, Accepted: 7, ReadAt: monday,
		VariantAt: monday, ProductAt: monday, SettingsAt: monday, Ended: publication.Done,
	}
	for name, tc := range map[string]struct {
		sel  listing.Selection
		with func(*publication.Candidate)
		want bool
	}{
		"all":                           {want: true},
		"its SKU":                       {sel: listing.Selection{SKUs: []string{"CUP-1", "MUG-1"}}, want: true},
		"another SKU":                   {sel: listing.Selection{SKUs: []string{"MUG"}}},
		"its product":                   {sel: listing.Selection{Products: []string{"MUG"}}, want: true},
		"another product":               {sel: listing.Selection{Products: []string{"MUG-1"}}},
		"its category":                  {sel: listing.Selection{Categories: []string{"Kitchen > Mugs"}}, want: true},
		"one above it":                  {sel: listing.Selection{Categories: []string{"Kitchen"}}, want: true},
		"one that begins alike":         {sel: listing.Selection{Categories: []string{"Kit", "Kitchen > Mug"}}},
		"goods without a category":      {sel: listing.Selection{Categories: []string{""}}},
		"it has none":                   {sel: listing.Selection{Categories: []string{""}}, with: func(c *publication.Candidate) { c.Category = "" }, want: true},
		"one of several lists":          {sel: listing.Selection{SKUs: []string{"CUP-1"}, Products: []string{"MUG"}}, want: true},
		"changed, and it has not":       {sel: listing.Selection{Changed: true}},
		"its variant has changed":       {sel: listing.Selection{Changed: true}, with: func(c *publication.Candidate) { c.VariantAt = later }, want: true},
		"its product has changed":       {sel: listing.Selection{Changed: true}, with: func(c *publication.Candidate) { c.ProductAt = later }, want: true},
		"its settings have changed":     {sel: listing.Selection{Changed: true}, with: func(c *publication.Candidate) { c.SettingsAt = later }, want: true},
		"never accepted":                {sel: listing.Selection{Changed: true}, with: func(c *publication.Candidate) { c.Accepted, c.ReadAt = 0, later }, want: true},
		"changed, but not named":        {sel: listing.Selection{Changed: true, SKUs: []string{"CUP-1"}}, with: func(c *publication.Candidate) { c.VariantAt = later }},
		"in error, and it is done":      {sel: listing.Selection{Errors: true}},
		"in error":                      {sel: listing.Selection{Errors: true}, with: func(c *publication.Candidate) { c.Ended = publication.Error }, want: true},
		"in error, and it has no item":  {sel: listing.Selection{Errors: true}, with: func(c *publication.Candidate) { c.Ended = "" }},
		"changed and in error: neither": {sel: listing.Selection{Changed: true, Errors: true}},
		"changed and in error: one":     {sel: listing.Selection{Changed: true, Errors: true}, with: func(c *publication.Candidate) { c.VariantAt = later }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := mug
			if tc.with != nil {
				tc.with(&c)
			}
			require.Equal(t, tc.want, publication.NewSelector(tc.sel).Selects(c))
		})
	}
}

func TestAChunkHoldsWholeProducts(t *testing.T) {
	t.Parallel()
	var found []publication.Candidate
	for _, sku := range []string{"A-1", "A-2", "B-1", "C-1", "C-2"} {
		found = append(found, publication.Candidate{Chosen: publication.Chosen{Product: sku[:1], SKU: sku}})
	}
	for name, tc := range map[string]struct {
		found              []publication.Candidate
		products, variants int
		sel                listing.Selection
		want               []string
		next               string
	}{
		"nothing":                              {nil, 3, 9, listing.Selection{}, nil, ""},
		"less than was asked for":              {found, 4, 9, listing.Selection{}, []string{"A-1", "A-2", "B-1", "C-1", "C-2"}, ""},
		"as many products as were asked for":   {found, 3, 9, listing.Selection{}, []string{"A-1", "A-2", "B-1", "C-1", "C-2"}, "C"},
		"as many variants: the last may go on": {found, 4, 5, listing.Selection{}, []string{"A-1", "A-2", "B-1"}, "B"},
		"one product alone is whole":           {found[:2], 4, 2, listing.Selection{}, []string{"A-1", "A-2"}, ""},
		"what is not selected is left out":     {found, 3, 9, listing.Selection{SKUs: []string{"A-2", "B-1"}}, []string{"A-2", "B-1"}, "C"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := publication.NewChunk(tc.found, tc.products, tc.variants, publication.NewSelector(tc.sel))
			var got []string
			for _, g := range c.Goods {
				got = append(got, g.SKU)
			}
			require.Equal(t, tc.want, got)
			require.Equal(t, tc.next, c.Next)
		})
	}
}
