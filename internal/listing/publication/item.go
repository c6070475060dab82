// Package publication has the rules of runs that publish: which items a run has, what becomes of them under the verdicts of our own check and of
// the channel, what a product is when its variants are, and what becomes of a listing that the channel accepted and shows, or does not show. It
// is pure.
package publication

import (
	"cmp"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/listing"
)

// Status is the status of an item of a run.
type Status string

// The statuses of an item.
const (
	Pending Status = "pending"
	Done    Status = "done"
	Error   Status = "error"
	Skipped Status = "skipped" // always with a reason
)

// Codes of issues that are made here.
const (
	CodeProductFailed  = "product-failed"    // of a variant whose product failed as a whole
	CodeNotInCatalogue = "not-in-catalogue"  // of something that was to be published and is not there, or is no more
	CodeNotListed      = "listing-not-shown" // of an item that the channel has accepted and, asked time and again, does not show
)

// maxIssues bounds what is kept of one item.
const maxIssues = 100

// Item is a category, a product or a variant of a run.
type Item struct {
	ID        int64  // unique over all runs
	Run       string // the id of its run
	Kind      listing.Kind
	Reference string // a variant's SKU, a product's key, a category's path
	Parent    string // a variant's product, a product's category; empty: none is known
	Title     string // of a new one
	MadeAt    time.Time
	Status    Status
	Step      listing.Step
	Stage     listing.Stage   // of an error
	Reason    string          // of a skipped one; of a product how many of its variants are in error
	Code      string          // of the first error
	RequestID string          // of the channel's answer
	ListingID string          // empty: not known
	FaultID   string          // the channel's own words stand in this fault
	Warnings  int             // of its issues
	Issues    []listing.Issue // all of them, at most 100

	judged  bool // it has a verdict of its own among those at hand
	changed bool
	ended   bool
}

// Changed reports whether an item is other than it was when it was read.
func (i *Item) Changed() bool { return i.changed }

// end gives a pending item its end.
func (i *Item) end(status Status) { i.Status, i.changed, i.ended = status, true, true }

// reach moves an item to a step.
func (i *Item) reach(step listing.Step) {
	if i.Step != step {
		i.Step, i.changed = step, true
	}
}

// keepDetails keeps what a verdict says beside its outcome. Its issues take the place of those of their stage.
func (i *Item) keepDetails(v Verdict) {
	i.changed = true
	for _, stage := range []listing.Stage{listing.Validation, listing.Response} {
		if fresh := ofStage(v.Issues, stage, true); len(fresh) > 0 {
			i.Issues = append(ofStage(i.Issues, stage, false), fresh...)
		}
	}
	i.Issues = i.Issues[:min(len(i.Issues), maxIssues)]
	i.Warnings = 0
	for _, issue := range i.Issues {
		if issue.Severity == listing.Warning {
			i.Warnings++
		}
	}
	if v.RequestID != "" {
		i.RequestID = v.RequestID
	}
	if v.ListingID != "" {
		i.ListingID = v.ListingID
	}
}

// ofStage are the issues that are of a stage, or those that are not.
func ofStage(issues []listing.Issue, stage listing.Stage, are bool) []listing.Issue {
	var out []listing.Issue
	for _, i := range issues {
		if (i.Stage == stage) == are {
			out = append(out, i)
		}
	}
	return out
}

// fail notes the stage and the first error. A fault is the channel's answer, unless our own check met it.
func (i *Item) fail(v Verdict) {
	i.Stage = listing.Response
	for _, issue := range v.Issues {
		if issue.Severity == listing.Error {
			i.Stage, i.Code = issue.Stage, issue.Code
			break
		}
	}
	if v.Fault == nil {
		return
	}
	i.FaultID = v.Fault.ID
	i.Code = cmp.Or(i.Code, v.Fault.Code)
	i.RequestID = cmp.Or(i.RequestID, v.Fault.RequestID)
	if i.Reason = ""; !listing.Failed(v.Issues) {
		i.Issues = append(i.Issues, v.Fault.issue())
	}
}

// Lane is what lists of items choose by, in one word: the endpoint, the kind and the status of an item.
type Lane string

// LaneOf is the lane of items.
func LaneOf[E, K ~string](endpoint E, kind K, status Status) Lane {
	return Lane(string(endpoint) + "/" + string(kind) + "/" + string(status))
}

// Status is that of the items of a lane.
func (l Lane) Status() Status { return Status(l[strings.LastIndex(string(l), "/")+1:]) }

// Of reports whether a lane has items of an endpoint and of a kind. Empty ones stand for all.
func (l Lane) Of(endpoint, kind string) bool {
	return (endpoint == "" || strings.HasPrefix(string(l), endpoint+"/")) && (kind == "" || strings.Contains(string(l), "/"+kind+"/"))
}

// Tally is how many items of a run have the same status and stage.
type Tally struct {
	Status Status
	Stage  listing.Stage
	Items  int
	Warned int // of them, with warnings
}

// Count counts a run's items by outcome.
func Count(tallies []Tally) listing.PublicationCounts {
	var c listing.PublicationCounts
	for _, t := range tallies {
		c.Items += t.Items
		t.outcome(&c)
	}
	return c
}

// outcome adds the items to those of their outcome. Pending ones have none.
func (t Tally) outcome(c *listing.PublicationCounts) {
	switch {
	case t.Status == Done:
		c.Done, c.Warnings = c.Done+t.Items, c.Warnings+t.Warned
	case t.Status == Skipped:
		c.Skipped += t.Items
	case t.Status == Error && t.Stage == listing.Response:
		c.Refused += t.Items
	case t.Status == Error:
		c.Invalid += t.Items
	}
}

// tally is the item alone.
func (i *Item) tally() Tally {
	t := Tally{Status: i.Status, Stage: i.Stage, Items: 1}
	if i.Warnings > 0 {
		t.Warned = 1
	}
	return t
}
