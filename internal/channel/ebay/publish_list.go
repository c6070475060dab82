package ebay

import (
	"context"
	"net/http"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

const (
	opPublishMany  = "bulkPublishOffer"
	opPublishGroup = "publishOfferByInventoryItemGroup"
)

// list publishes what is not listed yet: single offers 25 at a time, then each group.
func (s *submission) list(ctx context.Context) {
	single := s.members(func(m member) bool { return !m.grouped() && !s.listed(m.SKU) })
	s.inParts(ctx, opPublishMany, single, s.publishMany)
	_ = each(ctx, opPublishGroup, len(s.families), func(ctx context.Context, i int) *channel.Fault {
		s.publishGroup(ctx, s.families[i])
		return nil
	})
	for _, m := range s.members(func(m member) bool { return s.listed(m.SKU) }) {
		if r := s.results[m.SKU]; r.Step == stepItem || r.Step == stepGroup {
			r.Step = stepRevised
		}
	}
}

// stopped returns the fault of the seller's limit; nil while it is not reached.
func (s *submission) stopped() *channel.Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.limit
}

// heed remembers that a limit was reached. New listings would be refused for the same reason, so eBay is not called
// again.
func (s *submission) heed(variants []channel.Variant) {
	for _, v := range variants {
		if f := s.results[v.SKU].Fault; f != nil && f.Class == channel.Limit {
			s.mu.Lock()
			s.limit = f
			s.mu.Unlock()
		}
	}
}

// hold fails variants because of the limit that was reached before them. They were certainly not sent.
func (s *submission) hold(variants []channel.Variant, limit *channel.Fault) {
	for _, v := range variants {
		s.fail(v.SKU, limit.Unsent(), nil)
	}
}

// publishMany publishes single offers.
func (s *submission) publishMany(ctx context.Context, part []member) {
	variants := make([]channel.Variant, len(part))
	for i, m := range part {
		variants[i] = m.Variant
	}
	if limit := s.stopped(); limit != nil {
		s.hold(variants, limit)
		return
	}
	s.bulk(ctx, opPublishMany, "/bulk_publish_offer", part,
		func(m member) any { return map[string]string{"offerId": string(s.offers[m.SKU].ID)} },
		func(m member, r skuResponse) bool { return r.OfferID == s.offers[m.SKU].ID },
		func(m member, a *transport.Answer, r skuResponse) {
			m.listingID = string(r.ListingID)
			s.reach(m.SKU, stepPublished, a, r.Warnings)
		})
	s.heed(variants)
}

// publishGroup publishes a group, or adds its missing variants to the listing.
func (s *submission) publishGroup(ctx context.Context, f *family) {
	var drafts []channel.Variant
	for _, v := range s.open(f) {
		if !s.listed(v.SKU) {
			drafts = append(drafts, v)
		}
	}
	if !f.grouped() || len(drafts) == 0 {
		return
	}
	if limit := s.stopped(); limit != nil {
		s.hold(drafts, limit)
		return
	}
	if !s.reviseGroup(ctx, f) {
		return
	}
	body := map[string]string{"inventoryItemGroupKey": f.product.Key, "marketplaceId": s.account.Marketplace}
	a, fault := s.do(ctx, request{operation: opPublishGroup, method: http.MethodPost, path: inventory + "/offer/publish_by_inventory_item_group", body: body})
	if fault != nil {
		s.failCall(drafts, a, fault)
		s.heed(drafts)
		return
	}
	var listed struct {
		ID text `json:"listingId"`
	}
	if fault := a.Decode(opPublishGroup, &listed); fault != nil {
		s.failCall(drafts, nil, fault)
		return
	}
	f.listingID = string(listed.ID)
	warnings := warningsOf(a)
	for _, v := range drafts {
		s.reach(v.SKU, stepPublished, a, warnings)
	}
	if len(warnings) > 0 {
		s.confirm(ctx, drafts, a)
	}
}

// confirm reads which variants are in the listing: eBay publishes a group without incomplete variants and only warns
// about them.
func (s *submission) confirm(ctx context.Context, variants []channel.Variant, a *transport.Answer) {
	for _, v := range variants {
		o, _, _, f := s.offer(ctx, v.SKU)
		if f == nil && o.Status != published {
			f = a.Fault(channel.Invalid, opPublishGroup, codeNotInListing)
		}
		if f != nil {
			s.results[v.SKU].Step = stepOffer
			s.fail(v.SKU, f, nil)
		}
	}
}
