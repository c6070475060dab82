package merchantfile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/merchantfile"
	"github.com/towpath/towpath/internal/oracletest"
)

// sample opens a file in the exact format that a merchant exports.
func sample(t *testing.T, name string, o merchantfile.Options) *merchantfile.File {
	t.Helper()
	path := oracletest.Data(t, "what channels and other tools export for a merchant", "merchant", name)
	f, err := merchantfile.OpenPath(t.Context(), path, o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	return f
}

func TestEachSampleIsRecognisedByItsHeader(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		format, encoding string
		rows             int
	}{
		"amazon-all-listings-jp.txt":                  {"amazon-all-listings", "CP932", 7},
		"amazon-all-listings-uk.txt":                  {"amazon-all-listings", "Windows-1252", 12},
		"amazon-all-orders-uk.txt":                    {"amazon-all-orders", "UTF-8", 8},
		"amazon-inventory-report-it-short.txt":        {"amazon-inventory-short", "UTF-8", 6},
		"amazon-inventory-report-it.txt":              {"amazon-inventory", "UTF-8", 9},
		"amazon-shipping-confirmation-jp.txt":         {"amazon-shipping-confirmation", "CP932", 2},
		"amazon-shipping-confirmation-uk.txt":         {"amazon-shipping-confirmation", "UTF-8", 4},
		"amazon-unshipped-orders-uk.txt":              {"amazon-unshipped-orders", "Windows-1252", 4},
		"ebay-active-listings.csv":                    {"ebay-active-listings", "UTF-8", 14},
		"ebay-orders-au-columns.csv":                  {"ebay-orders", "UTF-8", 4},
		"ebay-orders-us.csv":                          {"ebay-orders", "UTF-8", 8},
		"etsy-sold-order-items.csv":                   {"etsy-sold-order-items", "UTF-8", 3},
		"linnworks-stock.csv":                         {"linnworks-stock", "UTF-8", 14},
		"shipstation-shipments.csv":                   {"shipstation-shipments", "UTF-8", 4},
		"shopify-inventory-2023.csv":                  {"shopify-inventory", "UTF-8", 6},
		"shopify-inventory-2026.csv":                  {"shopify-inventory", "UTF-8", 24},
		"shopify-inventory-column-per-location.csv":   {"shopify-inventory-by-location", "UTF-8", 6},
		"shopify-orders-resaved-in-a-spreadsheet.csv": {"shopify-orders", "UTF-8", 4},
		"shopify-orders.csv":                          {"shopify-orders", "UTF-8", 9},
		"shopify-products-many-locations.csv":         {"shopify-products", "UTF-8", 14},
		"shopify-products-one-location.csv":           {"shopify-products", "UTF-8", 14},
		"shopify-products-template-2025.csv":          {"shopify-product-template", "UTF-8", 8},
		"woocommerce-products.csv":                    {"woocommerce-products", "UTF-8", 11},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := sample(t, name, merchantfile.Options{})
			require.Equal(t, want.format, f.Format().ID)
			require.Equal(t, want.encoding, f.Encoding())
			require.Equal(t, want.rows, f.Rows())
		})
	}
}
