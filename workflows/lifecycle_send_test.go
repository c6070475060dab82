package workflows_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/workflows"
)

// current is the input of a lifecycle that starts today.
func current(t *testing.T, s order.State, unsent ...string) message.OrderLifecycleInput {
	in := lifecycleInput(t, s, unsent...)
	in.Versioned = workflows.Current(message.WorkflowOrderLifecycle)
	return in
}

var refused = &channel.Fault{ID: "f9", Class: channel.Invalid, Code: "32300", Status: 400}

// answers lets SendPackage answer as the function says, by package and attempt, counted from 1.
func answers(env *testsuite.TestWorkflowEnvironment, answer func(id string, attempt int) activities.SendOutput) map[string]int {
	calls := map[string]int{}
	var ship *activities.Shipments
	env.OnActivity(ship.SendPackage, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in activities.SendInput) (activities.SendOutput, error) {
			calls[in.PackageID]++
			return answer(in.PackageID, calls[in.PackageID]), nil
		})
	return calls
}

// children plays the shipment syncs, and returns the ids of those that were started, with their inputs.
func children(env *testsuite.TestWorkflowEnvironment, play func(ctx workflow.Context, in message.ShipmentSyncInput) (message.ShipmentSyncResult, error)) *[]string {
	var ids []string
	env.RegisterWorkflowWithOptions(func(ctx workflow.Context, in message.ShipmentSyncInput) (message.ShipmentSyncResult, error) {
		ids = append(ids, workflow.GetInfo(ctx).WorkflowExecution.ID)
		return play(ctx, in)
	}, workflow.RegisterOptions{Name: message.WorkflowShipmentSync})
	return &ids
}

// ends reports the order as it is on the channel.
func ends(env *testsuite.TestWorkflowEnvironment, s order.State, after time.Duration) {
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(message.SignalChannelChanged, message.OrderChange{State: s, Version: 2}) }, after)
}

func TestALifecycleSendsItsPackageItself(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Lifecycle
	env.OnActivity(a.ProcessPackage, mock.Anything, mock.Anything).Return(message.OrderResult{State: order.Processed}, nil).Once()
	calls := answers(env, func(string, int) activities.SendOutput { return activities.SendOutput{State: order.Shipped} })
	env.RegisterDelayedCallback(func() { process(env, "P1") }, time.Minute)
	env.RegisterDelayedCallback(func() {
		require.Equal(t, "shipped", status(t, env).State)
		require.Contains(t, status(t, env).WaitingFor, "scan")
		require.Equal(t, message.Progress{Done: 1, Total: 1}, status(t, env).Progress)
	}, 30*time.Minute)
	ends(env, order.Completed, time.Hour)
	env.ExecuteWorkflow(workflows.OrderLifecycle, current(t, order.Open))
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, map[string]int{"P1": 1}, calls)
}

// Case A4: P1 is refused for good. P2 is sent at once, and P1 is left to a shipment sync of its own.
func TestARefusedPackageHoldsNoOther(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	calls := answers(env, func(id string, _ int) activities.SendOutput {
		if id == "P1" {
			return activities.SendOutput{Fault: refused}
		}
		return activities.SendOutput{State: order.Processed}
	})
	ids := children(env, func(ctx workflow.Context, in message.ShipmentSyncInput) (message.ShipmentSyncResult, error) {
		require.Equal(t, message.ShipmentSyncInput{
			Versioned: workflows.Current(message.WorkflowShipmentSync), Order: key, Packages: []string{"P1"}, Policy: policies(t).Shipments, Fault: refused,
		}, in)
		err := workflow.Sleep(ctx, 72*time.Hour) // a person comes
		return message.ShipmentSyncResult{State: order.Shipped}, err
	})
	env.RegisterDelayedCallback(func() {
		require.Equal(t, map[string]int{"P1": 1, "P2": 1}, calls)
		require.Equal(t, "1 package left to shipment/ebay-uk/12-00001-00001/P1", status(t, env).WaitingFor)
	}, time.Hour)
	ends(env, order.Completed, 73*time.Hour)
	env.ExecuteWorkflow(workflows.OrderLifecycle, current(t, order.Processed, "P1", "P2"))
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []string{"shipment/ebay-uk/12-00001-00001/P1"}, *ids)
}

