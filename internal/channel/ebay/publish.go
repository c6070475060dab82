package ebay

import (
	"context"
	"slices"
	"sync"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/aspects"
)

const opPublish = "publishOffer"

// codeNotInListing is the fault of a variant that eBay left out when it listed the group.
const codeNotInListing = "NOT_IN_LISTING"

// The steps of a publication.
const (
	stepItem      = "inventory item saved"
	stepGroup     = "group saved"
	stepOffer     = "offer saved"
	stepPublished = "published"
	stepRevised   = "revised"
	stepSame      = "listed as it is"
)

// submission is products on their way to eBay: an inventory item of each variant, for products with variants a group of them, an offer
// each, and then the offers become listings. Every step overwrites, and offers, which can't be created twice, are looked for
// first; so all of it may be done again after any failure. Only what differs is written. What Towpath has no say in (package weight, tax,
// a member of the group that the product does not name) stays as it is, and so does the quantity of what is listed (docs/decisions/021).
type submission struct {
	*connection
	families []*family
	items    map[string]record    // what eBay has, by SKU
	offers   map[string]ebayOffer // what eBay has, by SKU; later also what was created
	results  map[string]*channel.VariantResult

	mu        sync.Mutex
	requestID string         // of the last call that was accepted
	limit     *channel.Fault // the seller's limit is reached: nothing new is listed any more
}

// family is a product with what eBay has of it.
type family struct {
	product   channel.Product // in eBay's words
	group     record          // what eBay has; nil: none
	listingID string
	refused   *channel.Fault // it is not sent at all
}

// newSubmission puts products into eBay's words. A SKU may stand in one product only: eBay refuses bulk calls that name one twice.
func (c *connection) newSubmission(products []channel.Product, definitions channel.Definitions) *submission {
	s := &submission{
		connection: c, items: map[string]record{}, offers: map[string]ebayOffer{}, results: map[string]*channel.VariantResult{},
	}
	for _, p := range products {
		f := &family{product: aspects.Fit(p, c.rules.category(definitions, p.Type))}
		f.refused = c.incomplete(f.product)
		for _, v := range p.Variants {
			if s.results[v.SKU] != nil && f.refused == nil {
				f.refused = channel.Refusal(channel.Invalid, opPublish, codeIncomplete, "another product that was sent together with it has SKU "+v.SKU)
			}
		}
		if f.refused == nil {
			for _, v := range p.Variants {
				s.results[v.SKU] = &channel.VariantResult{SKU: v.SKU}
			}
		}
		s.families = append(s.families, f)
	}
	return s
}

// Collections: eBay's inventory has none.
func (c *connection) Collections(context.Context, string) (channel.CollectionsPage, error) {
	return channel.CollectionsPage{}, nil
}

// grouped tells whether the product becomes a listing with variations.
func (f *family) grouped() bool { return len(f.product.Options) > 0 }

// open are a family's variants that nothing has gone wrong with yet.
func (s *submission) open(f *family) (variants []channel.Variant) {
	for _, v := range f.product.Variants {
		if f.refused == nil && s.results[v.SKU].Fault == nil {
			variants = append(variants, v)
		}
	}
	return variants
}

// member is a variant with its family.
type member struct {
	*family
	channel.Variant
}

// members are the variants of all families that nothing has gone wrong with yet and of which keep holds.
func (s *submission) members(keep func(m member) bool) (members []member) {
	for _, f := range s.families {
		for _, v := range s.open(f) {
			if m := (member{f, v}); keep(m) {
				members = append(members, m)
			}
		}
	}
	return members
}

// fail ends a variant's way.
func (s *submission) fail(sku string, f *channel.Fault, issues []listing.Issue) {
	r := s.results[sku]
	r.Fault = f
	if f.RequestID != "" {
		r.RequestID = f.RequestID
	}
	r.Issues = append(r.Issues, issues...)
}

// failCall ends the way of several: what happened to one call happened to all that it was about.
func (s *submission) failCall(variants []channel.Variant, a *transport.Answer, f *channel.Fault) {
	issues := errorsOf(a)
	for _, v := range variants {
		s.fail(v.SKU, f, issues)
	}
}

// reach takes a variant a step on.
func (s *submission) reach(sku, step string, a *transport.Answer, warnings []apiError) {
	r := s.results[sku]
	r.Step, r.RequestID = step, a.RequestID
	for _, i := range issuesOf(warnings, listing.Warning, a.RequestID) {
		if !slices.Contains(r.Warnings, i.Code) {
			r.Warnings = append(r.Warnings, i.Code)
			r.Issues = append(r.Issues, i)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requestID = a.RequestID
}

// answer gathers what became of all.
func (s *submission) answer() channel.Publication {
	out := channel.Publication{RequestID: s.requestID}
	for _, f := range s.families {
		for _, v := range f.product.Variants {
			if f.refused != nil {
				out.Results = append(out.Results, channel.VariantResult{SKU: v.SKU, Fault: f.refused, RequestID: f.refused.RequestID})
				continue
			}
			r := *s.results[v.SKU]
			r.ListingID = f.listingID
			out.Results = append(out.Results, r)
		}
		if len(s.families) == 1 {
			out.ListingID = f.listingID
		}
	}
	return out
}
