package amazon

import (
	"context"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
)

// submitByFeed uploads all items as one feed. Nothing happens before createFeed. If its answer is lost, a second feed
// with the same content is harmless.
func (c *client) submitByFeed(ctx context.Context, submissionItems []submissionItem, out channel.Publication) (channel.Publication, error) {
	if len(submissionItems) > feedItems {
		return channel.Publication{}, channel.Refusal(channel.Invalid, opFeed, codeFeedTooLong, fmt.Sprintf("%d items, a feed may have at most %d", len(submissionItems), feedItems))
	}
	body, skus := c.feedOf(submissionItems, &out)
	if len(body.Messages) == 0 {
		return out, nil
	}
	id, answer, fault := c.createListingsFeed(ctx, body)
	if fault != nil {
		return channel.Publication{}, fault
	}
	out.Pending, out.RequestID = handle{FeedID: id, Digest: digest(skus)}.String(), answer.RequestID
	return out, nil
}

// feedOf builds the feed of the items, parents first; items without changes get their result at once. A message's
// number is the position of its SKU among the sorted ones, so the SKUs alone give the numbers.
func (c *client) feedOf(submissionItems []submissionItem, out *channel.Publication) (feedBody, []string) {
	body := feedBody{Header: feedHeader{SellerID: c.account.Credentials["sellerId"], Version: "2.0"}}
	var skus []string
	for _, e := range submissionItems {
		m := feedMessage{SKU: e.sku, OperationType: "UPDATE", ProductType: e.productType}
		if !e.parent {
			m.MessageID = childrenFrom
		}
		if e.plan.Op == planPut {
			m.Requirements, m.Attributes = requirements, e.attributes
		} else if m.OperationType, m.Patches = "PATCH", c.patchesOf(e.plan, e.attributes); len(m.Patches) == 0 {
			out.Results = append(out.Results, channel.VariantResult{SKU: e.sku, Ref: e.productType, Step: stepSame})
			continue
		}
		body.Messages, skus = append(body.Messages, m), append(skus, e.sku)
	}
	skus = numbered(skus)
	for n := range body.Messages {
		place, _ := slices.BinarySearch(skus, body.Messages[n].SKU)
		body.Messages[n].MessageID += place + 1
	}
	return body, skus
}

// SubmitOutcome returns the outcome of a feed of items: every SKU has a result once Amazon is done. If the feed was
// CANCELLED or FATAL, some, none or all of it may have been applied: each SKU without an error of its own gets an
// ambiguous fault, and the next check compares it with Amazon's listing. The report does not contain product types,
// so Ref is the general type, with which every level can be set, until the listing is read.
func (c *client) SubmitOutcome(ctx context.Context, pending string, skus []string) (channel.Publication, error) {
	f, fault := c.outcome(ctx, pending, skus)
	if fault != nil {
		return channel.Publication{}, fault
	}
	out := channel.Publication{RequestID: f.answer.RequestID}
	if f.waiting {
		out.Pending = pending
		return out, nil
	}
	for n, sku := range f.skus {
		r := channel.VariantResult{SKU: sku, Ref: anyProductType, Step: "ACCEPTED", RequestID: f.answer.RequestID, Fault: f.fault(n), Warnings: disliked(plainly(f.issues[n]))}
		if r.Fault != nil {
			r.Step = "INVALID"
		}
		for _, i := range plainly(f.issues[n]) {
			r.Issues = append(r.Issues, i.issue(r.RequestID))
		}
		if r.Fault != nil && !listing.Failed(r.Issues) {
			for _, i := range plainly(f.whole[:min(len(f.whole), mostShared)]) {
				r.Issues = append(r.Issues, i.issue(r.RequestID))
			}
		}
		out.Results = append(out.Results, r)
	}
	return out, nil
}

// mostShared limits how many of the whole feed's issues are repeated for each item.
const mostShared = 3
