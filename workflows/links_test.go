package workflows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/workflows"
)

func TestAnImportGoesThroughAllPagesAndSaysHowFarItIs(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Links
	var asked []activities.ListingsInput
	env.OnActivity(a.ImportListings, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in activities.ListingsInput) (activities.ListingsOutput, error) {
			asked = append(asked, in)
			out := activities.ListingsOutput{Total: 250, Counts: message.Counts{Seen: 100, Saved: 90, Skipped: 10}}
			if len(asked) < 3 {
				out.Next = "cursor"
				return out, nil
			}
			return activities.ListingsOutput{Total: 250, Counts: message.Counts{Seen: 50, Same: 50}, Gone: 2}, nil
		})
	env.ExecuteWorkflow(workflows.LinksImport, message.LinksImportInput{Account: account, Policy: policies(t).Orders})
	require.NoError(t, env.GetWorkflowError())
	require.Len(t, asked, 3)
	require.Empty(t, asked[0].Cursor)
	require.Equal(t, "cursor", asked[2].Cursor)
	require.Equal(t, 180, asked[2].Sofar.Saved, "the last page closes the run with what came before it")
	var out message.LinksImportResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, message.Counts{Seen: 250, Saved: 180, Same: 50, Skipped: 20}, out.Counts)
	require.Equal(t, 2, out.Gone)
	require.Equal(t, message.Progress{Done: 250, Total: 250}, status(t, env).Progress)
}

// A long import continues in a new history, as the same run.
func TestALongImportGoesOnInANewHistory(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	env.SetContinueAsNewSuggested(true)
	var a *activities.Links
	env.OnActivity(a.ImportListings, mock.Anything, mock.Anything).Return(
		activities.ListingsOutput{Next: "page-8", Counts: message.Counts{Seen: 100, Saved: 100}}, nil).Once()
	started := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	env.ExecuteWorkflow(workflows.LinksImport, message.LinksImportInput{
		Account: account, Policy: policies(t).Orders, RunID: "first", Started: started, Cursor: "page-7", Pages: 7, Counts: message.Counts{Seen: 700, Same: 700},
	})
	var goOn *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &goOn)
	var next message.LinksImportInput
	require.NoError(t, decoded(goOn, &next))
	require.Equal(t, message.LinksImportInput{
		Versioned: workflows.Current(message.WorkflowLinksImport), Account: account, Policy: policies(t).Orders, RunID: "first", Started: started, Cursor: "page-8", Pages: 8, Counts: message.Counts{Seen: 800, Saved: 100, Same: 700},
	}, next)
}

// A paused account stops an import before its next call; the run says why.
func TestAnImportOfAPausedAccountEndsWithTheReason(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Links
	paused := &channel.Fault{ID: "f1", Class: channel.Config, Code: activities.CodePaused}
	env.OnActivity(a.ImportListings, mock.Anything, mock.Anything).Return(activities.ListingsOutput{Fault: paused}, nil).Once()
	var ended activities.EndInput
	env.OnActivity(a.EndImport, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in activities.EndInput) error { ended = in; return nil }).Once()
	env.ExecuteWorkflow(workflows.LinksImport, message.LinksImportInput{Account: account, Policy: policies(t).Orders})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, paused, ended.Fault)
	require.Equal(t, 1, ended.Counts.Errors)
	var out message.LinksImportResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, paused, out.Fault)
	require.Equal(t, ended.Counts, out.Counts, "what is recorded is answered")
	require.Equal(t, "failed", status(t, env).State)
}

func TestACheckReadsBackUntilNothingIsLeft(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Levels
	var asked []activities.CheckInput
	env.OnActivity(a.CheckLevels, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in activities.CheckInput) (activities.CheckOutput, error) {
			asked = append(asked, in)
			switch len(asked) {
			case 1:
				return activities.CheckOutput{Fault: busy}, nil
			case 2:
				return activities.CheckOutput{Counts: message.CheckCounts{Confirmed: 19, Missed: 1}, More: true}, nil
			}
			return activities.CheckOutput{Counts: message.CheckCounts{Confirmed: 3}}, nil
		})
	env.ExecuteWorkflow(workflows.LevelCheck, message.LevelCheckInput{Account: account, Policy: policies(t).Stock, ShowsWithin: time.Minute})
	require.NoError(t, env.GetWorkflowError())
	require.Len(t, asked, 3)
	require.Equal(t, time.Minute, asked[2].ShowsWithin)
	require.Equal(t, 19, asked[2].Sofar.Confirmed)
	var out message.LevelCheckResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, message.CheckCounts{Confirmed: 22, Missed: 1}, out.Counts)
}

func TestACheckThatFailsLeavesTheRestToTheNext(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Levels
	gone := &channel.Fault{ID: "f1", Class: channel.Auth, Code: "invalid_grant"}
	env.OnActivity(a.CheckLevels, mock.Anything, mock.Anything).Return(activities.CheckOutput{Fault: gone}, nil).Once()
	var ended activities.EndInput
	env.OnActivity(a.EndCheck, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in activities.EndInput) error { ended = in; return nil }).Once()
	env.ExecuteWorkflow(workflows.LevelCheck, message.LevelCheckInput{Account: account, Policy: policies(t).Stock, ShowsWithin: time.Minute})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, gone, ended.Fault)
}

// decoded decodes the input of the next history into to.
func decoded(e *workflow.ContinueAsNewError, to any) error {
	return converter.GetDefaultDataConverter().FromPayloads(e.Input, to)
}

// One check reads accepted listings back before levels, until none are left. When only listings are due, no level is read.
func TestACheckReadsListingsBackToo(t *testing.T) {
	t.Parallel()
	for _, only := range []bool{false, true} {
		env := newEnv(t)
		var a *activities.Levels
		var steps []string
		env.OnActivity(a.CheckListings, mock.Anything, mock.Anything).Return(func(context.Context, activities.CheckListingsInput) (activities.CheckListingsOutput, error) {
			steps = append(steps, "listings")
			return activities.CheckListingsOutput{Counts: publication.ListedCounts{Live: 19, GivenUp: 1}, More: len(steps) == 1}, nil
		})
		if only {
			env.OnActivity(a.EndCheck, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.EndInput) error {
				require.Nil(t, in.Fault)
				require.Equal(t, message.Counts{Seen: 40, Same: 38, Errors: 2}, in.Counts)
				return nil
			})
		} else {
			env.OnActivity(a.CheckLevels, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.CheckInput) (activities.CheckOutput, error) {
				steps = append(steps, "levels")
				require.Equal(t, 38, in.Sofar.Confirmed)
				return activities.CheckOutput{}, nil
			})
		}
		env.ExecuteWorkflow(workflows.LevelCheck, message.LevelCheckInput{Account: account, Policy: policies(t).Stock, ShowsWithin: time.Minute, Listings: true, ListingsOnly: only})
		require.NoError(t, env.GetWorkflowError())
		require.Equal(t, map[bool][]string{false: {"listings", "listings", "levels"}, true: {"listings", "listings"}}[only], steps)
		require.Equal(t, "done", status(t, env).State)
	}
}

// A schedule's workflow requests what has changed, and ends.
func TestAScheduleAsksForWhatHasChanged(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Publication
	env.OnActivity(a.AskForChanged, mock.Anything, message.PublishChangedInput{Account: account.ID}).Return(message.PublishChangedResult{RunID: "run-1"}, nil).Once()
	env.ExecuteWorkflow(workflows.PublishChanged, message.PublishChangedInput{Account: account.ID})
	require.NoError(t, env.GetWorkflowError())
	var out message.PublishChangedResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, "run-1", out.RunID)
}
