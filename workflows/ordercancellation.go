package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
)

// OrderCancellation cancels an order on its channel, as far as it was cancelled here. It calls the channel under the policy, reads the
// order until it shows the cancellation, and parks when the channel refuses: until a person sends retry, or the sweep because the
// channel shows it all the same. It is a workflow of its own because a cancelled order's lifecycle ends at once
// (docs/decisions/041).
func OrderCancellation(ctx workflow.Context, in message.OrderCancellationInput) (message.OrderCancellationResult, error) {
	c := &cancellation{in: in, retry: workflow.GetSignalChannel(ctx, message.SignalRetry), status: message.Status{
		Kind: "cancellation", Account: in.Order.Account.ID, Endpoint: in.Order.Account.Endpoint, State: stateRunning, Progress: message.Progress{Total: 1},
	}}
	if err := serveStatus(ctx, func() message.Status { return c.status }); err != nil {
		return message.OrderCancellationResult{}, err
	}
	return c.run(ctx)
}

type cancellation struct {
	in     message.OrderCancellationInput
	status message.Status
	retry  workflow.ReceiveChannel
	asked  time.Time // when what the last call was about was asked for: another cancellation may replace it meanwhile
}

// How often the order is read while its channel works on the cancellation, and for how long before a person is asked.
const (
	firstShown  = 15 * time.Second
	shownGrowth = 60  // the longest wait is so many times the first: a quarter of an hour
	shownSteps  = 100 // about a day
)

func (c *cancellation) run(ctx workflow.Context) (message.OrderCancellationResult, error) {
	for {
		drain(c.retry)
		workflow.SetCurrentDetails(ctx, "Cancelling the order on its channel")
		state, fault, err := c.cancel(ctx)
		if err != nil {
			return message.OrderCancellationResult{}, err
		}
		if fault == nil {
			c.status.State, c.status.Fault = stateDone, nil
			c.status.Progress.Done = 1
			workflow.SetCurrentDetails(ctx, fmt.Sprintf("the cancellation on the channel is **%s**", state))
			return message.OrderCancellationResult{State: state}, nil
		}
		if err := c.park(ctx, fault); err != nil {
			return message.OrderCancellationResult{}, err
		}
	}
}

// cancel calls the channel until the order shows the cancellation, or nothing is left to be sent. fault is the one with which it gave up.
func (c *cancellation) cancel(ctx workflow.Context) (state order.CancelState, fault *channel.Fault, err error) {
	wait := c.in.PendingWait
	if wait <= 0 {
		wait = firstShown
	}
	longest := shownGrowth * wait
	calls, conflicts := c.caller(), 0
	for range shownSteps {
		out, err := c.send(ctx, calls)
		c.asked = out.Asked
		switch {
		case err != nil || out.Fault == nil && !out.State.Due():
			return out.State, nil, err
		case out.Fault != nil && (out.Fault.Class != channel.Conflict || conflicts > 0):
			return "", out.Fault, nil
		case out.Fault != nil: // the order may have changed there: it is read, which may leave less to send, or nothing
			conflicts++
		case !out.Done:
			if err := calls.pause(ctx, wait, "the channel to cancel the order"); err != nil {
				return "", nil, err
			}
			wait = min(2*wait, longest)
		}
		if fault, err := c.read(ctx, calls); err != nil || fault != nil {
			return "", fault, err
		}
	}
	return "", &channel.Fault{ID: c.unshownID(ctx), Class: channel.Conflict, Code: channel.CodeCancelNotShown, Operation: string(channel.OpCancel)}, nil
}

// unshownID returns an id for the fault of a cancellation that the channel does not show.
func (c *cancellation) unshownID(ctx workflow.Context) string {
	return fmt.Sprintf("%s-%d", workflow.GetInfo(ctx).WorkflowExecution.RunID, c.status.Progress.Errors)
}

func (c *cancellation) caller() *caller {
	return &caller{account: c.in.Order.Account, policy: c.in.Policy, status: &c.status, interrupt: c.retry}
}

func (c *cancellation) send(ctx workflow.Context, calls *caller) (activities.CancelOutput, error) {
	return call[activities.CancelOutput](ctx, calls, channel.OpCancel, "cancel order "+OrderName(c.in.Order), message.ActivityCancelOnChannel,
		activities.CancelInput{Order: c.in.Order})
}

// read reads the order, which settles the cancellation when the channel shows it.
func (c *cancellation) read(ctx workflow.Context, calls *caller) (*channel.Fault, error) {
	out, err := call[activities.RefreshOutput](ctx, calls, channel.OpOrder, "read the order again", message.ActivityRefreshOrder,
		activities.RefreshInput{Order: c.in.Order, RunID: workflow.GetInfo(ctx).WorkflowExecution.RunID})
	return out.Fault, err
}

// park saves that the cancellation is parked, and waits for a retry. The sweep sends one when the channel shows it as cancelled.
func (c *cancellation) park(ctx workflow.Context, fault *channel.Fault) error {
	id := workflow.GetInfo(ctx).WorkflowExecution.ID
	c.status.State, c.status.WaitingFor, c.status.Fault = stateParked, "retry: "+faultWords(fault), fault
	c.status.Progress.Errors++
	if err := markParked(ctx, fault); err != nil {
		return err
	}
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("**parked**: %s. Cancel the order on the channel, or put it right and say `towpath retry %s`.", faultWords(fault), id))
	parked, err := local[activities.ParkOutput](ctx, "record as parked", message.ActivityParkCancel,
		activities.ParkCancelInput{Order: c.in.Order, Since: workflow.Now(ctx).UTC(), Fault: fault, Asked: c.asked})
	if err != nil {
		return fmt.Errorf("record as parked: %w", err)
	}
	if !parked.NoNeed {
		if err := workflow.Await(ctx, func() bool { return c.retry.Len() > 0 }); err != nil {
			return err
		}
	}
	if _, err := local[struct{}](ctx, "record as retried", message.ActivityUnparkCancel, c.in.Order); err != nil {
		return fmt.Errorf("record as retried: %w", err)
	}
	c.status.State, c.status.WaitingFor = stateRunning, ""
	return markRunning(ctx)
}
