package amazon

import (
	"context"
	"net/http"
	"net/url"

	"github.com/towpath/towpath/internal/channel"
)

// refusals decides, in a row of calls that name one SKU each, which failure is the account's and ends the row. Amazon
// answers 403 Unauthorized also to a single SKU that the seller may not touch (selling-partner-api-models, issues 4429
// and 4727), and 500 to a single SKU that its services can't handle.
type refusals struct {
	client   *client
	proven   bool // the account may make such calls: one has succeeded, or the test of the account has
	troubled bool // the call before met a failure of Amazon's own
}

// stops returns the fault that the next call would meet as well; nil when the failure, if any, is of the one SKU.
func (r *refusals) stops(ctx context.Context, f *channel.Fault) *channel.Fault {
	if f == nil {
		r.proven, r.troubled = true, false
		return nil
	}
	switch f.Class {
	case channel.Network, channel.Timeout, channel.Throttled, channel.Auth:
		return f
	case channel.Unavailable, channel.Unknown:
		if r.troubled {
			return f
		}
		r.troubled = true
		return nil
	case channel.Config:
		if f.Status == http.StatusForbidden && !r.proven {
			return r.test(ctx, f)
		}
	case channel.Invalid, channel.Limit, channel.Missing, channel.Conflict:
	}
	r.proven = r.proven || f.Status == http.StatusOK
	return nil
}

// test makes a call of the same role that names no SKU. If it is refused too, the refusal is the account's; if it
// fails otherwise, nobody knows, and nothing more is sent now.
func (r *refusals) test(ctx context.Context, refused *channel.Fault) *channel.Fault {
	var ignored struct{}
	_, f := r.client.call(ctx, r.client.search(url.Values{"pageSize": {"1"}, "sortBy": {"createdDate"}, "sortOrder": {"ASC"}}), &ignored)
	switch {
	case f == nil:
		r.proven = true
		return nil
	case f.Class == channel.Config:
		return refused
	}
	return f
}

// ofTheAccount reports whether a fault that ended a row says nothing about the SKU of its call.
func ofTheAccount(f *channel.Fault) bool {
	switch f.Class {
	case channel.Auth, channel.Config, channel.Throttled:
		return true
	}
	return f.Operation == opSearchListings // the test of the account failed
}
