package ebay

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// The writes of a publication.
const (
	opSaveItems    = "bulkCreateOrReplaceInventoryItem"
	opSaveGroup    = "createOrReplaceInventoryItemGroup"
	opCreateOffers = "bulkCreateOffer"
	opUpdateOffer  = "updateOffer"
	opPublishGroup = "publishOfferByInventoryItemGroup"
)

// bulk makes a bulk call for up to 25 variants and says what became of each.
func (p *publication) bulk(ctx context.Context, operation, path string, variants []channel.Variant, fields func(channel.Variant) record,
	accepted func(sku string, a *transport.Answer, r skuResponse),
) {
	var body struct {
		Requests []record `json:"requests"`
	}
	for _, v := range variants {
		body.Requests = append(body.Requests, fields(v))
	}
	a, f := p.do(ctx, request{operation: operation, method: http.MethodPost, path: inventory + path, body: body, worded: true})
	if f != nil {
		p.failAll(variants, f)
		return
	}
	responses, f := readResponses(a, operation)
	if f != nil {
		p.failAll(variants, f)
		return
	}
	for _, v := range variants {
		i := slices.IndexFunc(responses, func(r skuResponse) bool { return r.SKU == v.SKU })
		if i < 0 {
			p.fail(v.SKU, notTold(a, operation))
		} else if f := responses[i].fault(a, operation); f != nil {
			p.fail(v.SKU, f)
		} else {
			accepted(v.SKU, a, responses[i])
		}
	}
}

func (p *publication) saveItems(ctx context.Context) {
	for part := range slices.Chunk(p.open(), maxBulk) {
		p.bulk(ctx, opSaveItems, "/bulk_create_or_replace_inventory_item", part, p.itemOf, func(sku string, a *transport.Answer, r skuResponse) {
			p.reach(sku, stepItem, a.RequestID, codesOf(r.Warnings))
		})
	}
}

// saveGroup puts the variants whose items are there into the product's group.
func (p *publication) saveGroup(ctx context.Context) {
	variants := p.open()
	if !p.grouped() || len(variants) == 0 {
		return
	}
	a, f := p.do(ctx, request{
		operation: opSaveGroup, method: http.MethodPut, path: groupPath(p.product.Key), body: p.groupOf(variants), worded: true,
	})
	if f != nil {
		p.failAll(variants, f)
		return
	}
	for _, v := range variants {
		p.reach(v.SKU, stepGroup, a.RequestID, warningsOf(a))
	}
}

// saveOffers updates the offers that eBay has and creates the others. Revising those of a live listing revises it.
func (p *publication) saveOffers(ctx context.Context) {
	var create, update []channel.Variant
	for _, v := range p.open() {
		if _, found := p.offers[v.SKU]; found {
			update = append(update, v)
		} else {
			create = append(create, v)
		}
	}
	p.updateOffers(ctx, update)
	for part := range slices.Chunk(create, maxBulk) {
		p.bulk(ctx, opCreateOffers, "/bulk_create_offer", part, p.newOffer, func(sku string, a *transport.Answer, r skuResponse) {
			if r.OfferID == "" {
				p.fail(sku, notTold(a, opCreateOffers))
				return
			}
			p.offers[sku] = ebayOffer{ID: r.OfferID, SKU: sku}
			p.results[sku].Ref = string(r.OfferID)
			p.reach(sku, stepOffer, a.RequestID, codesOf(r.Warnings))
		})
	}
}

// updateOffers takes one call per offer: eBay has no bulk call for it.
func (p *publication) updateOffers(ctx context.Context, variants []channel.Variant) {
	answers := make([]*transport.Answer, len(variants))
	faults := make([]*channel.Fault, len(variants))
	_ = each(ctx, opUpdateOffer, len(variants), func(ctx context.Context, i int) *channel.Fault {
		o := p.offers[variants[i].SKU]
		answers[i], faults[i] = p.do(ctx, request{
			operation: opUpdateOffer, method: http.MethodPut, path: offerPath(o), body: p.offerOf(variants[i], o), worded: true,
		})
		return nil // one variant's failure is no reason to leave the others out
	})
	for i, v := range variants {
		if faults[i] != nil {
			p.fail(v.SKU, faults[i])
			continue
		}
		step, o := stepOffer, p.offers[v.SKU]
		if o.Status == published {
			step, p.answer.ListingID = stepRevised, string(o.Listing.ID)
		}
		p.reach(v.SKU, step, answers[i].RequestID, warningsOf(answers[i]))
	}
}

func offerPath(o ebayOffer) string { return inventory + "/offer/" + url.PathEscape(string(o.ID)) }

// list makes a listing of what is not listed yet.
func (p *publication) list(ctx context.Context) {
	var drafts []channel.Variant
	for _, v := range p.open() {
		if p.offers[v.SKU].Status != published {
			drafts = append(drafts, v)
		}
	}
	if len(drafts) == 0 {
		return
	}
	r := request{operation: opPublish, method: http.MethodPost, path: offerPath(p.offers[drafts[0].SKU]) + "/publish"}
	if p.grouped() {
		r.operation, r.path = opPublishGroup, inventory+"/offer/publish_by_inventory_item_group"
		r.body = map[string]string{"inventoryItemGroupKey": p.product.Key, "marketplaceId": p.account.Marketplace}
	}
	a, f := p.do(ctx, r)
	if f != nil {
		p.failAll(drafts, f)
		return
	}
	var listed struct {
		ID text `json:"listingId"`
	}
	if f := a.Decode(r.operation, &listed); f != nil {
		p.failAll(drafts, f)
		return
	}
	p.answer.ListingID = string(listed.ID)
	warnings := warningsOf(a)
	for _, v := range drafts {
		p.reach(v.SKU, stepPublished, a.RequestID, warnings)
	}
	if p.grouped() && len(warnings) > 0 {
		p.confirm(ctx, drafts, a)
	}
}

// confirm reads which variants are in the listing: eBay publishes a group without those that lack something, and
// only warns of it.
func (p *publication) confirm(ctx context.Context, variants []channel.Variant, a *transport.Answer) {
	for _, v := range variants {
		o, _, _, f := p.offer(ctx, v.SKU)
		if f == nil && o.Status != published {
			f = a.Fault(channel.Invalid, opPublishGroup, codeNotInListing)
		}
		if f != nil {
			p.results[v.SKU].Step = stepOffer
			p.fail(v.SKU, f)
		}
	}
}
