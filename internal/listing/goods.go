package listing

import (
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
)

// Goods is a product of the merchant's catalogue with all that an account knows of it: what Compose makes a Product of.
type Goods struct {
	Product         catalogue.Product // whole: a variant that is not in the run is there for the family
	Links           map[string]Link   // by SKU; a SKU without one is not listed on the account so far
	LinkedElsewhere map[string]string // SKUs whose own name is a channel SKU that another SKU is linked to: that one; an unlinked one can't take it
	Levels          map[string]int    // by SKU: what the account would list, its buffer and cap applied
	Types           []TypeSettings    // the account's settings that hold for the product's category, in any order
}

// Link is what an account calls a SKU.
type Link struct {
	ChannelSKU     string
	ListingRef     string
	ChannelFulfils bool // the channel ships it itself
}

// Linked is a link with the SKU that it is of.
type Linked struct {
	Link
	SKU string
}

// ChooseLinks answers of each SKU the link that it is listed by: of several the one of the same name, else the first by channel SKU. taken are
// the channel SKUs that are the name of another SKU than their own, with their own.
func ChooseLinks(links []Linked) (chosen map[string]Link, taken map[string]string) {
	chosen, taken = map[string]Link{}, map[string]string{}
	links = slices.SortedFunc(slices.Values(links), func(a, b Linked) int { return strings.Compare(a.ChannelSKU, b.ChannelSKU) })
	for _, l := range links {
		if l.ChannelSKU != l.SKU {
			taken[l.ChannelSKU] = l.SKU
		}
		if _, has := chosen[l.SKU]; !has || l.ChannelSKU == l.SKU {
			chosen[l.SKU] = l.Link
		}
	}
	return chosen, taken
}

// Seller is who a Product is composed for.
type Seller struct {
	Account string
	Channel string // amazon, ebay or shopify
}

// Product is what a seller wants to list. Amounts are minor units of Currency.
type Product struct {
	Key         string              // the seller's key of the product: eBay group key, Amazon parent SKU, Shopify handle
	Type        string              // Amazon product type; eBay category id; Shopify product type
	Title       string              //
	Description string              //
	Brand       string              //
	Condition   string              // the channel's word; empty = new
	Images      []string            // addresses that the channel can reach
	Aspects     map[string][]string // item specifics (eBay), further attributes (Amazon), tags by name (Shopify)
	Options     []string            // what the variants differ in, e.g. Colour, Size; empty = one variant
	Collections []string            // ids from Collections
	Currency    string              // ISO 4217
	Variants    []Variant           // at least one
}

// Variant is one thing of a product that can be bought.
type Variant struct {
	SKU            string            // the channel's SKU: what the account's link says, else the merchant's own
	Barcode        string            // GTIN; empty = none
	Options        map[string]string // one value per option of the product
	Price          int64             // minor units
	Quantity       int               // available now; only a listing that is new takes it
	WeightGrams    int               // 0 = not told
	Images         []string
	ChannelFulfils bool // the account's link says that the channel ships it itself (FBA)
}
