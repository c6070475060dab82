package workflows_test

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/workflows"
)

// readsAgain is a possible change of OrderLifecycle: it reads the order from its channel first. With asks it does so only from
// version 3 on.
func readsAgain(asks bool) func(workflow.Context, message.OrderLifecycleInput) (message.OrderResult, error) {
	return func(ctx workflow.Context, in message.OrderLifecycleInput) (message.OrderResult, error) {
		if !asks || in.Version >= 3 {
			ctx := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
			read := activities.RefreshInput{Order: in.Order}
			if err := workflow.ExecuteActivity(ctx, string(message.ActivityRefreshOrder), read).Get(ctx, nil); err != nil {
				return message.OrderResult{}, err
			}
		}
		return workflows.OrderLifecycle(ctx, in)
	}
}

// waitsFirst is a possible change of StockPush: it waits a moment, so that several wakes count as one. It also applies to running
// workflows, through workflow.GetVersion.
func waitsFirst(asks bool) func(workflow.Context, message.StockPushInput) (message.StockPushResult, error) {
	return func(ctx workflow.Context, in message.StockPushInput) (message.StockPushResult, error) {
		if !asks || workflow.GetVersion(ctx, "waits-first", workflow.DefaultVersion, 1) >= 1 {
			if err := workflow.Sleep(ctx, time.Second); err != nil {
				return message.StockPushResult{}, err
			}
		}
		return workflows.StockPush(ctx, in)
	}
}

// A running workflow continues under a change that checks the version, and fails its replay under one that does not.
func TestAChangedWorkflowGoesOnWithWhatRuns(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		workflow      string
		asks, doesNot any
	}{
		{message.WorkflowOrderLifecycle, readsAgain(true), readsAgain(false)},
		{message.WorkflowStockPush, waitsFirst(true), waitsFirst(false)},
	} {
		files, err := filepath.Glob("testdata/histories/" + tc.workflow + "-*.json")
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
				t.Parallel()
				require.NoError(t, replay(tc.workflow, tc.asks, file))
				require.ErrorContains(t, replay(tc.workflow, tc.doesNot, file), "TMPRL1100", "the SDK's word for a history that the code does not follow")
			})
		}
	}
}

func replay(name string, changed any, file string) error {
	r := worker.NewWorkflowReplayer()
	r.RegisterWorkflowWithOptions(changed, workflow.RegisterOptions{Name: name})
	return r.ReplayWorkflowHistoryFromJSONFile(silent(), file)
}

// New workflows do the new thing; older ones continue as before, also in a worker that has no cached state of them.
func TestAChangeHoldsForWhatStartsWithIt(t *testing.T) {
	t.Parallel()
	for version, reads := range map[int]int{0: 0, 1: 0, 2: 0, 3: 1} {
		env := newEnv(t)
		env.RegisterWorkflowWithOptions(readsAgain(true), workflow.RegisterOptions{Name: message.WorkflowOrderLifecycle})
		var a *activities.Orders
		read := 0
		env.OnActivity(a.RefreshOrder, mock.Anything, mock.Anything).Return(activities.RefreshOutput{}, nil).Run(func(mock.Arguments) { read++ }).Maybe()
		env.RegisterDelayedCallback(func() { env.SignalWorkflow(message.SignalChannelChanged, message.OrderChange{State: order.Completed}) }, time.Hour)
		in := lifecycleInput(t, order.Open)
		in.Version = version
		env.ExecuteWorkflow(message.WorkflowOrderLifecycle, in)
		require.NoError(t, env.GetWorkflowError())
		require.Equal(t, reads, read, "version %d", version)
	}
}

// A worker of an older version does not start a workflow that it does not know; a pinned one is not refused.
func TestAWorkerLeavesAloneWhatANewerOneStarted(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		newer, reportsBuild, pinned, left bool
	}{
		{},
		{newer: true, left: true},
		{newer: true, pinned: true, left: true},
		{newer: true, reportsBuild: true, left: true},
		{newer: true, reportsBuild: true, pinned: true},
	} {
		env := newEnv(t)
		env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{workflows.LeaveNewer(tc.reportsBuild)}})
		name := message.WorkflowOrderLifecycle
		if tc.pinned {
			name = message.WorkflowPublishChanged
			var a *activities.Publication
			env.OnActivity(a.AskForChanged, mock.Anything, mock.Anything).Return(message.PublishChangedResult{}, nil).Maybe()
		}
		v := workflows.Current(name)
		if tc.newer {
			v.Version++
		}
		if tc.pinned {
			env.ExecuteWorkflow(workflows.PublishChanged, message.PublishChangedInput{Versioned: v, Account: "ebay-uk"})
		} else {
			env.ExecuteWorkflow(workflows.OrderLifecycle, message.OrderLifecycleInput{Versioned: v, Order: key, State: order.Completed})
		}
		if !tc.left {
			require.NoError(t, env.GetWorkflowError(), "%+v", tc)
			continue
		}
		require.ErrorContains(t, env.GetWorkflowError(), fmt.Sprintf("%s was started as version %d, and this worker knows %d", name, v.Version, v.Version-1))
		var panicked *temporal.PanicError
		require.ErrorAs(t, env.GetWorkflowError(), &panicked, "an error would end the workflow")
	}
}

func TestEveryWorkflowHasAVersionAndGetsTheOneItWasStartedWith(t *testing.T) {
	t.Parallel()
	all := registered{}
	workflows.Register(all)
	require.NotEmpty(t, all)
	for name, run := range all {
		require.Positive(t, workflows.Current(name).Version, name)
		in := reflect.TypeOf(run).In(1)
		require.Implements(t, (*interface{ StartedAs() int })(nil), reflect.Zero(in).Interface(), name)
	}
}
