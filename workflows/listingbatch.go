package workflows

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

const (
	// batchesInFlight are submitted side by side: while the channel answers one, the next is on its way.
	batchesInFlight = 4
	// pendingGrowth is how many times as long as at first a channel is waited for at most between two questions about a submission.
	pendingGrowth = 8
)

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

// submit sends what the check had nothing against, round after round until nothing is left. A round that an account's fault has cut short
// is followed by another one once the account works again; one that left items to be sent again, by another one under the policy.
func (r *publicationRun) submit(ctx workflow.Context) (ended bool, err error) {
	r.step = stepSubmitting
	for fruitless := 0; ; {
		r.p.retried, r.account, r.again = false, nil, nil
		settled := r.counts.Settled()
		sent, err := r.round(ctx)
		if err != nil {
			return false, err
		}
		if r.counts.Settled() > settled {
			fruitless = 0
		}
		switch {
		case workflow.GetInfo(ctx).GetContinueAsNewSuggested():
			return false, nil
		case r.account != nil:
			if err := r.park(ctx, r.account); err != nil {
				return false, err
			}
		case r.stopped, !sent:
			return true, nil
		case r.again != nil:
			fruitless++
			if err := r.waitForRound(ctx, fruitless); err != nil {
				return false, err
			}
		}
	}
}

// waitForRound waits until items may be sent again, or gives them up.
func (r *publicationRun) waitForRound(ctx workflow.Context, fruitless int) error {
	b := r.open(ctx, "round")
	defer r.close(b)
	wait, again := b.policy.Next(fruitless, r.again)
	if !again {
		return r.giveUp(ctx, activities.GiveUpInput{RunID: r.taken.RunID, Checked: true, Fault: r.again})
	}
	b.status.Attempt = fruitless
	return b.wait(ctx, wait, r.again)
}

// round sends what is to be sent now and waits for what was sent before. sent is false when there was neither. Of a stopped run the answers
// to what it has sent are still waited for.
func (r *publicationRun) round(ctx workflow.Context) (sent bool, err error) {
	var a *activities.Publication
	w := &window{run: r}
	in := activities.PlanInput{RunID: r.taken.RunID, Through: r.taken.Through.ID, Preview: r.taken.Preview}
	for {
		plan, err := local[activities.SubmitPlan](ctx, "plan batches", a.PlanSubmit, in)
		if err != nil {
			return sent, w.wait(ctx, fmt.Errorf("plan batches: %w", err))
		}
		for _, handle := range plan.Handles {
			sent = true
			w.start(ctx, activities.SubmitInput{Pending: handle})
		}
		limit := batchesInFlight
		if plan.Op == channel.OpFeed {
			limit = 1
		}
		for _, b := range plan.Batches {
			if err := w.free(ctx, limit); err != nil {
				return sent, err
			}
			if !w.goesOn(ctx) {
				return sent, w.wait(ctx, nil)
			}
			sent = true
			w.start(ctx, activities.SubmitInput{After: b.After, Until: b.Until, SKUs: b.SKUs, Op: plan.Op})
		}
		in.SKUs, in.Op = plan.SKUs, plan.Op
		if in.After = plan.Next; in.After == "" || !w.goesOn(ctx) {
			return sent, w.wait(ctx, nil)
		}
	}
}

// window keeps batches in flight.
type window struct {
	run  *publicationRun
	open int
	err  error
}

// goesOn reports whether another batch may be begun.
func (w *window) goesOn(ctx workflow.Context) bool {
	return w.err == nil && !w.run.stopped && w.run.account == nil && !workflow.GetInfo(ctx).GetContinueAsNewSuggested()
}

func (w *window) free(ctx workflow.Context, limit int) error {
	return workflow.Await(ctx, func() bool { return w.open < limit })
}

// wait ends the round: it waits for every batch.
func (w *window) wait(ctx workflow.Context, err error) error {
	if awaited := workflow.Await(ctx, func() bool { return w.open == 0 }); awaited != nil {
		return awaited
	}
	if err == nil {
		err = w.err
	}
	return err
}

func (w *window) start(ctx workflow.Context, in activities.SubmitInput) {
	r := w.run
	in.RunID, in.Seller, in.Through, in.Preview = r.taken.RunID, r.p.in.Account.ID, r.taken.Through.ID, r.taken.Preview
	w.open++
	workflow.Go(ctx, func(ctx workflow.Context) {
		defer func() { w.open-- }()
		if err := r.send(ctx, in); err != nil && w.err == nil {
			w.err = err
		}
	})
}

// send carries a batch to the channel's answer, or one that was sent before. What another attempt may help is sent again under the policy;
// when it gives up, the items end in error with the fault.
func (r *publicationRun) send(ctx workflow.Context, in activities.SubmitInput) error {
	var a *activities.Publication
	b := r.open(ctx, "batch")
	defer r.close(b)
	out := activities.SubmitOutput{Pending: in.Pending}
	if in.Pending == "" {
		var err error
		if out, err = call[activities.SubmitOutput](ctx, &b.caller, in.Op, "submit "+plural(in.SKUs, "SKU"), a.SubmitGoods, in); err != nil {
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
	var a *activities.Publication
	first := r.p.in.PendingWait
	if first == 0 {
		first = pendingWait
	}
	for wait := first; !workflow.GetInfo(ctx).GetContinueAsNewSuggested(); wait = min(2*wait, pendingGrowth*first) {
		if err := b.pause(ctx, wait); err != nil {
			return err
		}
		out, err := call[activities.SubmitOutput](ctx, &b.caller, channel.OpFeedRead, "what became of a submission", a.SubmissionOutcome, in)
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

// pause waits for the channel to be asked what became of a submission.
func (b *publicationBatch) pause(ctx workflow.Context, d time.Duration) error {
	b.status.WaitingFor = "the channel's answer to what was sent"
	defer func() { b.status.WaitingFor = "" }()
	tctx, cancel := workflow.WithCancel(ctx)
	defer cancel()
	timer := workflow.NewTimerWithOptions(tctx, d, workflow.TimerOptions{Summary: b.status.WaitingFor})
	s := workflow.NewSelector(ctx)
	s.AddFuture(timer, func(workflow.Future) {})
	s.AddReceive(b.hurry, func(ch workflow.ReceiveChannel, _ bool) { ch.Receive(ctx, nil) })
	s.Select(ctx)
	return ctx.Err()
}
