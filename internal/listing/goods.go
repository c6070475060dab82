package listing

import "github.com/towpath/towpath/internal/catalogue"

// Goods is a product of the merchant's catalogue with all that an account knows of it: what Compose makes a Product of.
type Goods struct {
	Product catalogue.Product // whole: a variant that is not in the run is there for the family
	Links   map[string]Link   // by SKU; a SKU without one is not listed on the account so far
	Taken   map[string]string // SKUs whose own name is a channel SKU that another SKU is linked to: that one; an unlinked one can't take it
	Levels  map[string]int    // by SKU: what the account would list, its buffer and cap applied
	Types   []TypeSettings    // the account's settings that hold for the product's category, in any order
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
