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

// codeNotInListing is the fault of a variant that eBay left out when it published the group.
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

// submission is the state of one Submit call: it saves an inventory item per variant, for products with variants a
// group of them, and an offer each, and then publishes the offers. Every step overwrites, and offers, which can't be
// created twice, are looked for first, so all of it may be repeated after any failure. Only differences are written.
// Fields that Towpath does not set (package weight, tax, a group member that the product does not name) stay
// unchanged, and so does the quantity of what is listed (docs/decisions/021).
type submission struct {
	*connection
	families []*family
	items    map[string]record    // what eBay has, by SKU
	offers   map[string]ebayOffer // what eBay has, by SKU; later also new ones
	results  map[string]*channel.VariantResult

	mu        sync.Mutex
	requestID string         // of the last accepted call
	limit     *channel.Fault // set when the seller's limit is reached: nothing new is listed
}

// family is a product with eBay's group of it.
type family struct {
	product   channel.Product // in eBay's words
	group     record          // what eBay has; nil: none
	listingID string
	refused   *channel.Fault // set: it is not sent at all
}

// newSubmission converts products to eBay's names. A SKU may be in one product only: eBay refuses bulk calls with
// duplicates.
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

// Collections returns an empty page: eBay has no collections here.
func (c *connection) Collections(context.Context, string) (channel.CollectionsPage, error) {
	return channel.CollectionsPage{}, nil
}

// grouped reports whether the product becomes a listing with variations.
func (f *family) grouped() bool { return len(f.product.Options) > 0 }

// open returns a family's variants without a fault so far.
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

// members returns the variants of all families without a fault so far for which keep is true.
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

// fail sets the final fault of a variant.
func (s *submission) fail(sku string, f *channel.Fault, issues []listing.Issue) {
	r := s.results[sku]
	r.Fault = f
	if f.RequestID != "" {
		r.RequestID = f.RequestID
	}
	r.Issues = append(r.Issues, issues...)
}

// failCall sets the fault of a call for all its variants.
func (s *submission) failCall(variants []channel.Variant, a *transport.Answer, f *channel.Fault) {
	issues := errorsOf(a)
	for _, v := range variants {
		s.fail(v.SKU, f, issues)
	}
}

// reach records that a variant has reached a step.
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

// unsentIssue returns a refusal that eBay was not asked about as an issue.
func unsentIssue(f *channel.Fault) []listing.Issue {
	code := f.Code
	if code == codeNoRevising || code == codeNoRelisting {
		code = issueNotPermitted
	}
	return []listing.Issue{{Stage: listing.Response, Severity: listing.Error, Code: code, Message: f.Raw}}
}

// answer returns the outcome of all variants.
func (s *submission) answer() channel.Publication {
	out := channel.Publication{RequestID: s.requestID}
	for _, f := range s.families {
		for _, v := range f.product.Variants {
			if f.refused != nil {
				out.Results = append(out.Results, channel.VariantResult{SKU: v.SKU, Fault: f.refused, RequestID: f.refused.RequestID, Issues: unsentIssue(f.refused)})
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
