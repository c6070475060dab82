package channel

import (
	"net/url"
	"strings"
)

// OrderPage returns the address of an order's page for the seller; empty where it is not known, as for a marketplace that is not
// given. marketplace is the account's, as in Account. The hosts are published; the paths are those that the seller pages show.
func (k Kind) OrderPage(marketplace, orderID string) string {
	id := url.PathEscape(orderID[strings.LastIndex(orderID, "/")+1:])
	switch {
	case k == Shopify && strings.HasSuffix(marketplace, ".myshopify.com"):
		return "https://" + marketplace + "/admin/orders/" + id
	case k == EBay && ebaySites[strings.ToUpper(marketplace)] != "":
		return "https://www.ebay." + ebaySites[strings.ToUpper(marketplace)] + "/mesh/ord/details?orderid=" + url.QueryEscape(orderID)
	case k == Amazon && sellerCentral[strings.ToUpper(marketplace)] != "":
		return "https://" + sellerCentral[strings.ToUpper(marketplace)] + "/orders-v3/order/" + id
	}
	return ""
}

// ebaySites are the domains of eBay's sites (developer.ebay.com, MarketplaceIdEnum). Belgium has one per language: it is left out.
var ebaySites = map[string]string{
	"EBAY_AT": "at", "EBAY_AU": "com.au", "EBAY_CA": "ca", "EBAY_CH": "ch", "EBAY_DE": "de", "EBAY_ES": "es", "EBAY_FR": "fr", "EBAY_GB": "co.uk",
	"EBAY_HK": "com.hk", "EBAY_IE": "ie", "EBAY_IT": "it", "EBAY_MY": "com.my", "EBAY_NL": "nl", "EBAY_PH": "ph", "EBAY_PL": "pl",
	"EBAY_SG": "com.sg", "EBAY_US": "com",
}

// europe is the Seller Central of the older European marketplaces.
const europe = "sellercentral-europe.amazon.com"

// sellerCentral are the hosts of Seller Central by marketplace (developer-docs.amazon.com/sp-api/docs/seller-central-urls).
var sellerCentral = map[string]string{
	"ATVPDKIKX0DER": "sellercentral.amazon.com", "A2EUQ1WTGCTBG2": "sellercentral.amazon.ca", // US, CA
	"A1AM78C64UM0Y8": "sellercentral.amazon.com.mx", "A2Q3Y263D00KWC": "sellercentral.amazon.com.br", // MX, BR
	"A1F83G8C2ARO7P": europe, "A1PA6795UKMFR9": europe, "A13V1IB3VIYZZH": europe, "APJ6JRA9NG5V4": europe, "A1RKKUPIHCS9HS": europe, // UK, DE, FR, IT, ES
	"A1805IZSGTT6HS": "sellercentral.amazon.nl", "A2NODRKZP88ZB9": "sellercentral.amazon.se", "A1C3SOZRARQ6R3": "sellercentral.amazon.pl",
	"AMEN7PMS3EDWL": "sellercentral.amazon.com.be", "A28R8C7NBKEWEA": "sellercentral.amazon.ie", "A33AVAJ2PDY3EV": "sellercentral.amazon.com.tr",
	"A2VIGQ35RCS4UG": "sellercentral.amazon.ae", "A17E79C6D8DWNP": "sellercentral.amazon.sa", "ARBP9OOSHTCHU": "sellercentral.amazon.eg",
	"A21TJRUUN4KGV": "sellercentral.amazon.in", "A1VC38T7YXB528": "sellercentral.amazon.co.jp", // IN, JP
	"A39IBJ37TRP1C6": "sellercentral.amazon.com.au", "A19VAU5U5O7RUS": "sellercentral.amazon.sg", // AU, SG
}

// ShowsPartCancelled reports whether the channel's orders show which units were cancelled. eBay's only say that a whole order was
// (docs/decisions/004).
func (k Kind) ShowsPartCancelled() bool { return k != EBay }

// TakesDeclines reports whether a buyer's request for cancellation can be declined by a call. Elsewhere the shipment is the answer.
func (k Kind) TakesDeclines() bool { return k == EBay }
