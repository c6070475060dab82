package workflows

import (
	"errors"
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
)

// OrderLifecycle follows one order from the moment it is saved until the channel shows it as shipped or cancelled. It can begin
// from any state in the store. It waits for packages to process, sends each to the channel, and ends when a scan reports a final
// state. A package that can't be sent is left to a ShipmentSync of its own, which waits for a person.
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
	unsent  []string        // packages processed whose sending has not begun
	known   map[string]bool // all packages that have ever been in unsent
	sending int             // number of packages that are being sent or parked
	sent    int
	changes workflow.ReceiveChannel
	// Only from version 2 on:
	unshown  []message.Unshown // packages confirmed that the channel does not show, and that are to be sent again
	packages []*outgoing       // those that are being sent or parked, in the order of their beginning
	failed   error             // a package could not be sent for a reason that is not the channel's
}

func (l *lifecycle) setup(ctx workflow.Context) error {
	l.changes = workflow.GetSignalChannel(ctx, message.SignalChannelChanged)
	return errors.Join(
		serveStatus(ctx, l.status),
		workflow.SetUpdateHandler(ctx, message.UpdateProcess, l.process),
		workflow.SetUpdateHandler(ctx, message.UpdateCancel, l.cancel),
		workflow.SetUpdateHandlerWithOptions(ctx, message.UpdateChannelChanged, l.takeEnd, workflow.UpdateHandlerOptions{Validator: l.endsWith}),
	)
}

func (l *lifecycle) run(ctx workflow.Context) (message.OrderResult, error) {
	workflow.Go(ctx, l.followChannel)
	begin := l.ship
	if l.in.Version >= 2 {
		workflow.Go(ctx, l.followRetries)
		begin = l.send
	}
	for {
		l.show(ctx)
		err := workflow.Await(ctx, func() bool { return l.waiting() || l.failed != nil || l.ended() })
		if err := errors.Join(err, l.failed); err != nil {
			return l.result(), err
		}
		if l.waiting() {
			if err := begin(ctx); err != nil {
				return l.result(), err
			}
			continue
		}
		if err := workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) }); err != nil {
			return l.result(), err
		}
		if !l.waiting() && l.ended() {
			l.show(ctx)
			return l.result(), nil
		}
	}
}

// waiting reports whether the sending of a package is to begin.
func (l *lifecycle) waiting() bool { return len(l.unsent)+len(l.unshown) > 0 }

// ended reports whether the order is final and none of its packages is being sent or parked.
func (l *lifecycle) ended() bool { return l.state.Terminal() && l.sending == 0 }

// followChannel applies the order's changes that scans report.
func (l *lifecycle) followChannel(ctx workflow.Context) {
	for {
		var change message.OrderChange
		l.changes.Receive(ctx, &change)
		l.apply(ctx, change)
	}
}

// apply applies a change. One that comes twice, as an update that was not answered in time and as the signal sent instead, counts once:
// a package is added once, and of an order that has ended none is sent again.
func (l *lifecycle) apply(ctx workflow.Context, change message.OrderChange) {
	l.advance(change.State)
	l.add(change.Unsent...)
	if l.in.Version >= 2 && !l.state.Terminal() {
		l.unshown = append(l.unshown, change.Unshown...)
	}
	final := change.State == order.Cancelled || l.in.Version >= 2 && change.State.Terminal()
	if final && l.sending > 0 {
		l.orderChanged(ctx) // its packages are void or shown now, so a parked one need not wait for a person
	}
	l.show(ctx)
}

// takeEnd applies the last change of an order, that it has ended.
func (l *lifecycle) takeEnd(ctx workflow.Context, change message.OrderChange) (message.OrderResult, error) {
	l.apply(ctx, change)
	return l.result(), nil
}

// endsWith is the validator of that update: it refuses, which leaves no event, what does not end the lifecycle at once. The starter
// sends that as a signal. So what follows an accepted one in a history is its end, and a worker of a build that does not know the update,
// after a rollback, has nothing to go on with.
func (l *lifecycle) endsWith(_ workflow.Context, change message.OrderChange) error {
	if !change.State.Terminal() || len(change.Unsent) > 0 || l.sending > 0 || l.waiting() {
		return errors.New("the lifecycle does not end with this change: send it as a signal")
	}
	return nil
}

// advance sets the state from the store. A final state is never replaced by a late report.
func (l *lifecycle) advance(s order.State) {
	if s != "" && !l.state.Terminal() {
		l.state = s
	}
}

// add queues packages for sending, each only once: those processed here, and those that the sweep found because a crash came
// after the store's commit and before the workflow's.
func (l *lifecycle) add(packages ...string) {
	for _, id := range packages {
		if !l.known[id] {
			l.known[id] = true
			l.unsent = append(l.unsent, id)
		}
	}
}

// process deducts the stock of a package that the starter has saved. The update id is the package id, so repeated requests count
// once.
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

// cancel applies a cancellation that the starter has saved.
func (l *lifecycle) cancel(ctx workflow.Context, req message.CancelRequest) (message.OrderResult, error) {
	out, err := local[message.OrderResult](ctx, "cancel", message.ActivityCancelOrder,
		activities.ChangeInput{Order: l.in.Order, ID: req.CancelID})
	if err != nil {
		return out, err
	}
	l.advance(out.State)
	if l.sending > 0 && out.Refused == "" {
		l.orderChanged(ctx)
	}
	return out, nil
}

func (l *lifecycle) result() message.OrderResult { return message.OrderResult{State: l.state} }

func (l *lifecycle) status() message.Status {
	st := message.Status{
		Kind: "order", Account: l.in.Order.Account.ID, Endpoint: l.in.Order.Account.Endpoint,
		State: string(l.state), WaitingFor: l.waitingFor(),
		Progress: message.Progress{Done: l.sent, Total: l.sent + l.sending + len(l.unsent)},
	}
	l.addCalls(&st)
	return st
}

// waitingFor returns what the order waits for.
func (l *lifecycle) waitingFor() string {
	if l.sending > 0 {
		return l.sendingWords()
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
	for _, p := range l.packages {
		if p.child != nil {
			details += "\n\n" + p.parkedWords(l.in.Order)
		}
	}
	workflow.SetCurrentDetails(ctx, details)
}
