package amazon

import (
	"context"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
)

const (
	// liveWithin is how long an accepted item may take to show. Amazon says minutes; sellers report items that never do.
	liveWithin = 30 * time.Minute

	codeNeverLive = "ACCEPTED_AND_NEVER_APPLIED"
)

// publishing is what Towpath keeps of a publication while Amazon works on it.
type publishing struct {
	At    time.Time `json:"a"` // when it was accepted, by our clock
	Items []awaited `json:"i"`
}

// awaited is an item that was accepted.
type awaited struct {
	SKU    string    `json:"s"`
	Before time.Time `json:"u"` // its last change before; zero = it was not there, or needs none
	Parent bool      `json:"p,omitempty"`
}

func (p *publishing) add(i item, before time.Time) {
	p.Items = append(p.Items, awaited{SKU: i.sku, Before: before, Parent: i.parent})
}

// PublishOutcome reads the items back. The publication is Pending until each shows in the marketplace, with a change
// later than the one before it. Errors: Invalid when the handle is not from here.
func (c *client) PublishOutcome(ctx context.Context, pending string) (channel.Publication, error) {
	ctx, cancel := context.WithTimeout(ctx, batchDeadline)
	defer cancel()
	var p publishing
	if err := unpack(pending, &p); err != nil || len(p.Items) == 0 {
		return channel.Publication{}, refusal(channel.Invalid, opGetListing, codeHandle, "the handle of the publication is not one of Amazon's")
	}
	var skus []string
	for _, i := range p.Items {
		skus = append(skus, i.SKU)
	}
	found, answer, fault := c.lookUp(ctx, skus, "summaries,issues")
	if fault != nil {
		return channel.Publication{}, fault
	}
	out, waiting := channel.Publication{RequestID: answer.RequestID}, false
	for _, i := range p.Items {
		n := slices.IndexFunc(found, func(l wireListing) bool { return l.SKU == i.SKU })
		var l wireListing
		if n >= 0 {
			l = found[n]
		}
		r := c.readBack(i, l, answer)
		if s, ok := l.in(c.account.Marketplace); ok && out.ListingID == "" {
			out.ListingID = s.ASIN
		}
		waiting = waiting || r.Fault != nil && r.Fault.Code == codeNeverLive
		if !i.Parent {
			out.Results = append(out.Results, r)
		}
	}
	if waiting && time.Since(p.At) < liveWithin {
		return channel.Publication{Pending: pending, RequestID: answer.RequestID}, nil
	}
	return out, nil
}

// readBack is what has become of an accepted item. One that Amazon shows with errors and no summary was refused after
// all; errors of one that it does show are warnings.
func (c *client) readBack(i awaited, l wireListing, answer *transport.Answer) channel.VariantResult {
	s, shown := l.in(c.account.Marketplace)
	r := channel.VariantResult{SKU: i.SKU, Ref: s.ProductType, Step: stepListed, RequestID: answer.RequestID}
	bad := slices.ContainsFunc(l.Issues, func(i issue) bool { return i.Severity == "ERROR" })
	switch {
	case !shown && bad:
		r.Step, r.Fault = "ACCEPTED", invalid(answer, opGetListing, l.Issues)
		return r
	case !shown || !i.Before.IsZero() && !s.LastUpdatedDate.After(i.Before):
		r.Step, r.Fault = "ACCEPTED", answer.Fault(channel.Unavailable, opGetListing, codeNeverLive)
		r.Fault.Raw = "accepted, and not applied until now"
		r.Fault.Ambiguous = true
		return r
	case slices.Contains(s.Status, buyable):
		r.Step = stepLive
	}
	for _, i := range l.Issues {
		r.Warnings = append(r.Warnings, code(i.Code))
	}
	return r
}
