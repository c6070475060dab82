package workflows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/policy"
	"github.com/towpath/towpath/workflows"
)

var (
	account = message.Account{ID: "ebay-uk", Channel: channel.EBay, Endpoint: channel.Production}
	key     = message.OrderKey{RowID: 7, Account: account, OrderID: "12-00001-00001"}
	busy    = &channel.Fault{ID: "f1", Class: channel.Unavailable, Status: 503, Operation: "shipment"}
)

func policies(t *testing.T) policy.Set {
	t.Helper()
	set, err := policy.BuiltIn()
	require.NoError(t, err)
	return set
}

func newEnv(t *testing.T) *testsuite.TestWorkflowEnvironment {
	t.Helper()
	var s testsuite.WorkflowTestSuite
	env := s.NewTestWorkflowEnvironment()
	// The SDK takes a workflow that a busy machine does not run for a second for a deadlock.
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{&comparing{}}, DeadlockDetectionTimeout: time.Minute})
	t.Cleanup(func() { env.AssertExpectations(t) })
	return env
}

func status(t *testing.T, env *testsuite.TestWorkflowEnvironment) message.Status {
	t.Helper()
	v, err := env.QueryWorkflow(message.QueryStatus)
	require.NoError(t, err)
	var st message.Status
	require.NoError(t, v.Get(&st))
	return st
}

func shipmentInput(t *testing.T) message.ShipmentSyncInput {
	return message.ShipmentSyncInput{Order: key, Packages: []string{"P1"}, Policy: policies(t).Shipments}
}

// The shipment policy makes three calls with waits of 1.5 s and 3 s, then the workflow parks until a person retries.
func TestShipmentParksAfterThreeCallsAndContinuesAfterARetry(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var ship *activities.Shipments
	var calls []time.Time
	failing := true
	env.OnActivity(ship.SendPackage, mock.Anything, mock.Anything).Return(
		func(context.Context, activities.SendInput) (activities.SendOutput, error) {
			calls = append(calls, env.Now())
			if failing {
				return activities.SendOutput{Fault: busy}, nil
			}
			return activities.SendOutput{State: order.Shipped}, nil
		})
	var parked activities.ParkInput
	env.OnActivity(ship.ParkPackage, mock.Anything, mock.Anything).Return(
		func(_ context.Context, p activities.ParkInput) (activities.ParkOutput, error) {
			parked = p
			return activities.ParkOutput{}, nil
		}).Once()
	env.OnActivity(ship.UnparkPackage, mock.Anything, mock.Anything).Return(nil).Once()
	env.RegisterDelayedCallback(func() {
		st := status(t, env)
		require.Equal(t, "parked", st.State)
		require.Equal(t, busy, st.Fault)
		require.NotEmpty(t, st.WaitingFor)
		require.Len(t, calls, 3)
		failing = false
		env.SignalWorkflow(message.SignalRetry, nil)
	}, time.Hour)

	env.ExecuteWorkflow(workflows.ShipmentSync, shipmentInput(t))

	require.NoError(t, env.GetWorkflowError())
	var out message.ShipmentSyncResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, order.Shipped, out.State)
	require.Len(t, calls, 4)
	require.Equal(t, 1500*time.Millisecond, calls[1].Sub(calls[0]))
	require.Equal(t, 3*time.Second, calls[2].Sub(calls[1]))
	require.Equal(t, "P1", parked.PackageID)
	require.Equal(t, key, parked.Order)
}

// A buyer cancelled while the package was being sent: the order is read again, and what is left is sent.
func TestShipmentReadsTheOrderAgainAfterAConflict(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var ship *activities.Shipments
	var orders *activities.Orders
	conflict := &channel.Fault{ID: "f2", Class: channel.Conflict, Code: "32210"}
	env.OnActivity(ship.SendPackage, mock.Anything, mock.Anything).Return(activities.SendOutput{Fault: conflict}, nil).Once()
	env.OnActivity(orders.RefreshOrder, mock.Anything, mock.Anything).Return(activities.RefreshOutput{}, nil).Once()
	env.OnActivity(ship.SendPackage, mock.Anything, mock.Anything).Return(activities.SendOutput{State: order.Cancelled}, nil).Once()

	env.ExecuteWorkflow(workflows.ShipmentSync, shipmentInput(t))

	require.NoError(t, env.GetWorkflowError())
	var out message.ShipmentSyncResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, order.Cancelled, out.State)
}

