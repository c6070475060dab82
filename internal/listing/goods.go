package listing

import "github.com/towpath/towpath/internal/catalogue"

// Goods is a product of the merchant's catalogue with all that an account knows of it: what Compose makes a Product of.
type Goods struct {
	Product  catalogue.Product // whole: a variant that is not in the run is there for the family
	Selected map[string]bool   // SKUs that the run is of
	Links    map[string]Link   // by SKU; a SKU without one is not listed on the account so far
	Taken    map[string]string // channel SKUs that an unlinked SKU would take by its own name, and that another SKU is linked to: that SKU
	Levels   map[string]int    // by SKU: what the account would list, its buffer and cap applied
	Type     TypeSettings      // the nearest of the account's; the zero value: it has none for the category
	Accepted map[string]string // by SKU: the hash of what the channel accepted last on the run's endpoint
	Plans    map[string]string // by SKU, and under the product's key for the product: what the check planned; only for goods to be submitted
}

// Link is what an account calls a SKU.
type Link struct {
	ChannelSKU     string
	ListingRef     string
	ChannelFulfils bool // the channel ships it itself
}

// Seller is who a Product is composed for.
type Seller struct {
	Account string
	Channel string // amazon, ebay or shopify
}
