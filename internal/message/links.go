package message

import (
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/policy"
)

// LinksImportInput starts an import of what an account offers on its channel.
type LinksImportInput struct {
	Versioned
	Account Account       `json:"account"`
	Policy  policy.Policy `json:"policy"`
	// Carried over a continue-as-new: the run that goes on, where, and what it has done so far.
	RunID   string    `json:"runId,omitempty"`
	Started time.Time `json:"started,omitzero"`
	Cursor  string    `json:"cursor,omitempty"`
	Pages   int       `json:"pages,omitempty"`
	Counts  Counts    `json:"counts,omitzero"`
}

// LinksImportResult is how an import ended. Counts.Skipped are listings without SKU, which can't be linked.
type LinksImportResult struct {
	RunID  string         `json:"runId"`
	Counts Counts         `json:"counts"`
	Gone   int            `json:"gone"`            // listings that the channel shows no more
	Fault  *channel.Fault `json:"fault,omitempty"` // it ended early: nothing is marked gone and no link is changed
}

// LevelCheckInput starts the reading back of levels that were accepted longer ago than Settles.
type LevelCheckInput struct {
	Versioned
	Account Account       `json:"account"`
	Policy  policy.Policy `json:"policy"`
	Settles time.Duration `json:"settles"`
	// What is read back: listings that were accepted, if Listings; levels, unless ListingsOnly. A history that was begun before there were
	// publications has neither, and reads levels.
	Listings     bool `json:"listings,omitempty"`
	ListingsOnly bool `json:"listingsOnly,omitempty"`
	// Carried over a continue-as-new.
	RunID   string      `json:"runId,omitempty"`
	Started time.Time   `json:"started,omitzero"`
	Counts  CheckCounts `json:"counts,omitzero"`
}

// LevelCheckResult is how a check ended. With a fault the rest is read back by the next one.
type LevelCheckResult struct {
	RunID  string         `json:"runId"`
	Counts CheckCounts    `json:"counts"`
	Fault  *channel.Fault `json:"fault,omitempty"`
}

// CheckCounts is what became of accepted levels that were read back.
type CheckCounts struct {
	Confirmed int `json:"confirmed"`         // shown as accepted
	Unknown   int `json:"unknown"`           // the channel names no quantity, or it is not ours to set
	Missed    int `json:"missed"`            // shown otherwise: pushed anew
	GivenUp   int `json:"givenUp"`           // shown otherwise too often in a row: waits for a person
	Waiting   int `json:"waiting,omitempty"` // shown lower: a buyer may have bought, so it is looked at again first
}

// Add sums counts.
func (c CheckCounts) Add(d CheckCounts) CheckCounts {
	return CheckCounts{c.Confirmed + d.Confirmed, c.Unknown + d.Unknown, c.Missed + d.Missed, c.GivenUp + d.GivenUp, c.Waiting + d.Waiting}
}

// Run is what the counts are in the register of runs.
func (c CheckCounts) Run() Counts {
	return Counts{Seen: c.Confirmed + c.Unknown + c.Missed + c.GivenUp + c.Waiting, Same: c.Confirmed, Skipped: c.Unknown + c.Waiting, Errors: c.Missed + c.GivenUp}
}