// From version 2 on a lifecycle leaves to it what it could not send: it parks first, and sends nothing before a person or a change
// of the order says so.
func TestAPackageThatWasLeftToItIsParkedFirst(t *testing.T) {
	t.Parallel()
	for _, signal := range []string{message.SignalRetry, message.SignalOrderChanged} {
		env := newEnv(t)
		var ship *activities.Shipments
		sent := false
		env.OnActivity(ship.SendPackage, mock.Anything, mock.Anything).Return(
			func(context.Context, activities.SendInput) (activities.SendOutput, error) {
				sent = true
				return activities.SendOutput{State: order.Shipped}, nil
			}).Once()
		env.OnActivity(ship.ParkPackage, mock.Anything, mock.Anything).Return(
			func(_ context.Context, p activities.ParkInput) (activities.ParkOutput, error) {
				require.Equal(t, busy, p.Fault)
				return activities.ParkOutput{}, nil
			}).Once()
		env.OnActivity(ship.UnparkPackage, mock.Anything, mock.Anything).Return(nil).Once()
		env.RegisterDelayedCallback(func() {
			require.False(t, sent)
			require.Equal(t, "parked", status(t, env).State)
			require.Equal(t, busy, status(t, env).Fault)
			env.SignalWorkflow(signal, nil)
		}, time.Hour)
		env.ExecuteWorkflow(workflows.ShipmentSync, leftInput(t))
		require.NoError(t, env.GetWorkflowError())
		require.True(t, sent)
	}
}

// The package was cancelled between the lifecycle's last attempt and the parking: nobody has to be waited for.
func TestWhatNeedsNoSendingIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var ship *activities.Shipments
	env.OnActivity(ship.ParkPackage, mock.Anything, mock.Anything).Return(activities.ParkOutput{NoNeed: true}, nil).Once()
	env.OnActivity(ship.SendPackage, mock.Anything, mock.Anything).Return(activities.SendOutput{State: order.Cancelled}, nil).Once()
	env.ExecuteWorkflow(workflows.ShipmentSync, leftInput(t))
	require.NoError(t, env.GetWorkflowError())
	var out message.ShipmentSyncResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, order.Cancelled, out.State)
}

// A channel may ask for a wait of hours; a change of the order ends it, from version 2 on.
func TestAChangeOfTheOrderEndsALongWait(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var ship *activities.Shipments
	throttled := &channel.Fault{ID: "f4", Class: channel.Throttled, Status: 429, RetryAfter: 10 * time.Hour}
	var calls []time.Time
	env.OnActivity(ship.SendPackage, mock.Anything, mock.Anything).Return(
		func(context.Context, activities.SendInput) (activities.SendOutput, error) {
			if calls = append(calls, env.Now()); len(calls) == 1 {
				return activities.SendOutput{Fault: throttled}, nil
			}
			return activities.SendOutput{State: order.Cancelled}, nil
		})
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(message.SignalOrderChanged, nil) }, time.Minute)
	in := shipmentInput(t)
	in.Versioned = workflows.Current(message.WorkflowShipmentSync)
	env.ExecuteWorkflow(workflows.ShipmentSync, in)
	require.NoError(t, env.GetWorkflowError())
	require.Len(t, calls, 2)
	require.Equal(t, time.Minute, calls[1].Sub(calls[0]))
}

// leftInput is that of a package which its lifecycle could not send.
func leftInput(t *testing.T) message.ShipmentSyncInput {
	in := shipmentInput(t)
	in.Versioned, in.Fault = workflows.Current(message.WorkflowShipmentSync), busy
	return in
}

