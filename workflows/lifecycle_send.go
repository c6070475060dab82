package workflows

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
)

// outgoing is a package that its lifecycle sends, or has left to a shipment sync because it could not be sent.
type outgoing struct {
	id      string
	unshown *message.Unshown // set: it is confirmed, and the channel does not show it
	status  message.Status   // of the call at hand
	wake    workflow.Channel // ends a wait: a retry, or a change of the order
	// child is set once a shipment sync has the package.
	child    workflow.ChildWorkflowFuture
	workflow string // the id of the shipment sync
}

// How long a lifecycle waits before it starts a shipment sync again that was ended by hand. While one of that id runs that is not its
// own, the wait doubles up to a limit, because it may be parked for days and every start is in the history.
const (
	restartWait    = time.Minute
	longestRestart = time.Hour
)

// send begins to send the waiting packages. Each has its own coroutine, so that one which waits or is parked holds no other.
func (l *lifecycle) send(ctx workflow.Context) error {
	begin := make([]*outgoing, 0, len(l.unsent)+len(l.unshown))
	for _, id := range l.unsent {
		begin = append(begin, &outgoing{id: id})
	}
	for _, u := range l.unshown {
		same := func(p *outgoing) bool { return p.id == u.PackageID }
		if !slices.ContainsFunc(l.packages, same) && !slices.ContainsFunc(begin, same) {
			begin = append(begin, &outgoing{id: u.PackageID, unshown: &u})
		}
	}
	for _, p := range begin {
		p.wake = workflow.NewBufferedChannel(ctx, 1)
		l.packages = append(l.packages, p)
		workflow.Go(ctx, func(ctx workflow.Context) {
			if err := l.sendPackage(ctx, p); err != nil {
				l.failed = errors.Join(l.failed, fmt.Errorf("package %s: %w", p.id, err))
			}
			l.packages = slices.DeleteFunc(l.packages, func(q *outgoing) bool { return q == p })
			l.sending = len(l.packages)
			l.show(ctx)
		})
	}
	l.unsent, l.unshown, l.sending = nil, nil, len(l.packages)
	return nil
}

// sendPackage sends a package under the policy, and leaves it to a shipment sync when the policy gives up.
func (l *lifecycle) sendPackage(ctx workflow.Context, p *outgoing) error {
	c := &caller{account: l.in.Order.Account, policy: l.in.Shipment, status: &p.status, interrupt: p.wake}
	waits := message.ShipmentWorkflowID(l.in.Order.Account.ID, l.in.Order.OrderID, p.id)
	if p.unshown != nil && p.unshown.Fault != nil {
		return l.leave(ctx, c, p, waits, p.unshown.Fault)
	}
	for {
		drain(p.wake)
		out, err := attempt(ctx, c, activities.SendInput{Order: l.in.Order, PackageID: p.id, Unshown: p.unshown != nil})
		switch {
		case err != nil:
			return err
		case out.Sender != "":
			return l.leave(ctx, c, p, out.Sender, nil)
		case out.Fault == nil:
			l.confirmed(p, out.State)
			return nil
		case p.wake.Len() == 0:
			return l.leave(ctx, c, p, waits, out.Fault)
		}
	}
}

// confirmed counts a package that the channel has, or that needs no sending any more.
func (l *lifecycle) confirmed(p *outgoing, s order.State) {
	if p.unshown == nil {
		l.sent++
	}
	l.advance(s)
}

// leave leaves a package to the shipment sync with that id, and waits for its end. fault is the one with which the lifecycle gave
// up; nil: the package was left to that shipment sync before, which has ended since, or still runs.
func (l *lifecycle) leave(ctx workflow.Context, c *caller, p *outgoing, workflowID string, fault *channel.Fault) error {
	o := l.in.Order
	cctx := shipmentOptions(ctx, o, workflowID, fmt.Sprintf("Package %s of order %s", p.id, OrderName(o)))
	in := message.ShipmentSyncInput{
		Versioned: Current(message.WorkflowShipmentSync), Order: o, Packages: []string{p.id}, Policy: l.in.Shipment, Fault: fault,
		Unshown: p.unshown != nil,
	}
	for wait := restartWait; ; {
		p.workflow, p.child = workflowID, workflow.ExecuteChildWorkflow(cctx, message.WorkflowShipmentSync, in)
		l.show(ctx)
		var out message.ShipmentSyncResult
		err := p.child.Get(ctx, &out)
		var runs *temporal.ChildWorkflowExecutionAlreadyStartedError
		switch {
		case err == nil:
			l.confirmed(p, out.State)
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &runs):
			// It was this order's before and has another parent, or is just being ended with one. It may end without the package.
			workflow.GetLogger(ctx).Info("A shipment sync of that id runs already.", "workflow", workflowID)
		default:
			// It was ended by hand. The package stays its own: another one of the same id sends it.
			workflow.GetLogger(ctx).Warn("Shipment sync ended with an error; it is started again.", "workflow", workflowID, "error", err)
			wait = restartWait
		}
		p.child = nil // the fault stays: a sync that was ended before it had parked has not taken the package over yet
		if err := c.pause(ctx, wait, "its shipment sync to be started again"); err != nil {
			return err
		}
		wait = min(2*wait, longestRestart)
	}
}

