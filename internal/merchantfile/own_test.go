package merchantfile_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/merchantfile"
)

// opened opens a file whose text is in the test.
func opened(t *testing.T, text string, o merchantfile.Options) *merchantfile.File {
	t.Helper()
	f, err := merchantfile.Open(t.Context(), "file.csv", bytes.NewReader([]byte(text)), int64(len(text)), o)
	require.NoError(t, err)
	return f
}

func products(t *testing.T, f *merchantfile.File) ([]catalogue.Product, merchantfile.Report) {
	t.Helper()
	var all []catalogue.Product
	report, err := f.Products(t.Context(), func(p catalogue.Product, _ int) error { all = append(all, p); return nil })
	require.NoError(t, err)
	return all, report
}

func kits(t *testing.T, f *merchantfile.File) []catalogue.Kit {
	t.Helper()
	var all []catalogue.Kit
	_, err := f.Kits(t.Context(), func(k catalogue.Kit, _ int) error { all = append(all, k); return nil })
	require.NoError(t, err)
	return all
}

func stock(t *testing.T, f *merchantfile.File) ([]merchantfile.StockRow, merchantfile.Report) {
	t.Helper()
	var all []merchantfile.StockRow
	report, err := f.Stock(t.Context(), func(s merchantfile.StockRow) error { all = append(all, s); return nil })
	require.NoError(t, err)
	return all, report
}

func TestTheCatalogueFormHoldsProductsWithVariantsPricesAndKits(t *testing.T) {
	t.Parallel()
	f := opened(t, `product,SKU,title,category,option Colour,barcode,weight grams,price,price amazon-uk,attribute Material,kit parts
mug,MUG-BLU,Lockside Mug,Kitchen > Mugs,Blue,5010000000028,350,9.95 GBP,10.50 GBP,Clay; Glaze,
mug,MUG-RED,,,Red,5010000000035,350,9.95 GBP,,,
,GIFT,Gift box,,,,,19.00 GBP,,,2 x MUG-BLU + 1 x MUG-RED
`, merchantfile.Options{})
	require.Equal(t, "towpath-catalogue", f.Format().ID)
	require.Empty(t, f.Left())
	all, report := products(t, f)
	require.Empty(t, report.Mistakes)
	require.Len(t, all, 2)
	require.Equal(t, catalogue.Product{
		Key: "mug", Title: "Lockside Mug", Category: "Kitchen > Mugs", Options: []string{"Colour"},
		Attributes: map[string][]string{"Material": {"Clay", "Glaze"}},
		Variants: []catalogue.Variant{
			{SKU: "MUG-BLU", Barcode: "5010000000028", WeightGrams: 350, Options: map[string]string{"Colour": "Blue"},
				Prices: []catalogue.Price{{Currency: "GBP", Amount: 995}, {Account: "amazon-uk", Currency: "GBP", Amount: 1050}}},
			{SKU: "MUG-RED", Barcode: "5010000000035", WeightGrams: 350, Options: map[string]string{"Colour": "Red"},
				Prices: []catalogue.Price{{Currency: "GBP", Amount: 995}}},
		},
	}, all[0])
	require.Equal(t, []catalogue.Kit{{SKU: "GIFT", Title: "Gift box",
		Parts: []catalogue.Part{{SKU: "MUG-BLU", Quantity: 2}, {SKU: "MUG-RED", Quantity: 1}}}}, kits(t, f))
}

func TestTheStockFormSaysWhichOfTheTwoItCounts(t *testing.T) {
	t.Parallel()
	for header, means := range map[string]merchantfile.Means{
		"on hand": merchantfile.OnHand, "Available": merchantfile.Available, "quantity": merchantfile.MeansUnknown,
	} {
		rows, report := stock(t, opened(t, "SKU,location,"+header+"\nKET-001,wharf,14\nMUG-BLU,wharf,\n", merchantfile.Options{}))
		require.Empty(t, report.Mistakes)
		require.Equal(t, []merchantfile.StockRow{
			{Line: 2, SKU: "KET-001", Location: "wharf", Quantity: 14, Means: means},
			{Line: 3, SKU: "MUG-BLU", Location: "wharf", Means: means, Skip: header + " is empty"},
		}, rows)
	}
}

// shown returns a report's mistakes as text.
func shown(r merchantfile.Report) []string {
	var words []string
	for _, m := range r.Mistakes {
		words = append(words, m.Error())
	}
	return words
}
