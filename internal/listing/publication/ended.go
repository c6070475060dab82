package publication

import (
	"fmt"

	"github.com/towpath/towpath/internal/listing"
)

// Reasons of items left over in a run.
const (
	reasonNoAnswer = "it was sent, and the channel has not answered: publish it again"
	// TooLate is the reason of items skipped because the run ended.
	TooLate = "the run ended before it was its turn"
)

// Rest returns verdicts that end the remaining variants of a run as skipped, with the reason. Those sent without an
// answer get a reason of their own.
func Rest(items []*Item, reason string) []Verdict {
	var out []Verdict
	for _, i := range items {
		if i.Kind != listing.KindVariant || i.Status != Pending {
			continue
		}
		why := reason
		if ToAnswer().Of(i) {
			why = reasonNoAnswer
		}
		out = append(out, Verdict{Product: i.Parent, SKU: i.Reference, Skipped: why})
	}
	return out
}

// Ended returns the variants that the last Decide ended with a status.
func Ended(items []*Item, status Status) []*Item {
	var out []*Item
	for _, i := range items {
		if i.Kind == listing.KindVariant && i.ended && i.Status == status {
			out = append(out, i)
		}
	}
	return out
}

// Products is the number of products of a category that ended with a status and a code.
type Products struct {
	Category string
	Status   Status
	Code     string
	N        int
}

// EndCategories ends categories by the results of their products: a category is in error if it has products without a
// type on the account, and done if something of it was processed. One without products, or that has ended, is left unchanged.
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
		if !ok || i.Status != Pending {
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

// family counts a product's variants by status.
type family struct {
	of    int            // variants
	has   map[Status]int // of them
	least listing.Step   // the earliest step of the variants that are pending or done; Live = there are none
	wrong *Item          // the first that is in error
}

func familyOf(variants []*Item) family {
	f := family{of: len(variants), has: map[Status]int{}, least: listing.Live}
	for _, i := range variants {
		f.has[i.Status]++
		if (i.Status == Pending || i.Status == Done) && f.least.After(i.Step) {
			f.least = i.Step
		}
		if i.Status == Error && f.wrong == nil {
			f.wrong = i
		}
	}
	return f
}

// inError returns how many of the variants are in error, as text.
func (f family) inError() string {
	return fmt.Sprintf("%d of %d variants are in error", f.has[Error], f.of)
}

// follow ends a product whose variants have all ended, and shows how far they are. It is in error when no variant is done.
func (s *decision) follow(p *Item, variants []*Item) {
	if p.Status != Pending {
		return
	}
	f := familyOf(variants)
	if f.has[Pending]+f.has[Done] > 0 {
		p.reach(f.least)
	}
	switch {
	case f.has[Pending] > 0:
	case f.has[Done] > 0: // a variant's error is reported once, at the variant
		if f.has[Error] > 0 {
			p.Reason = f.inError()
		}
		s.end(p, Done)
	case f.has[Error] > 0:
		p.Stage, p.Code, p.Reason = f.wrong.Stage, f.wrong.Code, f.inError()
		s.end(p, Error)
	default:
		p.Reason = reasonNothing
		s.end(p, Skipped)
	}
}

// reasonNothing is the reason of a product or category skipped because nothing of it was processed.
const reasonNothing = "nothing of it was to be sent"
