package listing

import (
	"maps"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
)

// Goods is a product of the merchant's catalogue with everything an account knows about it, from which Compose makes
// a Product.
type Goods struct {
	Product         catalogue.Product // whole: a variant that is not in the run is there for the family
	Links           map[string]Link   // by SKU; a SKU without one is not listed on the account so far
	LinkedElsewhere map[string]string // SKUs whose own name is a channel SKU that another SKU is linked to: that one; an unlinked one can't take it
	Levels          map[string]int    // by SKU: what the account would list, its buffer and cap applied
	StruckOff       map[string]bool   // by SKU: an operator has struck its listing off: it is not sent
	Types           []TypeSettings    // the account's settings that hold for the product's category, in any order
}

// Link is a SKU's identity on an account.
type Link struct {
	ChannelSKU     string
	ListingRef     string
	ChannelFulfils bool // the channel ships it itself
	KeepsPrice     bool // its price is left to another tool
}

// Linked is a link with its SKU.
type Linked struct {
	Link
	SKU       string
	StruckOff bool // an operator has struck its listing off
}

// ChooseLinks returns for each SKU the link to list it by: one that is not struck off, if there is one; of these the one with the same
// name, else the first by channel SKU. taken has the channel SKUs that equal another SKU than the one they are linked to, with that
// linked SKU. off has the SKUs all of whose links are struck off.
func ChooseLinks(links []Linked) (chosen map[string]Link, taken map[string]string, off map[string]bool) {
	chosen, taken, off = map[string]Link{}, map[string]string{}, map[string]bool{}
	links = slices.SortedFunc(slices.Values(links), func(a, b Linked) int { return strings.Compare(a.ChannelSKU, b.ChannelSKU) })
	for _, l := range links {
		if l.ChannelSKU != l.SKU {
			taken[l.ChannelSKU] = l.SKU
		}
		if _, has := chosen[l.SKU]; !has || off[l.SKU] && !l.StruckOff || off[l.SKU] == l.StruckOff && l.ChannelSKU == l.SKU {
			chosen[l.SKU], off[l.SKU] = l.Link, l.StruckOff
		}
	}
	maps.DeleteFunc(off, func(_ string, is bool) bool { return !is })
	return chosen, taken, off
}

// Seller is the account for which a Product is composed.
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

// Variant is one item of a product that can be bought.
type Variant struct {
	SKU            string            // the channel's SKU: from the account's link, else the merchant's own
	Barcode        string            // GTIN; empty = none
	Options        map[string]string // one value per option of the product
	Price          int64             // minor units
	Quantity       int               // available now; used only for a new listing
	WeightGrams    int               // 0 = not known
	Images         []string
	ChannelFulfils bool // the channel ships it itself (FBA), by the account's link
	// A listing that exists keeps its price: it is another tool's to set. It does not count as a change, so it is not in the hash.
	KeepsPrice bool `json:"-"`
}
