package channel

import (
	"context"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/listing"
)

// MaxListed is the greatest number of SKUs in one ListingsQuery: Amazon's searchListingsItems accepts 20 identifiers.
const MaxListed = 20

// ListingReader reads an account's listings from its channel.
type ListingReader interface {
	// Listings returns one page of the account's listings, or the listings of up to MaxListed SKUs. SKUs that the
	// channel does not have are left out.
	Listings(ctx context.Context, q ListingsQuery) (ListingsPage, error)
}

// ListingsQuery asks for a page of listings.
type ListingsQuery struct {
	SKUs   []string // the channel's SKUs; empty = every listing
	Cursor string   // empty for the first page, then the Next of the page before
}

// ListingsPage is one page of listings. Next is opaque outside the adapter and safe to store.
type ListingsPage struct {
	Listings  []Listed
	Next      string // empty on the last page
	Total     int    // number of all listings; 0 = not known
	RequestID string
}

// ListingState is whether buyers can buy from a listing.
type ListingState = listing.State

// The states of a listing on its channel.
const (
	ListingLive     = listing.StateLive
	ListingInactive = listing.StateInactive
	ListingEnded    = listing.StateEnded
)

// UnknownQuantity is the Quantity of a listing when the channel does not give one.
const UnknownQuantity = listing.UnknownQuantity

// Listed is one thing that can be bought as the channel shows it: a variant, where the channel has variants.
type Listed struct {
	SKU            string         // the channel's SKU; empty when the seller gave none: such a listing can't be linked
	Ref            string         // what Level.ListingRef must be for it
	ListingID      string         // the channel's id: ASIN, eBay listing id, Shopify variant gid
	Title          string         // as buyers read it, with the variant's options
	State          ListingState   //
	ChannelStatus  string         // the channel's own status words
	Quantity       int            // as listed, or UnknownQuantity
	Price          int64          // what a buyer pays for one without shipping, in minor units of Currency
	Currency       string         // ISO 4217; empty: the channel names no price that can be read
	At             map[string]int // of it, what it lists at each of our locations that stocks it; nil: the channel has one level for all
	ChannelFulfils bool           // the channel ships it itself (FBA): its quantity must not be set
	UpdatedAt      time.Time      // zero = not known
}

// Publisher ends listings and reads a shop's collections.
type Publisher interface {
	// End takes the listings with these channel SKUs off sale and returns one result per SKU.
	End(ctx context.Context, skus []string) ([]VariantResult, error)
	// Collections returns one page of the shop's collections; empty on a channel without collections.
	Collections(ctx context.Context, cursor string) (CollectionsPage, error)
}

// Definitions gives access to the stored definitions of a channel.
type Definitions interface {
	// Definition returns the definition of a type, or nil when none is stored.
	Definition(productType string) *listing.Definition
}

// Lister publishes products on a channel: it fetches definitions, checks products and submits them.
type Lister interface {
	// Define fetches and verifies the channel's definition of a type. Errors: Missing when the channel has no such
	// type; Invalid with the code CHECKSUM_WRONG when the document does not match its checksum.
	Define(ctx context.Context, productType string) (listing.Definition, error)
	// Wants returns the types whose definitions Check needs for a product; empty means the account's own.
	Wants(p Product) []string
	// Check compares products with the definitions and with the channel's listings. It only reads. It returns one
	// answer per product, in the same order, each with all its issues. Where definitions has nil because Define
	// failed, the product gets the issue definition-missing.
	Check(ctx context.Context, products []Product, definitions Definitions) ([]listing.Checked, error)
	// Load returns how many of n SKUs the next Submit takes at most (a product is never divided) and the budget that
	// the call uses.
	Load(n int, preview bool) (skus int, op Operation)
	// Submit sends drafts whose check had no error. With preview the channel only validates; the error is Config if
	// the channel has no preview. It may be repeated after any failure. An error means that the outcome of every SKU
	// is unknown. Otherwise every SKU of every draft (on Amazon also the parent, under the product's key) has a final
	// result, or Pending is the handle of all SKUs without one. A SKU whose fault is not Permanent is to be sent again
	// after its RetryAfter. A listing that exists is patched, never replaced, and never gets a quantity.
	Submit(ctx context.Context, drafts []listing.Draft, preview bool, definitions Definitions) (Publication, error)
	// SubmitOutcome returns the outcome of a pending submission. skus are all SKUs without a result, including
	// parents, in any order. While it is still pending, the answer has the same handle.
	SubmitOutcome(ctx context.Context, pending string, skus []string) (Publication, error)
}

