package channel

import "context"

// Reviser is a connection to a channel that lets a listing be revised only so often on a day, by levels and publications together. All
// variations of a listing share that number.
type Reviser interface {
	// RevisionsADay returns how often.
	RevisionsADay() int
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
