package workflows

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/internal/message"
)

// nothing is an update's answer that nobody reads.
type nothing struct{}

func (nothing) Accept()             {}
func (nothing) Reject(error)        {}
func (nothing) Complete(any, error) {}

// leaves is a workflow that continues in a new history at once, right after a message for one of its coroutines.
func leaves(ctx workflow.Context, in message.StockPushInput) error {
	said := workflow.NewBufferedChannel(ctx, 1)
	workflow.Go(ctx, func(ctx workflow.Context) {
		said.Receive(ctx, nil)
		in.RunID = "heard"
	})
	err := workflow.SetUpdateHandler(ctx, message.UpdateProcess, func(ctx workflow.Context) error {
		err := workflow.Sleep(ctx, time.Minute)
		in.Counts.Pushed++
		return err
	})
	if err != nil {
		return err
	}
	if err := workflow.Sleep(ctx, time.Second); err != nil {
		return err
	}
	said.SendAsync(true)
	wake := workflow.GetSignalChannel(ctx, message.SignalWake)
	return continueAsNew(ctx, func() message.StockPushInput {
		in.Counts.Failed = wake.Len()
		return in
	}, wake)
}

// A message that arrives while the history ends is part of the input of the next one: signals that a listener has not
// yet received, and updates that are not yet done.
func TestNothingIsLostBetweenTwoHistories(t *testing.T) {
	t.Parallel()
	for _, updates := range []int{0, 1} {
		var s testsuite.WorkflowTestSuite
		env := s.NewTestWorkflowEnvironment()
		env.RegisterWorkflowWithOptions(leaves, workflow.RegisterOptions{Name: message.WorkflowStockPush})
		env.RegisterDelayedCallback(func() {
			if updates > 0 {
				env.UpdateWorkflow(message.UpdateProcess, "u", nothing{})
			}
			env.SignalWorkflow(message.SignalWake, nil)
		}, time.Second/2)
		env.ExecuteWorkflow(message.WorkflowStockPush, message.StockPushInput{})

		var next *workflow.ContinueAsNewError
		require.ErrorAs(t, env.GetWorkflowError(), &next)
		require.Equal(t, message.WorkflowStockPush, next.WorkflowType.Name)
		var in message.StockPushInput
		require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(next.Input, &in))
		want := message.StockPushInput{Versioned: Current(message.WorkflowStockPush), RunID: "heard", Counts: message.PushCounts{Pushed: updates}}
		require.Equal(t, want, in)
	}
}
