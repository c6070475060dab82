package amazon

import (
	"context"
	"net/http"

	"github.com/towpath/towpath/internal/channel"
)

const (
	opDeleteListing = "deleteListingsItem"

	codeNoEnding = "ENDING_NOT_PERMITTED"
	codeTestOnly = "ENDPOINT_IS_TEST"
)

// End deletes the listings. A quantity of 0 would not be enough: the next level would put them on sale again. A
// listing that does not exist counts as ended.
func (c *client) End(ctx context.Context, skus []string) ([]channel.VariantResult, error) {
	ctx, cancel := context.WithTimeout(ctx, channel.TurnDeadline)
	defer cancel()
	switch {
	case !c.account.Listings.End:
		return nil, channel.Refusal(channel.Config, opDeleteListing, codeNoEnding, "the account does not permit ending its listings")
	case c.previews():
		return nil, channel.Refusal(channel.Config, opDeleteListing, codeTestOnly, "a listing cannot be ended for a test: Amazon validates no deletion")
	}
	var out []channel.VariantResult
	var stopped *channel.Fault
	met := refusals{client: c}
	for _, sku := range skus {
		r := channel.VariantResult{SKU: sku}
		if stopped != nil {
			r.Fault = stopped.Unsent()
			out = append(out, r)
			continue
		}
		s, answer, fault := c.submit(ctx, opDeleteListing, http.MethodDelete, sku, nil, false)
		switch {
		case fault != nil && fault.Class == channel.Missing:
			r.Step, r.RequestID, r.Warnings = "missing", fault.RequestID, []string{fault.Code}
		case fault != nil:
			r.Fault, r.RequestID = fault, fault.RequestID
			stopped = met.stops(ctx, fault)
		default:
			r.Step, r.RequestID, r.Warnings = s.Status, answer.RequestID, disliked(s.Issues)
		}
		out = append(out, r)
	}
	return out, nil
}

// Collections returns an empty page: Amazon has no collections.
func (c *client) Collections(context.Context, string) (channel.CollectionsPage, error) {
	return channel.CollectionsPage{}, nil
}
