package ebay

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/listing"
)

// The writes of a publication.
const (
	opSaveItems    = "bulkCreateOrReplaceInventoryItem"
	opSaveGroup    = "createOrReplaceInventoryItemGroup"
	opCreateOffers = "bulkCreateOffer"
	opUpdateOffer  = "updateOffer"
)

// bulk makes a bulk call for up to 25 variants and records each outcome; own finds a variant's response.
func (s *submission) bulk(ctx context.Context, operation, path string, members []member, fields func(member) any,
	own func(m member, r skuResponse) bool, accepted func(m member, a *transport.Answer, r skuResponse),
) {
	var body struct {
		Requests []any `json:"requests"`
	}
	if len(members) == 0 {
		return
	}
	variants := make([]channel.Variant, len(members))
	for i, m := range members {
		variants[i] = m.Variant
		body.Requests = append(body.Requests, fields(m))
	}
	a, f := s.do(ctx, request{operation: operation, method: http.MethodPost, path: inventory + path, body: body, worded: true})
	if f != nil {
		s.failCall(variants, a, f)
		return
	}
	responses, f := readResponses(a, operation)
	if f != nil {
		s.failCall(variants, nil, f)
		return
	}
	for _, m := range members {
		i := slices.IndexFunc(responses, func(r skuResponse) bool { return own(m, r) })
		if i < 0 {
			s.fail(m.SKU, notAnswered(a, operation), nil)
		} else if f := responses[i].fault(a, operation); f != nil {
			s.fail(m.SKU, f, issuesOf(responses[i].Errors, listing.Error, a.RequestID))
		} else {
			accepted(m, a, responses[i])
		}
	}
}

func bySKU(m member, r skuResponse) bool { return r.SKU == m.SKU }

// inParts splits members into bulk calls and runs several calls at the same time.
func (s *submission) inParts(ctx context.Context, operation string, members []member, do func(ctx context.Context, part []member)) {
	parts := slices.Collect(slices.Chunk(members, maxBulk))
	_ = each(ctx, operation, len(parts), func(ctx context.Context, i int) *channel.Fault {
		do(ctx, parts[i])
		return nil // a failed part does not stop the others
	})
}

// saveItems writes the items that differ. The stock of listed items is sent as it was read, since eBay replaces the
// whole item.
func (s *submission) saveItems(ctx context.Context) {
	items := s.members(func(m member) bool { return !s.sameItem(m) })
	for _, m := range s.members(s.sameItem) {
		s.results[m.SKU].Step, s.results[m.SKU].RequestID = stepSame, s.requestID
	}
	s.inParts(ctx, opSaveItems, items, func(ctx context.Context, part []member) {
		part = s.revise(ctx, part)
		s.bulk(ctx, opSaveItems, "/bulk_create_or_replace_inventory_item", part, func(m member) any {
			if s.listed(m.SKU) {
				return stocked(s.itemOf(m), stockOf(s.items[m.SKU]))
			}
			return stocked(s.itemOf(m), m.Quantity)
		}, bySKU, func(m member, a *transport.Answer, r skuResponse) { s.reach(m.SKU, stepItem, a, r.Warnings) })
	})
}

// saveGroups adds the variants whose items are saved to their products' groups.
func (s *submission) saveGroups(ctx context.Context) {
	_ = each(ctx, opSaveGroup, len(s.families), func(ctx context.Context, i int) *channel.Fault {
		f := s.families[i]
		variants := s.open(f)
		if !f.grouped() || len(variants) == 0 || s.sameGroup(f) || !s.reviseGroup(ctx, f) {
			return nil
		}
		a, fault := s.do(ctx, request{
			operation: opSaveGroup, method: http.MethodPut, path: groupPath(f.product.Key), body: f.groupRecord(variants), worded: true,
		})
		if fault != nil {
			s.failCall(variants, a, fault)
			return nil
		}
		warnings := warningsOf(a)
		for _, v := range variants {
			s.reach(v.SKU, stepGroup, a, warnings)
		}
		return nil
	})
}