// shipmentOptions are the options of a shipment sync.
func shipmentOptions(ctx workflow.Context, o message.OrderKey, id, summary string) workflow.Context {
	return workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID:            id,
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		StaticSummary:         summary,
		StaticDetails:         About(message.WorkflowShipmentSync),
		TypedSearchAttributes: temporal.NewSearchAttributes(attrAccount.ValueSet(o.Account.ID), attrState.ValueSet(stateRunning)),
	})
}

// orderChanged lets every package try again that waits, because the order is no longer what was sent.
func (l *lifecycle) orderChanged(ctx workflow.Context) {
	if l.in.Version < 2 {
		l.signalShipment(ctx)
		return
	}
	for _, p := range slices.Clone(l.packages) {
		p.again(ctx, message.SignalOrderChanged)
	}
}

// followRetries lets packages that wait for the policy's next attempt make it now. What is parked gets its retries itself; one that
// comes here all the same is passed on.
func (l *lifecycle) followRetries(ctx workflow.Context) {
	retries := workflow.GetSignalChannel(ctx, message.SignalRetry)
	for {
		var req message.RetryRequest
		retries.Receive(ctx, &req)
		for _, p := range slices.Clone(l.packages) {
			if req.PackageID == "" || req.PackageID == p.id {
				p.again(ctx, message.SignalRetry)
			}
		}
	}
}

// again ends the wait of a package, here or in its shipment sync. It is no error if that has ended.
func (p *outgoing) again(ctx workflow.Context, signal string) {
	if p.child == nil {
		p.wake.SendAsync(struct{}{})
		return
	}
	if err := p.child.SignalChildWorkflow(ctx, signal, nil).Get(ctx, nil); err != nil {
		workflow.GetLogger(ctx).Debug("Shipment sync not signalled.", "workflow", p.workflow, "signal", signal, "error", err)
	}
}

// sendingWords says what the packages that are not confirmed yet wait for.
func (l *lifecycle) sendingWords() string {
	if l.in.Version < 2 {
		return fmt.Sprintf("the channel to confirm %s: see %s", plural(l.sending, "package"),
			message.OrderShipmentWorkflowID(l.in.Order.Account.ID, l.in.Order.OrderID))
	}
	var words, left []string
	for _, p := range l.packages {
		switch {
		case p.child != nil:
			left = append(left, p.workflow)
		case p.status.WaitingFor != "":
			words = append(words, fmt.Sprintf("package %s: %s", p.id, p.status.WaitingFor))
		}
	}
	if n := len(l.packages) - len(left); n > 0 {
		words = append([]string{"the channel to confirm " + plural(n, "package")}, words...)
	}
	if len(left) > 0 {
		words = append(words, plural(len(left), "package")+" left to "+strings.Join(left, ", "))
	}
	return strings.Join(words, "; ")
}

// parkedWords says in markdown that a package was parked, why, and what to do. Whether it is being retried just now its shipment sync shows.
func (p *outgoing) parkedWords(o message.OrderKey) string {
	fault := p.status.Fault
	if p.unshown != nil && p.unshown.Fault != nil {
		fault = p.unshown.Fault
	}
	words := "**parked**: package " + p.id
	if fault != nil {
		words += ", " + faultWords(fault) + ".\n\n" + advice(o, fault)
	}
	return words + fmt.Sprintf("\n\nWhen it is put right, send the signal `retry` to `%s`, which shows how it does now, or say `towpath retry %s`.", p.workflow, p.workflow)
}

// addCalls adds the first package's call that waits for another attempt.
func (l *lifecycle) addCalls(st *message.Status) {
	for _, p := range l.packages {
		if p.child == nil && p.status.Fault != nil {
			st.Attempt, st.Fault, st.NextAttempt = p.status.Attempt, p.status.Fault, p.status.NextAttempt
			return
		}
	}
}
