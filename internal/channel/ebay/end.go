package ebay

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

const (
	opWithdraw      = "withdrawOffer"
	opWithdrawGroup = "withdrawOfferByInventoryItemGroup"
)

// codeNoOffer is the fault of a SKU that is not offered on the account's site.
const codeNoOffer = "NO_OFFER"

// The steps of an end.
const (
	stepWithdrawn = "withdrawn"
	stepSoldOut   = "sold out" // one variation of a listing whose others stay on sale
	stepEnded     = "ended"
)

// ending is the state of one End call.
type ending struct {
	*connection
	offers  map[string]ebayOffer
	results map[string]*channel.VariantResult
}

// End withdraws offers, which ends their listings; a listing with variations ends when all of them are named. eBay
// can't withdraw one variation, so one of several is set to sold out instead. Withdrawn offers get the quantity 0,
// which later marks them as ended; see ebayOffer.state. It may be repeated.
func (c *connection) End(ctx context.Context, skus []string) ([]channel.VariantResult, error) {
	ctx, cancel := context.WithTimeout(ctx, channel.TurnDeadline)
	defer cancel()
	if !c.account.Listings.End {
		return nil, channel.Refusal(channel.Config, opWithdraw, codeNoEnding, "the account may not end listings")
	}
	e := &ending{connection: c, offers: map[string]ebayOffer{}, results: map[string]*channel.VariantResult{}}
	groups, f := e.look(ctx, skus)
	if f != nil {
		return nil, f
	}
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		if key != "" {
			e.withdrawGroup(ctx, key, groups[key])
		}
	}
	for _, sku := range groups[""] {
		e.withdraw(ctx, sku)
	}
	e.empty(ctx)
	var results []channel.VariantResult
	for _, sku := range skus {
		results = append(results, *e.results[sku])
	}
	return results, nil
}

// look reads the offers and groups the live ones by group key ("" = none).
func (e *ending) look(ctx context.Context, skus []string) (map[string][]string, *channel.Fault) {
	unique := slices.Compact(slices.Sorted(slices.Values(skus)))
	items, _, f := e.items(ctx, unique)
	if f != nil {
		return nil, f
	}
	found := make([]ebayOffer, len(unique))
	ids := make([]string, len(unique))
	f = each(ctx, opOffers, len(unique), func(ctx context.Context, i int) (f *channel.Fault) {
		found[i], ids[i], _, f = e.offer(ctx, unique[i])
		return f
	})
	if f != nil {
		return nil, f
	}
	groups := map[string][]string{}
	for i, sku := range unique {
		o := found[i]
		e.results[sku] = &channel.VariantResult{SKU: sku, Ref: string(o.ID), RequestID: ids[i]}
		switch {
		case o.ID == "":
			e.fail([]string{sku}, channel.Refusal(channel.Missing, opOffers, codeNoOffer, "the account's site has no offer of this SKU"))
		case o.Status != published && o.state() == channel.ListingEnded:
			e.results[sku].Step = stepEnded
		default:
			e.offers[sku] = o
			if o.Status == published {
				key := groupOf(items[sku])
				groups[key] = append(groups[key], sku)
			}
		}
	}
	return groups, nil
}

// withdrawGroup ends the whole listing if no other variation is live in it.
func (e *ending) withdrawGroup(ctx context.Context, key string, skus []string) {
	group, f := e.group(ctx, key)
	if f != nil {
		e.fail(skus, f)
		return
	}
	for _, member := range group.list("variantSKUs") {
		if slices.Contains(skus, member) {
			continue
		}
		other, _, found, f := e.offer(ctx, member)
		if f != nil {
			e.fail(skus, f)
			return
		}
		if found && other.Status == published {
			return // the others stay on sale: these become sold out later
		}
	}
	body := map[string]string{"inventoryItemGroupKey": key, "marketplaceId": e.account.Marketplace}
	a, f := e.call(ctx, opWithdrawGroup, http.MethodPost, inventory+"/offer/withdraw_by_inventory_item_group", body)
	if f != nil {
		e.fail(skus, f)
		return
	}
	e.withdrawn(skus, a)
}

func (e *ending) withdraw(ctx context.Context, sku string) {
	a, f := e.call(ctx, opWithdraw, http.MethodPost, offerPath(e.offers[sku])+"/withdraw", nil)
	if f != nil {
		e.fail([]string{sku}, f)
		return
	}
	e.withdrawn([]string{sku}, a)
}

func (e *ending) withdrawn(skus []string, a *transport.Answer) {
	for _, sku := range skus {
		r := e.results[sku]
		r.Step, r.RequestID, r.Warnings = stepWithdrawn, a.RequestID, codesOf(warningsOf(a))
	}
}

func (e *ending) fail(skus []string, f *channel.Fault) {
	for _, sku := range skus {
		e.results[sku].Fault = f
	}
}

// empty sets the offers' quantities to 0, unless they are. For a withdrawn offer this is only a mark: if eBay refuses it, the
// listing has ended anyway.
func (e *ending) empty(ctx context.Context) {
	var levels []channel.Level
	for _, sku := range slices.Sorted(maps.Keys(e.offers)) {
		if r := e.results[sku]; r.Fault == nil && r.Step == stepWithdrawn && e.offers[sku].empty() {
			continue
		}
		if e.results[sku].Fault == nil {
			levels = append(levels, channel.Level{SKU: sku, ListingRef: string(e.offers[sku].ID)})
		}
	}
	for part := range slices.Chunk(levels, maxLevels) {
		answer, err := e.SetLevels(ctx, part)
		for i, l := range part {
			r, f := e.results[l.SKU], channel.AsFault(err, opLevels)
			if f == nil {
				f = answer.Results[i].Fault
			}
			switch {
			case f == nil && r.Step == "":
				r.Step, r.RequestID = stepSoldOut, answer.RequestID
			case f != nil && (r.Step == "" || !f.Permanent()):
				r.Fault = f
			case f != nil:
				r.Warnings = append(r.Warnings, f.Code)
			}
		}
	}
}
