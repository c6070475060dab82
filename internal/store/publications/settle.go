package publications

import (
	"encoding/json"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// CodeProductFailed is the issue of a variant whose product failed as a whole.
const CodeProductFailed = "product-failed"

// maxIssues bounds what is kept of one item.
const maxIssues = 100

// fate is an item of a publication while it is decided about.
type fate struct {
	id                int64
	kind              listing.Kind
	reference, parent string
	status            runs.ItemStatus
	step              listing.Step
	stage             listing.Stage
	reason, code      string
	requestID         string
	listingID         string
	faultID           string
	warnings          int
	issues            []listing.Issue
	judged            bool // by a verdict of this call
	changed           bool
}

// settlement decides what becomes of the items of whole products. It is pure: a repetition finds the items ended, and changes nothing.
type settlement struct {
	doneAt   listing.Step // the step at which an item is done
	answers  bool         // the verdicts are a channel's: what waits for another answer is left alone
	products map[string]*fate
	variants map[string][]*fate // by product
	counts   message.PublicationCounts
}

func newSettlement(items []*fate, dryRun, answers bool) *settlement {
	s := &settlement{doneAt: listing.Accepted, answers: answers, products: map[string]*fate{}, variants: map[string][]*fate{}}
	if dryRun {
		s.doneAt = listing.Validated
	}
	for _, i := range items {
		if i.kind == listing.KindProduct {
			s.products[i.reference] = i
		} else {
			s.variants[i.parent] = append(s.variants[i.parent], i)
		}
	}
	return s
}

// settle applies verdicts: first those of variants, then those of products, then what follows for the products.
func (s *settlement) settle(verdicts []ItemVerdict) {
	bySKU := map[string]ItemVerdict{}
	for _, v := range verdicts {
		if v.SKU != "" {
			bySKU[v.SKU] = v
		}
	}
	for _, variants := range s.variants {
		for _, i := range variants {
			if v, ok := bySKU[i.reference]; ok {
				s.apply(i, v)
			}
		}
	}
	for _, v := range verdicts {
		if v.SKU == "" {
			s.whole(v)
		}
	}
	for key, p := range s.products {
		s.follow(p, s.variants[key])
	}
}

// apply gives an item its verdict. One that has ended keeps its end.
func (s *settlement) apply(i *fate, v ItemVerdict) {
	if i.judged = true; i.status != runs.ItemPending {
		return
	}
	i.take(v)
	switch {
	case v.Fault != nil || listing.Failed(v.Issues):
		i.fail(v)
		s.end(i, runs.ItemError)
	case v.Skipped != "":
		i.reason = v.Skipped
		s.end(i, runs.ItemSkipped)
	default:
		if later(v.Step, i.step) {
			i.step, i.changed = v.Step, true
		}
		if !later(s.doneAt, i.step) {
			s.end(i, runs.ItemDone)
		}
	}
}

// whole gives a product its verdict. Its failure takes along the variants of which nothing else is known.
func (s *settlement) whole(v ItemVerdict) {
	p, ok := s.products[v.Product]
	if !ok {
		return
	}
	failed := v.Fault != nil || listing.Failed(v.Issues)
	if p.status == runs.ItemPending {
		p.take(v)
		if failed {
			p.fail(v)
			s.end(p, runs.ItemError)
		}
	}
	if !failed && v.Skipped == "" {
		return
	}
	for _, i := range s.variants[v.Product] {
		if i.judged || i.status != runs.ItemPending || s.answers && i.step == listing.Submitted {
			continue
		}
		if v.Skipped != "" {
			i.reason = v.Skipped
			s.end(i, runs.ItemSkipped)
			continue
		}
		i.stage, i.code = p.stage, CodeProductFailed
		i.issues = append(i.issues, listing.Issue{Stage: p.stage, Severity: listing.Error, Code: CodeProductFailed, RequestID: v.RequestID,
			Message: "its product failed as a whole, see " + v.Product})
		s.end(i, runs.ItemError)
	}
}

// follow ends a product whose variants have all ended, and shows how far they are. It is in error when no variant is done.
func (s *settlement) follow(p *fate, variants []*fate) {
	if p.status != runs.ItemPending {
		return
	}
	n := map[runs.ItemStatus]int{}
	least, first := listing.Live, (*fate)(nil)
	for _, i := range variants {
		n[i.status]++
		if (i.status == runs.ItemPending || i.status == runs.ItemDone) && later(least, i.step) {
			least = i.step
		}
		if i.status == runs.ItemError && first == nil {
			first = i
		}
	}
	if n[runs.ItemPending]+n[runs.ItemDone] > 0 && least != p.step {
		p.step, p.changed = least, true
	}
	switch {
	case n[runs.ItemPending] > 0:
	case n[runs.ItemDone] > 0: // an error of a variant is the variant's: told once
		if n[runs.ItemError] > 0 {
			p.reason = inError(n[runs.ItemError], len(variants))
		}
		s.end(p, runs.ItemDone)
	case n[runs.ItemError] > 0:
		p.stage, p.code, p.reason = first.stage, first.code, inError(n[runs.ItemError], len(variants))
		s.end(p, runs.ItemError)
	default:
		p.reason = "nothing of it was to be sent"
		s.end(p, runs.ItemSkipped)
	}
}

func inError(failed, of int) string { return fmt.Sprintf("%d of %d variants are in error", failed, of) }

// end ends an item, and counts it.
func (s *settlement) end(i *fate, status runs.ItemStatus) {
	i.status, i.changed = status, true
	switch status {
	case runs.ItemDone:
		s.counts.Done++
		if i.warnings > 0 {
			s.counts.Warnings++
		}
	case runs.ItemSkipped:
		s.counts.Skipped++
	case runs.ItemError:
		if i.stage == listing.Response {
			s.counts.Refused++
		} else {
			s.counts.Invalid++
		}
	}
}

// take keeps what a verdict says beside its outcome. Its issues take the place of those of their stage.
func (i *fate) take(v ItemVerdict) {
	i.changed = true
	for _, stage := range []listing.Stage{listing.Validation, listing.Response} {
		var fresh []listing.Issue
		for _, issue := range v.Issues {
			if issue.Stage == stage {
				fresh = append(fresh, issue)
			}
		}
		if len(fresh) > 0 {
			i.issues = append(without(i.issues, stage), fresh...)
		}
	}
	i.issues = i.issues[:min(len(i.issues), maxIssues)]
	i.warnings = 0
	for _, issue := range i.issues {
		if issue.Severity == listing.Warning {
			i.warnings++
		}
	}
	if v.RequestID != "" {
		i.requestID = v.RequestID
	}
	if v.ListingID != "" {
		i.listingID = v.ListingID
	}
}

// fail notes the stage and the first error. A fault is the channel's answer, unless our own check met it.
func (i *fate) fail(v ItemVerdict) {
	i.stage = listing.Response
	for _, issue := range v.Issues {
		if issue.Severity == listing.Error {
			i.stage, i.code = issue.Stage, issue.Code
			break
		}
	}
	if v.Fault != nil {
		i.faultID = v.Fault.ID
		i.code = firstOf(i.code, v.Fault.Code, string(v.Fault.Class))
		i.requestID = firstOf(i.requestID, v.Fault.RequestID)
		if i.reason = ""; !listing.Failed(v.Issues) {
			i.issues = append(i.issues, faultIssue(v.Fault))
		}
	}
}

// faultIssue is a fault as an issue, where the channel gave none.
func faultIssue(f *channel.Fault) listing.Issue {
	return listing.Issue{Stage: listing.Response, Severity: listing.Error, Code: firstOf(f.Code, string(f.Class)), RequestID: f.RequestID,
		Message: "the channel refused it; its own words stand in fault " + f.ID}
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func without(issues []listing.Issue, stage listing.Stage) []listing.Issue {
	var out []listing.Issue
	for _, i := range issues {
		if i.Stage != stage {
			out = append(out, i)
		}
	}
	return out
}

// later tells whether a step comes after another.
func later(a, b listing.Step) bool { return stepOrder[a] > stepOrder[b] }

var stepOrder = map[listing.Step]int{
	listing.Selected: 0, listing.Validated: 1, listing.Submitted: 2, listing.Accepted: 3, listing.Listed: 4, listing.Live: 5,
}

func jsonIssues(issues []listing.Issue) string {
	if len(issues) == 0 {
		return "[]"
	}
	return db.JSONText(issues)
}

func readIssues(text string) ([]listing.Issue, error) {
	var issues []listing.Issue
	if text == "[]" || text == "" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(text), &issues); err != nil {
		return nil, fmt.Errorf("read issues: %w", err)
	}
	return issues, nil
}
