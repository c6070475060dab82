package ebay

import (
	"context"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/channel"
)

// Wholes reads the SKUs' groups and the offers of all their members. A group has those of its members that are listed; when none is, it has all that have an
// offer.
func (c *connection) Wholes(ctx context.Context, skus []string) ([]channel.Whole, error) {
	ctx, cancel := context.WithTimeout(ctx, channel.TurnDeadline)
	defer cancel()
	if len(skus) > channel.MaxListed {
		return nil, channel.Refusal(channel.Invalid, opGetItems, codeTooManySKUs, "more SKUs than one call takes")
	}
	unique := slices.Compact(slices.Sorted(slices.Values(skus)))
	items, _, f := c.items(ctx, unique)
	if f != nil {
		return nil, f
	}
	members := map[string][]string{} // by group
	var alone []string
	for _, sku := range unique {
		item, there := items[sku]
		key := groupOf(item)
		switch {
		case there && key == "":
			alone = append(alone, sku)
		case there && members[key] == nil:
			group, f := c.group(ctx, key)
			if f != nil {
				return nil, f
			}
			members[key] = group.list("variantSKUs")
		}
	}
	var wholes []channel.Whole
	for _, key := range slices.Sorted(maps.Keys(members)) {
		w, f := c.whole(ctx, key, members[key])
		if f != nil {
			return nil, f
		}
		wholes = append(wholes, w...)
	}
	offers, f := c.offersOf(ctx, alone)
	for _, sku := range alone {
		if o, there := offers[sku]; there && f == nil {
			wholes = append(wholes, channel.Whole{SKUs: []string{sku}, Live: o.state() == channel.ListingLive})
		}
	}
	if f != nil {
		return nil, f
	}
	return wholes, nil
}

// whole returns a group with its members; none if none of them has an offer.
func (c *connection) whole(ctx context.Context, key string, members []string) ([]channel.Whole, *channel.Fault) {
	offers, f := c.offersOf(ctx, members)
	if f != nil || len(offers) == 0 {
		return nil, f
	}
	w := channel.Whole{Key: key}
	var listed []string
	for _, sku := range members {
		if o, there := offers[sku]; there {
			w.SKUs = append(w.SKUs, sku)
			if o.state() == channel.ListingLive {
				listed = append(listed, sku)
			}
		}
	}
	if len(listed) > 0 {
		w.SKUs, w.Live = listed, true
	}
	return []channel.Whole{w}, nil
}

// offersOf reads the offers of SKUs, by SKU, without those that have none.
func (c *connection) offersOf(ctx context.Context, skus []string) (map[string]ebayOffer, *channel.Fault) {
	found, there := make([]ebayOffer, len(skus)), make([]bool, len(skus))
	f := each(ctx, opOffers, len(skus), func(ctx context.Context, i int) (f *channel.Fault) {
		found[i], _, there[i], f = c.offer(ctx, skus[i])
		return f
	})
	offers := map[string]ebayOffer{}
	for i, sku := range skus {
		if there[i] {
			offers[sku] = found[i]
		}
	}
	return offers, f
}
