package channel_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
)

// Of an unknown marketplace no page is shown: a wrong one would cost the operator more than none.
func TestAnOrdersPageIsThatOfItsMarketplaceOrNone(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		kind              channel.Kind
		marketplace, want string
		orderID           string
	}{
		{channel.Shopify, "my-shop.myshopify.com", "https://my-shop.myshopify.com/admin/orders/450789469", "gid://shopify/Order/450789469"},
		{channel.Shopify, "shop.example", "", "gid://shopify/Order/450789469"},
		{channel.Shopify, "", "", "gid://shopify/Order/450789469"},
		{channel.EBay, "EBAY_GB", "https://www.ebay.co.uk/mesh/ord/details?orderid=03-09100-40582", "03-09100-40582"},
		{channel.EBay, "ebay_us", "https://www.ebay.com/mesh/ord/details?orderid=03-09100-40582", "03-09100-40582"},
		{channel.EBay, "EBAY_BE", "", "03-09100-40582"},
		{channel.EBay, "", "", "03-09100-40582"},
		{channel.Amazon, "A1F83G8C2ARO7P", "https://sellercentral-europe.amazon.com/orders-v3/order/202-5538961-7743559", "202-5538961-7743559"},
		{channel.Amazon, "A2EUQ1WTGCTBG2", "https://sellercentral.amazon.ca/orders-v3/order/202-5538961-7743559", "202-5538961-7743559"},
		{channel.Amazon, "A0NOTKNOWN", "", "202-5538961-7743559"},
	} {
		require.Equal(t, tc.want, tc.kind.OrderPage(tc.marketplace, tc.orderID), "%s %q", tc.kind, tc.marketplace)
	}
}
