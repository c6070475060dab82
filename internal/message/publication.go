package message

import (
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/policy"
)

// PublishChangedInput starts the request for what has changed of an account's goods.
type PublishChangedInput struct {
	Versioned
	Account string `json:"account"`
}

// PublishChangedResult is the run that was asked for; empty: one of the kind waits already, or the account can't publish now.
type PublishChangedResult struct {
	RunID string `json:"runId,omitempty"`
}

// StopRequest is the payload of the stop signal. Without one, the run at hand is meant.
type StopRequest struct {
	RunID string `json:"runId,omitempty"` // empty: the run at hand
	By    string `json:"by,omitempty"`    // who stops it
}

// ListingPublicationInput starts the publication of an account's goods. What is to be published stands in the store.
type ListingPublicationInput struct {
	Versioned
	Account  Account          `json:"account"`  // whose goods
	Endpoint channel.Endpoint `json:"endpoint"` // of the runs
	Policy   policy.Policy    `json:"policy"`
	// PendingWait is how long the channel gets before it is first asked what became of a submission; 0 = 15 s. It grows from asking to asking.
	PendingWait time.Duration `json:"pendingWait,omitempty"`
	// Carried over a continue-as-new: the run that goes on, and how many were worked through before it.
	RunID    string `json:"runId,omitempty"`
	Runs     int    `json:"runs,omitempty"`
	Selected bool   `json:"selected,omitempty"` // the run's goods are selected
	Checked  bool   `json:"checked,omitempty"`  // they are checked: it goes on with submitting
	Stopped  bool   `json:"stopped,omitempty"`  // the run is to end
	By       string `json:"by,omitempty"`       // who stopped it
}

// ListingPublicationResult is how the last run ended.
type ListingPublicationResult struct {
	RunID  string            `json:"runId,omitempty"`
	Runs   int               `json:"runs"` // that were worked through
	Counts PublicationCounts `json:"counts"`
}

// PublicationCounts are the items of a publication by outcome.
type PublicationCounts = listing.PublicationCounts

// PublicationRun is what the counts of a publication are in the register of runs.
func PublicationRun(c PublicationCounts) Counts {
	return Counts{Seen: c.Items, Saved: c.Done, Skipped: c.Skipped, Errors: c.Invalid + c.Refused}
}
