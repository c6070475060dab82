package builds

import (
	"testing"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/orders"
)

// The end of an order reaches its lifecycle whoever carries that out: a worker that takes it as an update, one of a build that knows
// only the signal, and one that comes later.
func TestTheEndOfAnOrderArrivesWhoeverCarriesItsLifecycleOut(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	end := orders.OutboxEntry{State: order.Completed, Version: 2}

	older := worker.New(f.dial("older"), message.TaskQueue, worker.Options{})
	older.RegisterWorkflowWithOptions(func(ctx workflow.Context, in message.OrderLifecycleInput) (message.OrderResult, error) {
		var change message.OrderChange
		workflow.GetSignalChannel(ctx, message.SignalChannelChanged).Receive(ctx, &change)
		return message.OrderResult{State: change.State}, nil
	}, workflow.RegisterOptions{Name: message.WorkflowOrderLifecycle})
	require.NoError(t, older.Start())
	f.begin(1)
	f.deliver(1, end)
	f.ended(f.order(1), "")
	require.Equal(t, told{signals: 1}, f.told(1))
	older.Stop()

	f.begin(2)
	f.deliver(2, end) // nobody answers
	f.deliver(2, end)
	f.begin(3)
	w := f.start("")
	f.ended(f.order(2), "")
	require.Equal(t, 2, f.told(2).signals)

	f.Starter = f.another() // which does not remember that nobody answered
	f.lastTask(f.order(3), 0)
	f.deliver(3, end)
	f.ended(f.order(3), "")
	require.Equal(t, told{updates: 1}, f.told(3))
	f.deliver(3, end)
	require.Equal(t, told{updates: 1}, f.told(3), "nothing more arrives at a lifecycle that has ended")
	w.Stop()
}

// told counts how an order's lifecycle was told of its end.
type told struct{ signals, updates int }

func (f *fixture) told(number int) (n told) {
	f.t.Helper()
	events := f.Temporal.GetWorkflowHistory(f.t.Context(), f.order(number), "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		require.NoError(f.t, err)
		switch e.GetEventType() {
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
			n.signals++
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
			n.updates++
		default:
		}
	}
	return n
}
