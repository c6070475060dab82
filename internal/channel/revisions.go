package channel

import "context"

// RevisionsADay returns how often the channel lets a listing be revised on a day, by levels and publications together; 0: it does not
// limit that. All variations of a listing share that number. Source for eBay: "Each listing can be revised up to 250 times in one
// calendar day. If this revision threshold is reached, the seller will be blocked from revising the item until the next calendar day"
// (sell_inventory_v1, bulkUpdatePriceQuantity and others).
func (k Kind) RevisionsADay() int {
	if k == EBay {
		return 250
	}
	return 0
}

// CountRevisions counts one more revision of each listing (the channel's ids), before a call that revises them. It returns those that
// may not be revised now, which the call must leave out. A call that fails afterwards stays counted.
type CountRevisions func(ctx context.Context, listings []string) (kept []string, err error)

type revisionsKey struct{}

// WithRevisions returns a context in which publications count what they revise.
func WithRevisions(ctx context.Context, count CountRevisions) context.Context {
	return context.WithValue(ctx, revisionsKey{}, count)
}

// Revise counts revisions with the function of the context; without one nothing is counted, and nothing kept.
func Revise(ctx context.Context, listings []string) (kept []string, err error) {
	count, ok := ctx.Value(revisionsKey{}).(CountRevisions)
	if !ok || len(listings) == 0 {
		return nil, nil
	}
	return count(ctx, listings)
}
