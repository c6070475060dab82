package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// Backfill reads past orders of an account: a range of its channel, window by window, or the rows of a merchant's report. It goes
// behind the live work of the account, may be paused and stopped, and continues in new histories as the same run.
func Backfill(ctx workflow.Context, in message.BackfillInput) (message.BackfillResult, error) {
	r, err := begin(ctx, "backfill", in.Versioned, in.Account, in.Policy)
	if err != nil {
		return message.BackfillResult{}, err
	}
	r.goOn(in.RunID, in.Started)
	b := &backfilling{accountRun: r, in: in, since: workflow.Now(ctx)}
	b.behind, b.quit = true, func() bool { return b.in.Stopped }
	b.show(ctx)
	b.listen(ctx)
	return b.run(ctx)
}

type backfilling struct {
	*accountRun
	in    message.BackfillInput // the input of the next history; updated after every step
	since time.Time             // since when it has worked without a pause, counted from the last step
}

func (b *backfilling) next() message.BackfillInput { return b.in }

// listen notes what a person wants: to pause, to go on, or to stop.
func (b *backfilling) listen(ctx workflow.Context) {
	pauses, stops := workflow.GetSignalChannel(ctx, message.SignalPause), workflow.GetSignalChannel(ctx, message.SignalStop)
	workflow.Go(ctx, func(ctx workflow.Context) {
		s := workflow.NewSelector(ctx)
		s.AddReceive(pauses, func(ch workflow.ReceiveChannel, _ bool) {
			var ask message.PauseRequest
			ch.Receive(ctx, &ask)
			b.in.Paused = ask.Paused
		})
		s.AddReceive(stops, func(ch workflow.ReceiveChannel, _ bool) {
			ch.Receive(ctx, nil)
			b.in.Stopped = true
		})
		for ctx.Err() == nil {
			s.Select(ctx)
		}
	})
}

func (b *backfilling) run(ctx workflow.Context) (message.BackfillResult, error) {
	if err := b.mark(ctx, backfill.Running, nil); err != nil {
		return b.result(backfill.Failed, nil), err
	}
	step := b.search
	if b.in.Rows > 0 {
		step = b.report
	}
	for {
		if err := b.rest(ctx); err != nil {
			return b.result(backfill.Failed, nil), err
		}
		if b.in.Stopped {
			return b.ended(ctx, backfill.Stopped, nil)
		}
		more, fault, err := step(ctx)
		switch {
		case err != nil:
			return b.result(backfill.Failed, nil), err
		case b.in.Stopped:
			return b.ended(ctx, backfill.Stopped, nil)
		case fault != nil:
			return b.ended(ctx, backfill.Failed, fault)
		case !more:
			return b.ended(ctx, backfill.Done, nil)
		}
		b.show(ctx)
		if grown(ctx) {
			return b.result(backfill.Running, nil), continueAsNew(ctx, b.next)
		}
	}
}

// rest waits while a person has paused it. Meanwhile scans have all their turns.
func (b *backfilling) rest(ctx workflow.Context) error {
	if !b.in.Paused || b.in.Stopped {
		return nil
	}
	if err := b.mark(ctx, backfill.Paused, nil); err != nil {
		return err
	}
	b.status.State, b.status.WaitingFor = stateParked, "a person: it is paused"
	workflow.SetCurrentDetails(ctx, "Paused: `towpath backfill resume "+b.id+"` lets it go on.")
	if err := workflow.Await(ctx, func() bool { return !b.in.Paused || b.in.Stopped }); err != nil {
		return err
	}
	b.status.State, b.status.WaitingFor = stateRunning, ""
	b.since = workflow.Now(ctx)
	if b.in.Stopped {
		return nil
	}
	return b.mark(ctx, backfill.Running, nil)
}

// turn waits for its turn where scans use the whole budget.
func (b *backfilling) turn(ctx workflow.Context) error {
	if b.in.Pace <= 0 {
		return nil
	}
	b.status.WaitingFor = "its turn: every second search is a scan's"
	defer func() { b.status.WaitingFor = "" }()
	_, err := workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{
		Timeout: b.in.Pace, TimerOptions: workflow.TimerOptions{Summary: b.status.WaitingFor},
	}, func() bool { return b.in.Paused || b.in.Stopped })
	return err
}

// worked counts the time since the last step.
func (b *backfilling) worked(ctx workflow.Context) {
	now := workflow.Now(ctx)
	b.in.Took += now.Sub(b.since)
	b.since = now
}

// mark records the state of the backfill, and the end of its run.
func (b *backfilling) mark(ctx workflow.Context, state backfill.Standing, fault *channel.Fault) error {
	b.worked(ctx)
	_, err := local[struct{}](ctx, "record that it is "+string(state), message.ActivityMarkBackfill, activities.MarkBackfillInput{
		EndInput: activities.EndInput{Account: b.account, RunID: b.id, Started: b.started, Counts: b.in.Counts, Fault: fault},
		State:    state, Row: b.readRows(), Took: b.in.Took,
	})
	return err
}

// ended records the end, and shows it.
func (b *backfilling) ended(ctx workflow.Context, state backfill.Standing, fault *channel.Fault) (message.BackfillResult, error) {
	b.show(ctx)
	b.status.State = stateDone
	if fault != nil {
		b.in.Counts.Errors++
		rest := fmt.Sprintf("What was read stays: `towpath backfill resume %s` goes on where it was.", b.id)
		if err := b.showFailed(ctx, fault, rest); err != nil {
			return b.result(state, fault), err
		}
	}
	return b.result(state, fault), b.mark(ctx, state, fault)
}

func (b *backfilling) result(state backfill.Standing, fault *channel.Fault) message.BackfillResult {
	return message.BackfillResult{RunID: b.id, State: state, Counts: b.in.Counts, Fault: fault}
}
