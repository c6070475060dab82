package ebay

import (
	"context"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
)

// maxSubmitted is the greatest number of SKUs in a Submit: two of eBay's bulk calls of each kind. Families of three
// make 17 groups, which eBay takes one by one; that fits into channel.TurnDeadline with seconds to spare even when
// eBay needs four times as long.
const maxSubmitted = 50

// Load returns at most 50 SKUs.
func (c *connection) Load(n int, _ bool) (int, channel.Operation) {
	return min(n, maxSubmitted), channel.OpPublish
}

// SubmitOutcome always fails: eBay answers at once, so nothing is pending.
func (c *connection) SubmitOutcome(context.Context, string, []string) (channel.Publication, error) {
	return channel.Publication{}, channel.NewFault(channel.Invalid, opPublish, "eBay has no pending submissions")
}

// Submit publishes, revises or relists products, several at a time.
func (c *connection) Submit(ctx context.Context, drafts []listing.Draft, preview bool, definitions channel.Definitions) (channel.Publication, error) {
	ctx, cancel := context.WithTimeout(ctx, channel.TurnDeadline)
	defer cancel()
	if f := c.publishable(preview); f != nil {
		return channel.Publication{}, f
	}
	products := make([]channel.Product, len(drafts))
	for i, d := range drafts {
		products[i] = d.Product
	}
	s := c.newSubmission(products, definitions)
	if f := s.look(ctx); f != nil {
		return channel.Publication{}, f
	}
	if f := s.lookForGroups(ctx, func(*family) bool { return true }); f != nil { // a group may have members that the product does not name
		return channel.Publication{}, f
	}
	s.permit()
	s.saveItems(ctx)
	s.saveGroups(ctx)
	s.saveOffers(ctx)
	s.list(ctx)
	return s.answer(), nil
}

// look reads what eBay has of the products. Offers belong to inventory items: SKUs without an item are not looked
// for.
func (s *submission) look(ctx context.Context) *channel.Fault {
	var skus []string
	for _, f := range s.families {
		for _, v := range s.open(f) {
			skus = append(skus, v.SKU)
		}
	}
	items, id, f := s.connection.items(ctx, skus)
	if f != nil {
		return f
	}
	s.items, s.requestID = items, id
	return s.lookForOffers(ctx, skus)
}

// lookForGroups reads the groups of the families for which of is true.
func (s *submission) lookForGroups(ctx context.Context, of func(f *family) bool) *channel.Fault {
	return each(ctx, opGroup, len(s.families), func(ctx context.Context, i int) (f *channel.Fault) {
		if one := s.families[i]; one.grouped() && one.refused == nil && of(one) {
			one.group, f = s.connection.group(ctx, one.product.Key)
		}
		return f
	})
}

// anyListed reports whether one of the family's variants is listed.
func (s *submission) anyListed(f *family) bool {
	return slices.ContainsFunc(f.product.Variants, func(v channel.Variant) bool { return s.listed(v.SKU) })
}

func (s *submission) lookForOffers(ctx context.Context, skus []string) *channel.Fault {
	found := make([]ebayOffer, len(skus))
	f := each(ctx, opOffers, len(skus), func(ctx context.Context, i int) (f *channel.Fault) {
		if s.items[skus[i]] != nil {
			found[i], _, _, f = s.offer(ctx, skus[i])
		}
		return f
	})
	for i, sku := range skus {
		if found[i].ID != "" {
			s.offers[sku] = found[i]
			s.results[sku].Ref = string(found[i].ID)
		}
	}
	return f
}

// listed reports whether buyers see the variant's offer, or would if it were not sold out or on hold.
func (s *submission) listed(sku string) bool { return s.offers[sku].Status == published }

// permit refuses the changes that the account's settings forbid.
func (s *submission) permit() {
	for _, f := range s.families {
		if f.refused == nil {
			f.refused = s.forbidden(f)
		}
	}
}

// forbidden returns the fault of a change that the account may not make: revising a listed product or relisting an
// ended one.
func (s *submission) forbidden(f *family) *channel.Fault {
	may := s.account.Listings
	if s.anyListed(f) && !may.Revise && !s.sameGroup(f) {
		return channel.Refusal(channel.Config, opPublish, codeNoRevising, "the product is listed, and the account may not revise listings")
	}
	for _, v := range f.product.Variants {
		o, found := s.offers[v.SKU]
		switch {
		case !found:
		case o.Status == published && o.state() != channel.ListingEnded && !may.Revise && !s.same(member{f, v}):
			return channel.Refusal(channel.Config, opPublish, codeNoRevising, "the product is listed, and the account may not revise listings")
		case o.state() == channel.ListingEnded && !may.Relist:
			return channel.Refusal(channel.Config, opPublish, codeNoRelisting, "the product's listing has ended, and the account may not relist")
		}
	}
	return nil
}
