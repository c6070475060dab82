package workflows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/workflows"
)

// accountRuns starts each workflow that is a run of an account, with its first call and the record of its end.
var accountRuns = map[string]struct {
	call, end message.Activity
	input     func(t *testing.T, v message.Versioned) any
	run       any
}{
	message.WorkflowOrderSync: {message.ActivitySyncOrdersPage, message.ActivityEndScan, func(t *testing.T, v message.Versioned) any {
		return message.OrderSyncInput{Versioned: v, Account: account, Policy: policies(t).Orders}
	}, workflows.OrderSync},
	message.WorkflowStockPush: {message.ActivityPushLevels, message.ActivityEndPush, func(t *testing.T, v message.Versioned) any {
		return message.StockPushInput{Versioned: v, Account: account, Policy: policies(t).Stock}
	}, workflows.StockPush},
	message.WorkflowLinksImport: {message.ActivityImportListings, message.ActivityEndImport, func(t *testing.T, v message.Versioned) any {
		return message.LinksImportInput{Versioned: v, Account: account, Policy: policies(t).Orders}
	}, workflows.LinksImport},
	message.WorkflowLevelCheck: {message.ActivityCheckLevels, message.ActivityEndCheck, func(t *testing.T, v message.Versioned) any {
		return message.LevelCheckInput{Versioned: v, Account: account, Policy: policies(t).Stock}
	}, workflows.LevelCheck},
	message.WorkflowListingMigration: {message.ActivityMigrateListings, message.ActivityEndMigration, func(t *testing.T, v message.Versioned) any {
		return message.ListingMigrationInput{Versioned: v, Account: account, Policy: policies(t).Stock}
	}, workflows.ListingMigration},
}

// faulty is the environment of a run whose every call returns a fault. It notes what the run did.
type faulty struct {
	*testsuite.TestWorkflowEnvironment
	calls  int
	ends   []*channel.Fault // of the ends that were recorded
	states []string         // that State was set to
}

func newFaulty(t *testing.T, call, end message.Activity, fault *channel.Fault) *faulty {
	t.Helper()
	f := &faulty{TestWorkflowEnvironment: newEnv(t)}
	register := func(name message.Activity, do any) {
		f.RegisterActivityWithOptions(do, activity.RegisterOptions{Name: string(name)})
	}
	register(message.ActivityPlanPush, func(context.Context, string) (activities.Plan, error) {
		return activities.Plan{Dirty: 1, Size: 1, Op: channel.OpLevels}, nil
	})
	// Every output has its fault under the same name.
	register(call, func(context.Context, map[string]any) (activities.PageOutput, error) {
		f.calls++
		return activities.PageOutput{Fault: fault}, nil
	})
	register(end, func(_ context.Context, in any) error {
		switch in := in.(type) {
		case activities.EndInput:
			f.ends = append(f.ends, in.Fault)
		case activities.EndMigrationInput:
			f.ends = append(f.ends, in.Fault)
		}
		return nil
	})
	state := temporal.NewSearchAttributeKeyKeyword(message.AttrState)
	f.OnUpsertTypedSearchAttributes(mock.Anything).Run(func(args mock.Arguments) {
		value, _ := args.Get(0).(temporal.SearchAttributes).GetKeyword(state)
		f.states = append(f.states, value)
	}).Return(nil).Maybe()
	return f
}

// Case A5: Retry-After of a day in any run: it ends with the fault at once, and nothing queues behind it. Case F1c: State says that it
// failed. An earlier version's run keeps its State, or its history would not replay.
func TestARunThatIsAskedToWaitForADayEnds(t *testing.T) {
	t.Parallel()
	for name, of := range accountRuns {
		for _, version := range []message.Versioned{{Version: 1}, workflows.Current(name)} {
			fault := &channel.Fault{ID: "f1", Class: channel.Throttled, Code: "QuotaExceeded", RetryAfter: 24 * time.Hour}
			env := newFaulty(t, of.call, of.end, fault)
			began := env.Now()
			env.ExecuteWorkflow(of.run, of.input(t, version))
			require.NoError(t, env.GetWorkflowError(), name)
			require.Less(t, env.Now().Sub(began), time.Minute, name)
			require.Equal(t, 1, env.calls, name)
			require.Equal(t, []*channel.Fault{fault}, env.ends, name)
			if version.Version == 1 {
				require.Empty(t, env.states, name)
			} else {
				require.Equal(t, []string{"failed"}, env.states, name)
			}
		}
	}
}

