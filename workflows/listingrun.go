package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// The steps of a run, as its status shows them.
const (
	stepSelecting  = "selecting goods"
	stepChecking   = "checking"
	stepSubmitting = "submitting"
)

// publicationRun is one run at work: it selects, checks, submits and ends.
type publicationRun struct {
	p                 *publication
	taken             activities.Taken
	step              string
	counts            message.PublicationCounts
	seen              int // items that the check has looked at, in this history
	selected, checked bool
	stopped           bool
	by                string              // who stopped it
	batches           []*publicationBatch // in flight, or waiting
	parked            *channel.Fault      // why the run waits for a person
	account           *channel.Fault      // of the account, found by a batch: the round ends, then the run parks
	again             *channel.Fault      // of items that are to be sent again in another round
}

// work carries the run to its end. ended is false when the history has grown long: the run goes on in a new one.
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
	if !r.taken.DryRun {
		if ended, err = r.submit(ctx); err != nil || !ended {
			return false, err
		}
	}
	return true, r.end(ctx)
}

// selectGoods writes down which items the run has. It is done again by a workflow that finds the run begun: nothing changes by it.
func (r *publicationRun) selectGoods(ctx workflow.Context) error {
	r.step = stepSelecting
	for after := ""; ; {
		out, err := local[activities.Selected](ctx, "select goods", message.ActivitySelectGoods, activities.SelectInput{RunID: r.taken.RunID, After: after})
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

// check has the goods held to the channel's definitions, a batch at a time. Only what has no verdict so far is looked at, so it begins
// anew wherever it was cut short.
func (r *publicationRun) check(ctx workflow.Context) (ended bool, err error) {
	r.step = stepChecking
	b := r.open(ctx, "check")
	defer r.close(b)
	in := activities.CheckGoodsInput{
		RunID: r.taken.RunID, Seller: r.p.in.Account.ID, Through: r.taken.Through.ID, DryRun: r.taken.DryRun, Changed: r.taken.Changed,
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
			if err := r.giveUp(ctx, activities.GiveUpInput{RunID: r.taken.RunID, After: in.After, Until: out.Until, Fault: out.Fault}); err != nil {
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

// giveUp ends the items of a batch in error: the policy has given up.
func (r *publicationRun) giveUp(ctx workflow.Context, in activities.GiveUpInput) error {
	counts, err := local[message.PublicationCounts](ctx, "give up a batch", message.ActivityGiveUp, in)
	if err != nil {
		return fmt.Errorf("give up a batch: %w", err)
	}
	r.count(ctx, counts)
	return nil
}

// park waits for a person, or for an account that works again: retry, wake and stop end it.
func (r *publicationRun) park(ctx workflow.Context, fault *channel.Fault) error {
	if r.p.retried || r.stopped {
		return nil
	}
	r.parked = fault
	if err := markParked(ctx, fault); err != nil {
		return err
	}
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("**parked**: %s. %s. `towpath accounts resume %s` lets it go on, and so does the signal `retry`.",
		faultWords(fault), r.words(), r.taken.Through.ID))
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
		activities.PublicationEnd{RunID: r.taken.RunID, Stopped: r.stopped, By: r.by})
	if err != nil {
		return fmt.Errorf("record the end of the run: %w", err)
	}
	r.counts = counts
	workflow.SetCurrentDetails(ctx, "Last run: "+r.words())
	return nil
}

// count takes the run's counts as the store had them with a batch. Batches answer in any order: the later counts are the ones with more
// items settled.
func (r *publicationRun) count(ctx workflow.Context, c message.PublicationCounts) {
	if c.Items >= r.counts.Items && c.Settled() >= r.counts.Settled() {
		r.counts = c
	}
	workflow.SetCurrentDetails(ctx, r.step+": "+r.words())
}

func (r *publicationRun) words() string {
	n := r.counts
	return fmt.Sprintf("run %s, %s: %d done, %d invalid, %d refused by the channel, %d skipped",
		r.taken.RunID, plural(n.Items, "item"), n.Done, n.Invalid, n.Refused, n.Skipped)
}

// show puts the run into the status that a query answers.
func (r *publicationRun) show(st *message.Status) {
	counts := r.counts
	st.RunID, st.Step, st.Counts = r.taken.RunID, r.step, &counts
	st.Progress = message.Progress{Done: counts.Settled(), Total: counts.Items, Errors: counts.Invalid + counts.Refused}
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
		st.WaitingFor = fmt.Sprintf("account %s (%s): `towpath accounts resume %s`, or retry", r.taken.Through.ID, faultWords(r.parked), r.taken.Through.ID)
	}
}
