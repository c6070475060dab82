package publication

import (
	"cmp"
	"fmt"

	"github.com/towpath/towpath/internal/listing"
)

// Verdict is what a check or a channel says of an item of a run. An item with a fault, or with an issue that is an error, ends in error. One
// that is skipped ends so. Any other goes to Step, and is done when it is accepted (of a dry run: validated).
type Verdict struct {
	Product string // its key; must be given
	SKU     string // empty: the product as a whole, and an error takes all variants with it that have no verdict of their own
	Step    listing.Step
	Skipped string          // why nothing is sent
	Issues  []listing.Issue // all of the stage at hand
	Fault   *Fault          // nil: the channel did not fail
	Plan    string          // of a check: see listing.Draft
	Hash    string          // of a check: of what would be sent, quantities apart

	// Of an answer.
	ChannelSKU string
	Ref        string // what levels are sent with; empty: not known
	RequestID  string
	ListingID  string
}

// Fault is a channel's failure, as far as the fate of an item depends on it.
type Fault struct {
	ID        string // under which the channel's own words are kept
	Code      string // the channel's, or else the class
	RequestID string
}

// Check says what keeps a verdict from being taken.
func (v Verdict) Check() error {
	switch {
	case v.Product == "":
		return fmt.Errorf("the verdict about SKU %q names no product", v.SKU)
	case len(v.Plan) > listing.MaxPlan:
		return fmt.Errorf("the plan of %q has %d bytes; at most %d are kept", cmp.Or(v.SKU, v.Product), len(v.Plan), listing.MaxPlan)
	}
	return nil
}

// failed reports that the item ends in error.
func (v Verdict) failed() bool { return v.Fault != nil || listing.Failed(v.Issues) }

// issue is a fault as an issue, where the channel gave none.
func (f Fault) issue() listing.Issue {
	return listing.Issue{
		Stage: listing.Response, Severity: listing.Error, Code: f.Code, RequestID: f.RequestID,
		Message: "the channel refused it; its own words stand in fault " + f.ID,
	}
}
