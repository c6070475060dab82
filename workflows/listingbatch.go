package workflows

import (
	"cmp"
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// pendingGrowth limits the wait between two questions about a submission, as a multiple of the first wait.
const pendingGrowth = 8

// publicationBatch is a batch of a run's items that is being sent. It has its own line in the status.
type publicationBatch struct {
	caller
	status message.Status
	hurry  workflow.Channel // receives a value when somebody sends retry or stop
}

// open returns a batch whose waits can be ended early.
func (r *publicationRun) open(ctx workflow.Context, name string) *publicationBatch {
	b := &publicationBatch{hurry: workflow.NewNamedBufferedChannel(ctx, name, 1)}
	b.caller = caller{account: r.next.Through, policy: r.p.in.Policy, status: &b.status, interrupt: b.hurry, quit: func() bool { return r.stopped }}
	r.batches = append(r.batches, b)
	return b
}

func (r *publicationRun) close(b *publicationBatch) {
	r.batches = slices.DeleteFunc(r.batches, func(other *publicationBatch) bool { return other == b })
}

// send submits a batch, or continues one that was submitted before, until the channel has answered. Faults that may pass are
// retried under the policy; when the policy gives up, the items end with the fault as their error.
func (r *publicationRun) send(ctx workflow.Context, in activities.SubmitInput) error {
	b := r.open(ctx, "batch")
	defer r.close(b)
	out := activities.SubmitOutput{Pending: in.Pending}
	if in.Pending == "" {
		var err error
		if out, err = call[activities.SubmitOutput](ctx, &b.caller, in.Op, "submit "+plural(in.SKUs, "SKU"), message.ActivitySubmitGoods, in); err != nil {
			return err
		}
		r.count(ctx, out.Counts)
		switch {
		case parks(out.Fault):
			r.account = out.Fault
			return nil
		case out.Fault != nil && r.stopped:
			return nil
		case out.Fault != nil:
			return r.giveUp(ctx, activities.GiveUpInput{RunID: in.RunID, After: in.After, Until: in.Until, Checked: true, Fault: out.Fault})
		}
	}
	if out.Again != nil {
		r.again = out.Again
	}
	if out.Pending == "" {
		return nil
	}
	in.Pending = out.Pending
	return r.outcome(ctx, b, in)
}

// outcome waits until the channel reports the result of a submission. It returns early when the history has grown long: the store
// has the submission's handle, and the next history asks again.
func (r *publicationRun) outcome(ctx workflow.Context, b *publicationBatch, in activities.SubmitInput) error {
	first := cmp.Or(r.p.in.PendingWait, pendingWait)
	for wait := first; !grown(ctx); wait = min(2*wait, pendingGrowth*first) {
		if err := b.pause(ctx, wait, "the channel's answer to what was sent"); err != nil {
			return err
		}
		out, err := call[activities.SubmitOutput](ctx, &b.caller, channel.OpFeedRead, "what became of a submission", message.ActivitySubmissionOutcome, in)
		if err != nil {
			return err
		}
		r.count(ctx, out.Counts)
		switch {
		case parks(out.Fault):
			r.account = out.Fault
			return nil
		case out.Again != nil:
			r.again = out.Again
			return nil
		case out.Fault == nil && out.Pending == "":
			return nil
		}
	}
	return nil
}
