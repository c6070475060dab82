package activities

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
)

// record collects what an activity did for an account: the start and end of its run, its calls to the channel, and their faults.
type record struct {
	Environment
	acc      accounts.Account
	conn     channel.Connection
	run      runs.Run       // the run that the work belongs to
	about    runs.Call      // what the calls are about
	recorded *channel.Calls // nil: the channel has not been called
	answered context.CancelFunc
}

// open starts the record of some work for an account, or returns the fault that forbids it. The calls use the operation's budget.
// run has the kind, id and start of the run; it is zero when there is no run, and has only the id when another activity records
// the start and end.
func (d Environment) open(ctx context.Context, account string, op channel.Operation, run runs.Run) (*record, *channel.Fault, error) {
	acc, conn, fault, err := d.connection(ctx, account, op)
	if err != nil || fault != nil {
		return nil, fault, err
	}
	about := runs.Call{Account: acc.ID, Endpoint: acc.Endpoint, Budget: op, RunID: run.ID}
	return &record{Environment: d, acc: acc, conn: conn, run: run, about: about}, nil, nil
}

// ours fills in the run's account and workflow.
func ours(ctx context.Context, account message.Account, run runs.Run) runs.Run {
	run.Account, run.Endpoint, run.WorkflowID = account.ID, account.Endpoint, activity.GetInfo(ctx).WorkflowExecution.ID
	return run
}

// begin opens a record and records the start of its run, unless the channel has asked to wait with such runs. It is idempotent.
func (d Environment) begin(ctx context.Context, account string, op channel.Operation, run runs.Run) (*record, *channel.Fault, error) {
	r, fault, err := d.open(ctx, account, op, run)
	if err != nil || fault != nil {
		return nil, fault, err
	}
	if fault, err := d.waits(ctx, account, op, run.Kind); err != nil || fault != nil {
		return nil, fault, err
	}
	if err := d.Store.Runs.StartRun(ctx, ours(ctx, r.acc.Account, run)); err != nil {
		return nil, nil, fmt.Errorf("record start of run: %w", err)
	}
	return r, nil, nil
}

// waits returns the fault of an account whose channel has asked to wait with runs of a kind. Its Retry-After is what is left of that
// time, so that a run whose policy allows it waits for the rest.
func (d Environment) waits(ctx context.Context, account string, op channel.Operation, kind runs.RunKind) (*channel.Fault, error) {
	w, found, err := d.Store.Runs.Wait(ctx, account, kind)
	if err != nil || !found {
		return nil, err
	}
	f := channel.Refusal(channel.Throttled, string(op), CodeWaits, "")
	f.ID, f.RetryAfter = w.FaultID, max(time.Until(w.Until), time.Second)
	return f, nil
}

// page calls begin for a run's first page, whose cursor is empty, and open for later pages.
func (d Environment) page(ctx context.Context, account string, op channel.Operation, run runs.Run, cursor string) (*record, *channel.Fault, error) {
	if cursor == "" {
		return d.begin(ctx, account, op, run)
	}
	return d.open(ctx, account, op, run)
}

// end records the end of the run with its counts.
func (r *record) end(ctx context.Context, counts message.Counts) error {
	return r.endRun(ctx, r.run.Kind, EndInput{Account: r.acc.Account, RunID: r.run.ID, Started: r.run.StartedAt, Counts: counts})
}

// recordWithin is the part of an activity's time that is kept for recording what the channel answered.
const recordWithin = 5 * time.Second

// ask returns a context in which the calls to the channel are collected for the record. It ends before the activity does, so that
// a call that takes all the time is a fault of the channel and not a lost worker.
func (r *record) ask(ctx context.Context) context.Context {
	ctx, r.recorded = channel.WithCalls(ctx)
	until := time.Now().Add(channel.TurnDeadline)
	if end, limited := ctx.Deadline(); limited && end.Add(-recordWithin).Before(until) {
		until = end.Add(-recordWithin)
	}
	ctx, r.answered = context.WithDeadline(ctx, until)
	return ctx
}

// keep returns a context for recording what the channel answered, after the calls in ask's context. It has time of its own: what
// happened is recorded although the activity's time is over or the worker stops.
func (r *record) keep(ctx context.Context) (context.Context, context.CancelFunc) {
	if r.answered != nil {
		r.answered()
	}
	return context.WithTimeout(context.WithoutCancel(ctx), 2*recordWithin)
}

