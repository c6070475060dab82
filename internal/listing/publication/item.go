// Package publication has the rules of publication runs: which items a run has, how verdicts of Towpath's own check
// and of the channel change them, how a product's status follows from its variants, and what happens when the channel
// shows, or does not show, a listing that it accepted. It is pure.
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

// Codes of issues of this package.
const (
	CodeProductFailed  = "product-failed"    // of a variant whose product failed as a whole
	CodeNotInCatalogue = "not-in-catalogue"  // of something selected that is not, or no longer, in the catalogue
	CodeNotListed      = "listing-not-shown" // of an accepted item that the channel repeatedly does not show
)

// maxIssues limits the issues of one item.
const maxIssues = 100

// Item is a category, a product or a variant of a run.
type Item struct {
	ID        int64  // unique over all runs
	Run       string // the id of its run
	Kind      listing.Kind
	Reference string // a variant's SKU, a product's key, a category's path
	Parent    string // a variant's product, a product's category; empty: none is known
	Title     string // of a new one
	CreatedAt time.Time
	Status    Status
	Step      listing.Step
	Stage     listing.Stage   // of an error
	Reason    string          // of a skipped one; of a product how many of its variants are in error
	Code      string          // of the first error
	RequestID string          // of the channel's answer
	ListingID string          // empty: not known
	FaultID   string          // the fault with the channel's own words
	Warnings  int             // of its issues
	Issues    []listing.Issue // all of them, at most 100
	Change    listing.Change  // of a variant: what a check found that is to be sent

	decided bool // it has a verdict of its own
	changed bool
	ended   bool
}

// Changed reports whether an item has changed since it was read.
func (i *Item) Changed() bool { return i.changed }

// end sets the final status of a pending item.
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
	i.Change = i.Change.Then(v.Change)
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

// ofStage returns the issues of a stage, or those of other stages.
func ofStage(issues []listing.Issue, stage listing.Stage, are bool) []listing.Issue {
	var out []listing.Issue
	for _, i := range issues {
		if (i.Stage == stage) == are {
			out = append(out, i)
		}
	}
	return out
}

// fail sets the stage and the first error. A fault is the channel's answer, unless it happened in Towpath's own
// check.
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
	i.Code = cmp.Or(i.Code, v.Fault.code())
	i.RequestID = cmp.Or(i.RequestID, v.Fault.RequestID)
	if i.Reason = ""; !listing.Failed(v.Issues) {
		i.Issues = append(i.Issues, v.Fault.issue())
	}
}

// Lane is an index key of items: endpoint, kind and status in one word.
type Lane string

// LaneOf returns the lane of items.
func LaneOf[E, K ~string](endpoint E, kind K, status Status) Lane {
	return Lane(string(endpoint) + "/" + string(kind) + "/" + string(status))
}

// Status returns the status of the items of a lane.
func (l Lane) Status() Status { return Status(l[strings.LastIndex(string(l), "/")+1:]) }

// Of reports whether a lane has items of an endpoint and a kind. Empty ones match all.
func (l Lane) Of(endpoint, kind string) bool {
	return (endpoint == "" || strings.HasPrefix(string(l), endpoint+"/")) && (kind == "" || strings.Contains(string(l), "/"+kind+"/"))
}

// OfStatus returns the lanes with items of a status; an empty one matches all.
func OfStatus(lanes []Lane, status Status) []Lane {
	var out []Lane
	for _, l := range lanes {
		if status == "" || l.Status() == status {
			out = append(out, l)
		}
	}
	return out
}

// Group is how many items of a run have the same status, stage and number of warnings.
type Group struct {
	Status   Status
	Stage    listing.Stage
	Warnings int // of each of them
	Items    int
}

// Count returns a run's items by outcome.
func Count(groups []Group) listing.PublicationCounts {
	var c listing.PublicationCounts
	for _, t := range groups {
		c.Items += t.Items
		t.outcome(&c)
	}
	return c
}

// outcome adds the items to the counter of their outcome. Pending ones have none.
func (t Group) outcome(c *listing.PublicationCounts) {
	switch {
	case t.Status == Done:
		if c.Done += t.Items; t.Warnings > 0 {
			c.Warnings += t.Items
		}
	case t.Status == Skipped:
		c.Skipped += t.Items
	case t.Status == Error && t.Stage == listing.Response:
		c.Refused += t.Items
	case t.Status == Error:
		c.Invalid += t.Items
	}
}

// group returns the group of this item alone.
func (i *Item) group() Group {
	return Group{Status: i.Status, Stage: i.Stage, Warnings: i.Warnings, Items: 1}
}
