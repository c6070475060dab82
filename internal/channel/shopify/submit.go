package shopify

import (
	"context"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/listing"
)

// Limits of a Submit.
const (
	atOnce   = 4                // products in progress: more would only wait for points
	lastCall = 15 * time.Second // no product begins after this, so that all end within 25 seconds
)

// Submit sends each draft with its own productSet, some at a time. It never waits for points: a product for which
// there are not enough is not sent, and its SKUs get a RetryAfter. A large product becomes an operation of Shopify's,
// whose handle is in the answer. Shopify has no preview.
func (c *Connection) Submit(
	ctx context.Context, drafts []listing.Draft, preview bool, _ channel.Definitions,
) (channel.Publication, error) {
	if preview {
		return channel.Publication{}, channel.Refusal(channel.Config, opProductSet.name, CodeNoPreview, "Shopify has no way to check a product without writing it: publish to a development store")
	}
	if c.account.Location == "" {
		return channel.Publication{}, c.noLocation(opProductSet.name)
	}
	begun := time.Now()
	var refused atomic.Pointer[channel.Fault] // the account's: every other product would fail too
	all := make([]sent, len(drafts))
	var group errgroup.Group
	group.SetLimit(atOnce)
	for i, d := range drafts {
		group.Go(func() error {
			held, fault := c.notNow(ctx, begun, refused.Load())
			if fault != nil {
				all[i] = sent{product: d.Product, fault: fault}
				return nil
			}
			defer c.points.release(held)
			all[i] = c.send(ctx, d)
			if f := all[i].fault; f != nil && ofAccount(f) {
				refused.CompareAndSwap(nil, f)
			}
			return nil
		})
	}
	_ = group.Wait() // every draft has its own result
	c.share.sent(drafts)
	return collect(all)
}

// notNow returns why a product must not begin: the account is refused, time is up, or there are not enough points.
// Otherwise it reserves the points.
func (c *Connection) notNow(ctx context.Context, begun time.Time, refused *channel.Fault) (held float64, fault *channel.Fault) {
	if refused != nil {
		return 0, refused
	}
	if time.Since(begun) > lastCall || ctx.Err() != nil {
		return 0, channel.Refusal(channel.Timeout, opProductSet.name, transport.CodeDeadline, "it was not sent: the products before it used all the time")
	}
	held, wait := c.points.hold(time.Now(), c.points.asks(opProduct.name, opProductSet.name))
	if wait > 0 {
		return 0, c.unpaid(opProductSet.name, wait)
	}
	return held, nil
}

// ofAccount reports whether a fault is the account's, so that every other product would meet it too.
func ofAccount(f *channel.Fault) bool {
	return f.Class == channel.Auth || f.Class == channel.Config && (f.Status >= 400 || f.Code == "ACCESS_DENIED" || f.Code == "SHOP_INACTIVE")
}

// collect combines the results of the drafts. If none has a result, it returns the first fault.
func collect(all []sent) (channel.Publication, error) {
	var out channel.Publication
	var first *channel.Fault
	var pending handle
	answered := false
	for _, s := range all {
		switch {
		case s.pending != "":
			answered = true
			pending.add(s)
		case s.fault != nil:
			if first == nil || ofAccount(s.fault) && !ofAccount(first) {
				first = s.fault
			}
			f := s.fault
			for _, v := range s.product.Variants {
				out.Results = append(out.Results, unknown(v.SKU, f))
			}
			continue
		default:
			answered = true
			out.Results = append(out.Results, s.results...)
		}
		if out.RequestID = s.requestID; len(all) == 1 {
			out.ListingID = s.listingID
		}
	}
	if first != nil && !answered && (!first.Permanent() || ofAccount(first) || len(out.Results) == 0) {
		return channel.Publication{}, first
	}
	out.Pending = pending.String()
	return out, nil
}

// unknown returns the result of a variant whose product's call failed as a whole.
func unknown(sku string, f *channel.Fault) channel.VariantResult {
	one := channel.VariantResult{SKU: sku, RequestID: f.RequestID, Fault: f.Again()}
	if f.Permanent() {
		one.Issues = []listing.Issue{{
			Stage: listing.Response, Severity: listing.Error, Code: codeOr(f.Code, string(f.Class)), RequestID: f.RequestID,
			Message: "Shopify refused the whole call for its product",
		}}
	}
	return one
}
