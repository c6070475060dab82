package workflows

import (
	"errors"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
)

// OrderLifecycle follows one order from the moment it is saved until the channel shows it as shipped, or it
// is cancelled. The store is the truth; the lifecycle can begin from any stored state. It waits for
// packages to process, has them sent, and ends when a scan says so.
func OrderLifecycle(ctx workflow.Context, in message.OrderLifecycleInput) (message.OrderResult, error) {
	l := &lifecycle{in: in, state: in.State, known: make(map[string]bool)}
	l.add(in.Unsent...)
	if err := l.setup(ctx); err != nil {
		return message.OrderResult{}, err
	}
	return l.run(ctx)
}

type lifecycle struct {
	in      message.OrderLifecycleInput
	state   order.State
	unsent  []string        // packages processed and not yet handed to a shipment sync
	known   map[string]bool // every package that was ever in unsent
	sending int             // packages in the shipment sync that runs
	sent    int
	changes workflow.ReceiveChannel
}

func (l *lifecycle) setup(ctx workflow.Context) error {
	l.changes = workflow.GetSignalChannel(ctx, message.SignalChannelChanged)
	return errors.Join(
		serveStatus(ctx, l.status),
		workflow.SetUpdateHandler(ctx, message.UpdateProcess, l.process),
		workflow.SetUpdateHandler(ctx, message.UpdateCancel, l.cancel),
	)
}

func (l *lifecycle) run(ctx workflow.Context) (message.OrderResult, error) {
	workflow.Go(ctx, l.followChannel)
	for {
		l.show(ctx)
		err := workflow.Await(ctx, func() bool { return len(l.unsent) > 0 || l.state.Terminal() })
		if err != nil {
			return l.result(), err
		}
		if len(l.unsent) > 0 {
			if err := l.ship(ctx); err != nil {
				return l.result(), err
			}
			continue
		}
		if err := workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) }); err != nil {
			return l.result(), err
		}
		if len(l.unsent) == 0 {
			l.show(ctx)
			return l.result(), nil
		}
	}
}

// followChannel takes what scans report.
func (l *lifecycle) followChannel(ctx workflow.Context) {
	for {
		var change message.OrderChange
		l.changes.Receive(ctx, &change)
		l.advance(change.State)
		l.add(change.Unsent...)
		if change.State == order.Cancelled && l.sending > 0 {
			l.tellShipment(ctx) // its packages are void now: one that is parked need not wait for a person
		}
		l.show(ctx)
	}
}

// advance takes a state from the store. The word that ends an order stays, whatever arrives late.
func (l *lifecycle) advance(s order.State) {
	if s != "" && !l.state.Terminal() {
		l.state = s
	}
}

// add takes packages to be sent, each once: those that this lifecycle processed, and those that the sweep
// found because a crash came between the store's commit and the workflow's.
func (l *lifecycle) add(packages ...string) {
	for _, id := range packages {
		if !l.known[id] {
			l.known[id] = true
			l.unsent = append(l.unsent, id)
		}
	}
}

// process deducts a package that the starter has saved. The update id is the package id, so a package
// counts once however often it is asked for.
func (l *lifecycle) process(ctx workflow.Context, req message.ProcessRequest) (message.OrderResult, error) {
	out, err := local[message.OrderResult](ctx, "process package "+req.PackageID, message.ActivityProcessPackage,
		activities.ChangeInput{Order: l.in.Order, ID: req.PackageID})
	if err != nil {
		return out, err
	}
	l.advance(out.State)
	if out.Refused == "" {
		l.add(req.PackageID)
	}
	return out, nil
}

// cancel carries out a cancellation that the starter has saved.
func (l *lifecycle) cancel(ctx workflow.Context, req message.CancelRequest) (message.OrderResult, error) {
	out, err := local[message.OrderResult](ctx, "cancel", message.ActivityCancelOrder,
		activities.ChangeInput{Order: l.in.Order, ID: req.CancelID})
	if err != nil {
		return out, err
	}
	l.advance(out.State)
	if l.sending > 0 && out.Refused == "" {
		l.tellShipment(ctx)
	}
	return out, nil
}

// tellShipment lets a shipment sync that is parked on what was cancelled try again. One that has ended
// meanwhile need not hear it.
func (l *lifecycle) tellShipment(ctx workflow.Context) {
	id := message.ShipmentWorkflowID(l.in.Order.Account.ID, l.in.Order.OrderID)
	if err := workflow.SignalExternalWorkflow(ctx, id, "", message.SignalOrderChanged, nil).Get(ctx, nil); err != nil {
		workflow.GetLogger(ctx).Debug("Shipment sync not told of the cancellation.", "error", err)
	}
}

// ship hands the waiting packages to a shipment sync and waits for it: one at a time per order, so that
// two never send the same package.
func (l *lifecycle) ship(ctx workflow.Context) error {
	packages := l.unsent
	l.unsent, l.sending = nil, len(packages)
	l.show(ctx)
	defer func() { l.sending = 0 }()
	o := l.in.Order
	cctx := workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID:            message.ShipmentWorkflowID(o.Account.ID, o.OrderID),
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		StaticSummary:         "Packages of order " + OrderName(o),
		TypedSearchAttributes: temporal.NewSearchAttributes(
			attrAccount.ValueSet(o.Account.ID), attrState.ValueSet(stateRunning)),
	})
	var out message.ShipmentSyncResult
	err := workflow.ExecuteChildWorkflow(cctx, message.WorkflowShipmentSync, message.ShipmentSyncInput{
		Versioned: Current(message.WorkflowShipmentSync), Order: o, Packages: packages, Policy: l.in.Shipment,
	}).Get(ctx, &out)
	if err != nil {
		return fmt.Errorf("shipment sync: %w", err)
	}
	l.sent += len(packages)
	l.advance(out.State)
	return nil
}

func (l *lifecycle) result() message.OrderResult { return message.OrderResult{State: l.state} }

func (l *lifecycle) status() message.Status {
	return message.Status{
		Kind: "order", Account: l.in.Order.Account.ID, Endpoint: l.in.Order.Account.Endpoint,
		State: string(l.state), WaitingFor: l.waitingFor(),
		Progress: message.Progress{Done: l.sent, Total: l.sent + l.sending + len(l.unsent)},
	}
}

// waitingFor says what would make the order go on.
func (l *lifecycle) waitingFor() string {
	if l.sending > 0 {
		return fmt.Sprintf("the channel to confirm %s: see %s", plural(l.sending, "package"),
			message.ShipmentWorkflowID(l.in.Order.Account.ID, l.in.Order.OrderID))
	}
	switch l.state {
	case order.AwaitingPayment:
		return "the buyer's payment"
	case order.Open, order.Processing:
		return "a package to process"
	case order.Processed:
		return "its packages to be sent"
	case order.Shipped:
		return "a scan that shows it as shipped on the channel"
	case order.Completed, order.Cancelled, order.Skipped:
	}
	return ""
}

func (l *lifecycle) show(ctx workflow.Context) {
	details := fmt.Sprintf("**%s**", l.state)
	if w := l.waitingFor(); w != "" {
		details += ", waiting for " + w
	}
	workflow.SetCurrentDetails(ctx, details)
}
