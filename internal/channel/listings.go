package channel

import (
	"context"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/listing"
)

// MaxListed is how many SKUs one ListingsQuery may name: Amazon's searchListingsItems takes 20 identifiers.
const MaxListed = 20

// ListingReader reads what an account offers on its channel.
type ListingReader interface {
	// Listings reads one page of the account's listings, or the listings of up to MaxListed SKUs; a SKU that
	// the channel does not have is left out of the answer.
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
	Total     int    // how many listings there are in all, where the channel says; else 0
	RequestID string
}

// ListingState tells whether buyers can buy from a listing.
type ListingState string

// The states of a listing on its channel.
const (
	ListingLive     ListingState = "live"     // buyers see it, though it may be sold out
	ListingInactive ListingState = "inactive" // it exists and is not offered: a draft, suppressed, unpublished
	ListingEnded    ListingState = "ended"    // it was offered once
)

// UnknownQuantity is the Quantity of a listing for which the channel does not say one.
const UnknownQuantity = -1

// Listed is one thing that can be bought, as the channel shows it: a variant, where the channel has variants.
type Listed struct {
	SKU            string       // the channel's SKU; empty when the seller gave none: such a listing can't be linked
	Ref            string       // what Level.ListingRef must be for it
	ListingID      string       // what the channel calls it: ASIN, eBay listing id, Shopify variant gid
	Title          string       // as buyers read it, with the variant's options
	State          ListingState //
	ChannelStatus  string       // the channel's own status words
	Quantity       int          // as listed, or UnknownQuantity
	ChannelFulfils bool         // the channel ships it itself (FBA): its quantity is not ours to set
	UpdatedAt      time.Time    // zero where the channel does not say
}

// Publisher takes listings off sale, and knows a shop's collections.
type Publisher interface {
	// End takes the listings with these channel SKUs off sale; one result per SKU.
	End(ctx context.Context, skus []string) ([]VariantResult, error)
	// Collections reads one page of the groups that a product may be put in; a channel without any has none.
	Collections(ctx context.Context, cursor string) (CollectionsPage, error)
}

// Definitions finds the channel's definitions that are kept here.
type Definitions interface {
	// Definition answers the definition of a type; nil when none is kept.
	Definition(productType string) *listing.Definition
}

// Lister is the way of many products to a channel: definitions, our own check, the channel's answer.
type Lister interface {
	// Define fetches what the channel says of a type and verifies it. Errors: Missing when the channel has no such type; Invalid with the
	// code CHECKSUM_WRONG when the document is not what the channel says it is.
	Define(ctx context.Context, productType string) (listing.Definition, error)
	// Wants are the types whose definitions Check needs for a product; empty stands for the account's own.
	Wants(p Product) []string
	// Check holds products to the definitions and to what the channel lists of them: it reads, and never writes. One answer per product, in the
	// same order; all that is wrong is said at once. A definition that Define could not get is a nil one in definitions: it makes an issue of
	// its own (definition-missing).
	Check(ctx context.Context, products []Product, definitions Definitions) ([]listing.Checked, error)
	// Load says how the channel wants n SKUs of drafts sent: how many of them the next Submit takes at most (a product is never divided), and
	// which budget the call draws on.
	Load(n int, preview bool) (skus int, op Operation)
	// Submit sends drafts whose check had no error. With preview the channel validates and nothing is written: Config when it has no such
	// thing. It may be repeated after any failure. An error means that nothing is known of any SKU; otherwise every SKU of every draft (and on
	// Amazon the parent, under the product's key) has a result, or Pending is the handle of all those that have none: the results that come
	// with a handle are final. A fault that is not Lasting is a SKU that is to be sent again, after its RetryAfter. A listing that is there is
	// patched, never replaced, and never gets a quantity.
	Submit(ctx context.Context, drafts []listing.Draft, preview bool, definitions Definitions) (Publication, error)
	// SubmitOutcome asks what became of a submission that was Pending; skus are all SKUs that it left without a result, parents included, in
	// any order. Still pending: the same handle again.
	SubmitOutcome(ctx context.Context, pending string, skus []string) (Publication, error)
}

// Permissions is what may be done to an account's listings; the zero value forbids everything but the first
// publication of a product.
type Permissions struct {
	Revise bool `json:"revise"` // change a listing that exists
	End    bool `json:"end"`    // take a listing off sale
	Relist bool `json:"relist"` // put an ended listing up again
}

// String lists what may be done, in an operator's words.
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
	ListingID string // what the channel calls the whole listing, where it says
	Results   []VariantResult
	Pending   string // not empty: the channel is still at it; ask SubmitOutcome later
	RequestID string
}

// VariantResult is what became of one variant. Fault is nil when the channel accepted the last step.
type VariantResult struct {
	SKU       string
	Ref       string // what Level.ListingRef must be for it, once known
	Step      string // the last step that was reached, in the channel's words: offer created, published
	RequestID string
	Fault     *Fault
	Warnings  []string        // codes of what the channel disliked and accepted all the same
	ListingID string          // what the channel calls its listing, where it says
	Issues    []listing.Issue // the channel's, each with its stage response; errors have a Fault, too
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
	ByRule    bool // the shop's rules decide what is in it: a product can't be put there
}

// MaxMigrated is how many listings one Migrate takes: eBay's bulk_migrate_listing takes five.
const MaxMigrated = 5

// Migrator is a connection to a channel that has listings which its API does not know: on eBay those made in
// Seller Hub or by older tools. A Connection may implement it; eBay's does.
type Migrator interface {
	// Migrate brings up to MaxMigrated listings under the API by which levels are set. It can't be undone, and the channel
	// has no call that only tries. It may be repeated after any failure: what was migrated before is found and is a success.
	// One result per listing, in the same order; an error means that nothing is known of any of them.
	Migrate(ctx context.Context, listings []Unmanaged) (Migration, error)
}

// Unmanaged is a listing that the channel's API does not know yet.
type Unmanaged struct {
	ListingID string
	SKUs      []string // those that it is known to have: by them the channel is asked what became of it
}

// Migration is the channel's answer to Migrate.
type Migration struct {
	Results   []Migrated
	RequestID string
}

// Migrated is what became of one listing. Fault is nil when it is under the API now.
type Migrated struct {
	ListingID string
	Group     string  // the channel's key of its variations; empty = it has none
	Offers    []Offer // one per SKU that is under the API now: a variation that the channel left out is missing
	Before    bool    // it was there already: an earlier call had been carried out
	Warnings  []string
	RequestID string
	Fault     *Fault
}

// Offer is what the channel calls a SKU's place in a listing.
type Offer struct {
	SKU string `json:"sku"`
	Ref string `json:"ref"` // what Level.ListingRef must be for it
}
