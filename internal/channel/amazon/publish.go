package amazon

import (
	"context"
	"net/http"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
)

const (
	opDeleteListing = "deleteListingsItem"

	codeNoEnding = "ENDING_NOT_PERMITTED"
	codeTestOnly = "ENDPOINT_IS_TEST"
)

// Publish is Check and Submit of one product; no definition that Towpath keeps is asked. A test endpoint only validates, as a preview does.
func (c *client) Publish(ctx context.Context, p channel.Product, preview bool) (channel.Publication, error) {
	d, err := c.Define(ctx, p.Type)
	if err != nil {
		return channel.Publication{}, err
	}
	kept := one{d}
	checked, err := c.Check(ctx, []channel.Product{p}, kept)
	if err != nil {
		return channel.Publication{}, err
	}
	for _, issues := range checked[0].Issues {
		if listing.Failed(issues) {
			return channel.Publication{}, refusal(channel.Config, opPutListing, code(issues[0].Code), issues[0].Message)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, batchDeadline)
	defer cancel()
	errands, out, fault := c.errands([]listing.Draft{{Product: p, Plans: checked[0].Plans}}, kept)
	if fault != nil {
		return channel.Publication{}, fault
	}
	if out, err = c.submitEach(ctx, errands, out, preview || c.previews()); err != nil {
		return channel.Publication{}, err
	}
	if len(p.Options) > 0 {
		out.Results = slices.DeleteFunc(out.Results, func(r channel.VariantResult) bool { return r.SKU == p.Key })
	}
	return out, nil
}

// one is a single definition.
type one struct{ kept listing.Definition }

func (o one) Definition(string) *listing.Definition { return &o.kept }

// PublishOutcome has nothing to ask: what Publish answers is final.
func (c *client) PublishOutcome(context.Context, string) (channel.Publication, error) {
	return channel.Publication{}, refusal(channel.Invalid, opPutListing, codeHandle, "no publication is pending")
}

// End deletes the listings: a quantity of 0 would not do, since the next level that is pushed would put them on sale
// again. A listing that is not there any more is as good as ended.
func (c *client) End(ctx context.Context, skus []string) ([]channel.VariantResult, error) {
	ctx, cancel := context.WithTimeout(ctx, batchDeadline)
	defer cancel()
	switch {
	case !c.account.Listings.End:
		return nil, refusal(channel.Config, opDeleteListing, codeNoEnding, "the account does not permit that its listings are ended")
	case c.previews():
		return nil, refusal(channel.Config, opDeleteListing, codeTestOnly, "a listing cannot be ended for a test: Amazon validates no deletion")
	}
	var out []channel.VariantResult
	var stopped *channel.Fault
	for _, sku := range skus {
		r := channel.VariantResult{SKU: sku}
		if stopped != nil {
			r.Fault = again(stopped, false)
			out = append(out, r)
			continue
		}
		s, answer, fault := c.submit(ctx, opDeleteListing, http.MethodDelete, sku, nil, false)
		switch {
		case fault != nil && fault.Class == channel.Missing:
			r.Step, r.RequestID, r.Warnings = "missing", fault.RequestID, []string{fault.Code}
		case fault != nil:
			r.Fault, r.RequestID = fault, fault.RequestID
			if stopsBatch(fault) {
				stopped = fault
			}
		default:
			r.Step, r.RequestID, r.Warnings = s.Status, answer.RequestID, disliked(s.Issues)
		}
		out = append(out, r)
	}
	return out, nil
}

// Collections has none: Amazon's sellers don't group their products.
func (c *client) Collections(context.Context, string) (channel.CollectionsPage, error) {
	return channel.CollectionsPage{}, nil
}

// refusal is a fault of something that is not sent.
func refusal(class channel.Class, operation, code, words string) *channel.Fault {
	f := channel.NewFault(class, operation, words)
	f.Code = code
	return f
}
