package publication

import (
	"fmt"

	"github.com/towpath/towpath/internal/listing"
)

// family is how a product's variants stand together.
type family struct {
	of    int            // variants
	has   map[Status]int // of them
	least listing.Step   // the step of those that go on or are done that has come the least far; Live: there are none
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

// inError says how many of the variants are in error.
func (f family) inError() string {
	return fmt.Sprintf("%d of %d variants are in error", f.has[Error], f.of)
}

// follow ends a product whose variants have all ended, and shows how far they are. It is in error when no variant is done.
func (s *settlement) follow(p *Item, variants []*Item) {
	if p.Status != Pending {
		return
	}
	f := familyOf(variants)
	if f.has[Pending]+f.has[Done] > 0 {
		p.reach(f.least)
	}
	switch {
	case f.has[Pending] > 0:
	case f.has[Done] > 0: // an error of a variant is the variant's: told once
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

// reasonNothing is why a product or a category is skipped of which nothing was worked on.
const reasonNothing = "nothing of it was to be sent"
