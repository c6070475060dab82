package merchantfile

// orderFormats are recognised only so that a command can name the file. They are not read here.
var orderFormats = []definition{
	orderFile("shopify-orders", "Shopify's order export", need("name"), need("financial status"), need("lineitem name", "lineitem sku")),
	orderFile("amazon-all-orders", "Amazon's All Orders report", need("amazon-order-id"), need("purchase-date"), need("order-status")),
	orderFile("amazon-unshipped-orders", "Amazon's unshipped orders report", need("order-id"), need("order-item-id"),
		need("quantity-to-ship", "quantity-purchased")),
	orderFile("ebay-orders", "eBay's order report", need("sales record number"), need("order number"), need("item number")),
	orderFile("etsy-sold-order-items", "Etsy's sold order items", need("sale date"), need("item name"), need("order id"), need("transaction id")),
}

func orderFile(id, title string, needs ...[]string) definition {
	return definition{
		Format: Format{
			ID: id, Title: title, Holds: []Kind{Orders},
			Use: "orders come from the channel itself: towpath sync orders",
		},
		bare: true, needs: needs, bind: func(*header, Options) shape { return shape{} },
	}
}
