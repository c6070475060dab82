package workflows

import (
	"cmp"
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// pendingGrowth is how many times as long as at first a channel is waited for at most between two questions about a submission.
const pendingGrowth = 8

// publicationBatch is a part of a run's goods under way, with a word of its own for the status.
type publicationBatch struct {
	caller
	status message.Status
	hurry  workflow.Channel // somebody has said retry, or stop
}

// open makes a batch whose waits can be ended.
func (r *publicationRun) open(ctx workflow.Context, name string) *publicationBatch {
	b := &publicationBatch{hurry: workflow.NewNamedBufferedChannel(ctx, name, 1)}
	b.caller = caller{account: r.taken.Through, policy: r.p.in.Policy, status: &b.status, interrupt: b.hurry, quit: func() bool { return r.stopped }}
	r.batches = append(r.batches, b)
	return b
}

func (r *publicationRun) close(b *publicationBatch) {
	r.batches = slices.DeleteFunc(r.batches, func(other *publicationBatch) bool { return other == b })
}

// send carries a batch to the channel's answer, or one that was sent before. What another attempt may help is sent again under the policy;
// when it gives up, the items end in error with the fault.
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

// outcome waits until the channel has said what became of a submission. It lets go early when the history has grown long: the store
// knows the handle, and the next history asks.
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