// Waits are a package's own: while one waits for its next attempt, another is sent. A retry or a cancellation ends the wait.
func TestAWaitIsAPackagesOwnAndEndsWhenItIsOver(t *testing.T) {
	t.Parallel()
	throttled := &channel.Fault{ID: "f4", Class: channel.Throttled, Status: 429, RetryAfter: 10 * time.Hour}
	for name, wake := range map[string]func(*testsuite.TestWorkflowEnvironment){
		"retry of it": func(env *testsuite.TestWorkflowEnvironment) {
			env.SignalWorkflow(message.SignalRetry, message.RetryRequest{PackageID: "P1"})
		},
		"retry of the order": func(env *testsuite.TestWorkflowEnvironment) { env.SignalWorkflow(message.SignalRetry, nil) },
		"cancellation": func(env *testsuite.TestWorkflowEnvironment) {
			env.UpdateWorkflow(message.UpdateCancel, "c", &answer{}, message.CancelRequest{CancelID: "c"})
		},
		"retry of another": func(env *testsuite.TestWorkflowEnvironment) {
			env.SignalWorkflow(message.SignalRetry, message.RetryRequest{PackageID: "P9"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newEnv(t)
			var a *activities.Lifecycle
			env.OnActivity(a.CancelOrder, mock.Anything, mock.Anything).Return(message.OrderResult{State: order.Processed}, nil).Maybe()
			begun := env.Now()
			var at time.Duration
			calls := answers(env, func(id string, n int) activities.SendOutput {
				if id == "P1" && n == 1 {
					return activities.SendOutput{Fault: throttled}
				}
				at = env.Now().Sub(begun)
				return activities.SendOutput{State: order.Shipped}
			})
			env.RegisterDelayedCallback(func() {
				require.Equal(t, map[string]int{"P1": 1, "P2": 1}, calls)
				st := status(t, env)
				require.Equal(t, throttled, st.Fault)
				require.False(t, st.NextAttempt.IsZero())
				require.Equal(t, "the channel to confirm 1 package; package P1: attempt 2, after throttled", st.WaitingFor)
				wake(env)
			}, time.Hour)
			ends(env, order.Completed, 20*time.Hour)
			env.ExecuteWorkflow(workflows.OrderLifecycle, current(t, order.Processed, "P1", "P2"))
			require.NoError(t, env.GetWorkflowError())
			require.Equal(t, map[string]int{"P1": 2, "P2": 1}, calls)
			want := time.Hour
			if name == "retry of another" {
				want = 10 * time.Hour
			}
			require.Equal(t, want, at)
		})
	}
}

// A cancellation, here or on the channel, reaches what is parked.
func TestACancellationReachesWhatIsParked(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*testsuite.TestWorkflowEnvironment){
		"by the seller": func(env *testsuite.TestWorkflowEnvironment) {
			env.UpdateWorkflow(message.UpdateCancel, "c", &answer{}, message.CancelRequest{CancelID: "c"})
		},
		"on the channel": func(env *testsuite.TestWorkflowEnvironment) {
			env.SignalWorkflow(message.SignalChannelChanged, message.OrderChange{State: order.Cancelled, Version: 2})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newEnv(t)
			var a *activities.Lifecycle
			env.OnActivity(a.CancelOrder, mock.Anything, mock.Anything).Return(message.OrderResult{State: order.Cancelled}, nil).Maybe()
			answers(env, func(string, int) activities.SendOutput { return activities.SendOutput{Fault: refused} })
			children(env, func(ctx workflow.Context, _ message.ShipmentSyncInput) (message.ShipmentSyncResult, error) {
				workflow.GetSignalChannel(ctx, message.SignalOrderChanged).Receive(ctx, nil)
				return message.ShipmentSyncResult{State: order.Cancelled}, nil
			})
			env.RegisterDelayedCallback(func() { change(env) }, time.Hour)
			env.ExecuteWorkflow(workflows.OrderLifecycle, current(t, order.Processed, "P1"))
			require.NoError(t, env.GetWorkflowError())
			var out message.OrderResult
			require.NoError(t, env.GetWorkflowResult(&out))
			require.Equal(t, order.Cancelled, out.State)
		})
	}
}

