package shopify

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/towpath/towpath/internal/simulator/market"
)

// Location is the shop's first location, unless wire.Options names another. SecondLocation is its other one, from which a product is sold
// once it is stocked there.
const (
	Location       = "gid://shopify/Location/61000000001"
	SecondLocation = "gid://shopify/Location/61000000002"
)

// The first numbers of a shop's global ids: real ones are long and do not overlap.
const (
	orderBase     = 5_800_000_000_000
	lineFactor    = 10_000 // lines of one order at most
	itemBase      = 46_000_000_000_000
	variantBase   = 47_000_000_000_000
	productBase   = 9_100_000_000_000
	mediaBase     = 35_000_000_000_000
	nameBase      = 1000 // the first order is #1001
	shipmentShift = 24   // a fulfilment's number contains its order's number
)

// MarketOptions returns options with Shopify's ids: global ids of orders, line items, inventory items and variants.
func MarketOptions(account string) market.Options {
	return market.Options{
		Account:       account,
		NewOrderID:    func(n int64) string { return gid("Order", orderBase+n) },
		NewLineID:     func(order int64, line int) string { return gid("LineItem", order*lineFactor+int64(line)) },
		NewListingRef: func(n int64, _ string) string { return gid("InventoryItem", itemBase+n) },
		NewListingID:  func(n int64, _ string) string { return gid("ProductVariant", variantBase+n) },
		FamilyKind:    productKind,
		RewriteFamily: rewriteProduct,
	}
}

func gid(kind string, n int64) string { return fmt.Sprintf("gid://shopify/%s/%d", kind, n) }

// number returns the number of a global id of that kind.
func number(id, kind string) (int64, bool) {
	digits, ok := strings.CutPrefix(id, "gid://shopify/"+kind+"/")
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, ok && err == nil && n > 0
}

// sibling returns the global id of another kind with the same number: each line of an order is one line of one
// fulfillment order.
func sibling(id, kind, other string) string {
	n, ok := number(id, kind)
	if !ok {
		return ""
	}
	return gid(other, n)
}

// shipmentID returns the global id of an order's shipment.
func shipmentID(o market.Order, s market.Shipment) string {
	n, _ := strconv.ParseInt(s.ID, 10, 64)
	return gid("Fulfillment", o.Number<<shipmentShift|n)
}

// orderOfShipment returns the order of a fulfilment.
func orderOfShipment(id string) (orderID string, ok bool) {
	n, ok := number(id, "Fulfillment")
	return gid("Order", orderBase+n>>shipmentShift), ok
}
