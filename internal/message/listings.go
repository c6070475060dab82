package message

import (
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/policy"
)

// LinksImportInput is the input of LinksImport.
type LinksImportInput struct {
	Versioned
	Account Account       `json:"account"`
	Policy  policy.Policy `json:"policy"`
	// Kept over a continue-as-new: the run, its position and its counts.
	RunID   string    `json:"runId,omitempty"`
	Started time.Time `json:"started,omitzero"`
	Cursor  string    `json:"cursor,omitempty"`
	Pages   int       `json:"pages,omitempty"`
	Counts  Counts    `json:"counts,omitzero"`
}

// LinksImportResult is the result of an import. Counts.Skipped are listings without SKU, which can't be linked.
type LinksImportResult struct {
	RunID  string         `json:"runId"`
	Counts Counts         `json:"counts"`
	Gone   int            `json:"gone"`            // listings that the channel shows no more
	Fault  *channel.Fault `json:"fault,omitempty"` // it ended early: nothing is marked gone and no link is changed
}

// LevelCheckInput is the input of LevelCheck: levels accepted longer ago than ShowsWithin are read back.
type LevelCheckInput struct {
	Versioned
	Account     Account       `json:"account"`
	Policy      policy.Policy `json:"policy"`
	ShowsWithin time.Duration `json:"settles"`
	// What is read back: accepted listings if Listings is set, and levels unless ListingsOnly is set. Histories from before there
	// were publications have neither field, and read levels.
	Listings     bool `json:"listings,omitempty"`
	ListingsOnly bool `json:"listingsOnly,omitempty"`
	// Carried over a continue-as-new.
	RunID   string      `json:"runId,omitempty"`
	Started time.Time   `json:"started,omitzero"`
	Counts  CheckCounts `json:"counts,omitzero"`
}

// LevelCheckResult is the result of a check. After a fault the next check reads the rest.
type LevelCheckResult struct {
	RunID  string         `json:"runId"`
	Counts CheckCounts    `json:"counts"`
	Fault  *channel.Fault `json:"fault,omitempty"`
}

// CheckCounts are the outcomes for accepted levels that were read back.
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

// Run returns the counts for the register of runs.
func (c CheckCounts) Run() Counts {
	return Counts{Seen: c.Confirmed + c.Unknown + c.Missed + c.GivenUp + c.Waiting, Same: c.Confirmed, Skipped: c.Unknown + c.Waiting, Errors: c.Missed + c.GivenUp}
}

// ListingMigrationInput is the input of ListingMigration. The store has the confirmed listings.
type ListingMigrationInput struct {
	Versioned
	Account Account       `json:"account"`
	Policy  policy.Policy `json:"policy"`
	// Carried over a continue-as-new: the run that goes on, and what it has done so far.
	RunID   string          `json:"runId,omitempty"`
	Started time.Time       `json:"started,omitzero"`
	Counts  MigrationCounts `json:"counts,omitzero"`
}

// ListingMigrationResult is the result of a migration. After a fault the next one continues.
type ListingMigrationResult struct {
	RunID  string          `json:"runId"`
	Counts MigrationCounts `json:"counts"`
	Left   int             `json:"left"`
	Fault  *channel.Fault  `json:"fault,omitempty"`
}

// MigrationCounts are the outcomes for listings.
type MigrationCounts struct {
	Migrated int `json:"migrated"` // by this run
	Before   int `json:"before"`   // they were migrated already
	Refused  int `json:"refused"`  // the channel says no, or failed each time
	LeftOut  int `json:"leftOut"`  // variations that the channel left out of listings that it migrated
}

// Add sums counts.
func (c MigrationCounts) Add(d MigrationCounts) MigrationCounts {
	return MigrationCounts{c.Migrated + d.Migrated, c.Before + d.Before, c.Refused + d.Refused, c.LeftOut + d.LeftOut}
}

// Run returns the counts for the register of runs.
func (c MigrationCounts) Run() Counts {
	return Counts{Seen: c.Migrated + c.Before + c.Refused, Saved: c.Migrated, Same: c.Before, Errors: c.Refused + c.LeftOut}
}

// PublishChangedInput is the input of PublishChanged.
type PublishChangedInput struct {
	Versioned
	Account string `json:"account"`
}

// PublishChangedResult has the requested run; empty: one is already waiting, or the account can't publish now.
type PublishChangedResult struct {
	RunID string `json:"runId,omitempty"`
}

// StopRequest is the payload of the stop signal.
type StopRequest struct {
	RunID string `json:"runId,omitempty"` // empty: the run at hand
	By    string `json:"by,omitempty"`    // who stops it
}

// ListingPublicationInput is the input of ListingPublication. The store has the runs.
type ListingPublicationInput struct {
	Versioned
	Account  Account          `json:"account"`  // whose goods
	Endpoint channel.Endpoint `json:"endpoint"` // of the runs
	Policy   policy.Policy    `json:"policy"`
	// PendingWait is the wait before a submission's result is first asked for; 0 = 15 s. It grows each time.
	PendingWait time.Duration `json:"pendingWait,omitempty"`
	// Carried over a continue-as-new: the run that goes on, and how many were worked through before it.
	RunID    string `json:"runId,omitempty"`
	Runs     int    `json:"runs,omitempty"`
	Selected bool   `json:"selected,omitempty"` // the run's goods are selected
	Checked  bool   `json:"checked,omitempty"`  // they are checked: it goes on with submitting
	Stopped  bool   `json:"stopped,omitempty"`  // the run is to end
	By       string `json:"by,omitempty"`       // who stopped it
}

// ListingPublicationResult is the result of the last run.
type ListingPublicationResult struct {
	RunID  string            `json:"runId,omitempty"`
	Runs   int               `json:"runs"` // that were worked through
	Counts PublicationCounts `json:"counts"`
}

// PublicationCounts are the items of a publication by outcome.
type PublicationCounts = listing.PublicationCounts

// PublicationRun returns the counts of a publication for the register of runs.
func PublicationRun(c PublicationCounts) Counts {
	return Counts{Seen: c.Items, Saved: c.Done, Skipped: c.Skipped, Errors: c.Invalid + c.Refused}
}