// The order may be final before a parked package is: the lifecycle stays with it.
func TestALifecycleDoesNotEndBeforeItsParkedPackage(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	answers(env, func(string, int) activities.SendOutput { return activities.SendOutput{Fault: refused} })
	done := false
	children(env, func(ctx workflow.Context, _ message.ShipmentSyncInput) (message.ShipmentSyncResult, error) {
		err := workflow.Sleep(ctx, 24*time.Hour)
		done = true
		return message.ShipmentSyncResult{State: order.Shipped}, err
	})
	ends(env, order.Completed, time.Hour)
	env.ExecuteWorkflow(workflows.OrderLifecycle, current(t, order.Processed, "P1"))
	require.NoError(t, env.GetWorkflowError())
	require.True(t, done)
	var out message.OrderResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, order.Completed, out.State)
}

// A lifecycle that starts anew, because the one before was ended by hand, finds a package that a shipment sync had: that one is
// started again, under the id that the store names. Also one that is ended by hand while its lifecycle runs.
func TestAShipmentSyncThatWasEndedIsStartedAgain(t *testing.T) {
	t.Parallel()
	for _, sender := range []string{"shipment/ebay-uk/12-00001-00001", "shipment/ebay-uk/12-00001-00001/P1"} {
		env := newEnv(t)
		calls := answers(env, func(string, int) activities.SendOutput {
			return activities.SendOutput{State: order.Processed, Sender: sender}
		})
		starts := 0
		ids := children(env, func(_ workflow.Context, in message.ShipmentSyncInput) (message.ShipmentSyncResult, error) {
			require.Nil(t, in.Fault, "it sends first")
			if starts++; starts == 1 {
				return message.ShipmentSyncResult{}, errors.New("terminated")
			}
			return message.ShipmentSyncResult{State: order.Shipped}, nil
		})
		ends(env, order.Completed, time.Hour)
		env.ExecuteWorkflow(workflows.OrderLifecycle, current(t, order.Processed, "P1"))
		require.NoError(t, env.GetWorkflowError())
		require.Equal(t, map[string]int{"P1": 1}, calls, "the lifecycle leaves it alone")
		require.Equal(t, []string{sender, sender}, *ids)
	}
}

// A shipment sync that was ended before it could park its package has not become the sender. The next one must park it too: one that
// sends first would find the package with its lifecycle and leave it there, and nobody would send it.
func TestAShipmentSyncThatWasEndedBeforeItParkedParksWhenItIsStartedAgain(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	answers(env, func(string, int) activities.SendOutput { return activities.SendOutput{Fault: refused} })
	var faults []*channel.Fault
	children(env, func(_ workflow.Context, in message.ShipmentSyncInput) (message.ShipmentSyncResult, error) {
		if faults = append(faults, in.Fault); len(faults) == 1 {
			return message.ShipmentSyncResult{}, errors.New("terminated")
		}
		return message.ShipmentSyncResult{State: order.Shipped}, nil
	})
	ends(env, order.Completed, time.Hour)
	env.ExecuteWorkflow(workflows.OrderLifecycle, current(t, order.Processed, "P1"))
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []*channel.Fault{refused, refused}, faults)
}

// A shipment sync of that id runs that is not the lifecycle's own: it is being ended with an earlier lifecycle, or has another of the
// order's packages, as version 1 gave it all. The package waits until that has ended. The sweep does not remind of a package for which
// a call was made.
func TestAPackageWhoseShipmentSyncIsTakenIsStartedWhenThatEnds(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	calls := answers(env, func(string, int) activities.SendOutput {
		return activities.SendOutput{State: order.Processed, Sender: "shipment/ebay-uk/12-00001-00001"}
	})
	var starts []time.Time
	sent := 0
	children(env, func(_ workflow.Context, in message.ShipmentSyncInput) (message.ShipmentSyncResult, error) {
		if starts = append(starts, env.Now()); len(starts) < 10 {
			return message.ShipmentSyncResult{}, &temporal.ChildWorkflowExecutionAlreadyStartedError{}
		}
		sent += len(in.Packages)
		return message.ShipmentSyncResult{State: order.Shipped}, nil
	})
	ends(env, order.Completed, 20*time.Hour)
	env.ExecuteWorkflow(workflows.OrderLifecycle, current(t, order.Processed, "P1"))
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, map[string]int{"P1": 1}, calls)
	require.Equal(t, 1, sent)
	require.Equal(t, time.Minute, starts[1].Sub(starts[0]).Round(time.Second))
	require.Equal(t, time.Hour, starts[9].Sub(starts[8]).Round(time.Second), "each start is in the history, so they become rarer")
}

