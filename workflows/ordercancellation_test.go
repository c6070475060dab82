package workflows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/workflows"
)

var refusedCancel = &channel.Fault{ID: "f3", Class: channel.Conflict, Code: channel.CodeNotCancellable, Operation: "cancel"}

func cancellationInput(t *testing.T) message.OrderCancellationInput {
	return message.OrderCancellationInput{Versioned: workflows.Current(message.WorkflowOrderCancellation), Order: key, Policy: policies(t).Shipments}
}

// cancelAnswers are what CancelOnChannel returns, one after the other; the last one for ever.
func cancelAnswers(outs ...activities.CancelOutput) func(context.Context, activities.CancelInput) (activities.CancelOutput, error) {
	i := 0
	return func(context.Context, activities.CancelInput) (activities.CancelOutput, error) {
		out := outs[min(i, len(outs)-1)]
		i++
		return out, nil
	}
}

var (
	cancelSent    = activities.CancelOutput{State: order.CancelSent}
	cancelShown   = activities.CancelOutput{State: order.CancelSent, Done: true}
	cancelSettled = activities.CancelOutput{State: order.CancelSettled}
)

func TestACancellationIsReadBackUntilTheOrderShowsIt(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var cancels *activities.Cancellations
	var orders *activities.Orders
	env.OnActivity(cancels.CancelOnChannel, mock.Anything, activities.CancelInput{Order: key}).Return(cancelAnswers(cancelSent, cancelSent, cancelShown, cancelSettled)).Times(4)
	env.OnActivity(orders.RefreshOrder, mock.Anything, mock.Anything).Return(activities.RefreshOutput{}, nil).Times(3)
	begin := env.Now()

	env.ExecuteWorkflow(workflows.OrderCancellation, cancellationInput(t))

	require.NoError(t, env.GetWorkflowError())
	var out message.OrderCancellationResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, order.CancelSettled, out.State)
	require.Equal(t, 45*time.Second, env.Now().Sub(begin), "the waits grow, and what the channel shows is read at once")
}

func TestARefusedCancellationParksUntilItIsRetried(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var cancels *activities.Cancellations
	var orders *activities.Orders
	refused := activities.CancelOutput{Fault: refusedCancel}
	env.OnActivity(cancels.CancelOnChannel, mock.Anything, mock.Anything).Return(cancelAnswers(refused, refused, cancelShown, cancelSettled)).Times(4)
	env.OnActivity(orders.RefreshOrder, mock.Anything, mock.Anything).Return(activities.RefreshOutput{}, nil).Times(2)
	env.OnActivity(cancels.ParkCancel, mock.Anything, mock.Anything).Return(activities.ParkOutput{}, nil).Once()
	env.OnActivity(cancels.UnparkCancel, mock.Anything, key).Return(nil).Once()
	env.RegisterDelayedCallback(func() {
		st := status(t, env)
		require.Equal(t, "parked", st.State)
		require.Equal(t, refusedCancel, st.Fault)
		env.SignalWorkflow(message.SignalRetry, nil)
	}, time.Hour)

	env.ExecuteWorkflow(workflows.OrderCancellation, cancellationInput(t))
	require.NoError(t, env.GetWorkflowError())
}

// The order was cancelled on the channel, or shipped, meanwhile: reading it again shows that nothing is left to be sent.
func TestAConflictThatTheOrderExplainsParksNothing(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var cancels *activities.Cancellations
	var orders *activities.Orders
	env.OnActivity(cancels.CancelOnChannel, mock.Anything, mock.Anything).Return(cancelAnswers(activities.CancelOutput{Fault: refusedCancel}, cancelSettled)).Twice()
	env.OnActivity(orders.RefreshOrder, mock.Anything, mock.Anything).Return(activities.RefreshOutput{}, nil).Once()
	env.ExecuteWorkflow(workflows.OrderCancellation, cancellationInput(t))
	require.NoError(t, env.GetWorkflowError())
}

func TestACancellationThatIsNeverShownParks(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var cancels *activities.Cancellations
	var orders *activities.Orders
	shown := false
	env.OnActivity(cancels.CancelOnChannel, mock.Anything, mock.Anything).Return(func(context.Context, activities.CancelInput) (activities.CancelOutput, error) {
		if shown {
			return cancelSettled, nil
		}
		return cancelSent, nil
	})
	env.OnActivity(orders.RefreshOrder, mock.Anything, mock.Anything).Return(activities.RefreshOutput{}, nil)
	env.OnActivity(cancels.ParkCancel, mock.Anything, mock.Anything).Return(func(_ context.Context, in activities.ParkCancelInput) (activities.ParkOutput, error) {
		require.Equal(t, channel.CodeCancelNotShown, in.Fault.Code)
		require.True(t, in.Fault.Recorded())
		return activities.ParkOutput{}, nil
	}).Once()
	env.OnActivity(cancels.UnparkCancel, mock.Anything, key).Return(nil).Once()
	env.RegisterDelayedCallback(func() {
		require.Equal(t, "parked", status(t, env).State)
		shown = true
		env.SignalWorkflow(message.SignalRetry, nil)
	}, 48*time.Hour)
	env.SetTestTimeout(time.Minute)
	env.ExecuteWorkflow(workflows.OrderCancellation, cancellationInput(t))
	require.NoError(t, env.GetWorkflowError())
}

// A declined request whose answer the channel does not take is left to a person, and nothing waits for that.
func TestARefusalThatNobodyHasToDecideEndsIt(t *testing.T) {
	t.Parallel()
	env := newEnv(t)
	var cancels *activities.Cancellations
	unsigned := activities.CancelOutput{Fault: &channel.Fault{ID: "f4", Class: channel.Config, Code: "215001", Operation: "rejectCancellation"}}
	env.OnActivity(cancels.CancelOnChannel, mock.Anything, mock.Anything).Return(cancelAnswers(unsigned, activities.CancelOutput{State: order.CancelByHand})).Twice()
	env.OnActivity(cancels.ParkCancel, mock.Anything, mock.Anything).Return(activities.ParkOutput{NoNeed: true}, nil).Once()
	env.OnActivity(cancels.UnparkCancel, mock.Anything, key).Return(nil).Once()
	env.ExecuteWorkflow(workflows.OrderCancellation, cancellationInput(t))
	require.NoError(t, env.GetWorkflowError())
	var out message.OrderCancellationResult
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, order.CancelByHand, out.State)
}
