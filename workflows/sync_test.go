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

func TestAScanGoesThroughAllPagesFromOneSince(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Orders
	since := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	var asked []activities.PageInput
	env.OnActivity(a.SyncOrdersPage, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in activities.PageInput) (activities.PageOutput, error) {
			asked = append(asked, in)
			out := activities.PageOutput{Since: since, Counts: message.Counts{Seen: 100, Saved: 100}}
			if len(asked) < 3 {
				out.Next = "cursor"
			}
			return out, nil
		})
	env.ExecuteWorkflow(workflows.OrderSync, message.OrderSyncInput{Account: account, Policy: policies(t).Orders})
	require.NoError(t, env.GetWorkflowError())
	require.Len(t, asked, 3)
	require.Empty(t, asked[0].Cursor)
	require.Equal(t, since, asked[2].Since)
	require.Equal(t, 200, asked[2].Sofar.Saved, "the last page closes the run with what came before it")
	var out message.OrderSyncResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, 300, out.Counts.Saved)
}

// A scan that fails completes with its fault recorded: it neither parks nor fails the schedule.
func TestAScanThatFailsEndsWithItsFaultRecorded(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Orders
	gone := &channel.Fault{ID: "f1", Class: channel.Auth, Code: "invalid_grant"}
	env.OnActivity(a.SyncOrdersPage, mock.Anything, mock.Anything).Return(activities.PageOutput{Fault: gone}, nil).Once()
	var ended activities.EndInput
	env.OnActivity(a.EndScan, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in activities.EndInput) error { ended = in; return nil }).Once()
	env.ExecuteWorkflow(workflows.OrderSync, message.OrderSyncInput{Account: account, Policy: policies(t).Orders})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, gone, ended.Fault)
	require.Equal(t, 1, ended.Counts.Errors)
}

func TestAPushDrainsBatchesAndWhatAWakeAdds(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Stock
	plans := []activities.Plan{{Dirty: 30, Size: 25, Op: channel.OpLevels}, {Dirty: 1, Size: 1, Op: channel.OpLevels}}
	env.OnActivity(a.PlanPush, mock.Anything, mock.Anything).Return(
		func(context.Context, string) (activities.Plan, error) {
			next := plans[0]
			plans = plans[1:]
			return next, nil
		}).Times(2)
	var sizes []int
	env.OnActivity(a.PushLevels, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in activities.PushInput) (activities.PushOutput, error) {
			sizes = append(sizes, in.Size)
			out := activities.PushOutput{Counts: message.PushCounts{Pushed: in.Size}}
			switch len(sizes) {
			case 1:
				out.Next = activities.Plan{Dirty: 5, Size: 5, Op: channel.OpLevels}
			case 2:
				env.SignalWorkflow(message.SignalWake, nil)
			}
			return out, nil
		})
	env.ExecuteWorkflow(workflows.StockPush, message.StockPushInput{Account: account, Policy: policies(t).Stock})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []int{25, 5, 1}, sizes)
}

// A long push continues in a new history as the same run.
func TestALongPushGoesOnInANewHistory(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	env.SetContinueAsNewSuggested(true)
	var a *activities.Stock
	env.OnActivity(a.PlanPush, mock.Anything, mock.Anything).Return(activities.Plan{Dirty: 9, Size: 9, Op: channel.OpLevels}, nil).Once()
	in := message.StockPushInput{
		Account: account, Policy: policies(t).Stock, RunID: "first", Started: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Counts: message.PushCounts{Pushed: 7},
	}
	env.ExecuteWorkflow(workflows.StockPush, in)
	var goOn *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &goOn)
	var next message.StockPushInput
	require.NoError(t, decoded(goOn, &next))
	in.Versioned = workflows.Current(message.WorkflowStockPush)
	require.Equal(t, in, next)
}

// The workflow asks about a feed until the channel answers, and sends nothing twice meanwhile.
func TestAPushWaitsForAFeed(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Stock
	env.OnActivity(a.PlanPush, mock.Anything, mock.Anything).Return(activities.Plan{Dirty: 900, Size: 900, Op: channel.OpFeed}, nil).Once()
	env.OnActivity(a.PushLevels, mock.Anything, mock.Anything).Return(activities.PushOutput{Pending: "feed-1"}, nil).Once()
	asked := 0
	env.OnActivity(a.LevelsOutcome, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in activities.PushInput) (activities.PushOutput, error) {
			require.Equal(t, "feed-1", in.Pending)
			if asked++; asked < 3 {
				return activities.PushOutput{Pending: in.Pending}, nil
			}
			return activities.PushOutput{Counts: message.PushCounts{Pushed: 900}}, nil
		})
	env.ExecuteWorkflow(workflows.StockPush, message.StockPushInput{Account: account, Policy: policies(t).Stock})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 3, asked)
	var out message.StockPushResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, 900, out.Pushed)
}

// When the channel does not respond, the push gives up and records its fault; its levels stay dirty in the store.
func TestAPushThatGivesUpRecordsItsFault(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Stock
	env.OnActivity(a.PlanPush, mock.Anything, mock.Anything).Return(activities.Plan{Dirty: 1, Size: 1, Op: channel.OpLevels}, nil).Once()
	env.OnActivity(a.PushLevels, mock.Anything, mock.Anything).Return(activities.PushOutput{Fault: busy}, nil).Times(8)
	env.OnActivity(a.EndPush, mock.Anything, mock.Anything).Return(nil).Once()
	env.ExecuteWorkflow(workflows.StockPush, message.StockPushInput{Account: account, Policy: policies(t).Stock})
	require.NoError(t, env.GetWorkflowError())
	var out message.StockPushResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, busy, out.Fault)
}
