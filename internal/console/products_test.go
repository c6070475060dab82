package console

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/links"
)

// goods fills the catalogue: a mug in two colours, a lid, and a kit of both.
func (b *fixture) goods() {
	b.t.Helper()
	_, err := b.store.Products.SaveCatalogue(b.ctx, []catalogue.Product{
		{Key: "mug", Title: "Enamel mug", Brand: "Lock & Co", Category: "Kitchen > Mugs", Images: []string{"https://img.example/1.jpg"},
			Options: []string{"Colour"}, Attributes: map[string][]string{"Material": {"Steel", "Enamel"}}, Variants: []catalogue.Variant{
				{SKU: "MUG-RED", Barcode: "4006381333931", Options: map[string]string{"Colour": "Red"}, WeightGrams: 300, Images: []string{"https://img.example/2.jpg"},
					Prices: []catalogue.Price{{Currency: "GBP", Amount: 1250}, {Account: "ebay-uk", Currency: "GBP", Amount: 1399}}},
				{SKU: "MUG-BLUE", Options: map[string]string{"Colour": "Blue"}},
			}},
		{Key: "lid", Title: "Lid", Category: "Kitchen", Variants: []catalogue.Variant{{SKU: "LID"}}},
		{Key: "set", Title: "Mug and lid", Variants: []catalogue.Variant{{SKU: "SET"}}},
	})
	require.NoError(b.t, err)
	_, err = b.store.Products.SaveKits(b.ctx, []catalogue.Kit{{SKU: "SET", Parts: []catalogue.Part{{SKU: "MUG-RED", Quantity: 1}, {SKU: "LID", Quantity: 2}}}})
	require.NoError(b.t, err)
	_, err = b.store.Ledger.ApplyStock(b.ctx, []stock.Change{
		{Key: "m", SKU: "MUG-RED", Location: "main", Kind: "opening", Quantity: 5}, {Key: "l", SKU: "LID", Location: "main", Kind: "opening", Quantity: 4},
	})
	require.NoError(b.t, err)
	require.NoError(b.t, b.store.Links.SaveLinks(b.ctx, []links.Link{
		{Account: "ebay-uk", ChannelSKU: "MR", SKU: "MUG-RED", ListingRef: "r"}, {Account: "amazon-uk", ChannelSKU: "SET", SKU: "SET", ListingRef: "r"},
	}))
}

func TestProductsAreFoundAndCounted(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	require.Contains(t, b.page("/products"), "towpath catalog import FILE")
	b.goods()
	b.web = New(b.asked, Options{}) // a new console: the old one still remembers the counts of the empty catalogue
	body := b.page("/products")
	for _, want := range []string{">all <b>4</b>", ">kits <b>1</b>", ">without stock <b>1</b>", ">without link <b>2</b>"} {
		require.Contains(t, body, want)
	}
	require.Contains(t, textOf(body), "MUG-RED copy Enamel mug, Red Lock & Co Kitchen > Mugs 4006381333931 2 12.50 GBP 13.99 GBP ebay-uk 5 ebay-uk")
	require.Contains(t, textOf(body), "SET copy kit Mug and lid none none 0 none 2 amazon-uk")
	require.Equal(t, []string{"MUG-BLUE"}, rowsOf(b.page("/products?show=without-stock")))
	require.Equal(t, []string{"LID", "MUG-BLUE"}, rowsOf(b.page("/products?show=without-link")))
	require.Equal(t, []string{"SET"}, rowsOf(b.page("/products?show=kits")))
	require.Equal(t, []string{"MUG-BLUE", "MUG-RED"}, rowsOf(b.page("/products?category=kitchen+%3E+m")))
	require.Equal(t, []string{"MUG-RED"}, rowsOf(b.page("/products?search=4006381333931")))
	require.Contains(t, b.page("/products?search=nothing"), "No SKU of the catalogue fits")
	requireStacks(t, "/products", body)
	before := b.store.Statements()
	b.page("/products?search=mug")
	require.LessOrEqual(t, b.store.Statements()-before, int64(8), "not one per row")
}

func TestAProductsPageShowsItsVariants(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.goods()
	page := textOf(b.page("/product?sku=MUG-RED"))
	for _, want := range []string{
		"Enamel mug Key mug Brand Lock & Co Category Kitchen > Mugs Material Steel, Enamel Images 1", "2 variants",
		"MUG-RED Red 4006381333931 300 g 1 12.50 GBP 13.99 GBP ebay-uk main 5 free of 5 ebay-uk – MR", "MUG-BLUE Blue none – 0 none never counted nowhere",
	} {
		require.Contains(t, page, want)
	}
	require.Contains(t, textOf(b.page("/product?sku=SET")), "2 × LID , 1 × MUG-RED none – 0 none main 2 free (LID decides) amazon-uk")
	code, _ := b.get("/product?sku=nothing")
	require.Equal(t, http.StatusNotFound, code)
}