// calls returns the calls made so far.
func (r *record) calls() []runs.Call {
	if r.recorded == nil {
		return nil
	}
	calls := r.recorded.List()
	list := make([]runs.Call, len(calls))
	for i, call := range calls {
		list[i] = r.about
		list[i].Call = call
	}
	return list
}

// requestID returns the channel's id of the last successful call.
func (r *record) requestID() string {
	id := ""
	for _, call := range r.calls() {
		if call.Class == "" {
			id = call.RequestID
		}
	}
	return id
}

// failed records the fault of err and the calls that met it, and returns the fault.
func (r *record) failed(ctx context.Context, err error) (*channel.Fault, error) {
	f := channel.AsFault(err, string(r.about.Budget))
	r.names(f)
	if err := r.saveFaults(ctx, r.acc.ID, r.calls(), f); err != nil {
		return f, err
	}
	return f, r.forbidden(ctx, f)
}

// names notes in faults what the calls were about.
func (r *record) names(faults ...*channel.Fault) {
	for _, f := range faults {
		f.Hit.RunID = cmp.Or(f.Hit.RunID, r.about.RunID)
		f.Hit.OrderID, f.Hit.PackageID = cmp.Or(f.Hit.OrderID, r.about.OrderID), cmp.Or(f.Hit.PackageID, r.about.PackageID)
	}
}

// refused records faults of parts of an answer; the calls are saved with the rest of it.
func (r *record) refused(ctx context.Context, faults ...*channel.Fault) error {
	r.names(faults...)
	return r.saveFaults(ctx, r.acc.ID, nil, faults...)
}

// StockWaker wakes stock pushes, for what has changed levels.
type StockWaker interface {
	// WakeStock wakes the stock push of each account.
	WakeStock(ctx context.Context, accounts []string) error
}

// wake wakes the stock push of each account. The sweep repeats a wake that fails.
func wake(ctx context.Context, pushes StockWaker, accounts ...string) {
	if err := pushes.WakeStock(ctx, accounts); err != nil {
		activity.GetLogger(ctx).Warn("Stock pushes not woken; the sweep will.", "error", err)
	}
}

// LifecycleNotifier delivers the outbox entries of orders to their lifecycles.
type LifecycleNotifier interface {
	// Deliver starts or signals the lifecycles of the outbox entries and returns those it could deliver; the others are
	// left to the sweep.
	Deliver(ctx context.Context, entries []orders.OutboxEntry) []orders.OutboxEntry
}

// deliver starts or signals the lifecycles of the outbox entries and marks those it delivered. The sweep repeats the others.
func (d Environment) deliver(ctx context.Context, lifecycles LifecycleNotifier, entries []orders.OutboxEntry) (count int, err error) {
	delivered := lifecycles.Deliver(ctx, entries)
	if err := d.Store.Orders.MarkDelivered(ctx, delivered); err != nil {
		return 0, fmt.Errorf("mark outbox entries as delivered: %w", err)
	}
	return len(delivered), nil
}

// EndInput is the input of the activities that end a run.
type EndInput struct {
	Account message.Account `json:"account"`
	RunID   string          `json:"runId"`
	Started time.Time       `json:"started"`
	Counts  message.Counts  `json:"counts"`
	Fault   *channel.Fault  `json:"fault"` // nil: the run was completed
}

// endRun records the end of a run, with the fault that ended it, if any, and until when the channel has asked to wait. A run that
// did not begin because of such a wait is no run.
func (d Environment) endRun(ctx context.Context, kind runs.RunKind, in EndInput) error {
	run := ours(ctx, in.Account, runs.Run{ID: in.RunID, Kind: kind, StartedAt: in.Started, EndedAt: time.Now().UTC(), Counts: in.Counts})
	if in.Fault != nil {
		run.FaultID, run.FaultClass, run.FaultCode = in.Fault.ID, in.Fault.Class, in.Fault.Code
	}
	end := d.Store.Runs.EndRun
	switch {
	case in.Fault != nil && in.Fault.Code == CodeWaits:
		end = d.Store.Runs.EndStarted
	case in.Fault != nil && in.Fault.RetryAfter > 0:
		end = func(ctx context.Context, run runs.Run) error {
			return d.Store.Runs.EndRunAsked(ctx, run, run.EndedAt.Add(in.Fault.RetryAfter))
		}
	}
	if err := end(ctx, run); err != nil {
		return fmt.Errorf("record end of run: %w", err)
	}
	return nil
}
