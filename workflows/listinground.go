package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// batchesInFlight is how many batches are submitted at the same time.
const batchesInFlight = 4

// submit sends the valid items in rounds until nothing is left. When an account's fault ends a round early, the next one starts
// after the account works again; items that the channel wants again are sent in another round under the policy.
func (r *publicationRun) submit(ctx workflow.Context) (ended bool, err error) {
	r.step = stepSubmitting
	for fruitless := 0; ; {
		r.p.retried, r.account, r.again = false, nil, nil
		ended := r.counts.Ended()
		sent, err := r.round(ctx)
		if err != nil {
			return false, err
		}
		if r.counts.Ended() > ended {
			fruitless = 0
		}
		switch {
		case grown(ctx):
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

// waitForRound waits until items may be sent again, or gives them up when the policy does.
func (r *publicationRun) waitForRound(ctx workflow.Context, fruitless int) error {
	b := r.open(ctx, "round")
	defer r.close(b)
	wait, again := b.policy.Next(fruitless, r.again)
	if !again {
		return r.giveUp(ctx, activities.GiveUpInput{RunID: r.next.RunID, Checked: true, Fault: r.again})
	}
	b.status.Attempt = fruitless
	return b.wait(ctx, wait, r.again)
}

// round sends all items that are due and waits for the answers, including those to earlier submissions. It returns false when
// there was nothing to do. A stopped run sends nothing, but still waits for answers.
func (r *publicationRun) round(ctx workflow.Context) (sent bool, err error) {
	w := &window{run: r}
	in := activities.PlanInput{RunID: r.next.RunID, Through: r.next.Through.ID, Preview: r.next.Preview}
	for {
		plan, err := local[activities.SubmitPlan](ctx, "plan batches", message.ActivityPlanSubmit, in)
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

// window limits how many batches are in flight.
type window struct {
	run  *publicationRun
	open int
	err  error
}

// goesOn reports whether another batch may start.
func (w *window) goesOn(ctx workflow.Context) bool {
	return w.err == nil && !w.run.stopped && w.run.account == nil && !grown(ctx)
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
	in.RunID, in.Seller, in.Through, in.Preview = r.next.RunID, r.p.in.Account.ID, r.next.Through.ID, r.next.Preview
	w.open++
	workflow.Go(ctx, func(ctx workflow.Context) {
		defer func() { w.open-- }()
		if err := r.send(ctx, in); err != nil && w.err == nil {
			w.err = err
		}
	})
}
