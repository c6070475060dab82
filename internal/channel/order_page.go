package channel

import (
	"net/url"
	"strings"
)

// OrderPage returns the address of an order's page for the seller; empty where it is not known. marketplace is the account's, as
// in Account. The addresses are those that the seller pages show; no channel publishes them for an API.
func (k Kind) OrderPage(marketplace, orderID string) string {
	id := url.PathEscape(orderID[strings.LastIndex(orderID, "/")+1:])
	switch {
	case k == Shopify && strings.HasSuffix(marketplace, ".myshopify.com"):
		return "https://" + marketplace + "/admin/orders/" + id
	case k == EBay:
		return "https://www.ebay.com/mesh/ord/details?orderid=" + url.QueryEscape(orderID)
	case k == Amazon:
		return "https://sellercentral.amazon." + sellerCentral(marketplace) + "/orders-v3/order/" + id
	}
	return ""
}

// sellerCentral returns the domain under which Seller Central shows a marketplace's orders: Europe's sellers have the United Kingdom's
// for all of Europe.
func sellerCentral(marketplace string) string {
	switch marketplace {
	case "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2", "A1AM78C64UM0Y8", "A2Q3Y263D00KWC": // US, CA, MX, BR
		return "com"
	case "A1VC38T7YXB528":
		return "co.jp"
	case "A39IBJ37TRP1C6":
		return "com.au"
	}
	return "co.uk"
}

// ShowsPartCancelled reports whether the channel's orders show which units were cancelled. eBay's only say that a whole order was
// (docs/decisions/004).
func (k Kind) ShowsPartCancelled() bool { return k != EBay }
