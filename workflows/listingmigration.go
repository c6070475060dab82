package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// ListingMigration moves the listings that a person has confirmed to the channel's API, a few per call, and reads them back. The
// store keeps the list and each result, so the workflow may be killed and started again at any point without migrating a listing
// twice.
func ListingMigration(ctx workflow.Context, in message.ListingMigrationInput) (message.ListingMigrationResult, error) {
	r, err := begin(ctx, "migration", in.Versioned, in.Account, in.Policy)
	if err != nil {
		return message.ListingMigrationResult{}, err
	}
	r.goOn(in.RunID, in.Started)
	in.RunID, in.Started = r.id, r.started
	m := &listingMigration{accountRun: r, in: in}
	m.count(message.MigrationCounts{}, 0)
	return m.run(ctx)
}

type listingMigration struct {
	*accountRun
	in   message.ListingMigrationInput // the input of the next history
	left int
}

func (m *listingMigration) next() message.ListingMigrationInput { return m.in }

func (m *listingMigration) run(ctx workflow.Context) (message.ListingMigrationResult, error) {
	for more := true; more; more = m.left > 0 {
		in := activities.MigrateInput{Account: m.in.Account.ID, RunID: m.in.RunID, Started: m.in.Started}
		out, err := call[activities.MigrateOutput](ctx, &m.caller, channel.OpMigrate, fmt.Sprintf("up to %d listings", channel.MaxMigrated), message.ActivityMigrateListings, in)
		if err != nil {
			return m.result(nil), err
		}
		if out.Fault != nil {
			m.left = max(m.left, out.Left) // the account may have refused the call before the store counted
			return m.finish(ctx, out.Fault)
		}
		m.count(out.Counts, out.Left)
		workflow.SetCurrentDetails(ctx, m.words())
		if m.left > 0 && grown(ctx) {
			return m.result(nil), continueAsNew(ctx, m.next)
		}
	}
	fault, err := m.readBack(ctx)
	switch {
	case err != nil:
		return m.result(nil), err
	case fault == nil && m.left > 0:
		return m.run(ctx)
	}
	return m.finish(ctx, fault)
}

// readBack imports the migrated listings, and any that were confirmed meanwhile.
func (m *listingMigration) readBack(ctx workflow.Context) (*channel.Fault, error) {
	in := activities.ReadMigratedInput{Account: m.in.Account.ID, RunID: m.in.RunID}
	for {
		out, err := call[activities.ReadMigratedOutput](ctx, &m.caller, channel.OpListings, fmt.Sprintf("read back up to %d SKUs", channel.MaxListed), message.ActivityReadMigrated, in)
		if err != nil || out.Fault != nil {
			return out.Fault, err
		}
		if in.After = out.Next; in.After == "" {
			m.count(message.MigrationCounts{}, out.Left)
			return nil, nil
		}
	}
}

func (m *listingMigration) count(n message.MigrationCounts, left int) {
	m.in.Counts, m.left = m.in.Counts.Add(n), left
	all := m.in.Counts
	done := all.Migrated + all.Before + all.Refused
	m.status.Progress = message.Progress{Done: done, Total: done + left, Errors: all.Refused + all.LeftOut}
}

func (m *listingMigration) words() string {
	n := m.in.Counts
	return fmt.Sprintf("%s migrated, %d were before, %d refused, %s left out; %d to go",
		plural(n.Migrated, "listing"), n.Before, n.Refused, plural(n.LeftOut, "variation"), m.left)
}

// finish records the end of the run. After a fault, the remaining listings stay requested.
func (m *listingMigration) finish(ctx workflow.Context, fault *channel.Fault) (message.ListingMigrationResult, error) {
	m.status.State = stateDone
	if fault != nil {
		rest := fmt.Sprintf("%s. `towpath links migrate --account %s --yes` goes on.", m.words(), m.in.Account.ID)
		if err := m.showFailed(ctx, fault, rest); err != nil {
			return m.result(fault), err
		}
	}
	in := activities.EndMigrationInput{Account: m.in.Account, RunID: m.in.RunID, Started: m.in.Started, Counts: m.in.Counts, Fault: fault}
	return m.result(fault), m.end(ctx, message.ActivityEndMigration, in)
}

func (m *listingMigration) result(fault *channel.Fault) message.ListingMigrationResult {
	return message.ListingMigrationResult{RunID: m.in.RunID, Counts: m.in.Counts, Left: m.left, Fault: fault}
}
