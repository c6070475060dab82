package activities

import (
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

// record is what an activity does for an account, and what it writes down of it: the start and the end of its run, the calls that it
// made to the channel, the faults that they ended with. With it an activity reads as: ask the channel, judge, record.
type record struct {
	Desk
	acc   accounts.Account
	conn  channel.Connection
	run   runs.Run       // that the work is of
	about runs.Call      // what the calls concern
	made  *channel.Calls // nil: the channel was not asked
}

// open opens the record of work for an account, or answers the fault that keeps the account from being used. The work's calls draw on the
// operation's budget. Of the run that it is of, kind, id and start are given: nothing where there is none, the id alone where somebody else
// records start and end.
func (d Desk) open(ctx context.Context, account string, op channel.Operation, run runs.Run) (*record, *channel.Fault, error) {
	acc, conn, fault, err := d.connection(ctx, account, op)
	if err != nil || fault != nil {
		return nil, fault, err
	}
	about := runs.Call{Account: acc.ID, Endpoint: acc.Endpoint, Budget: op, RunID: run.ID}
	return &record{Desk: d, acc: acc, conn: conn, run: run, about: about}, nil, nil
}

// ours makes the run one of the account, and of the workflow that the activity works for.
func ours(ctx context.Context, account message.Account, run runs.Run) runs.Run {
	run.Account, run.Endpoint, run.WorkflowID = account.ID, account.Endpoint, activity.GetInfo(ctx).WorkflowExecution.ID
	return run
}

// begin opens the record of work and records that its run has begun. Repeated, it changes nothing.
func (d Desk) begin(ctx context.Context, account string, op channel.Operation, run runs.Run) (*record, *channel.Fault, error) {
	r, fault, err := d.open(ctx, account, op, run)
	if err != nil || fault != nil {
		return nil, fault, err
	}
	if err := d.Store.Runs.StartRun(ctx, ours(ctx, r.acc.Account, run)); err != nil {
		return nil, nil, fmt.Errorf("record start of run: %w", err)
	}
	return r, nil, nil
}

// page is begin for the first page that a run reads, whose cursor is empty, and open for the others.
func (d Desk) page(ctx context.Context, account string, op channel.Operation, run runs.Run, cursor string) (*record, *channel.Fault, error) {
	if cursor == "" {
		return d.begin(ctx, account, op, run)
	}
	return d.open(ctx, account, op, run)
}

// end records that the run has come to its end, and what it came to.
func (r *record) end(ctx context.Context, counts message.Counts) error {
	return r.endRun(ctx, r.run.Kind, EndInput{Account: r.acc.Account, RunID: r.run.ID, Started: r.run.StartedAt, Counts: counts})
}

// ask makes a context in which the calls to the channel are gathered, to be saved with what they came to.
func (r *record) ask(ctx context.Context) context.Context {
	ctx, r.made = channel.WithCalls(ctx)
	return ctx
}

// calls are those that were made so far.
func (r *record) calls() []runs.Call {
	if r.made == nil {
		return nil
	}
	made := r.made.List()
	list := make([]runs.Call, len(made))
	for i, call := range made {
		list[i] = r.about
		list[i].Call = call
	}
	return list
}

// requestID is the channel's id of the last call that was good.
func (r *record) requestID() string {
	id := ""
	for _, call := range r.calls() {
		if call.Class == "" {
			id = call.RequestID
		}
	}
	return id
}

// failed records the fault that asking the channel ended with, and the calls that came to it.
func (r *record) failed(ctx context.Context, err error) (*channel.Fault, error) {
	f := channel.AsFault(err, string(r.about.Budget))
	return f, r.saveFaults(ctx, r.acc.ID, r.calls(), f)
}

// refused records faults of parts of an answer; the calls are saved with the rest of it.
func (r *record) refused(ctx context.Context, faults ...*channel.Fault) error {
	return r.saveFaults(ctx, r.acc.ID, nil, faults...)
}

// StockWaker wakes stock pushes, for what has changed levels.
type StockWaker interface {
	// WakeStock wakes the stock push of each account.
	WakeStock(ctx context.Context, accounts []string) error
}

// wake wakes the stock push of each account. A wake that fails is the sweep's to repeat.
func wake(ctx context.Context, pushes StockWaker, accounts ...string) {
	if err := pushes.WakeStock(ctx, accounts); err != nil {
		activity.GetLogger(ctx).Warn("Stock pushes not woken; the sweep will.", "error", err)
	}
}

// LifecycleTeller tells order lifecycles what has become of their orders.
type LifecycleTeller interface {
	// Deliver starts or signals the lifecycles of the outbox entries and returns those it could deliver; the others are
	// left to the sweep.
	Deliver(ctx context.Context, entries []orders.OutboxEntry) []orders.OutboxEntry
}

// deliver starts or signals the lifecycles of the outbox entries, and notes those that it could. The others are the sweep's to repeat.
func (d Desk) deliver(ctx context.Context, lifecycles LifecycleTeller, entries []orders.OutboxEntry) (count int, err error) {
	delivered := lifecycles.Deliver(ctx, entries)
	if err := d.Store.Orders.MarkDelivered(ctx, delivered); err != nil {
		return 0, fmt.Errorf("mark outbox entries as delivered: %w", err)
	}
	return len(delivered), nil
}

// EndInput ends a run, mostly one that a fault cut short.
type EndInput struct {
	Account message.Account `json:"account"`
	RunID   string          `json:"runId"`
	Started time.Time       `json:"started"`
	Counts  message.Counts  `json:"counts"`
	Fault   *channel.Fault  `json:"fault"` // nil: it came to its end
}

// endRun records the end of a run, with the fault that ended it if one did.
func (d Desk) endRun(ctx context.Context, kind runs.RunKind, in EndInput) error {
	run := ours(ctx, in.Account, runs.Run{ID: in.RunID, Kind: kind, StartedAt: in.Started, EndedAt: time.Now().UTC(), Counts: in.Counts})
	if in.Fault != nil {
		run.FaultID, run.FaultClass, run.FaultCode = in.Fault.ID, in.Fault.Class, in.Fault.Code
	}
	if err := d.Store.Runs.EndRun(ctx, run); err != nil {
		return fmt.Errorf("record end of run: %w", err)
	}
	return nil
}
