package channel

import (
	"context"
	"strings"
)

// Publisher puts products up for sale. Calls that are not idempotent (eBay createOffer) are preceded by a look
// at what the channel has, so Publish may be repeated after any failure.
type Publisher interface {
	// Publish puts a product up or revises it, all its variants together. With preview the channel only
	// validates and nothing is written: Config when the channel can't do that (eBay, Shopify). An error means
	// that nothing is known of any variant; otherwise every variant has a result. What the account's
	// permissions forbid is refused with Config before any call.
	Publish(ctx context.Context, p Product, preview bool) (Publication, error)
	// PublishOutcome asks what became of a publication that was Pending.
	PublishOutcome(ctx context.Context, pending string) (Publication, error)
	// End takes the listings with these channel SKUs off sale; one result per SKU.
	End(ctx context.Context, skus []string) ([]VariantResult, error)
	// Collections reads one page of the groups that a product may be put in; a channel without any has none.
	Collections(ctx context.Context, cursor string) (CollectionsPage, error)
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
	SKU      string
	Barcode  string            // GTIN; empty = none
	Options  map[string]string // one value per option of the product
	Price    int64             // minor units
	Quantity int               // available now
	Images   []string
}

// Publication is the channel's answer to Publish.
type Publication struct {
	ListingID string // what the channel calls the whole listing, where it says
	Results   []VariantResult
	Pending   string // not empty: the channel is still at it; ask PublishOutcome later
	RequestID string
}

// VariantResult is what became of one variant. Fault is nil when the channel accepted the last step.
type VariantResult struct {
	SKU       string
	Ref       string // what Level.ListingRef must be for it, once known
	Step      string // the last step that was reached, in the channel's words: offer created, published
	RequestID string
	Fault     *Fault
	Warnings  []string // codes of what the channel disliked and accepted all the same
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
