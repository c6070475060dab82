package activities

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
)

// Migration moves listings that were made outside a channel's API under it.
type Migration struct {
	Environment
	Pushes StockWaker
}

// MigrateInput is the input of MigrateListings.
type MigrateInput struct {
	Account string    `json:"account"`
	RunID   string    `json:"runId"`
	Started time.Time `json:"started"`
}

// MigrateOutput is the result of MigrateListings.
type MigrateOutput struct {
	Fault  *channel.Fault          `json:"fault,omitempty"`
	Counts message.MigrationCounts `json:"counts"` // of these listings
	Left   int                     `json:"left"`   // listings that still have to be migrated
}

// Answered returns the fault of the call, if any.
func (o MigrateOutput) Answered() *channel.Fault { return o.Fault }

// codeNoMigration is the fault code for a channel that does not support migration.
const codeNoMigration = "NO_MIGRATION"

// MigrateListings migrates as many confirmed listings as one call takes. It reads the list from the store and saves the results
// in one transaction. After a crash between the call and the save, the next attempt sends the same listings, and the channel
// reports them as migrated.
func (m *Migration) MigrateListings(ctx context.Context, in MigrateInput) (MigrateOutput, error) {
	rec, fault, err := m.begin(ctx, in.Account, channel.OpMigrate, runs.Run{ID: in.RunID, Kind: runs.RunMigration, StartedAt: in.Started})
	if err != nil || fault != nil {
		return MigrateOutput{Fault: fault}, err
	}
	asked, left, err := m.Store.Links.AskedMigrations(ctx, in.Account, channel.MaxMigrated)
	if err != nil || len(asked) == 0 {
		return MigrateOutput{}, err
	}
	migrator, ok := rec.conn.(channel.Migrator)
	if !ok {
		return MigrateOutput{Fault: channel.Refusal(channel.Config, string(channel.OpMigrate), codeNoMigration, "every listing of this channel is known to its API: there is nothing to migrate"), Left: left}, nil
	}
	answer, err := migrator.Migrate(rec.ask(ctx), asked)
	ctx, done := rec.keep(ctx)
	defer done()
	if err != nil {
		fault, err := rec.failed(ctx, err)
		return MigrateOutput{Fault: fault, Left: left}, err
	}
	saved, err := m.Store.Links.SaveMigration(ctx, links.MigrationPage{
		Account: in.Account, RunID: in.RunID, Asked: asked, Results: answer.Results, Calls: rec.calls(),
	})
	if err != nil {
		return MigrateOutput{}, fmt.Errorf("save migration: %w", err)
	}
	if saved.Passes != nil && saved.Counts == (message.MigrationCounts{}) {
		return MigrateOutput{Fault: saved.Passes, Left: left}, nil // no listing changed: the policy decides how long to wait
	}
	_, left, err = m.Store.Links.AskedMigrations(ctx, in.Account, 1)
	return MigrateOutput{Counts: saved.Counts, Left: left}, err
}

// ReadMigratedInput is the input of ReadMigrated: the SKU after which to continue.
type ReadMigratedInput struct {
	Account string `json:"account"`
	RunID   string `json:"runId"`
	After   string `json:"after,omitempty"`
}

// ReadMigratedOutput is the result of ReadMigrated.
type ReadMigratedOutput struct {
	Fault *channel.Fault `json:"fault,omitempty"`
	Next  string         `json:"next,omitempty"` // empty: everything has been read
	Left  int            `json:"left,omitempty"` // on the last page: listings that were confirmed meanwhile
}

// Answered returns the fault of the call, if any.
func (o ReadMigratedOutput) Answered() *channel.Fault { return o.Fault }

// ReadMigrated reads what the channel's API shows for migrated listings (title, state, quantity) and saves it. After the last SKU
// it wakes the pushes: the links now have their offers.
func (m *Migration) ReadMigrated(ctx context.Context, in ReadMigratedInput) (ReadMigratedOutput, error) {
	rec, fault, err := m.open(ctx, in.Account, channel.OpListings, runs.Run{ID: in.RunID})
	if err != nil || fault != nil {
		return ReadMigratedOutput{Fault: fault}, err
	}
	skus, err := m.Store.Links.MigratedUnread(ctx, in.Account, in.After, channel.MaxListed)
	if err != nil {
		return ReadMigratedOutput{}, err
	}
	if len(skus) > 0 {
		page, fault, err := rec.listings(ctx, channel.ListingsQuery{SKUs: skus})
		if err != nil || fault != nil {
			return ReadMigratedOutput{Fault: fault}, err
		}
		if _, err := m.Store.Links.SaveListings(ctx, links.ListingsPage{
			Account: in.Account, SeenAt: time.Now().UTC(), Listings: page.Listings, RequestID: page.RequestID, Calls: rec.calls(),
		}); err != nil {
			return ReadMigratedOutput{}, fmt.Errorf("save what was read back: %w", err)
		}
	}
	if len(skus) == channel.MaxListed {
		return ReadMigratedOutput{Next: skus[len(skus)-1]}, nil
	}
	if err := m.Store.Links.MigrationRead(ctx, in.Account); err != nil {
		return ReadMigratedOutput{}, err
	}
	wake(ctx, m.Pushes, in.Account)
	_, left, err := m.Store.Links.AskedMigrations(ctx, in.Account, 1)
	return ReadMigratedOutput{Left: left}, err
}

// EndMigrationInput is the input of EndMigration.
type EndMigrationInput struct {
	Account message.Account         `json:"account"`
	RunID   string                  `json:"runId"`
	Started time.Time               `json:"started"`
	Counts  message.MigrationCounts `json:"counts"`
	Fault   *channel.Fault          `json:"fault,omitempty"`
}

// EndMigration records the end of a migration, with the fault that ended it early, if any.
func (m *Migration) EndMigration(ctx context.Context, in EndMigrationInput) error {
	counts := in.Counts.Run()
	if in.Fault != nil {
		counts.Errors++
	}
	return m.endRun(ctx, runs.RunMigration, EndInput{Account: in.Account, RunID: in.RunID, Started: in.Started, Counts: counts, Fault: in.Fault})
}
