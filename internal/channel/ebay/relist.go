package ebay

import (
	"context"
	"net/http"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

// relisting is the state of one Relist call.
type relisting struct {
	*connection
	key     string
	levels  []channel.Level
	offers  map[string]ebayOffer
	results map[string]*channel.VariantResult
}

// Relist gives withdrawn offers their quantities and publishes them: single ones 25 at a time, variations with their group. The group is
// published without those of its variations that are neither listed nor to be: eBay refuses a whole group for one variation without
// stock. They come back into it when they are relisted.
func (c *connection) Relist(ctx context.Context, key string, levels []channel.Level) ([]channel.VariantResult, error) {
	ctx, cancel := context.WithTimeout(ctx, channel.TurnDeadline)
	defer cancel()
	if !c.account.Listings.Relist {
		return nil, channel.Refusal(channel.Config, opPublish, codeNoRelisting, "the account may not put up listings again")
	}
	r := &relisting{connection: c, key: key, levels: levels, results: map[string]*channel.VariantResult{}}
	if f := r.look(ctx); f != nil {
		return nil, f
	}
	r.stockItems(ctx)
	r.stockOffers(ctx)
	if key == "" {
		for part := range slices.Chunk(r.open(), maxBulk) {
			r.publish(ctx, part)
		}
	} else if open := r.open(); len(open) > 0 {
		r.publishGroup(ctx, open)
	}
	results := make([]channel.VariantResult, len(levels))
	for i, l := range levels {
		results[i] = *r.results[l.SKU]
	}
	return results, nil
}

// look reads the offers. What is listed already is done.
func (r *relisting) look(ctx context.Context) (f *channel.Fault) {
	skus := make([]string, len(r.levels))
	for i, l := range r.levels {
		skus[i] = l.SKU
	}
	if r.offers, f = r.offersOf(ctx, skus); f != nil {
		return f
	}
	for _, sku := range skus {
		o, there := r.offers[sku]
		one := &channel.VariantResult{SKU: sku, Ref: string(o.ID)}
		switch {
		case !there:
			one.Fault = channel.Refusal(channel.Missing, opOffers, codeNoOffer, "the account's site has no offer of this SKU")
		case o.Status == published:
			one.Step, one.ListingID = stepPublished, string(o.Listing.ID)
		}
		r.results[sku] = one
	}
	return nil
}

// open returns the levels that are neither published nor have a fault so far.
func (r *relisting) open() (open []channel.Level) {
	for _, l := range r.levels {
		if one := r.results[l.SKU]; one.Fault == nil && one.Step != stepPublished {
			open = append(open, l)
		}
	}
	return open
}

func (r *relisting) fail(levels []channel.Level, f *channel.Fault) {
	for _, l := range levels {
		r.results[l.SKU].Fault = f
	}
}

// stockItems sets the quantities of the inventory items alone: the call for levels takes no unpublished offers.
func (r *relisting) stockItems(ctx context.Context) {
	for part := range slices.Chunk(r.open(), maxLevels) {
		items := slices.Clone(part)
		for i := range items {
			items[i].ListingRef = ""
		}
		answer, err := r.SetLevels(ctx, items)
		f := channel.AsFault(err, opLevels)
		for i, l := range part {
			if r.results[l.SKU].Fault = f; f == nil {
				r.results[l.SKU].Fault = answer.Results[i].Fault
			}
		}
	}
}

// stockOffers sets the quantities of the offers.
func (r *relisting) stockOffers(ctx context.Context) {
	open := r.open()
	_ = each(ctx, opUpdateOffer, len(open), func(ctx context.Context, i int) *channel.Fault {
		l, o := open[i], r.offers[open[i].SKU]
		if o.Available != nil && int(*o.Available) == l.Quantity {
			return nil
		}
		offer := recordOf(o.fields, readOnlyOfOffers...)
		offer.set("availableQuantity", l.Quantity)
		if _, f := r.do(ctx, request{operation: opUpdateOffer, method: http.MethodPut, path: offerPath(o), body: offer, worded: true}); f != nil {
			r.fail(open[i:i+1], f)
		}
		return nil // a failed one does not stop the others
	})
}

// publish publishes single offers.
func (r *relisting) publish(ctx context.Context, part []channel.Level) {
	var body struct {
		Requests []map[string]string `json:"requests"`
	}
	for _, l := range part {
		body.Requests = append(body.Requests, map[string]string{"offerId": string(r.offers[l.SKU].ID)})
	}
	a, f := r.call(ctx, opPublishMany, http.MethodPost, inventory+"/bulk_publish_offer", body)
	if f != nil {
		r.fail(part, f)
		return
	}
	responses, f := readResponses(a, opPublishMany)
	if f != nil {
		r.fail(part, f)
		return
	}
	for i, l := range part {
		at := slices.IndexFunc(responses, func(s skuResponse) bool { return s.OfferID == r.offers[l.SKU].ID })
		if at < 0 {
			r.fail(part[i:i+1], notAnswered(a, opPublishMany))
		} else if f := responses[at].fault(a, opPublishMany); f != nil {
			r.fail(part[i:i+1], f)
		} else {
			r.up(l.SKU, string(responses[at].ListingID), a)
		}
	}
}

func (r *relisting) up(sku, listingID string, a *transport.Answer) {
	one := r.results[sku]
	one.Step, one.ListingID, one.RequestID = stepPublished, listingID, a.RequestID
}

// publishGroup publishes variations with their group, or adds them to its listing.
func (r *relisting) publishGroup(ctx context.Context, open []channel.Level) {
	if f := r.gather(ctx, open); f != nil {
		r.fail(open, f)
		return
	}
	body := map[string]string{"inventoryItemGroupKey": r.key, "marketplaceId": r.account.Marketplace}
	a, f := r.call(ctx, opPublishGroup, http.MethodPost, inventory+"/offer/publish_by_inventory_item_group", body)
	if f != nil {
		r.fail(open, f)
		return
	}
	var listed struct {
		ID text `json:"listingId"`
	}
	if f := a.Decode(opPublishGroup, &listed); f != nil {
		r.fail(open, f)
		return
	}
	for i, l := range open {
		if len(warningsOf(a)) > 0 { // eBay leaves out incomplete variations, and only warns about them
			o, _, _, f := r.offer(ctx, l.SKU)
			if f == nil && o.Status != published {
				f = a.Fault(channel.Invalid, opPublishGroup, codeNotInListing)
			}
			if f != nil {
				r.fail(open[i:i+1], f)
				continue
			}
		}
		r.up(l.SKU, string(listed.ID), a)
	}
}

// gather makes the group consist of what is listed in it and what is to be.
func (r *relisting) gather(ctx context.Context, open []channel.Level) *channel.Fault {
	group, f := r.group(ctx, r.key)
	if f != nil {
		return f
	}
	members := group.list("variantSKUs")
	offers, f := r.offersOf(ctx, members)
	if f != nil {
		return f
	}
	var want []string
	listing := ""
	for _, sku := range members {
		named := slices.ContainsFunc(open, func(l channel.Level) bool { return l.SKU == sku })
		if o := offers[sku]; o.Status == published {
			want, listing = append(want, sku), string(o.Listing.ID)
		} else if named {
			want = append(want, sku)
		}
	}
	for _, l := range open {
		want = addTo(want, l.SKU)
	}
	saves := !slices.Equal(want, members)
	if f := r.revise(ctx, listing, saves); f != nil || !saves {
		return f
	}
	record := recordOf(group, readOnlyOfGroups...)
	record.set("variantSKUs", want)
	_, f = r.do(ctx, request{operation: opSaveGroup, method: http.MethodPut, path: groupPath(r.key), body: record, worded: true})
	return f
}

// revise counts the revisions of the group's listing, if it is listed: one for publishing the group, and one more where it is saved before.
func (r *relisting) revise(ctx context.Context, listing string, saves bool) *channel.Fault {
	if listing == "" {
		return nil
	}
	calls := 1
	if saves {
		calls++
	}
	for range calls {
		kept, err := channel.Revise(ctx, []string{listing})
		if err != nil || len(kept) > 0 {
			return keptBack(listing, err)
		}
	}
	return nil
}
