package channel

import (
	"context"
	"strings"

	"github.com/towpath/towpath/internal/listing"
)

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
