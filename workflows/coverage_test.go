package workflows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/workflows"
)

var compared = backfill.Range{From: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC), To: time.Date(2026, 11, 28, 13, 0, 0, 0, time.UTC)}

func coverageOf(t *testing.T) message.CoverageInput {
	return message.CoverageInput{Versioned: workflows.Current(message.WorkflowCoverage), Account: account, Policy: policies(t).Orders, Window: compared, Budget: channel.OpOrders}
}

// All pages are read, a report is waited for, and only then the window is compared.
func TestAWindowIsComparedWhenAllOfItWasRead(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Coverage
	var asked []activities.ListIDsInput
	answers := []activities.ListIDsOutput{{Next: "r", Wait: 10 * time.Minute}, {Found: 200, Next: "p2"}, {Found: 4}}
	env.OnActivity(a.ListOrderIDs, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.ListIDsInput) (activities.ListIDsOutput, error) {
		asked = append(asked, in)
		return answers[len(asked)-1], nil
	})
	env.OnActivity(a.SettleCoverage, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.SettleInput) (message.Counts, error) {
		require.Len(t, asked, 3, "nothing is judged before all of it was read")
		require.Equal(t, compared, in.Window)
		require.Equal(t, 204, in.Listed)
		require.False(t, in.Unknown)
		require.Equal(t, asked[0].RunID, in.RunID)
		return message.Counts{Seen: 204, Same: 203}, nil
	}).Once()
	began := env.Now()
	env.ExecuteWorkflow(workflows.Coverage, coverageOf(t))
	require.NoError(t, env.GetWorkflowError())
	require.GreaterOrEqual(t, env.Now().Sub(began), 10*time.Minute)
	require.Equal(t, "p2", asked[2].Cursor)
	var out message.CoverageResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, message.Counts{Seen: 204, Same: 203}, out.Counts)
}

// A window of which the channel gives no list is settled as such: nothing of it is compared.
func TestAWindowWithoutAListIsSettledAsUnknown(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Coverage
	answers := []activities.ListIDsOutput{{Next: "r", Wait: time.Minute}, {Unknown: true}}
	env.OnActivity(a.ListOrderIDs, mock.Anything, mock.Anything).Return(func(context.Context, activities.ListIDsInput) (activities.ListIDsOutput, error) {
		out := answers[0]
		answers = answers[1:]
		return out, nil
	})
	env.OnActivity(a.SettleCoverage, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.SettleInput) (message.Counts, error) {
		require.True(t, in.Unknown)
		return message.Counts{}, nil
	}).Once()
	env.ExecuteWorkflow(workflows.Coverage, coverageOf(t))
	require.NoError(t, env.GetWorkflowError())
	env.AssertExpectations(t)
}

// A window of which a page could not be read is not judged: what was not listed would be taken for whole.
func TestAWindowThatCouldNotBeReadIsNotJudged(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Coverage
	refused := &channel.Fault{ID: "f", Class: channel.Invalid}
	pages := 0
	env.OnActivity(a.ListOrderIDs, mock.Anything, mock.Anything).Return(func(context.Context, activities.ListIDsInput) (activities.ListIDsOutput, error) {
		if pages++; pages == 1 {
			return activities.ListIDsOutput{Found: 200, Next: "p2"}, nil
		}
		return activities.ListIDsOutput{Fault: refused}, nil
	})
	env.OnActivity(a.EndCoverage, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.EndInput) error {
		require.Equal(t, refused.ID, in.Fault.ID)
		return nil
	}).Once()
	env.ExecuteWorkflow(workflows.Coverage, coverageOf(t))
	require.NoError(t, env.GetWorkflowError())
	var out message.CoverageResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, refused.ID, out.Fault.ID)
	env.AssertExpectations(t)
}
