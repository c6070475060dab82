package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/policy"
)

// accountRun is one run of a workflow for an account: its caller with the retry policy, its status for queries, and its id, which
// a continued history keeps.
type accountRun struct {
	caller
	status  message.Status
	version int // with which the workflow was started
	id      string
	started time.Time // UTC
}

// From version 2 on, runs of accounts end any wait when they receive the signal retry, and show in State that they failed.
const retriedAndShown = 2

// begin starts a run with a new id and serves its status to queries.
func begin(ctx workflow.Context, kind string, started message.Versioned, account message.Account, p policy.Policy) (*accountRun, error) {
	r := &accountRun{
		version: started.Version,
		status:  message.Status{Kind: kind, Account: account.ID, Endpoint: account.Endpoint, State: stateRunning},
		id:      workflow.GetInfo(ctx).WorkflowExecution.RunID,
		started: workflow.Now(ctx).UTC(),
	}
	r.caller = caller{account: account, policy: p, status: &r.status}
	if r.version >= retriedAndShown {
		r.interrupt = workflow.GetSignalChannel(ctx, message.SignalRetry)
	}
	return r, serveStatus(ctx, func() message.Status { return r.status })
}

// goOn continues the run that an earlier history started. An empty id leaves the new run as it is.
func (r *accountRun) goOn(id string, started time.Time) {
	if id != "" {
		r.id, r.started = id, started
	}
}

// failed records the fault with the activity end and shows it together with rest, a sentence about the work that is left. The
// workflow then completes normally: a fault is a result, and the next run tries again.
func (r *accountRun) failed(ctx workflow.Context, fault *channel.Fault, counts message.Counts, end message.Activity, rest string) error {
	if err := r.showFailed(ctx, fault, rest); err != nil {
		return err
	}
	return r.end(ctx, end, activities.EndInput{Account: r.account, RunID: r.id, Started: r.started, Counts: counts, Fault: fault})
}

// showFailed sets the state to failed, and says why. A run that ends without a fault keeps the State of its start: another one costs
// an action, and completed says enough.
func (r *accountRun) showFailed(ctx workflow.Context, fault *channel.Fault, rest string) error {
	r.status.State = stateFailed
	why := "Ended early: **" + faultWords(fault) + "**"
	if fault.RetryAfter > 0 {
		why += ", the channel asks to wait until " + workflow.Now(ctx).Add(fault.RetryAfter).UTC().Format("2 Jan 15:04:05 MST")
	}
	workflow.SetCurrentDetails(ctx, why+". "+rest)
	if r.version < retriedAndShown || fault.Code == activities.CodeWaits {
		return nil
	}
	return markFailed(ctx, fault)
}

// end records the end of the run with the activity end.
func (r *accountRun) end(ctx workflow.Context, end message.Activity, in any) error {
	_, err := local[struct{}](ctx, "record the end of the run", end, in)
	return err
}

// serveStatus sets the handler of the status query.
func serveStatus(ctx workflow.Context, status func() message.Status) error {
	return workflow.SetQueryHandler(ctx, message.QueryStatus, func() (message.Status, error) { return status(), nil })
}
