package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/policy"
)

// accountRun is what the workflows have in common that are a run of an account's register: whom they call under which policy, what they
// answer when they are asked how far they are, and which run it is, also when a new history goes on with it.
type accountRun struct {
	caller
	status  message.Status
	id      string
	started time.Time // UTC
}

// begin makes the run of a workflow and answers queries about it from now on.
func begin(ctx workflow.Context, kind string, account message.Account, p policy.Policy) (*accountRun, error) {
	r := &accountRun{
		status:  message.Status{Kind: kind, Account: account.ID, Endpoint: account.Endpoint, State: stateRunning},
		id:      workflow.GetInfo(ctx).WorkflowExecution.RunID,
		started: workflow.Now(ctx).UTC(),
	}
	r.caller = caller{account: account, policy: p, status: &r.status}
	return r, serveStatus(ctx, func() message.Status { return r.status })
}

// goOn makes the run the one that an earlier history began; with an empty id it stays a new one.
func (r *accountRun) goOn(id string, started time.Time) {
	if id != "" {
		r.id, r.started = id, started
	}
}

// failed ends the run early: it records the fault, and shows it with what becomes of the rest. The workflow then completes: a fault is an
// answer, and whoever started it tries again. end is the activity that records the end.
func (r *accountRun) failed(ctx workflow.Context, fault *channel.Fault, counts message.Counts, end message.Activity, rest string) error {
	r.status.State = stateFailed
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("Ended early: **%s**. %s", faultWords(fault), rest))
	return r.end(ctx, end, activities.EndInput{Account: r.account, RunID: r.id, Started: r.started, Counts: counts, Fault: fault})
}

// end records the end of the run.
func (r *accountRun) end(ctx workflow.Context, end message.Activity, in any) error {
	_, err := local[struct{}](ctx, "record the end of the run", end, in)
	return err
}

// serveStatus answers the query that every workflow answers.
func serveStatus(ctx workflow.Context, status func() message.Status) error {
	return workflow.SetQueryHandler(ctx, message.QueryStatus, func() (message.Status, error) { return status(), nil })
}