// saveOffers creates the offers that eBay does not have and updates those that differ. Updating the offer of a live
// listing revises the listing.
func (s *submission) saveOffers(ctx context.Context) {
	s.createOffers(ctx, s.members(func(m member) bool { return s.offers[m.SKU].ID == "" }))
	prices := s.members(func(m member) bool { return s.listed(m.SKU) && s.sameOffer(m) && !s.samePrice(m) })
	s.updateOffers(ctx, s.members(func(m member) bool { return s.offers[m.SKU].fields != nil && !s.sameOffer(m) }))
	s.inParts(ctx, opLevels, prices, s.setPrices)
	for _, m := range s.members(func(m member) bool { return s.listed(m.SKU) }) {
		m.listingID = string(s.offers[m.SKU].Listing.ID)
	}
}

// createOffers creates offers. An offer that somebody created meanwhile is updated instead.
func (s *submission) createOffers(ctx context.Context, members []member) {
	s.inParts(ctx, opCreateOffers, members, func(ctx context.Context, part []member) {
		s.bulk(ctx, opCreateOffers, "/bulk_create_offer", part, func(m member) any { return s.newOffer(m) }, bySKU,
			func(m member, a *transport.Answer, r skuResponse) {
				if r.OfferID == "" {
					s.fail(m.SKU, notAnswered(a, opCreateOffers), nil)
					return
				}
				s.results[m.SKU].Ref = string(r.OfferID)
				s.reach(m.SKU, stepOffer, a, r.Warnings)
			})
	})
	for _, m := range members {
		r := s.results[m.SKU]
		switch {
		case r.Fault == nil:
			s.offers[m.SKU] = ebayOffer{ID: text(r.Ref), SKU: m.SKU}
		case r.Fault.Class == channel.Conflict:
			if o, _, found, f := s.offer(ctx, m.SKU); f == nil && found {
				s.offers[m.SKU], r.Ref = o, string(o.ID)
				r.Fault, r.Issues = nil, nil
			}
		}
	}
}

// updateOffers makes one call per offer: eBay has no bulk call for it.
func (s *submission) updateOffers(ctx context.Context, members []member) {
	_ = each(ctx, opUpdateOffer, len(members), func(ctx context.Context, i int) *channel.Fault {
		m := members[i]
		if len(s.revise(ctx, []member{m})) == 0 {
			return nil
		}
		o := s.offers[m.SKU]
		a, f := s.do(ctx, request{operation: opUpdateOffer, method: http.MethodPut, path: offerPath(o), body: s.oldOffer(m), worded: true})
		if f != nil {
			s.failCall([]channel.Variant{m.Variant}, a, f)
			return nil // a failed variant does not stop the others
		}
		step := stepOffer
		if o.Status == published {
			step = stepRevised
		}
		s.reach(m.SKU, step, a, warningsOf(a))
		return nil
	})
}

// setPrices changes only the prices of listings, not their quantities.
func (s *submission) setPrices(ctx context.Context, part []member) {
	part = s.revise(ctx, part)
	s.bulk(ctx, opLevels, "/bulk_update_price_quantity", part, func(m member) any {
		return priceOnly{m.SKU, []offerPrice{{string(s.offers[m.SKU].ID), moneyOf(m.Price, m.product.Currency)}}}
	}, bySKU, func(m member, a *transport.Answer, r skuResponse) { s.reach(m.SKU, stepRevised, a, r.Warnings) })
}

type priceOnly struct {
	SKU    string       `json:"sku"`
	Offers []offerPrice `json:"offers"`
}

type offerPrice struct {
	OfferID string `json:"offerId"`
	Price   amount `json:"price"`
}

func offerPath(o ebayOffer) string { return inventory + "/offer/" + url.PathEscape(string(o.ID)) }
