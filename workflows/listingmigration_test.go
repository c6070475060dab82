package workflows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/workflows"
)

func migrationInput(t *testing.T) message.ListingMigrationInput {
	t.Helper()
	return message.ListingMigrationInput{Account: account, Policy: policies(t).Stock}
}

// A migration continues until no confirmed listing is left, including those confirmed meanwhile, and reads back what it migrated.
func TestAMigrationEndsWhenNothingIsLeft(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Migration
	var steps []string
	env.OnActivity(a.MigrateListings, mock.Anything, mock.Anything).Return(
		func(context.Context, activities.MigrateInput) (activities.MigrateOutput, error) {
			steps = append(steps, "migrate")
			switch len(steps) {
			case 1:
				return activities.MigrateOutput{Fault: busy}, nil
			case 2:
				return activities.MigrateOutput{Counts: message.MigrationCounts{Migrated: 4, Refused: 1}, Left: 2}, nil
			}
			return activities.MigrateOutput{Counts: message.MigrationCounts{Before: 1, Migrated: 1, LeftOut: 1}}, nil
		})
	env.OnActivity(a.ReadMigrated, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in activities.ReadMigratedInput) (activities.ReadMigratedOutput, error) {
			steps = append(steps, "read "+in.After)
			switch len(steps) {
			case 4:
				return activities.ReadMigratedOutput{Next: "TOW-M"}, nil
			case 5:
				return activities.ReadMigratedOutput{Left: 1}, nil
			}
			return activities.ReadMigratedOutput{}, nil
		})
	var ended activities.EndMigrationInput
	env.OnActivity(a.EndMigration, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in activities.EndMigrationInput) error { ended = in; return nil }).Once()
	env.ExecuteWorkflow(workflows.ListingMigration, migrationInput(t))
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []string{"migrate", "migrate", "migrate", "read ", "read TOW-M", "migrate", "read "}, steps)
	want := message.MigrationCounts{Migrated: 6, Before: 2, Refused: 1, LeftOut: 2}
	require.Equal(t, want, ended.Counts)
	require.Nil(t, ended.Fault)
	var out message.ListingMigrationResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, want, out.Counts)
	st := status(t, env)
	require.Equal(t, message.Progress{Done: 9, Total: 9, Errors: 3}, st.Progress)
	require.Equal(t, "done", st.State)
}

// When the policy gives up, the run ends with the reason; nothing is read back, and the rest stays requested.
func TestAMigrationThatFailsLeavesTheRest(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Migration
	paused := &channel.Fault{ID: "f1", Class: channel.Config, Code: activities.CodePaused}
	env.OnActivity(a.MigrateListings, mock.Anything, mock.Anything).Return(activities.MigrateOutput{Counts: message.MigrationCounts{Migrated: 5}, Left: 9}, nil).Once()
	env.OnActivity(a.MigrateListings, mock.Anything, mock.Anything).Return(activities.MigrateOutput{Fault: paused}, nil).Once()
	var ended activities.EndMigrationInput
	env.OnActivity(a.EndMigration, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in activities.EndMigrationInput) error { ended = in; return nil }).Once()
	env.ExecuteWorkflow(workflows.ListingMigration, migrationInput(t))
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, paused, ended.Fault)
	var out message.ListingMigrationResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, []int{5, 9}, []int{out.Counts.Migrated, out.Left})
	require.Equal(t, "failed", status(t, env).State)
}

// A long migration continues in a new history as the same run.
func TestALongMigrationGoesOnInANewHistory(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	env.SetContinueAsNewSuggested(true)
	var a *activities.Migration
	env.OnActivity(a.MigrateListings, mock.Anything, mock.Anything).Return(activities.MigrateOutput{Counts: message.MigrationCounts{Migrated: 5}, Left: 9}, nil).Once()
	in := migrationInput(t)
	in.RunID, in.Started, in.Counts = "first", time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), message.MigrationCounts{Migrated: 100, Refused: 1}
	env.ExecuteWorkflow(workflows.ListingMigration, in)
	var goOn *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &goOn)
	var next message.ListingMigrationInput
	require.NoError(t, decoded(goOn, &next))
	in.Counts.Migrated, in.Versioned = 105, workflows.Current(message.WorkflowListingMigration)
	require.Equal(t, in, next)
}