// Permissions are the changes allowed on an account's listings. The zero value allows only the first publication of a
// product.
type Permissions struct {
	Revise bool `json:"revise"` // change a listing that exists
	End    bool `json:"end"`    // take a listing off sale
	Relist bool `json:"relist"` // put an ended listing up again
}

// String lists the allowed changes in an operator's words.
func (p Permissions) String() string {
	var may []string
	for _, one := range []struct {
		word string
		may  bool
	}{{"revise", p.Revise}, {"end", p.End}, {"relist", p.Relist}} {
		if one.may {
			may = append(may, one.word)
		}
	}
	if len(may) == 0 {
		return "publish, and change nothing afterwards"
	}
	return strings.Join(may, ", ")
}

type (
	// Product is what a seller wants to list.
	Product = listing.Product
	// Variant is one thing of a product that can be bought.
	Variant = listing.Variant
)

// Publication is the channel's answer to Submit.
type Publication struct {
	ListingID string // the channel's id of the whole listing; may be empty
	Results   []VariantResult
	Pending   string // not empty: the channel is still working; call SubmitOutcome later
	RequestID string
}

// VariantResult is the outcome of one variant. Fault is nil when the channel accepted the last step.
type VariantResult struct {
	SKU       string
	Ref       string // value for Level.ListingRef, once known
	Step      string // the last step that was reached, in the channel's words: offer created, published
	RequestID string
	Fault     *Fault
	Warnings  []string        // codes of the channel's warnings; the variant was accepted
	ListingID string          // the channel's id of its listing; may be empty
	Issues    []listing.Issue // the channel's issues, with stage response; errors also have a Fault
}

// CollectionsPage is one page of collections.
type CollectionsPage struct {
	Collections []Collection
	Next        string // empty on the last page
	RequestID   string
}

// Collection is a group of products in a shop.
type Collection struct {
	ID, Title string
	ByRule    bool // filled by the shop's rules: a product can't be added
}

// MaxMigrated is the greatest number of listings in one Migrate call: eBay's bulk_migrate_listing takes five.
const MaxMigrated = 5

// Migrator is a connection to a channel with listings that its API can't see: on eBay those made in Seller Hub or by
// older tools. A Connection may implement it; eBay's does.
type Migrator interface {
	// Migrate makes up to MaxMigrated listings accessible to the API that sets levels. It can't be undone or tried
	// first. It may be repeated after any failure: listings migrated before count as successes. It returns one result
	// per listing, in the same order. An error means that the outcome of every listing is unknown.
	Migrate(ctx context.Context, listings []Unmanaged) (Migration, error)
}

// Unmanaged is a listing that the channel's API can't see yet.
type Unmanaged struct {
	ListingID string
	SKUs      []string // its known SKUs, used to look up the outcome
}

// Migration is the channel's answer to Migrate.
type Migration struct {
	Results   []Migrated
	RequestID string
}

// Migrated is the outcome of one listing. Fault is nil when the API can see it now.
type Migrated struct {
	ListingID string
	Group     string  // the channel's key of its group of variations; empty = none
	Offers    []Offer // one per SKU that the API can see now; variations that the channel left out are missing
	Before    bool    // it was migrated by an earlier call
	Warnings  []string
	RequestID string
	Fault     *Fault
}

// Offer is the channel's id of a SKU in a listing.
type Offer struct {
	SKU string `json:"sku"`
	Ref string `json:"ref"` // what Level.ListingRef must be for it
}
