package shopify

import (
	"context"
	"slices"

	"github.com/towpath/towpath/internal/channel"
)

// endable is a variant to take off sale, with its product.
type endable struct {
	ID      string `json:"id"`
	SKU     string `json:"sku"`
	Product struct {
		ID     string `json:"id"`
		Status string `json:"status"`
		Count  struct {
			Count int `json:"count"`
		} `json:"variantsCount"`
	} `json:"product"`
}

// End takes SKUs off sale by archiving their product, which keeps everything for a later publication. Shopify can
// only archive whole products: a variant could only be deleted, together with its inventory item and link. So SKUs
// whose product has other variants are refused; a quantity of 0 makes them unavailable.
func (c *Connection) End(ctx context.Context, skus []string) ([]channel.VariantResult, error) {
	results := make([]channel.VariantResult, len(skus))
	for i, sku := range skus {
		results[i].SKU = sku
		if !c.account.Listings.End {
			results[i].Fault = channel.Refusal(channel.Config, opProductUpdate.name, CodeNotPermitted,
				"the account's settings do not allow ending listings")
		}
	}
	if !c.account.Listings.End {
		return results, nil
	}
	found := map[string][]endable{} // by product
	for part := range slices.Chunk(skus, channel.MaxListed) {
		if fault := c.findEndable(ctx, part, found); fault != nil {
			return nil, fault
		}
	}
	for id, variants := range found {
		one := c.endProduct(ctx, id, variants)
		for i := range results {
			if slices.ContainsFunc(variants, func(v endable) bool { return v.SKU == results[i].SKU }) && (results[i].Fault == nil) {
				results[i] = channel.VariantResult{SKU: results[i].SKU, Step: one.Step, RequestID: one.RequestID, Fault: ownOrNil(one.Fault)}
			}
		}
	}
	for i := range results {
		if results[i].Step == "" && results[i].Fault == nil {
			results[i].Fault = channel.Refusal(channel.Missing, opVariantsToEnd.name, CodeSKUNotFound, "the shop has no variant of this SKU")
		}
	}
	return results, nil
}

func ownOrNil(f *channel.Fault) *channel.Fault {
	if f == nil {
		return nil
	}
	return f.Again()
}

// findEndable reads the variants of SKUs.
func (c *Connection) findEndable(ctx context.Context, skus []string, found map[string][]endable) *channel.Fault {
	all := unread[endable]()
	fault := all.finish(opVariantsToEnd, func(after string) (paged[endable], reply, *channel.Fault) {
		var data struct {
			Variants paged[endable] `json:"productVariants"`
		}
		r, fault := c.read(ctx, opVariantsToEnd, variables{"filter": skuFilter(skus), "after": orNull(after)}, &data)
		return data.Variants, r, fault
	})
	for _, one := range all.Nodes {
		if slices.Contains(skus, one.SKU) {
			found[one.Product.ID] = append(found[one.Product.ID], one)
		}
	}
	return fault
}

// endProduct archives the product of these variants. The result applies to each of them.
func (c *Connection) endProduct(ctx context.Context, id string, variants []endable) channel.VariantResult {
	const archived = "archived"
	switch product := variants[0].Product; {
	case product.Status == statusArchived:
		return channel.VariantResult{Step: archived}
	case product.Count.Count > len(variants):
		return channel.VariantResult{Fault: channel.Refusal(channel.Config, opProductUpdate.name, CodeOtherVariants, "the product has other variants, which would be off sale too")}
	}
	requestID, fault := c.setStatus(ctx, id, statusArchived)
	if fault != nil {
		return channel.VariantResult{RequestID: fault.RequestID, Fault: fault}
	}
	return channel.VariantResult{Step: archived, RequestID: requestID}
}

// setStatus sets a product's status.
func (c *Connection) setStatus(ctx context.Context, id, status string) (requestID string, fault *channel.Fault) {
	var data struct {
		Update *struct {
			Product *struct {
				Status string `json:"status"`
			} `json:"product"`
			Errors []userError `json:"userErrors"`
		} `json:"productUpdate"`
	}
	r, fault := c.write(ctx, opProductUpdate, variables{"product": map[string]string{"id": id, "status": status}}, &data)
	switch update := data.Update; {
	case fault != nil:
	case update == nil:
		fault = r.answer.Unreadable(opProductUpdate.name)
	case len(update.Errors) > 0:
		refusal := refusalOf(update.Errors[0].Message)
		fault = update.Errors[0].fault(r, opProductUpdate.name, refusal.class, refusal.code)
	case update.Product == nil:
		fault = r.answer.Fault(channel.Missing, opProductUpdate.name, CodeProductGone)
	}
	return r.requestID, fault
}
