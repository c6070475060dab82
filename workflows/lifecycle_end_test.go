package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/workflows"
)

// reported is what became of an update that says that an order has ended.
type reported struct {
	accepted, completed bool
	refused, failed     error
}

func (r *reported) Accept()                   { r.accepted = true }
func (r *reported) Reject(err error)          { r.refused = err }
func (r *reported) Complete(_ any, err error) { r.completed, r.failed = true, err }

// report reports a change as an update.
func report(env *testsuite.TestWorkflowEnvironment, id string, change message.OrderChange) *reported {
	r := &reported{}
	env.UpdateWorkflow(message.UpdateChannelChanged, id, r, change)
	return r
}

// The lifecycle answers the update and ends, also one that an older version started.
func TestALifecycleEndsWithAnUpdate(t *testing.T) {
	t.Parallel()
	for version := range workflows.Current(message.WorkflowOrderLifecycle).Version + 1 {
		env := newEnv(t)
		var told *reported
		env.RegisterDelayedCallback(func() {
			told = report(env, "channel-changed/2", message.OrderChange{State: order.Completed, Version: 2})
		}, time.Hour)
		in := current(t, order.Shipped)
		in.Version = version
		env.ExecuteWorkflow(workflows.OrderLifecycle, in)
		require.NoError(t, env.GetWorkflowError())
		require.Equal(t, &reported{accepted: true, completed: true}, told)
		var out message.OrderResult
		require.NoError(t, env.GetWorkflowResult(&out))
		require.Equal(t, order.Completed, out.State)
	}
}

// An update that was answered too late and the signal sent instead are one change: no package is sent again because of the second.
func TestAnEndThatComesTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	end := message.OrderChange{State: order.Cancelled, Version: 2, Unshown: []message.Unshown{{PackageID: "P1"}}}
	signal := func(env *testsuite.TestWorkflowEnvironment) { env.SignalWorkflow(message.SignalChannelChanged, end) }
	update := func(env *testsuite.TestWorkflowEnvironment) { report(env, "channel-changed/2", end) }
	for name, twice := range map[string][]func(*testsuite.TestWorkflowEnvironment){
		"signal first": {signal, update}, "update first": {update, signal}, "two signals": {signal, signal}, "two updates": {update, update},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newEnv(t)
			calls := answers(env, func(string, int) activities.SendOutput { return activities.SendOutput{State: order.Shipped} })
			env.RegisterDelayedCallback(func() { twice[0](env); twice[1](env) }, time.Hour)
			env.ExecuteWorkflow(workflows.OrderLifecycle, current(t, order.Processed, "P1"))
			require.NoError(t, env.GetWorkflowError())
			require.Equal(t, map[string]int{"P1": 1}, calls)
			var out message.OrderResult
			require.NoError(t, env.GetWorkflowResult(&out))
			require.Equal(t, order.Cancelled, out.State)
		})
	}
}

// The same for a change before the end, which is always a signal: the sweep may deliver it twice.
func TestAPackageThatIsNotShownIsSentAgainOnceHoweverOftenThatIsSaid(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	calls := answers(env, func(string, int) activities.SendOutput { return activities.SendOutput{State: order.Shipped} })
	env.RegisterDelayedCallback(func() {
		for range 2 {
			env.SignalWorkflow(message.SignalChannelChanged, message.OrderChange{State: order.Shipped, Version: 2, Unshown: []message.Unshown{{PackageID: "P1"}}})
		}
	}, time.Hour)
	ends(env, order.Completed, 2*time.Hour)
	env.ExecuteWorkflow(workflows.OrderLifecycle, current(t, order.Processed, "P1"))
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, map[string]int{"P1": 2}, calls)
}

// What does not end the lifecycle is refused and changes nothing: the signal sent instead says it.
func TestALifecycleRefusesAnUpdateThatIsNotItsEnd(t *testing.T) {
	t.Parallel()
	cancelled := message.OrderChange{State: order.Cancelled, Version: 2}
	for name, change := range map[string]message.OrderChange{
		"a package is parked":    cancelled,
		"a package is not known": {State: order.Cancelled, Version: 2, Unsent: []string{"P2"}},
		"the order goes on":      {State: order.Shipped, Version: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newEnv(t)
			parked := name == "a package is parked"
			answers(env, func(string, int) activities.SendOutput {
				if parked {
					return activities.SendOutput{Fault: &channel.Fault{ID: "f9", Class: channel.Invalid, Code: "32300", Status: 400}}
				}
				return activities.SendOutput{State: order.Shipped}
			})
			children(env, func(ctx workflow.Context, _ message.ShipmentSyncInput) (message.ShipmentSyncResult, error) {
				workflow.GetSignalChannel(ctx, message.SignalOrderChanged).Receive(ctx, nil)
				return message.ShipmentSyncResult{State: order.Cancelled}, nil
			})
			var told *reported
			env.RegisterDelayedCallback(func() { told = report(env, "channel-changed/2", change) }, time.Hour)
			env.RegisterDelayedCallback(func() {
				require.False(t, env.IsWorkflowCompleted())
				env.SignalWorkflow(message.SignalChannelChanged, cancelled)
			}, 2*time.Hour)
			env.ExecuteWorkflow(workflows.OrderLifecycle, current(t, order.Processed, "P1"))
			require.NoError(t, env.GetWorkflowError())
			require.ErrorContains(t, told.refused, "send it as a signal")
			require.False(t, told.accepted)
		})
	}
}

// An update comes while a package is being processed, which the store refuses for an order that has ended: the lifecycle answers both.
func TestALifecycleAnswersWhatIsUnderWayBeforeItEnds(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Lifecycle
	env.OnActivity(a.ProcessPackage, mock.Anything, mock.Anything).Return(message.OrderResult{State: order.Cancelled, Refused: "it is cancelled"}, nil).Once()
	var processed *answer
	var told *reported
	env.RegisterDelayedCallback(func() {
		processed = process(env, "P1")
		told = report(env, "channel-changed/2", message.OrderChange{State: order.Cancelled, Version: 2})
	}, time.Hour)
	env.ExecuteWorkflow(workflows.OrderLifecycle, current(t, order.Open))
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, "it is cancelled", processed.result.Refused)
	require.True(t, told.completed)
	require.NoError(t, told.failed)
}
