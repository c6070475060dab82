package catalogue_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/catalogue/cataloguetest"
)

// mug returns a product as Shopify's file has it.
func mug() catalogue.Product {
	one := func(sku, colour string) catalogue.Variant {
		return catalogue.Variant{SKU: sku, Options: map[string]string{"Colour": colour}, Images: []string{"https://shop.example/" + sku + ".jpg"},
			Prices: []catalogue.Price{{Currency: "GBP", Amount: 995}}}
	}
	return catalogue.Product{Key: "mug", Title: "Mug", Brand: "Lockside", Options: []string{"Colour"}, Images: []string{"https://shop.example/mug.jpg"},
		Attributes: map[string][]string{"Material": {"Clay"}}, Variants: []catalogue.Variant{one("MUG-BLU", "Blue"), one("MUG-RED", "Red")}}
}

// keep returns a catalogue that has the products.
func keep(products ...catalogue.Product) catalogue.Stored {
	s := catalogue.Stored{Products: map[string]catalogue.Product{}, Of: map[string]string{}}
	for _, p := range products {
		s.Products[p.Key] = p
		for _, v := range p.Variants {
			s.Of[v.SKU] = p.Key
		}
	}
	return s
}

func merged(t require.TestingT, s catalogue.Stored, p catalogue.Product) catalogue.Outcome {
	out, mistake := catalogue.Merge(s, p)
	require.Nil(t, mistake)
	return out
}

func TestWhatAFileLacksStaysAsItIs(t *testing.T) {
	t.Parallel()
	linnworks := catalogue.Product{Title: "Mug, Blue", Variants: []catalogue.Variant{{SKU: "MUG-BLU", Barcode: "5010000000028"}}}
	out := merged(t, keep(mug()), linnworks)
	want := mug()
	want.Variants[0].Barcode = "5010000000028"
	require.Equal(t, want, out.Product, "images, options, price and the product's title are still there")
	require.Equal(t, []catalogue.Change{{Of: "SKU MUG-BLU", Field: "barcode", Old: "", New: "5010000000028"}}, out.Changes)
	require.False(t, out.Changed)
	require.Equal(t, []string{"MUG-BLU"}, out.Altered)
}

// A row that has only a SKU must not give its title to the other variants of a product.
func TestARowWithoutAProductChangesItsVariantOnly(t *testing.T) {
	t.Parallel()
	out := merged(t, keep(mug()), catalogue.Product{Title: "The blue one", Brand: "Other", Variants: []catalogue.Variant{{SKU: "MUG-BLU"}}})
	require.Equal(t, "Mug", out.Product.Title)
	require.Equal(t, "Lockside", out.Product.Brand)
	require.Equal(t, "The blue one", out.Product.TitleOf(out.Product.Variants[0]))
	require.Equal(t, "Mug, Red", out.Product.TitleOf(out.Product.Variants[1]))

	alone := catalogue.Product{Key: "TOW", Title: "Towel", Variants: []catalogue.Variant{{SKU: "TOW"}}}
	out = merged(t, keep(alone), catalogue.Product{Title: "Bath towel", Brand: "Other", Variants: []catalogue.Variant{{SKU: "TOW"}}})
	require.Equal(t, "Bath towel", out.Product.Title)
	require.Equal(t, "Other", out.Product.Brand)
	require.True(t, out.Changed)
}

func TestChangesAreReportedFieldByField(t *testing.T) {
	t.Parallel()
	now := mug()
	now.Title, now.Category, now.Attributes = "Big mug", "Kitchen > Mugs", map[string][]string{"Material": {}, "Volume": {"400 ml"}}
	now.Variants = now.Variants[:1]
	now.Variants[0].WeightGrams = 350
	now.Variants[0].Prices = []catalogue.Price{{Currency: "GBP", Amount: 1050}, {Account: "amazon-de", Currency: "EUR", Amount: 1290}}
	out := merged(t, keep(mug()), now)
	require.Equal(t, []catalogue.Change{
		{"product mug", "title", "Mug", "Big mug"},
		{"product mug", "category", "", "Kitchen > Mugs"},
		{"product mug", "attribute Material", "Clay", ""},
		{"product mug", "attribute Volume", "", "400 ml"},
		{"SKU MUG-BLU", "weight", "", "350 g"},
		{"SKU MUG-BLU", "price", "9.95 GBP", "10.50 GBP"},
		{"SKU MUG-BLU", "price amazon-de", "", "12.90 EUR"},
	}, out.Changes)
	require.Len(t, out.Product.Variants, 2, "the variant that the file does not have is still there")
	require.Equal(t, map[string][]string{"Volume": {"400 ml"}}, out.Product.Attributes)
}

func TestAProductWithANewKeyReplacesTheOneWithItsSKUs(t *testing.T) {
	t.Parallel()
	alone := catalogue.Product{Key: "MUG-BLU", Title: "Mug", Category: "Kitchen", Variants: []catalogue.Variant{{SKU: "MUG-BLU", WeightGrams: 350}}}
	out := merged(t, keep(alone), mug())
	require.True(t, out.NewProduct)
	require.Equal(t, "mug", out.Product.Key)
	require.Equal(t, "Kitchen", out.Product.Category, "what was known is kept")
	require.Equal(t, 350, out.Product.Variants[0].WeightGrams)
	require.Equal(t, []string{"MUG-RED"}, out.New)
	require.Equal(t, []string{"MUG-BLU"}, out.Altered)
	require.Equal(t, catalogue.Change{Of: "product mug", Field: "key", Old: "MUG-BLU", New: "mug"}, out.Changes[0])
}

func TestASKUThatIsAProductsKeyIsNotGuessedToBeOneOfIts(t *testing.T) {
	t.Parallel()
	_, mistake := catalogue.Merge(keep(mug()), catalogue.Product{Title: "Mug", Variants: []catalogue.Variant{{SKU: "mug"}}})
	require.ErrorContains(t, mistake, `"mug" is the key of a product that has other SKUs ("MUG-BLU" and "MUG-RED")`)
}

// The second import changes nothing; every value of the entry is saved; values that it does not have are unchanged.
func TestMergingTwiceIsMergingOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		first, second := cataloguetest.Product(t, "P"), cataloguetest.Product(t, "P")
		before := merged(t, keep(), first).Product
		out := merged(t, keep(before), second)
		again := merged(t, keep(out.Product), second)
		require.False(t, again.Writes())
		require.Empty(t, again.Changes)
		require.Len(t, again.Same, len(second.Variants))
		require.Equal(t, len(second.Variants), len(out.New)+len(out.Altered)+len(out.Same))
		require.Equal(t, out.Writes(), len(out.Changes) > 0 || len(out.New) > 0)
		if second.Title == "" {
			require.Equal(t, before.Title, out.Product.Title)
		} else {
			require.Equal(t, second.Title, out.Product.Title)
		}
		for name, values := range second.Attributes {
			require.Equal(t, values, out.Product.Attributes[name])
		}
		kept := maps.Clone(before.Attributes)
		maps.DeleteFunc(kept, func(name string, _ []string) bool { return second.Attributes[name] != nil })
		for name, values := range kept {
			require.Equal(t, values, out.Product.Attributes[name])
		}
	})
}
