package workflows_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/workflows"
)

// answer records the result of an update.
type answer struct {
	accepted bool
	err      error
	result   message.OrderResult
}

func (a *answer) Accept()          { a.accepted = true }
func (a *answer) Reject(err error) { a.err = err }
func (a *answer) Complete(v any, err error) {
	a.err = err
	if r, ok := v.(message.OrderResult); ok {
		a.result = r
	}
}

func process(env *testsuite.TestWorkflowEnvironment, pkg string) *answer {
	a := &answer{}
	env.UpdateWorkflow(message.UpdateProcess, pkg, a, message.ProcessRequest{PackageID: pkg})
	return a
}

func lifecycleInput(t *testing.T, s order.State, unsent ...string) message.OrderLifecycleInput {
	return message.OrderLifecycleInput{Order: key, State: s, Unsent: unsent, Shipment: policies(t).Shipments}
}

// sync registers a shipment sync that records its inputs.
func sync(env *testsuite.TestWorkflowEnvironment, result order.State) *[][]string {
	var sent [][]string
	env.OnWorkflow(workflows.ShipmentSync, mock.Anything, mock.Anything).Return(
		func(_ workflow.Context, in message.ShipmentSyncInput) (message.ShipmentSyncResult, error) {
			if in.Versioned != workflows.Current(message.WorkflowShipmentSync) {
				return message.ShipmentSyncResult{}, errors.New("it did not get its version")
			}
			sent = append(sent, in.Packages)
			return message.ShipmentSyncResult{State: result}, nil
		})
	return &sent
}

func TestAnOrderGoesFromOpenToCompleted(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	env.RegisterWorkflow(workflows.ShipmentSync)
	var a *activities.Lifecycle
	env.OnActivity(a.ProcessPackage, mock.Anything, mock.Anything).Return(message.OrderResult{State: order.Processed}, nil).Once()
	sent := sync(env, order.Shipped)
	var processed *answer
	env.RegisterDelayedCallback(func() {
		require.Equal(t, "a package to process", status(t, env).WaitingFor)
		processed = process(env, "P1")
	}, time.Minute)
	env.RegisterDelayedCallback(func() {
		require.Equal(t, "shipped", status(t, env).State)
		require.Contains(t, status(t, env).WaitingFor, "scan")
		env.SignalWorkflow(message.SignalChannelChanged, message.OrderChange{State: order.Completed, Version: 2})
	}, time.Hour)

	env.ExecuteWorkflow(workflows.OrderLifecycle, lifecycleInput(t, order.Open))

	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, order.Processed, processed.result.State)
	require.Equal(t, [][]string{{"P1"}}, *sent)
	var out message.OrderResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, order.Completed, out.State)
}

func TestARefusedPackageIsNotSent(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var a *activities.Lifecycle
	env.OnActivity(a.ProcessPackage, mock.Anything, mock.Anything).Return(message.OrderResult{State: order.Open, Refused: "2 units are backordered"}, nil).Once()
	var processed *answer
	env.RegisterDelayedCallback(func() { processed = process(env, "P1") }, time.Minute)
	env.RegisterDelayedCallback(func() {
		env.SignalWorkflow(message.SignalChannelChanged, message.OrderChange{State: order.Cancelled, Version: 2})
	}, time.Hour)

	env.ExecuteWorkflow(workflows.OrderLifecycle, lifecycleInput(t, order.Open))

	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, "2 units are backordered", processed.result.Refused)
}

// A lifecycle continues an order from any stored state.
func TestALifecycleBeginsFromAnyStoredState(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	env.RegisterWorkflow(workflows.ShipmentSync)
	sent := sync(env, order.Completed)
	env.ExecuteWorkflow(workflows.OrderLifecycle, lifecycleInput(t, order.Processed, "P1", "P2"))
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, [][]string{{"P1", "P2"}}, *sent)
}

// A scan may report the order as shipped before its own shipment sync ends.
func TestTheEndOfAnOrderIsNotUndoneByWhatArrivesLate(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	env.RegisterWorkflow(workflows.ShipmentSync)
	env.OnWorkflow(workflows.ShipmentSync, mock.Anything, mock.Anything).Return(
		func(ctx workflow.Context, _ message.ShipmentSyncInput) (message.ShipmentSyncResult, error) {
			err := workflow.Sleep(ctx, time.Hour)
			return message.ShipmentSyncResult{State: order.Shipped}, err
		})
	env.RegisterDelayedCallback(func() {
		env.SignalWorkflow(message.SignalChannelChanged, message.OrderChange{State: order.Completed, Version: 2})
	}, time.Minute)
	env.ExecuteWorkflow(workflows.OrderLifecycle, lifecycleInput(t, order.Processed, "P1"))
	require.NoError(t, env.GetWorkflowError())
	var out message.OrderResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, order.Completed, out.State)
}

// A crash between the store's commit and the workflow's leaves a package that the lifecycle does not know. The
// sweep's reminder sends it; a second reminder does not send it again.
func TestAForgottenPackageIsSentOnce(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	env.RegisterWorkflow(workflows.ShipmentSync)
	sent := sync(env, order.Shipped)
	remind := func() {
		env.SignalWorkflow(message.SignalChannelChanged, message.OrderChange{State: order.Processed, Unsent: []string{"P1"}})
	}
	env.RegisterDelayedCallback(remind, time.Minute)
	env.RegisterDelayedCallback(remind, time.Hour)
	env.RegisterDelayedCallback(func() {
		env.SignalWorkflow(message.SignalChannelChanged, message.OrderChange{State: order.Completed, Version: 2})
	}, 2*time.Hour)
	env.ExecuteWorkflow(workflows.OrderLifecycle, lifecycleInput(t, order.Open))
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, [][]string{{"P1"}}, *sent)
}
