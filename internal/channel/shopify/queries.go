package shopify

import "embed"

//go:embed queries/*.graphql
var documents embed.FS

// operation is one GraphQL document: the named operation and the fragments it needs.
type operation struct {
	name string // also the operation's name in faults
	text string
}

// The operations, each named as in its document.
var (
	opOrders             = load("orders", "orders", "order", "lines")
	opOrder              = load("order", "one_order", "order", "lines")
	opOrderIDs           = load("orderIDs", "order_ids")
	opOrderLines         = load("orderLines", "order_lines", "lines")
	opReturns            = load("returns", "returns")
	opFulfillmentOrders  = load("fulfillmentOrders", "fulfillment_orders", "open_units")
	opFulfillmentOrderLn = load("fulfillmentOrderLines", "fulfillment_order_lines", "open_units")
	opFulfillments       = load("fulfillments", "fulfillments", "shipped_units")
	opFulfillmentLines   = load("fulfillmentLines", "fulfillment_lines", "shipped_units")
	opFulfillmentCreate  = load("fulfillmentCreate", "fulfillment_create")
	opTrackingUpdate     = load("fulfillmentTrackingInfoUpdate", "tracking_update")
	opMove               = load("fulfillmentOrderMove", "fulfillment_order_move")
	opCancelState        = load("cancelState", "cancel_state")
	opOrderCancel        = load("orderCancel", "order_cancel")
	opSetQuantities      = load("inventorySetQuantities", "set_quantities")
	opShop               = load("shop", "shop")
	opLocations          = load("locations", "locations")
	opListings           = load("productVariants", "listings")
	opProduct            = load("product", "product", "sources", "own_variants")
	opProductVariants    = load("variantsOfProduct", "variants_of_product", "own_variants")
	opProductSet         = load("productSet", "product_set", "published", "own_variants")
	opProductOperation   = load("productOperation", "product_operation", "published", "own_variants")
	opVariantsToEnd      = load("variantsToEnd", "variants_to_end")
	opProductUpdate      = load("productUpdate", "product_update")
	opCollections        = load("collections", "collections", "sources")
	opSettings           = load("shopSettings", "shop_settings")
	opHolders            = load("productsOfSKUs", "products_of_skus")
	opCollectionsByID    = load("collectionsByID", "collections_by_id", "sources")
	opAccess             = load("access", "access")
	opFirstOrder         = load("firstOrder", "first_order")
	opFirstVariant       = load("firstVariant", "first_variant")
	opFirstFulfillment   = load("firstFulfillmentOrder", "first_fulfillment_order")
	opFirstCollection    = load("firstCollection", "first_collection")
)

// load joins embedded documents. It panics if one is missing, which every test would show.
func load(name string, files ...string) operation {
	o := operation{name: name}
	for _, file := range files {
		text, err := documents.ReadFile("queries/" + file + ".graphql")
		if err != nil {
			panic(err)
		}
		o.text += string(text)
	}
	return o
}
