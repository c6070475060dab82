package message

import (
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/policy"
)

// ListingMigrationInput starts the migration of the listings of an account that a person has agreed to: the store has them.
type ListingMigrationInput struct {
	Versioned
	Account Account       `json:"account"`
	Policy  policy.Policy `json:"policy"`
	// Carried over a continue-as-new: the run that goes on, and what it has done so far.
	RunID   string          `json:"runId,omitempty"`
	Started time.Time       `json:"started,omitzero"`
	Counts  MigrationCounts `json:"counts,omitzero"`
}

// ListingMigrationResult is how a migration ended. With a fault, what is left waits for the next one.
type ListingMigrationResult struct {
	RunID  string          `json:"runId"`
	Counts MigrationCounts `json:"counts"`
	Left   int             `json:"left"`
	Fault  *channel.Fault  `json:"fault,omitempty"`
}

// MigrationCounts is what became of listings.
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

// Run is what the counts are in the register of runs.
func (c MigrationCounts) Run() Counts {
	return Counts{Seen: c.Migrated + c.Before + c.Refused, Saved: c.Migrated, Same: c.Before, Errors: c.Refused + c.LeftOut}
}
