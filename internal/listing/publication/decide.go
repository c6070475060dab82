package publication

import (
	"cmp"
	"fmt"

	"github.com/towpath/towpath/internal/listing"
)

// Verdicts are verdicts about items at one time.
type Verdicts struct {
	List    []Verdict
	DryRun  bool // of a run that only checks: validated items are done
	Answers bool // from a channel: items that wait for another answer stay unchanged
}

// Decide sets the status of the items of whole products: first of variants by their verdicts, then of products by
// theirs, then of products by their variants. It returns how many items ended, by status. A repetition changes
// nothing, because the items have ended.
func Decide(items []*Item, verdicts Verdicts) listing.PublicationCounts {
	s := newDecision(items, verdicts)
	said := verdicts.bySKU()
	for _, variants := range s.variants {
		for _, i := range variants {
			if v, ok := said[i.Reference]; ok {
				s.apply(i, v)
			}
		}
	}
	for _, v := range verdicts.List {
		if v.SKU == "" {
			s.whole(v)
		}
	}
	for key, p := range s.products {
		s.follow(p, s.variants[key])
	}
	return s.counts
}

// decision is the state of one call of Decide.
type decision struct {
	doneAt   listing.Step // the step at which an item is done
	answers  bool
	products map[string]*Item
	variants map[string][]*Item // by product
	counts   listing.PublicationCounts
}

func newDecision(items []*Item, verdicts Verdicts) *decision {
	s := &decision{doneAt: listing.Accepted, answers: verdicts.Answers, products: map[string]*Item{}, variants: map[string][]*Item{}}
	if verdicts.DryRun {
		s.doneAt = listing.Validated
	}
	for _, i := range items {
		i.decided, i.ended = false, false
		if i.Kind == listing.KindProduct {
			s.products[i.Reference] = i
		} else {
			s.variants[i.Parent] = append(s.variants[i.Parent], i)
		}
	}
	return s
}

// apply gives a variant its verdict. One that has ended keeps its end.
func (s *decision) apply(i *Item, v Verdict) {
	if i.decided = true; i.Status != Pending {
		return
	}
	i.keepDetails(v)
	switch {
	case v.failed():
		i.fail(v)
		s.end(i, Error)
	case v.Skipped != "":
		i.Reason = v.Skipped
		s.end(i, Skipped)
	default:
		if v.Step.After(i.Step) {
			i.reach(v.Step)
		}
		if !s.doneAt.After(i.Step) {
			s.end(i, Done)
		}
	}
}

// whole gives a product its verdict. Its failure takes along the variants of which nothing else is known.
func (s *decision) whole(v Verdict) {
	p, ok := s.products[v.Product]
	if !ok {
		return
	}
	if p.Status == Pending {
		p.keepDetails(v)
		if v.failed() {
			p.fail(v)
			s.end(p, Error)
		}
	}
	if !v.failed() && v.Skipped == "" {
		return
	}
	for _, i := range s.variants[v.Product] {
		if i.decided || i.Status != Pending || s.answers && ToAnswer().Of(i) {
			continue
		}
		if v.Skipped != "" {
			i.Reason = v.Skipped
			s.end(i, Skipped)
			continue
		}
		i.Stage, i.Code = p.Stage, CodeProductFailed
		i.Issues = append(i.Issues, listing.Issue{
			Stage: p.Stage, Severity: listing.Error, Code: CodeProductFailed, RequestID: v.RequestID,
			Message: "its product failed as a whole, see " + v.Product,
		})
		s.end(i, Error)
	}
}

// end ends an item, and counts it.
func (s *decision) end(i *Item, status Status) {
	i.end(status)
	i.group().outcome(&s.counts)
}

// Verdict is the result of a check or of a channel for an item of a run. An item with a fault or an error ends in
// error. A skipped one ends as skipped. Any other goes to Step and is done when it is accepted (in a dry run:
// validated).
type Verdict struct {
	Product string // its key; must be given
	SKU     string // empty = the whole product; its error also ends all variants without a verdict of their own
	Step    listing.Step
	Skipped string          // why nothing is sent
	Issues  []listing.Issue // all of the stage at hand
	Fault   *Fault          // nil: the channel did not fail
	Plan    string          // of a check: see listing.Draft
	Hash    string          // of a check: of what would be sent, quantities apart
	Marks   listing.Marks   // of a check: of what would be sent
	Change  listing.Change  // of a check: what would be sent, compared with what is listed

	// Of an answer.
	ChannelSKU string
	Ref        string // what levels are sent with; empty: not known
	RequestID  string
	ListingID  string
}

// Fault is a channel's failure, as far as an item's outcome depends on it.
type Fault struct {
	ID        string // under which the channel's own words are kept
	Code      string // the channel's; empty: it gave none
	Class     string
	RequestID string
}

// code returns the channel's code, or else the fault's class.
func (f Fault) code() string { return cmp.Or(f.Code, f.Class) }

// Check returns an error if a verdict is not valid.
func (v Verdict) Check() error {
	switch {
	case v.Product == "":
		return fmt.Errorf("the verdict about SKU %q names no product", v.SKU)
	case len(v.Plan) > listing.MaxPlan:
		return fmt.Errorf("the plan of %q has %d bytes; at most %d are kept", cmp.Or(v.SKU, v.Product), len(v.Plan), listing.MaxPlan)
	}
	return nil
}

// failed reports whether the item ends in error.
func (v Verdict) failed() bool { return v.Fault != nil || listing.Failed(v.Issues) }

// issue returns the fault as an issue, if the channel gave none.
func (f Fault) issue() listing.Issue {
	return listing.Issue{
		Stage: listing.Response, Severity: listing.Error, Code: f.code(), RequestID: f.RequestID,
		Message: "the channel refused it; its own words stand in fault " + f.ID,
	}
}
