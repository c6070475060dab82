// Package listing has the rules for a seller's listings on a channel: what an import or a report of them changes, which listing a
// link follows, which listings made outside the channel's API can be migrated to it, and why others can't. It is pure.
//
// The rules of migrations are eBay's (sell_inventory_v1, POST /bulk_migrate_listing, "Migration Requirements"). That call has no
// dry run, so they are checked here first, with the data in the seller's report of active listings.
package listing

// Found is a listing that the channel's API can't see, as in the channel's report.
type Found struct {
	ID     string `json:"id"`               // eBay's item number
	Title  string `json:"title"`            //
	Format string `json:"format,omitempty"` // eBay's word: FIXED_PRICE, AUCTION; empty: unknown
	Site   string `json:"site,omitempty"`   // eBay's word: UK, US, Germany; empty: unknown
	Items  []Item `json:"items"`            // its only one, or its variations
}

// Item is one item of a listing that can be bought.
type Item struct {
	SKU       string `json:"sku"`                 // empty: the seller gave none
	Variation string `json:"variation,omitempty"` // "Colour=Blue"; empty: the listing has no variations
	Quantity  int    `json:"quantity"`            // as listed; below 0: unknown
}

// SKUs returns the SKUs of the listing's items.
func (f Found) SKUs() []string {
	var skus []string
	for _, i := range f.Items {
		if i.SKU != "" {
			skus = append(skus, i.SKU)
		}
	}
	return skus
}

// Code is a rule that a listing breaks or may break.
type Code string

// Why a listing can't be migrated.
const (
	Auction        Code = "auction"               // or any other format than a fixed price
	NoSKU          Code = "no-sku"                //
	NoVariationSKU Code = "variation-without-sku" //
	SKUTwice       Code = "sku-twice"             // two variations of the listing have it
	SKUShared      Code = "sku-on-other-listing"  // another listing of the account has it
	SKUTooLong     Code = "sku-too-long"          //
	OtherSite      Code = "other-site"            // it is listed on another of eBay's sites than the account's
)

// What may go wrong with a listing although it can be migrated.
const (
	SoldOut Code = "variation-sold-out" // eBay sometimes leaves such variations out
	OddSKU  Code = "odd-sku"            // eBay's rule for SKUs names letters and digits
)

// Reason is a broken rule with details.
type Reason struct {
	Code Code   `json:"code"`
	What string `json:"what"` // for a person: what is wrong and what would be right
}

// Verdict is whether a listing can be migrated, according to the report.
type Verdict struct {
	Found
	Against []Reason `json:"against,omitempty"` // empty: nothing stands against it
	Risks   []Reason `json:"risks,omitempty"`
}

// CanMigrate reports whether nothing in the report prevents the migration.
func (v Verdict) CanMigrate() bool { return len(v.Against) == 0 }

// NotCovered are the requirements that the report does not cover: only eBay's answer to the migration shows whether they
// are met.
var NotCovered = []string{
	"business policies for payment, shipping and returns are used",
	"the payment policy asks for immediate payment",
	"a postcode or a city is set",
}

// Consequences are what a seller accepts with a migration.
var Consequences = []string{
	"It can't be undone.",
	"Buyer requirements and listing enhancements such as a bold title or Gallery Plus stay as they are, and can't be changed any more, neither in Seller Hub nor by other tools.",
	"A variation that is sold out may be left out of the inventory by eBay; it is named afterwards.",
	"Prices, quantities and texts stay as they are. No level is sent by it.",
}