// Two retries before an attempt cause one attempt, not a second one after the next park.
func TestAnAttemptUsesTheRetriesSentBeforeIt(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var ship *activities.Shipments
	refused := &channel.Fault{ID: "f3", Class: channel.Invalid, Code: "32300"}
	calls := 0
	env.OnActivity(ship.SendPackage, mock.Anything, mock.Anything).Return(
		func(context.Context, activities.SendInput) (activities.SendOutput, error) {
			if calls++; calls < 3 {
				return activities.SendOutput{Fault: refused}, nil
			}
			return activities.SendOutput{State: order.Shipped}, nil
		})
	env.OnActivity(ship.ParkPackage, mock.Anything, mock.Anything).Return(activities.ParkOutput{}, nil).Times(2)
	env.OnActivity(ship.UnparkPackage, mock.Anything, mock.Anything).Return(nil).Times(2)
	env.RegisterDelayedCallback(func() {
		env.SignalWorkflow(message.SignalRetry, nil)
		env.SignalWorkflow(message.SignalRetry, nil)
	}, time.Hour)
	env.RegisterDelayedCallback(func() {
		require.Equal(t, 2, calls)
		require.Equal(t, "parked", status(t, env).State)
		env.SignalWorkflow(message.SignalRetry, nil)
	}, 2*time.Hour)

	env.ExecuteWorkflow(workflows.ShipmentSync, shipmentInput(t))

	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 3, calls)
}

// eBay does not report cancelled units, so the channel refuses the package first. The seller's cancellation then lets the parked
// package continue without a retry.
func TestACancellationLetsAParkedPackageGoOn(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]time.Duration{"while parked": time.Hour, "before it parks": 0} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newEnv(t)
			var ship *activities.Shipments
			var orders *activities.Orders
			conflict := &channel.Fault{ID: "f2", Class: channel.Conflict, Code: "32200"}
			changed := false
			change := func() { changed = true; env.SignalWorkflow(message.SignalOrderChanged, nil) }
			env.OnActivity(ship.SendPackage, mock.Anything, mock.Anything).Return(
				func(context.Context, activities.SendInput) (activities.SendOutput, error) {
					if changed {
						return activities.SendOutput{State: order.Shipped}, nil
					}
					if after == 0 {
						change()
					}
					return activities.SendOutput{Fault: conflict}, nil
				})
			env.OnActivity(orders.RefreshOrder, mock.Anything, mock.Anything).Return(activities.RefreshOutput{}, nil).Maybe()
			env.OnActivity(ship.ParkPackage, mock.Anything, mock.Anything).Return(activities.ParkOutput{}, nil).Maybe()
			env.OnActivity(ship.UnparkPackage, mock.Anything, mock.Anything).Return(nil).Maybe()
			if after > 0 {
				env.RegisterDelayedCallback(change, after)
			}
			env.ExecuteWorkflow(workflows.ShipmentSync, shipmentInput(t))
			require.NoError(t, env.GetWorkflowError())
			require.True(t, env.IsWorkflowCompleted())
		})
	}
}

// A correction is tried under the policy and parks like a package that is sent; the order is not read again for it, because its units left.
func TestACorrectionIsTriedThenParked(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var ship *activities.Shipments
	var sent []activities.SendInput
	conflict := &channel.Fault{ID: "f3", Class: channel.Conflict, Code: "UNITS_NOT_OPEN"}
	env.OnActivity(ship.SendPackage, mock.Anything, mock.Anything).Return(
		func(_ context.Context, in activities.SendInput) (activities.SendOutput, error) {
			sent = append(sent, in)
			switch len(sent) {
			case 1:
				return activities.SendOutput{Fault: busy}, nil
			case 2:
				return activities.SendOutput{Fault: conflict}, nil
			}
			return activities.SendOutput{State: order.Completed}, nil
		})
	env.OnActivity(ship.ParkPackage, mock.Anything, mock.MatchedBy(func(p activities.ParkInput) bool { return p.Corrected })).Return(activities.ParkOutput{}, nil).Once()
	env.OnActivity(ship.UnparkPackage, mock.Anything, mock.Anything).Return(nil).Once()
	env.RegisterDelayedCallback(func() {
		require.Equal(t, "parked", status(t, env).State)
		env.SignalWorkflow(message.SignalRetry, nil)
	}, time.Hour)
	in := shipmentInput(t)
	in.Versioned, in.Corrected = workflows.Current(message.WorkflowShipmentSync), true

	env.ExecuteWorkflow(workflows.ShipmentSync, in)

	require.NoError(t, env.GetWorkflowError())
	require.Len(t, sent, 3)
	for i, s := range sent {
		require.True(t, s.Corrected)
		require.Equal(t, []int{1, 2, 1}[i], s.Attempt)
	}
}
