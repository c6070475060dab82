package message

import (
	"time"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/policy"
)

// BackfillInput is the input of Backfill. The store has the backfill under RunID, and the rows of its report.
type BackfillInput struct {
	Versioned
	Account Account          `json:"account"`
	Policy  policy.Policy    `json:"policy"`
	RunID   string           `json:"runId"`
	Started time.Time        `json:"started"` // when it was asked for
	Records backfill.Records `json:"records"`
	Search  backfill.Search  `json:"search,omitzero"` // what the channel allows a search
	Walk    backfill.Walk    `json:"walk,omitzero"`   // how far a search of the channel is
	Rows    int              `json:"rows,omitempty"`  // of a report: how many orders it has; 0 = the channel is searched
	Row     int              `json:"row,omitempty"`   // of a report: how many were read
	// Pace is the time between two searches where live scans use the whole budget: each takes every second turn.
	Pace time.Duration `json:"pace,omitempty"`
	// Carried over a continue-as-new.
	Cursor  string   `json:"cursor,omitempty"` // of the next page of the window
	Found   int      `json:"found,omitempty"`  // orders on the pages of the window so far
	Ask     []string `json:"ask,omitempty"`    // orders of the report that are still to be asked for
	Counts  Counts   `json:"counts,omitzero"`
	Paused  bool     `json:"paused,omitempty"` // by a person
	Stopped bool     `json:"stopped,omitempty"`
	// Took is how long it has worked so far, without pauses; for the estimate.
	Took time.Duration `json:"took,omitempty"`
}

// PauseRequest is the payload of the pause signal to a backfill. The last one counts.
type PauseRequest struct {
	Paused bool `json:"paused"` // false: go on
}

// BackfillResult is the result of a backfill. Of Counts, Saved were new or changed and are in the books, Skipped are new and over
// (history) or were left to others, Same were known.
type BackfillResult struct {
	RunID  string            `json:"runId"`
	State  backfill.Standing `json:"state"`
	Counts Counts            `json:"counts"`
	Fault  *channel.Fault    `json:"fault,omitempty"`
}
