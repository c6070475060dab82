package ebay

import (
	"context"
	"slices"

	"github.com/towpath/towpath/internal/channel"
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
)

// publication is one product on its way to eBay: inventory items, for variants a group of them, an offer each, and
// then the offers become a listing. Every step overwrites, and offers, which can't be created twice, are looked for
// first; so all of it may be done again after any failure. What Towpath has no say in (package weight, tax,
// a member of the group that the product does not name) stays as it is.
type publication struct {
	*connection
	product channel.Product
	items   map[string]record    // what eBay has, by SKU
	offers  map[string]ebayOffer // what eBay has, by SKU; later also what was created
	group   record               // what eBay has; nil: none
	results map[string]*channel.VariantResult
	answer  channel.Publication
}

// Publish puts a product up, or revises or relists it.
func (c *connection) Publish(ctx context.Context, product channel.Product, preview bool) (channel.Publication, error) {
	ctx, cancel := context.WithTimeout(ctx, wholeDeadline)
	defer cancel()
	if f := c.publishable(product, preview); f != nil {
		return channel.Publication{}, f
	}
	p := &publication{connection: c, product: product, offers: map[string]ebayOffer{}, results: map[string]*channel.VariantResult{}}
	for _, v := range product.Variants {
		p.results[v.SKU] = &channel.VariantResult{SKU: v.SKU}
	}
	if f := p.look(ctx); f != nil {
		return channel.Publication{}, f
	}
	if f := p.permit(); f != nil {
		return channel.Publication{}, f
	}
	p.saveItems(ctx)
	p.saveGroup(ctx)
	p.saveOffers(ctx)
	p.list(ctx)
	for _, v := range product.Variants {
		p.answer.Results = append(p.answer.Results, *p.results[v.SKU])
	}
	return p.answer, nil
}

// grouped tells whether the product becomes a listing with variations.
func (p *publication) grouped() bool { return len(p.product.Options) > 0 }

// skus are the SKUs of the product, in its order.
func (p *publication) skus() []string {
	skus := make([]string, len(p.product.Variants))
	for i, v := range p.product.Variants {
		skus[i] = v.SKU
	}
	return skus
}

// look reads what eBay has of the product.
func (p *publication) look(ctx context.Context) (f *channel.Fault) {
	skus := p.skus()
	if p.items, p.answer.RequestID, f = p.connection.items(ctx, skus); f != nil {
		return f
	}
	if f := p.lookForOffers(ctx, skus); f != nil {
		return f
	}
	if p.grouped() {
		p.group, f = p.connection.group(ctx, p.product.Key)
	}
	return f
}

func (p *publication) lookForOffers(ctx context.Context, skus []string) *channel.Fault {
	found := make([]ebayOffer, len(skus))
	f := each(ctx, opOffers, len(skus), func(ctx context.Context, i int) (f *channel.Fault) {
		found[i], _, _, f = p.offer(ctx, skus[i])
		return f
	})
	for i, sku := range skus {
		if found[i].ID != "" {
			p.offers[sku] = found[i]
		}
	}
	return f
}

// open are the variants that nothing has gone wrong with yet.
func (p *publication) open() (variants []channel.Variant) {
	for _, v := range p.product.Variants {
		if p.results[v.SKU].Fault == nil {
			variants = append(variants, v)
		}
	}
	return variants
}

// fail ends a variant's way.
func (p *publication) fail(sku string, f *channel.Fault) {
	r := p.results[sku]
	r.Fault = f
	if f.RequestID != "" {
		r.RequestID = f.RequestID
	}
}

// failAll ends the way of several: what happened to one call happened to all that it was about.
func (p *publication) failAll(variants []channel.Variant, f *channel.Fault) {
	for _, v := range variants {
		p.fail(v.SKU, f)
	}
}

// reach takes a variant a step on.
func (p *publication) reach(sku, step, requestID string, warnings []string) {
	r := p.results[sku]
	r.Step, r.RequestID = step, requestID
	for _, w := range warnings {
		if !slices.Contains(r.Warnings, w) {
			r.Warnings = append(r.Warnings, w)
		}
	}
	p.answer.RequestID = requestID
}

// PublishOutcome is never needed: eBay answers at once.
func (c *connection) PublishOutcome(context.Context, string) (channel.Publication, error) {
	return channel.Publication{}, channel.NewFault(channel.Invalid, opPublish, "eBay has no pending publications")
}

// Collections: eBay's inventory has none.
func (c *connection) Collections(context.Context, string) (channel.CollectionsPage, error) {
	return channel.CollectionsPage{}, nil
}
