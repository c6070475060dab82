package workflows

import (
	"cmp"
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// StockPush pushes an account's dirty levels in the largest batches that the channel allows, each with the level at the moment of
// the call. While the channel works on a feed, it sends what is in no feed, and what was sold meanwhile. It completes when nothing is
// dirty and no wake has arrived meanwhile. There is one per account; several wakes during its work count as one.
func StockPush(ctx workflow.Context, in message.StockPushInput) (message.StockPushResult, error) {
	r, err := begin(ctx, "stock", in.Versioned, in.Account, in.Policy)
	if err != nil {
		return message.StockPushResult{}, err
	}
	r.goOn(in.RunID, in.Started)
	p := &stockPush{accountRun: r, in: in, counts: in.Counts, wake: workflow.GetSignalChannel(ctx, message.SignalWake)}
	p.feeds.first = cmp.Or(in.PendingWait, pendingWait)
	return p.run(ctx)
}

type stockPush struct {
	*accountRun
	in      message.StockPushInput
	counts  message.PushCounts
	wake    workflow.ReceiveChannel
	feeds   feedQuestions
	pending string // before version 3: handle of a feed whose result the next history asks for
}

// From version 3 on, a feed on which the channel works holds up nothing else. The store knows the feeds, so any history can go on.
const besideFeeds = 3

func (p *stockPush) run(ctx workflow.Context) (message.StockPushResult, error) {
	if p.version < besideFeeds {
		return p.runAroundFeeds(ctx)
	}
	for {
		drain(p.wake)
		plan, err := local[activities.Plan](ctx, "count dirty levels", message.ActivityPlanPush, p.in.Account.ID)
		if err != nil {
			return p.result(nil), fmt.Errorf("count dirty levels: %w", err)
		}
		plan, fault, err := p.work(ctx, plan)
		switch {
		case err != nil:
			return p.result(nil), err
		case fault != nil:
			return p.endEarly(ctx, fault)
		case plan.Dirty == 0 && len(plan.Feeds) == 0 && p.wake.Len() == 0:
			p.status.State = stateDone
			return p.result(nil), nil
		case grown(ctx):
			return p.result(nil), continueAsNew(ctx, p.next, p.wake)
		}
	}
}

// next returns the input of the next history.
func (p *stockPush) next() message.StockPushInput {
	next := p.in
	next.RunID, next.Started, next.Counts, next.Pending = p.id, p.started, p.counts, p.pending
	return next
}

// work sends batches and asks for the results of feeds when it is time, until there is nothing left of either, a wake arrives while
// it waits, or the history has grown long. It returns what is left. Each activity also plans the next call, so a batch costs one
// action.
func (p *stockPush) work(ctx workflow.Context, plan activities.Plan) (activities.Plan, *channel.Fault, error) {
	for !grown(ctx) {
		p.show(plan)
		var fault *channel.Fault
		var err error
		switch {
		case p.feeds.due(ctx, plan.Feeds):
			plan, fault, err = p.ask(ctx, plan)
		case plan.Dirty > 0:
			plan, fault, err = p.send(ctx, plan)
		case len(plan.Feeds) == 0:
			return plan, nil, nil
		default:
			woken, err := p.idle(ctx)
			if err != nil || woken {
				return plan, nil, err
			}
		}
		if err != nil || fault != nil {
			return plan, fault, err
		}
	}
	return plan, nil, nil
}

// show shows how much is done, and what the channel works on.
func (p *stockPush) show(plan activities.Plan) {
	p.status.Progress.Total = p.status.Progress.Done + plan.Dirty
	p.status.WaitingFor = ""
	if len(plan.Feeds) == 0 {
		return
	}
	p.status.WaitingFor = inFeeds(plan.Feeds)
	if plan.Dirty > 0 {
		p.status.WaitingFor += ", sends others"
	}
}

func (p *stockPush) input(size int) activities.PushInput {
	return activities.PushInput{Account: p.in.Account.ID, RunID: p.id, Started: p.started, Size: size, Sofar: p.counts}
}

// send sends the next batch.
func (p *stockPush) send(ctx workflow.Context, plan activities.Plan) (activities.Plan, *channel.Fault, error) {
	in := p.input(plan.Size)
	in.Ahead = plan.Ahead
	summary := fmt.Sprintf("up to %d of %d levels", plan.Size, plan.Dirty)
	if plan.Size >= plan.Dirty {
		summary = plural(plan.Dirty, "level") + ", and what changes until they are sent"
	}
	if plan.Ahead {
		summary += ", ahead of their feed"
	}
	out, err := call[activities.PushOutput](ctx, &p.caller, plan.Op, summary, message.ActivityPushLevels, in)
	if err != nil || out.Fault != nil {
		return plan, out.Fault, err
	}
	p.count(ctx, out.Counts)
	if out.Pending != "" {
		p.feeds.sent(ctx)
	}
	return out.Next, nil, nil
}

func (p *stockPush) count(ctx workflow.Context, n message.PushCounts) {
	p.counts.Pushed += n.Pushed
	p.counts.Superseded += n.Superseded
	p.counts.Failed += n.Failed
	p.status.Progress.Done = p.counts.Pushed + p.counts.Failed
	p.status.Progress.Errors = p.counts.Failed
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("%s pushed, %d overtaken by newer ones, %d refused",
		plural(p.counts.Pushed, "level"), p.counts.Superseded, p.counts.Failed))
}

// endEarly ends the push and records its fault. The levels stay dirty.
func (p *stockPush) endEarly(ctx workflow.Context, fault *channel.Fault) (message.StockPushResult, error) {
	p.status.WaitingFor = ""
	counts := message.Counts{Seen: p.counts.Pushed + p.counts.Failed, Saved: p.counts.Pushed, Errors: p.counts.Failed + 1}
	return p.result(fault), p.failed(ctx, fault, counts, message.ActivityEndPush, "What was not accepted stays dirty and is pushed by the next wake or the sweep.")
}

func (p *stockPush) result(fault *channel.Fault) message.StockPushResult {
	return message.StockPushResult{RunID: p.id, Pushed: p.counts.Pushed, Failed: p.counts.Failed, Fault: fault}
}
