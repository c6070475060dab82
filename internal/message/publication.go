package message

import (
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/policy"
)

// SignalStop asks a publication to end the run at hand: what was not sent is skipped.
const SignalStop = "stop"

// PublicationWorkflowID is the id of the publication of an account's goods on an endpoint: there is one at a time, which works
// through the runs that were asked for, the oldest first.
func PublicationWorkflowID(account string, endpoint channel.Endpoint) string {
	return fmt.Sprintf("listings/%s/%s", account, endpoint)
}

// ListingPublicationInput starts the publication of an account's goods. What is to be published stands in the store.
type ListingPublicationInput struct {
	Account  Account          `json:"account"`  // whose goods
	Through  Account          `json:"through"`  // the account that speaks: another one where the test endpoint is a place of its own
	Endpoint channel.Endpoint `json:"endpoint"` // of the runs
	Policy   policy.Policy    `json:"policy"`
	// Carried over a continue-as-new: the run that goes on, where, and what it has done so far.
	RunID   string            `json:"runId,omitempty"`
	Started time.Time         `json:"started,omitzero"`
	At      string            `json:"at,omitempty"`
	Counts  PublicationCounts `json:"counts,omitzero"`
}

// ListingPublicationResult is how the last run ended.
type ListingPublicationResult struct {
	RunID  string            `json:"runId"`
	Runs   int               `json:"runs"` // that were worked through
	Counts PublicationCounts `json:"counts"`
	Fault  *channel.Fault    `json:"fault,omitempty"`
}

// PublicationCounts are the items of a run by outcome.
type PublicationCounts struct {
	Items    int `json:"items"`
	Done     int `json:"done"`
	Invalid  int `json:"invalid"`  // our own check is against them
	Refused  int `json:"refused"`  // the channel is
	Skipped  int `json:"skipped"`  // not sent, with a reason
	Warnings int `json:"warnings"` // of those done, with warnings
}

// Add sums counts.
func (c PublicationCounts) Add(d PublicationCounts) PublicationCounts {
	return PublicationCounts{c.Items + d.Items, c.Done + d.Done, c.Invalid + d.Invalid, c.Refused + d.Refused, c.Skipped + d.Skipped, c.Warnings + d.Warnings}
}

// Run is what the counts are in the register of runs.
func (c PublicationCounts) Run() Counts {
	return Counts{Seen: c.Items, Saved: c.Done, Skipped: c.Skipped, Errors: c.Invalid + c.Refused}
}
