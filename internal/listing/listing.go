// Package listing has the rules about what a seller offers on a channel: which listings that were made outside the channel's
// API can be brought under it, and why others can't. It is pure.
//
// The rules are eBay's (sell_inventory_v1, POST /bulk_migrate_listing, "Migration Requirements"): the call has no dry run, so they are
// checked here first, on what the seller's report of active listings tells.
package listing

// Found is a listing that the channel's API does not know, as the channel's report shows it.
type Found struct {
	ID     string `json:"id"`               // eBay's item number
	Title  string `json:"title"`            //
	Format string `json:"format,omitempty"` // eBay's word: FIXED_PRICE, AUCTION; empty: not told
	Site   string `json:"site,omitempty"`   // eBay's word: UK, US, Germany; empty: not told
	Items  []Item `json:"items"`            // its only one, or its variations
}

// Item is what can be bought from a listing.
type Item struct {
	SKU       string `json:"sku"`                 // empty: the seller gave none
	Variation string `json:"variation,omitempty"` // "Colour=Blue"; empty: the listing has no variations
	Quantity  int    `json:"quantity"`            // as listed; below 0: not told
}

// SKUs are those of the listing's items that have one.
func (f Found) SKUs() []string {
	var skus []string
	for _, i := range f.Items {
		if i.SKU != "" {
			skus = append(skus, i.SKU)
		}
	}
	return skus
}

// Code names a rule that a listing breaks, or may break.
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

// What may go wrong with a listing that can be migrated.
const (
	SoldOut Code = "variation-sold-out" // eBay has been seen to leave such variations out
	OddSKU  Code = "odd-sku"            // eBay words its rule for SKUs as letters and digits
)

// Reason is a rule with what of the listing it is about.
type Reason struct {
	Code Code   `json:"code"`
	What string `json:"what"` // for a person: what is wrong and what would be right
}

// Verdict says whether a listing can be migrated, as far as the report tells.
type Verdict struct {
	Found
	Against []Reason `json:"against,omitempty"` // empty: nothing stands against it
	Risks   []Reason `json:"risks,omitempty"`
}

// CanMigrate reports that nothing in the report stands against it.
func (v Verdict) CanMigrate() bool { return len(v.Against) == 0 }

// NotTold are the requirements that the report says nothing of: eBay's answer to the migration itself is the first to
// tell whether they are met.
var NotTold = []string{
	"business policies for payment, shipping and returns are used",
	"the payment policy asks for immediate payment",
	"a postcode or a city is set",
}

// Consequences are what a seller agrees to with a migration.
var Consequences = []string{
	"It can't be undone.",
	"Buyer requirements and listing enhancements such as a bold title or Gallery Plus stay as they are, and can't be changed any more, neither in Seller Hub nor by other tools.",
	"A variation that is sold out may be left out of the inventory by eBay; it is named afterwards.",
	"Prices, quantities and texts stay as they are. No level is sent by it.",
}

// MaxMigrationTries is how often a channel is asked to bring a listing under its API before it waits for a person.
const MaxMigrationTries = 3

// Migration is a channel's answer to being asked to bring a listing under its API.
type Migration struct {
	Tries     int  // how often it was asked before
	Failed    bool // the channel did not do it
	Permanent bool // with Failed: the same call would fail again until somebody changes something
	Before    bool // without: it was under the API already
}

// Migrated is how a migration ends.
type Migrated int

// The ends of a migration.
const (
	MigratedNow    Migrated = iota // the channel's API knows it now
	MigratedBefore                 // it knew it before
	MigrationOff                   // refused, or failed too often: a person has to look
	MigrationAgain                 // the channel failed: it is tried again
)

// End says how the migration ends.
func (m Migration) End() Migrated {
	switch {
	case m.Failed && (m.Permanent || m.Tries+1 >= MaxMigrationTries):
		return MigrationOff
	case m.Failed:
		return MigrationAgain
	case m.Before:
		return MigratedBefore
	}
	return MigratedNow
}

// LeftOut are those of the SKUs of a listing that a migration should have brought under the API and did not. One that names
// no offer at all names none that are missing.
func LeftOut(skus, offered []string) []string {
	told := map[string]bool{}
	for _, sku := range offered {
		told[sku] = true
	}
	var out []string
	for _, sku := range skus {
		if !told[sku] && len(offered) > 0 {
			out = append(out, sku)
		}
	}
	return out
}
