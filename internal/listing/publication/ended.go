package publication

import (
	"fmt"

	"github.com/towpath/towpath/internal/listing"
)

// Reasons of items that a run left behind.
const (
	reasonNoAnswer = "it was sent, and the channel has not answered: publish it again"
	// TooLate is why what is left of a run that ends is skipped.
	TooLate = "the run ended before it was its turn"
)

// Rest ends variants that a run has left behind as skipped, with the reason. What was sent and not answered says so itself.
func Rest(items []*Item, reason string) []Verdict {
	var out []Verdict
	for _, i := range items {
		if i.Kind != listing.KindVariant || i.Status != Pending {
			continue
		}
		why := reason
		if i.Step == listing.Submitted {
			why = reasonNoAnswer
		}
		out = append(out, Verdict{Product: i.Parent, SKU: i.Reference, Skipped: why})
	}
	return out
}

// Ended are the variants that the last Settle has ended with a status.
func Ended(items []*Item, status Status) []*Item {
	var out []*Item
	for _, i := range items {
		if i.Kind == listing.KindVariant && i.ended && i.Status == status {
			out = append(out, i)
		}
	}
	return out
}

// Products are how many products of a category ended with a status and a code.
type Products struct {
	Category string
	Status   Status
	Code     string
	N        int
}

// EndCategories ends categories by how their products ended: one with products that have no type on the account is in error, one of which
// something was worked on is done. One without any products is left alone.
func EndCategories(categories []*Item, products []Products) {
	type sum struct{ all, untyped, worked int }
	sums := map[string]sum{}
	for _, p := range products {
		s := sums[p.Category]
		s.all += p.N
		if p.Code == listing.CodeTypeMissing {
			s.untyped += p.N
		}
		if p.Status != Skipped {
			s.worked += p.N
		}
		sums[p.Category] = s
	}
	for _, i := range categories {
		s, ok := sums[i.Reference]
		if !ok {
			continue
		}
		i.Step, i.Stage, i.Code, i.Reason = listing.Selected, "", "", ""
		switch {
		case s.untyped > 0:
			i.Stage, i.Code = listing.Validation, listing.CodeTypeMissing
			i.Reason = fmt.Sprintf("the account has no type for %d of its %d products", s.untyped, s.all)
			i.end(Error)
		case s.worked > 0:
			i.Step = listing.Validated
			i.end(Done)
		default:
			i.Reason = reasonNothing
			i.end(Skipped)
		}
	}
}
