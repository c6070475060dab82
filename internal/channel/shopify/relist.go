package shopify

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/channel"
)

// Wholes returns the products of SKUs with all their variants. Only an active product counts as live: one that is unlisted or a draft would
// not come back as what it was.
func (c *Connection) Wholes(ctx context.Context, skus []string) ([]channel.Whole, error) {
	found := map[string][]endable{}
	if fault := c.findEndable(ctx, skus, found); fault != nil {
		return nil, fault
	}
	var wholes []channel.Whole
	for _, id := range slices.Sorted(maps.Keys(found)) {
		w, _, fault := c.whole(ctx, id, found[id])
		if fault != nil {
			return nil, fault
		}
		wholes = append(wholes, w)
	}
	return wholes, nil
}

// whole returns a product of which some variants were found, and its variants' ids by SKU.
func (c *Connection) whole(ctx context.Context, id string, found []endable) (w channel.Whole, ids map[string]string, fault *channel.Fault) {
	product, ids := found[0].Product, map[string]string{}
	w = channel.Whole{Key: id, Live: product.Status == statusActive}
	all := unread[wireVariant]()
	if product.Count.Count == 1 {
		all = paged[wireVariant]{Nodes: []wireVariant{{ID: found[0].ID, SKU: found[0].SKU}}}
	}
	if fault := c.allVariants(ctx, id, &all); fault != nil {
		return w, nil, fault
	}
	for _, v := range all.Nodes {
		if v.SKU == "" || ids[v.SKU] != "" {
			w.Odd = true
			continue
		}
		ids[v.SKU] = v.ID
		w.SKUs = append(w.SKUs, v.SKU)
	}
	return w, ids, nil
}

// Relist sets the quantities of an archived product's variants, and then makes it active, with all its variants. One that is active already
// keeps its quantities, which buyers may have bought from. The shop's settings decide where it is shown, as they did before.
func (c *Connection) Relist(ctx context.Context, key string, levels []channel.Level) ([]channel.VariantResult, error) {
	if !c.account.Listings.Relist {
		return nil, channel.Refusal(channel.Config, opProductUpdate.name, CodeNotPermitted, "the account's settings do not allow putting listings up again")
	}
	skus := make([]string, len(levels))
	for i, l := range levels {
		skus[i] = l.SKU
	}
	found := map[string][]endable{}
	if fault := c.findEndable(ctx, skus, found); fault != nil {
		return nil, fault
	}
	if len(found[key]) == 0 {
		return nil, channel.Refusal(channel.Missing, opVariantsToEnd.name, CodeSKUNotFound, "the product has no variant of these SKUs")
	}
	w, ids, fault := c.whole(ctx, key, found[key])
	if fault != nil {
		return nil, fault
	}
	requestID := ""
	if !w.Live {
		if requestID, fault = c.activateProduct(ctx, key, levels); fault != nil {
			return nil, fault
		}
	}
	results := make([]channel.VariantResult, 0, len(w.SKUs))
	for _, sku := range w.SKUs {
		results = append(results, channel.VariantResult{SKU: sku, Step: strings.ToLower(statusActive), ListingID: ids[sku], RequestID: requestID})
	}
	for _, l := range levels {
		if !slices.Contains(w.SKUs, l.SKU) {
			results = append(results, channel.VariantResult{SKU: l.SKU, Fault: channel.Refusal(channel.Missing, opVariantsToEnd.name, CodeSKUNotFound, "the product has no variant of this SKU")})
		}
	}
	return results, nil
}

// activateProduct sets levels, and makes their product active unless one of them failed in a way that another attempt may cure. A level that the shop
// refuses for good stays at 0, and is refused again when it is pushed.
func (c *Connection) activateProduct(ctx context.Context, key string, levels []channel.Level) (requestID string, fault *channel.Fault) {
	for part := range slices.Chunk(levels, maxLevels/max(1, len(c.account.Locations))) {
		answer, err := c.SetLevels(ctx, part)
		if fault := channel.AsFault(err, opSetQuantities.name); fault != nil {
			return "", fault
		}
		for _, r := range answer.Results {
			if r.Fault != nil && !r.Fault.Permanent() {
				return "", r.Fault
			}
		}
	}
	return c.setStatus(ctx, key, statusActive)
}
