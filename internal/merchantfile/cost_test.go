package merchantfile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/merchantfile"
)

// costs returns what each SKU of a file costs the merchant.
func costs(t *testing.T, f *merchantfile.File) map[string]string {
	t.Helper()
	all, _ := products(t, f)
	out := map[string]string{}
	for _, p := range all {
		for _, v := range p.Variants {
			out[v.SKU] = v.Cost.String()
		}
	}
	return out
}

func TestWhatGoodsCostIsReadWhereFilesHaveIt(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"linnworks-stock.csv", "shopify-products-one-location.csv"} {
		got := costs(t, sample(t, name, merchantfile.Options{Currency: "GBP"}))
		require.Equal(t, []string{"13.80 GBP", "3.98 GBP"}, []string{got["KET-001"], got["MUG-BLU"]}, name)
		f := sample(t, name, merchantfile.Options{})
		require.Empty(t, costs(t, f)["KET-001"], "its currency is not known")
	}
	own := "sku,title,price,cost\nMUG,Mug,9.95 GBP,4.20 GBP\nTOW,Towel,7.00 GBP,\nLAMP,Lamp,7.00 GBP,0 GBP\n"
	require.Equal(t, map[string]string{"MUG": "4.20 GBP", "TOW": "", "LAMP": ""}, costs(t, opened(t, own, merchantfile.Options{})))
	purchase := "SKU,Item Title,Stock Level,Purchase Price\nMUG,Mug,3,4.2\n"
	require.Equal(t, map[string]string{"MUG": "4.20 EUR"}, costs(t, opened(t, purchase, merchantfile.Options{Currency: "EUR"})))
}

func TestACostThatIsNoneIsAMistake(t *testing.T) {
	t.Parallel()
	_, report := products(t, opened(t, "sku,title,price,cost\nMUG,Mug,9.95 GBP,cheap GBP\n", merchantfile.Options{}))
	require.Len(t, report.Mistakes, 1)
	require.Equal(t, "cost", report.Mistakes[0].Column)
	text := `{"products": [{"key": "mug", "title": "Mug", "variants": [{"sku": "MUG", "cost": {"currency": "GBP", "amount": "4.20"}}, {"sku": "CUP", "cost": {"currency": "GBP", "amount": "0"}}]}]}`
	all, report := products(t, opened(t, text, merchantfile.Options{}))
	require.Len(t, report.Mistakes, 1)
	require.Empty(t, all)
	all, _ = products(t, opened(t, `{"products": [{"key": "mug", "title": "Mug", "variants": [{"sku": "MUG", "cost": {"currency": "GBP", "amount": "4.20"}}]}]}`, merchantfile.Options{}))
	require.Equal(t, catalogue.Cost{Currency: "GBP", Amount: 420}, all[0].Variants[0].Cost)
}