// The sweep's reminder of a package whose update was lost in a crash counts once; those that are known are left alone.
func TestARemindedPackageIsSentOnceByItsLifecycle(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	calls := answers(env, func(string, int) activities.SendOutput { return activities.SendOutput{State: order.Shipped} })
	remind := func() {
		env.SignalWorkflow(message.SignalChannelChanged, message.OrderChange{State: order.Processed, Unsent: []string{"P1"}})
	}
	env.RegisterDelayedCallback(remind, time.Minute)
	env.RegisterDelayedCallback(remind, time.Hour)
	ends(env, order.Completed, 2*time.Hour)
	env.ExecuteWorkflow(workflows.OrderLifecycle, current(t, order.Open))
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, map[string]int{"P1": 1}, calls)
}

// A conflict: the order is read again, and what is left is sent.
func TestALifecycleReadsTheOrderAgainAfterAConflict(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var orders *activities.Orders
	env.OnActivity(orders.RefreshOrder, mock.Anything, mock.Anything).Return(activities.RefreshOutput{}, nil).Once()
	calls := answers(env, func(_ string, n int) activities.SendOutput {
		if n == 1 {
			return activities.SendOutput{Fault: &channel.Fault{ID: "f2", Class: channel.Conflict, Code: "32210"}}
		}
		return activities.SendOutput{State: order.Cancelled}
	})
	env.ExecuteWorkflow(workflows.OrderLifecycle, current(t, order.Processed, "P1"))
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, map[string]int{"P1": 2}, calls)
}

// Case B1: a confirmed package that the channel does not show is sent again; when that has no effect either, it waits for a person.
// That the channel shows the order at last ends the waiting.
func TestAPackageThatIsNotShownIsSentAgainThenAsksAPerson(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var ship *activities.Shipments
	var sent []activities.SendInput
	env.OnActivity(ship.SendPackage, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in activities.SendInput) (activities.SendOutput, error) {
			sent = append(sent, in)
			return activities.SendOutput{State: order.Shipped}, nil
		})
	notShown := &channel.Fault{ID: "f8", Class: channel.Conflict, Code: "NOT_SHOWN"}
	asked := 0
	children(env, func(ctx workflow.Context, in message.ShipmentSyncInput) (message.ShipmentSyncResult, error) {
		asked++
		require.True(t, in.Unshown)
		require.Equal(t, notShown, in.Fault)
		workflow.GetSignalChannel(ctx, message.SignalOrderChanged).Receive(ctx, nil)
		return message.ShipmentSyncResult{State: order.Completed}, nil
	})
	tell := func(u message.Unshown, after time.Duration) {
		env.RegisterDelayedCallback(func() {
			env.SignalWorkflow(message.SignalChannelChanged, message.OrderChange{State: order.Shipped, Unshown: []message.Unshown{u}})
		}, after)
	}
	tell(message.Unshown{PackageID: "P1"}, 2*time.Hour)
	tell(message.Unshown{PackageID: "P1", Fault: notShown}, 4*time.Hour)
	tell(message.Unshown{PackageID: "P1", Fault: notShown}, 5*time.Hour) // the sweep may say it twice
	ends(env, order.Completed, 48*time.Hour)
	env.ExecuteWorkflow(workflows.OrderLifecycle, current(t, order.Processed, "P1"))
	require.NoError(t, env.GetWorkflowError())
	policy := current(t, order.Processed).Shipment
	require.Equal(t, []activities.SendInput{{Order: key, PackageID: "P1", Attempt: 1, Policy: policy}, {Order: key, PackageID: "P1", Unshown: true, Attempt: 1, Policy: policy}}, sent)
	require.Equal(t, 1, asked)
}
