package merchantfile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/sheet"
)

func TestTheCatalogueFormCanBeJSON(t *testing.T) {
	t.Parallel()
	f := opened(t, "\xEF\xBB\xBF"+`{
  "products": [
    {"key": "mug", "title": "Mug", "options": ["Colour"], "attributes": {"Material": ["Clay"]}, "variants": [
      {"sku": "MUG + 1", "barcode": "5010000000028", "options": {"Colour": "Blue"}, "weightGrams": 350,
       "prices": [{"currency": "GBP", "amount": "9.95"}, {"account": "amazon-jp", "currency": "JPY", "amount": "1890"}]}]},
    {"title": "Gift", "variants": [{"sku": "GIFT"}]}
  ],
  "kits": [
    {"sku": "GIFT", "parts": [{"sku": "MUG + 1", "quantity": 2}]},
    {"sku": "BOX", "title": "Box", "parts": [{"sku": "GIFT", "quantity": 1}]}
  ]
}`, merchantfile.Options{})
	require.Equal(t, "towpath-catalogue-json", f.Format().ID)
	require.Equal(t, 4, f.Rows())
	all, report := products(t, f)
	require.Empty(t, report.Mistakes)
	require.Len(t, all, 3, "a kit that is described among the products is not a product again")
	require.Equal(t, catalogue.Product{Key: "mug", Title: "Mug", Options: []string{"Colour"}, Attributes: map[string][]string{"Material": {"Clay"}},
		Variants: []catalogue.Variant{{SKU: "MUG + 1", Barcode: "5010000000028", Options: map[string]string{"Colour": "Blue"}, WeightGrams: 350,
			Prices: []catalogue.Price{{Currency: "GBP", Amount: 995}, {Account: "amazon-jp", Currency: "JPY", Amount: 1890}}}}}, all[0])
	require.Equal(t, "Box", all[2].Title)
	require.Equal(t, []catalogue.Kit{{SKU: "GIFT", Parts: []catalogue.Part{{SKU: "MUG + 1", Quantity: 2}}},
		{SKU: "BOX", Title: "Box", Parts: []catalogue.Part{{SKU: "GIFT", Quantity: 1}}}}, kits(t, f))
}

func TestMistakesInJSONAreReportedWithLineAndField(t *testing.T) {
	t.Parallel()
	all, report := products(t, opened(t, `{"products": [
  {"title": "None", "variants": []},
  {"title": "Cup", "variants": [{"sku": "CUP", "barcode": "5010000000029"}]},
  {"title": "Mug", "variants": [{"sku": 5}]},
  {"title": "Mat", "price": "9", "variants": [{"sku": "MAT"}]},
  {"title": "Pan", "variants": [{"sku": "PAN", "prices": [{"currency": "GBP", "amount": "1,5"}]}]},
  {"title": "Pot", "variants": [{"sku": "pan"}]},
  {"title": "Tin", "variants": [{"sku": "TIN"}]}
], "kits": [{"sku": "KIT", "parts": [{"sku": "kit", "quantity": 1}]}]}`, merchantfile.Options{}))
	require.Len(t, all, 1)
	require.Equal(t, []string{
		`line 2, column variants: product "None" has none; want one variant or more`,
		`line 3, column barcode: barcode "5010000000029": the last digit must be 8; one of its digits is wrong; want a GTIN (EAN, UPC) of 8, 12, 13 or 14 digits, or nothing`,
		`line 4, column variants.sku: it is a JSON number; want a JSON string`,
		`line 5, column price: the form has no such field; want a field of docs/files.md`,
		`line 6, column prices: "1,5" "GBP" of "PAN" is no price; want an amount of 0 or more with a point, and a code of ISO 4217: "9.95" and "GBP"`,
		`line 7, column sku: "pan" is "PAN" of line 6 but for capitals or spaces; want one spelling of one SKU, or two SKUs that differ in more`,
		`line 9, column parts: kit "KIT" is a part of itself; want parts that are other SKUs`,
	}, shown(report))
}

func TestJSONOfAnotherShapeIsRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"[]":                            `line 1: it has "[" in place of "{"; want {"products": [...], "kits": [...]}`,
		"{\n\"orders\": []}":            `line 2: it has "orders"; want {"products": [...], "kits": [...]}`,
		`{"products": [`:                "line 1: it ends before it is complete",
		"{\"products\": [\n{]}":         "line 2: invalid character",
		`{"kits": [], "products": []}`:  `it has "products"`,
		`{"products": [{"variants": [}`: "invalid character",
		`{"products": [{"title": "` + strings.Repeat("x", 9<<20): "one product or kit is larger than 8 MiB",
	} {
		require.ErrorContains(t, refused(t, text), want)
	}
	var large *sheet.TooLargeError
	_, err := merchantfile.Open(t.Context(), "f", strings.NewReader("{"), 2<<30, merchantfile.Options{})
	require.ErrorAs(t, err, &large)
}
