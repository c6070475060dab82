package amazon

import (
	"context"
	"net/http"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

const (
	opPutListing    = "putListingsItem"
	opDeleteListing = "deleteListingsItem"

	// The steps of a publication, beside Amazon's own words ACCEPTED and VALID.
	stepLive   = "live"   // buyers can buy it
	stepListed = "listed" // the item is there and nobody can buy it: sold out, or held back

	codeIncomplete = "PRODUCT_INCOMPLETE"
	codeNoRevising = "REVISING_NOT_PERMITTED"
	codeNoEnding   = "ENDING_NOT_PERMITTED"
	codeTestOnly   = "ENDPOINT_IS_TEST"
)

// item is one put of a publication: a variant, or the parent of all.
type item struct {
	sku        string
	attributes attributes
	parent     bool
}

// Publish puts each variant by putListingsItem, after their parent where there are several. It looks first what Amazon
// has. What is there already as wanted is not sent again, so that a publication that stopped half way goes on; what is
// there otherwise is a revision. Amazon keeps nothing of a listing that was deleted: putting it up again is a first
// publication. Accepted means queued: the publication is Pending until all items can be read back. A test endpoint
// only validates, as a preview does.
func (c *client) Publish(ctx context.Context, p channel.Product, preview bool) (channel.Publication, error) {
	ctx, cancel := context.WithTimeout(ctx, batchDeadline)
	defer cancel()
	if flaw := incomplete(p); flaw != "" {
		return channel.Publication{}, refusal(channel.Invalid, opPutListing, codeIncomplete, flaw)
	}
	items := c.items(p)
	there, look, fault := c.there(ctx, items)
	if fault != nil {
		return channel.Publication{}, fault
	}
	for _, i := range items {
		if l, ok := there[i.sku]; ok && !c.account.Listings.Revise && !c.same(i, l) {
			return channel.Publication{}, refusal(channel.Config, opPutListing, codeNoRevising, "the account does not permit that its listings are revised")
		}
	}
	return c.putAll(ctx, p, items, there, look, preview || c.previews())
}

// items are what has to be put, the parent first.
func (c *client) items(p channel.Product) (items []item) {
	w := writer{product: p, marketplace: c.account.Marketplace, language: marketplaces[c.account.Marketplace].language}
	if w.isFamily() {
		items = append(items, item{sku: p.Key, attributes: w.parent(), parent: true})
	}
	for _, v := range p.Variants {
		items = append(items, item{sku: v.SKU, attributes: w.variant(v)})
	}
	return items
}

// there is what Amazon has of the items, by SKU.
func (c *client) there(ctx context.Context, items []item) (map[string]wireListing, *transport.Answer, *channel.Fault) {
	var skus []string
	for _, i := range items {
		skus = append(skus, i.sku)
	}
	found, answer, fault := c.lookUp(ctx, skus, "summaries,attributes")
	if fault != nil {
		return nil, nil, fault
	}
	there := make(map[string]wireListing, len(found))
	for _, l := range found {
		there[l.SKU] = l
	}
	return there, answer, nil
}

// putAll puts item after item. It stops at a failure that the next one would meet as well, and at the parent's; the
// variants after it get the same fault, not ambiguous: they were not sent.
func (c *client) putAll(ctx context.Context, p channel.Product, items []item, there map[string]wireListing, look *transport.Answer, preview bool) (channel.Publication, error) {
	out, pending := channel.Publication{RequestID: look.RequestID}, publishing{At: time.Now().UTC()}
	var stopped *channel.Fault
	good := true
	for n, i := range items {
		r, asin := channel.VariantResult{SKU: i.sku, Ref: p.Type}, ""
		l, exists := there[i.sku]
		before, _ := l.in(c.account.Marketplace)
		switch {
		case stopped != nil:
			r.Fault = again(stopped, false)
		case exists && !preview && c.same(i, l):
			r.Step, r.RequestID, asin = stepListed, look.RequestID, before.ASIN
			pending.add(i, time.Time{})
		default:
			asin = c.put(ctx, p.Type, i, preview, &r)
			pending.add(i, before.LastUpdatedDate)
		}
		if r.Fault != nil && stopped == nil && (i.parent || stopsBatch(r.Fault)) {
			if stopped = r.Fault; n == 0 {
				return channel.Publication{}, r.Fault
			}
		}
		if out.ListingID == "" {
			out.ListingID = asin
		}
		if good = good && r.Fault == nil; !i.parent {
			out.Results = append(out.Results, r)
		}
	}
	if good && !preview {
		out.Pending = pack(pending)
	}
	return out, nil
}

// put sends one item and says what the answer tells of its ASIN.
func (c *client) put(ctx context.Context, productType string, i item, preview bool, r *channel.VariantResult) (asin string) {
	s, answer, fault := c.submit(ctx, opPutListing, http.MethodPut, i.sku, struct {
		ProductType  string     `json:"productType"`
		Requirements string     `json:"requirements"`
		Attributes   attributes `json:"attributes"`
	}{productType, "LISTING", i.attributes}, preview)
	if fault != nil {
		r.Fault, r.RequestID = fault, fault.RequestID
		return ""
	}
	r.Step, r.RequestID, r.Warnings = s.Status, answer.RequestID, disliked(s.Issues)
	for _, place := range s.Identifiers {
		if place.MarketplaceID == c.account.Marketplace {
			asin = place.ASIN
		}
	}
	return asin
}

// End deletes the listings: a quantity of 0 would not do, since the next level that is pushed would put them on sale
// again. A listing that is not there any more is as good as ended.
func (c *client) End(ctx context.Context, skus []string) ([]channel.VariantResult, error) {
	ctx, cancel := context.WithTimeout(ctx, batchDeadline)
	defer cancel()
	switch {
	case !c.account.Listings.End:
		return nil, refusal(channel.Config, opDeleteListing, codeNoEnding, "the account does not permit that its listings are ended")
	case c.previews():
		return nil, refusal(channel.Config, opDeleteListing, codeTestOnly, "a listing cannot be ended for a test: Amazon validates no deletion")
	}
	var out []channel.VariantResult
	var stopped *channel.Fault
	for _, sku := range skus {
		r := channel.VariantResult{SKU: sku}
		if stopped != nil {
			r.Fault = again(stopped, false)
			out = append(out, r)
			continue
		}
		s, answer, fault := c.submit(ctx, opDeleteListing, http.MethodDelete, sku, nil, false)
		switch {
		case fault != nil && fault.Class == channel.Missing:
			r.Step, r.RequestID, r.Warnings = "missing", fault.RequestID, []string{fault.Code}
		case fault != nil:
			r.Fault, r.RequestID = fault, fault.RequestID
			if stopsBatch(fault) {
				stopped = fault
			}
		default:
			r.Step, r.RequestID, r.Warnings = s.Status, answer.RequestID, disliked(s.Issues)
		}
		out = append(out, r)
	}
	return out, nil
}

// Collections has none: Amazon's sellers don't group their products.
func (c *client) Collections(context.Context, string) (channel.CollectionsPage, error) {
	return channel.CollectionsPage{}, nil
}

// refusal is a fault of something that is not sent.
func refusal(class channel.Class, operation, code, words string) *channel.Fault {
	f := channel.NewFault(class, operation, words)
	f.Code = code
	return f
}
