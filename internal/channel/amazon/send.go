package amazon

import (
	"context"
	"net/http"

	"github.com/towpath/towpath/internal/channel"
)

// put is the body of putListingsItem.
type put struct {
	ProductType  string `json:"productType"`
	Requirements string `json:"requirements"`
	Attributes   any    `json:"attributes"`
}

// send puts or patches one item and adds Amazon's answer to the result.
func (c *client) send(ctx context.Context, e submissionItem, preview bool, r *channel.VariantResult) {
	operation, method, body := opPutListing, http.MethodPut, any(put{e.productType, requirements, e.attributes})
	if e.plan.Op == planPatch {
		patches := c.patchesOf(e.plan, e.attributes)
		if len(patches) == 0 {
			r.Step = stepSame
			return
		}
		operation, method, body = opPatch, http.MethodPatch, patch{e.productType, patches}
	}
	s, answer, fault := c.submit(ctx, operation, method, e.sku, body, preview)
	if r.Fault = fault; fault != nil {
		r.RequestID = fault.RequestID
	}
	if answer == nil {
		return
	}
	answered(r, answer, operation, s.Issues)
	r.Step = s.Status
	for _, place := range s.Identifiers {
		if place.MarketplaceID == c.account.Marketplace {
			r.ListingID = place.ASIN
		}
	}
}
