package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// The steps of a run, shown in its status.
const (
	stepSelecting  = "selecting goods"
	stepChecking   = "checking"
	stepSubmitting = "submitting"
)

// publicationRun is a run in progress: it selects, checks and submits items, and ends.
type publicationRun struct {
	p                 *publication
	next              activities.Taken
	step              string
	counts            message.PublicationCounts
	seen              int // number of items checked in this history
	selected, checked bool
	stopped           bool
	by                string              // who stopped the run
	batches           []*publicationBatch // sent, or waiting
	parked            *channel.Fault      // why the run waits for a person
	account           *channel.Fault      // a fault of the account that a batch met: the round ends, then the run parks
	again             *channel.Fault      // the fault of items that are to be sent again in another round
}

// work does the run to its end. It returns false when the history has grown long and the run continues in a new one.
func (r *publicationRun) work(ctx workflow.Context) (ended bool, err error) {
	if !r.selected && !r.stopped {
		if err := r.selectGoods(ctx); err != nil {
			return false, err
		}
	}
	if !r.checked && !r.stopped {
		if ended, err = r.check(ctx); err != nil || !ended {
			return false, err
		}
	}
	if !r.next.DryRun {
		if ended, err = r.submit(ctx); err != nil || !ended {
			return false, err
		}
	}
	return true, r.end(ctx)
}

// selectGoods saves which items the run has. It is idempotent: a workflow that finds the run already started repeats it.
func (r *publicationRun) selectGoods(ctx workflow.Context) error {
	r.step = stepSelecting
	for after := ""; ; {
		out, err := local[activities.Selected](ctx, "select goods", message.ActivitySelectGoods, activities.SelectInput{RunID: r.next.RunID, After: after})
		if err != nil {
			return fmt.Errorf("select goods: %w", err)
		}
		r.counts.Items += out.Items
		if after = out.Next; after == "" {
			r.selected = true
			return nil
		}
	}
}

// check validates the items against the channel's definitions, a batch at a time. It looks only at items without a result, so it
// can start again after any interruption.
func (r *publicationRun) check(ctx workflow.Context) (ended bool, err error) {
	r.step = stepChecking
	b := r.open(ctx, "check")
	defer r.close(b)
	in := activities.CheckGoodsInput{
		RunID: r.next.RunID, Seller: r.p.in.Account.ID, Through: r.next.Through.ID, DryRun: r.next.DryRun, Changed: r.next.Changed,
	}
	for !r.stopped {
		if grown(ctx) {
			return false, nil
		}
		r.p.retried = false
		out, err := call[activities.CheckGoodsOutput](ctx, &b.caller, channel.OpCheck, "check goods", message.ActivityCheckGoods, in)
		switch {
		case err != nil:
			return false, err
		case parks(out.Fault):
			if err := r.park(ctx, out.Fault); err != nil {
				return false, err
			}
		case out.Fault != nil && out.Undefined && !in.Resigned:
			in.Resigned = true
		case out.Fault != nil && r.stopped:
		case out.Fault != nil:
			if err := r.giveUp(ctx, activities.GiveUpInput{RunID: r.next.RunID, After: in.After, Until: out.Until, Fault: out.Fault}); err != nil {
				return false, err
			}
			in.After, in.Resigned, r.checked = out.Until, false, out.Last
		default:
			r.count(ctx, out.Counts)
			r.seen += out.Checked
			in.After, in.Resigned, r.checked = out.Until, false, out.Last
		}
		if r.checked {
			break
		}
	}
	r.checked = true
	return true, nil
}

// giveUp ends the items of a batch in error because the policy has given up.
func (r *publicationRun) giveUp(ctx workflow.Context, in activities.GiveUpInput) error {
	counts, err := local[message.PublicationCounts](ctx, "give up a batch", message.ActivityGiveUp, in)
	if err != nil {
		return fmt.Errorf("give up a batch: %w", err)
	}
	r.count(ctx, counts)
	return nil
}

// park waits for a person, or until the account works again. The signals retry, wake and stop end the wait.
func (r *publicationRun) park(ctx workflow.Context, fault *channel.Fault) error {
	if r.p.retried || r.stopped {
		return nil
	}
	r.parked = fault
	if err := markParked(ctx, fault); err != nil {
		return err
	}
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("**parked**: %s. %s. `towpath accounts resume %s` lets it go on, and so does the signal `retry`.",
		faultWords(fault), r.words(), r.next.Through.ID))
	drain(r.p.wake)
	if err := workflow.Await(ctx, func() bool { return r.p.retried || r.stopped || r.p.wake.Len() > 0 }); err != nil {
		return err
	}
	r.parked = nil
	return markRunning(ctx)
}

// end records the end of the run.
func (r *publicationRun) end(ctx workflow.Context) error {
	counts, err := local[message.PublicationCounts](ctx, "record the end of the run", message.ActivityEndPublication,
		activities.PublicationEnd{RunID: r.next.RunID, Stopped: r.stopped, By: r.by})
	if err != nil {
		return fmt.Errorf("record the end of the run: %w", err)
	}
	r.counts = counts
	workflow.SetCurrentDetails(ctx, "Last run: "+r.words())
	return nil
}

// count updates the run's counts. Batches answer in any order, so counts with fewer finished items are older and are ignored.
func (r *publicationRun) count(ctx workflow.Context, c message.PublicationCounts) {
	if c.Items >= r.counts.Items && c.Ended() >= r.counts.Ended() {
		r.counts = c
	}
	workflow.SetCurrentDetails(ctx, r.step+": "+r.words())
}

func (r *publicationRun) words() string {
	n := r.counts
	return fmt.Sprintf("run %s, %s: %d done, %d invalid, %d refused by the channel, %d skipped",
		r.next.RunID, plural(n.Items, "item"), n.Done, n.Invalid, n.Refused, n.Skipped)
}

// show adds the run to a status.
func (r *publicationRun) show(st *message.Status) {
	counts := r.counts
	st.RunID, st.Step, st.Counts = r.next.RunID, r.step, &counts
	st.Progress = message.Progress{Done: counts.Ended(), Total: counts.Items, Errors: counts.Invalid + counts.Refused}
	if r.step == stepChecking {
		st.Progress.Done = max(st.Progress.Done, min(r.seen, counts.Items))
	}
	for _, b := range r.batches {
		if b.status.WaitingFor != "" && st.WaitingFor == "" {
			st.WaitingFor, st.Attempt, st.Fault, st.NextAttempt = b.status.WaitingFor, b.status.Attempt, b.status.Fault, b.status.NextAttempt
		}
	}
	if r.parked != nil {
		st.State, st.Fault = stateParked, r.parked
		st.WaitingFor = fmt.Sprintf("account %s (%s): `towpath accounts resume %s`, or retry", r.next.Through.ID, faultWords(r.parked), r.next.Through.ID)
	}
}
