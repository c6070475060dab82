package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// ListingPublication publishes an account's listings to an endpoint of its channel. The store has the queue of requested runs and
// the result of each item. The workflow does the runs, the oldest first, and completes when the queue is empty and no wake has
// arrived meanwhile. There is one per account and endpoint (docs/decisions/019). After a crash it continues from what the store
// has.
func ListingPublication(ctx workflow.Context, in message.ListingPublicationInput) (message.ListingPublicationResult, error) {
	p := &publication{in: in, result: message.ListingPublicationResult{RunID: in.RunID, Runs: in.Runs}}
	p.status = message.Status{Kind: "listings", Account: in.Account.ID, Endpoint: in.Endpoint, State: stateRunning}
	p.wake = workflow.GetSignalChannel(ctx, message.SignalWake)
	if err := serveStatus(ctx, p.now); err != nil {
		return p.result, err
	}
	workflow.Go(ctx, p.hearRetry)
	workflow.Go(ctx, p.hearStop)
	return p.work(ctx)
}

type publication struct {
	in     message.ListingPublicationInput
	result message.ListingPublicationResult
	status message.Status
	run    *publicationRun // the current run; nil between runs
	wake   workflow.ReceiveChannel
	// retried reports whether a retry signal has arrived since the run's work last started or resumed.
	retried bool
}

// work does one run after the other.
func (p *publication) work(ctx workflow.Context) (message.ListingPublicationResult, error) {
	for {
		drain(p.wake)
		taken, err := local[activities.Taken](ctx, "take the next run", message.ActivityTakeRun,
			activities.TakeInput{Account: p.in.Account.ID, Endpoint: p.in.Endpoint})
		if err != nil {
			return p.result, fmt.Errorf("take the next run: %w", err)
		}
		if taken.RunID == "" {
			if p.wake.Len() > 0 {
				continue
			}
			p.status.State = stateDone
			return p.result, nil
		}
		p.run = p.begin(taken)
		ended, err := p.run.work(ctx)
		if err != nil {
			return p.result, err
		}
		p.result = message.ListingPublicationResult{RunID: taken.RunID, Runs: p.result.Runs, Counts: p.run.counts}
		if !ended {
			return p.result, continueAsNew(ctx, p.next, p.wake)
		}
		p.result.Runs++
		p.run = nil
		if grown(ctx) {
			return p.result, continueAsNew(ctx, p.next, p.wake)
		}
	}
}

// begin returns the run that was taken from the queue. A run that an earlier history started continues from its step.
func (p *publication) begin(taken activities.Taken) *publicationRun {
	r := &publicationRun{p: p, next: taken, counts: taken.Counts, stopped: taken.Stopped}
	if p.in.RunID == taken.RunID {
		r.selected, r.checked, r.by, r.stopped = p.in.Selected, p.in.Checked, p.in.By, r.stopped || p.in.Stopped
	}
	p.status.Queued = taken.Queued
	return r
}

// next returns the input of the next history, with the current run if there is one. Wakes need not be carried: the store has the
// queue.
func (p *publication) next() message.ListingPublicationInput {
	next := p.in
	next.Runs, next.RunID, next.Selected, next.Checked, next.Stopped, next.By = p.result.Runs, "", false, false, false, ""
	if r := p.run; r != nil {
		next.RunID, next.Selected, next.Checked, next.Stopped, next.By = r.next.RunID, r.selected, r.checked, r.stopped, r.by
	}
	return next
}

// hearRetry receives retry signals and ends the waits of the run's batches.
func (p *publication) hearRetry(ctx workflow.Context) {
	for ch := workflow.GetSignalChannel(ctx, message.SignalRetry); ; {
		ch.Receive(ctx, nil)
		p.retried = true
		p.hurry()
	}
}

// hearStop receives stop signals and marks the current run as stopped. Runs that wait in the queue are stopped in the store.
func (p *publication) hearStop(ctx workflow.Context) {
	for ch := workflow.GetSignalChannel(ctx, message.SignalStop); ; {
		var stop message.StopRequest
		ch.Receive(ctx, &stop)
		if r := p.run; r != nil && (stop.RunID == "" || stop.RunID == r.next.RunID) {
			r.stopped, r.by = true, stop.By
			p.hurry()
		}
	}
}

// hurry ends all waits for another attempt.
func (p *publication) hurry() {
	if p.run == nil {
		return
	}
	for _, b := range p.run.batches {
		if b.status.WaitingFor != "" {
			b.hurry.SendAsync(true)
		}
	}
}

// now returns the status with the run's current counts.
func (p *publication) now() message.Status {
	st := p.status
	st.Queued += p.wake.Len()
	if p.run != nil {
		p.run.show(&st)
	}
	return st
}

// parks reports whether the fault concerns the whole account, so that no item can continue until a person has acted.
func parks(f *channel.Fault) bool {
	if f == nil {
		return false
	}
	switch f.Code {
	case activities.CodePaused, activities.CodeUnknown, activities.CodeObserving:
		return true
	}
	return f.Class == channel.Auth
}