// A run that may not ask yet is calm: it is not shown as failed.
func TestARunThatMayNotAskYetIsNotShownAsFailed(t *testing.T) {
	t.Parallel()
	for name, of := range accountRuns {
		env := newFaulty(t, of.call, of.end, &channel.Fault{ID: "f1", Class: channel.Throttled, Code: activities.CodeWaits, RetryAfter: time.Hour})
		env.ExecuteWorkflow(of.run, of.input(t, workflows.Current(name)))
		require.NoError(t, env.GetWorkflowError(), name)
		require.Len(t, env.ends, 1, name)
		require.Empty(t, env.states, name)
	}
}

// The signal retry ends any wait of a run.
func TestARetryEndsTheWaitOfARun(t *testing.T) {
	t.Parallel()
	for name, of := range accountRuns {
		env := newFaulty(t, of.call, of.end, &channel.Fault{ID: "f1", Class: channel.Throttled, RetryAfter: 50 * time.Second})
		env.RegisterDelayedCallback(func() {
			require.Equal(t, 1, env.calls, name)
			require.False(t, status(t, env.TestWorkflowEnvironment).NextAttempt.IsZero(), name)
			env.SignalWorkflow(message.SignalRetry, nil)
		}, 10*time.Second)
		env.RegisterDelayedCallback(func() { require.Equal(t, 2, env.calls, name) }, 20*time.Second)
		env.ExecuteWorkflow(of.run, of.input(t, workflows.Current(name)))
		require.NoError(t, env.GetWorkflowError(), name)
	}
}

// Before version 3: a channel that works on a feed for days: the questions become rarer, and the history continues as new with the
// feed's handle. The next one has the current version: it finds the feed in the store.
func TestALongWaitForAFeedGoesOnInANewHistory(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Stock
	env.OnActivity(a.PlanPush, mock.Anything, mock.Anything).Return(activities.Plan{Dirty: 900, Size: 900, Op: channel.OpFeed}, nil).Once()
	env.OnActivity(a.PushLevels, mock.Anything, mock.Anything).Return(activities.PushOutput{Pending: "feed-1"}, nil).Once()
	var asked []time.Time
	env.OnActivity(a.LevelsOutcome, mock.Anything, mock.Anything).Return(func(context.Context, activities.PushInput) (activities.PushOutput, error) {
		if asked = append(asked, env.Now()); len(asked) == 9 {
			env.SetContinueAsNewSuggested(true)
		}
		return activities.PushOutput{Pending: "feed-1"}, nil
	})
	in := message.StockPushInput{Versioned: message.Versioned{Version: 2}, Account: account, Policy: policies(t).Stock}
	env.ExecuteWorkflow(workflows.StockPush, in)
	var goOn *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &goOn)
	require.Equal(t, 2*time.Minute, asked[8].Sub(asked[7]))
	var next message.StockPushInput
	require.NoError(t, decoded(goOn, &next))
	require.Equal(t, "feed-1", next.Pending)

	env = newEnv(t)
	env.OnActivity(a.PlanPush, mock.Anything, mock.Anything).Return(activities.Plan{Feeds: []message.Feed{{Handle: "feed-1", Levels: 900}}}, nil).Once()
	env.OnActivity(a.LevelsOutcome, mock.Anything, mock.Anything).Return(activities.PushOutput{Counts: message.PushCounts{Pushed: 900}}, nil).Once()
	env.ExecuteWorkflow(workflows.StockPush, next)
	require.NoError(t, env.GetWorkflowError())
	var out message.StockPushResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, 900, out.Pushed)
	require.Equal(t, next.RunID, out.RunID)
}
