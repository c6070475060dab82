package merchantfile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/merchantfile"
)

// Facts 5, 9 and 10 are about files of orders. They are recognised, whichever line their header is in, and never
// taken for products, stock or packages, though they have SKUs and quantities in them.
func orders(t *testing.T, name, title, use string) {
	t.Helper()
	f := sample(t, name, merchantfile.Options{})
	require.Equal(t, use == backfills, f.Format().HoldsKind(merchantfile.Orders))
	require.LessOrEqual(t, len(f.Format().Holds), 1)
	_, err := f.Stock(t.Context(), func(merchantfile.StockRow) error { return nil })
	require.EqualError(t, err, name+" is "+title+", which can't be read for stock"+use)
	_, err = f.Products(t.Context(), func(catalogue.Product, int) error { return nil })
	require.EqualError(t, err, name+" is "+title+", which can't be read for catalogue"+use)
	_, err = f.Packages(t.Context(), func(merchantfile.PackageRow) error { return nil })
	require.EqualError(t, err, name+" is "+title+", which can't be read for packages"+use)
}

const (
	backfills = "; give it to: towpath backfill orders --account A --file"
	scans     = "; orders come from the channel itself: towpath sync orders"
)

func TestFact05ShopifysOrdersAreRecognised(t *testing.T) {
	t.Parallel()
	orders(t, "shopify-orders.csv", "Shopify's order export", backfills)
	orders(t, "shopify-orders-resaved-in-a-spreadsheet.csv", "Shopify's order export", backfills)
}

func TestFact09AmazonsOrdersAreRecognised(t *testing.T) {
	t.Parallel()
	orders(t, "amazon-all-orders-uk.txt", "Amazon's All Orders report", backfills)
	orders(t, "amazon-unshipped-orders-uk.txt", "Amazon's unshipped orders report", scans)
}

func TestFact10EbaysOrdersAreRecognisedUnderTheirLineOfCommas(t *testing.T) {
	t.Parallel()
	orders(t, "ebay-orders-us.csv", "eBay's order report", backfills)
	orders(t, "ebay-orders-au-columns.csv", "eBay's order report", backfills)
}

func TestEtsysOrdersAreNotReadAsStock(t *testing.T) {
	t.Parallel()
	orders(t, "etsy-sold-order-items.csv", "Etsy's sold order items", scans)
}
