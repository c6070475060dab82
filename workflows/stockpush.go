package workflows

import (
	"cmp"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// pendingWait is the wait before the channel is asked for the result of a feed.
const pendingWait = 15 * time.Second

// StockPush pushes an account's dirty levels in the largest batches that the channel allows, each with the level at the moment of
// the call. It completes when nothing is dirty and no wake has arrived meanwhile. There is one per account; several wakes during
// its work count as one.
func StockPush(ctx workflow.Context, in message.StockPushInput) (message.StockPushResult, error) {
	r, err := begin(ctx, "stock", in.Versioned, in.Account, in.Policy)
	if err != nil {
		return message.StockPushResult{}, err
	}
	r.goOn(in.RunID, in.Started)
	p := &stockPush{accountRun: r, in: in, counts: in.Counts, wake: workflow.GetSignalChannel(ctx, message.SignalWake)}
	return p.run(ctx)
}

type stockPush struct {
	*accountRun
	in      message.StockPushInput
	counts  message.PushCounts
	wake    workflow.ReceiveChannel
	pending string // handle of a feed whose result the next history asks for
}

func (p *stockPush) run(ctx workflow.Context) (message.StockPushResult, error) {
	p.pending = p.in.Pending
	for {
		drain(p.wake)
		plan, err := local[activities.Plan](ctx, "count dirty levels", message.ActivityPlanPush, p.in.Account.ID)
		if err != nil {
			return p.result(nil), fmt.Errorf("count dirty levels: %w", err)
		}
		left, fault, err := p.push(ctx, plan)
		if err != nil {
			return p.result(nil), err
		}
		if fault != nil {
			return p.endEarly(ctx, fault)
		}
		if left == 0 && p.wake.Len() == 0 {
			p.status.State = stateDone
			return p.result(nil), nil
		}
		if grown(ctx) {
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

// push sends batches until nothing is dirty or the history has grown long, and returns how many levels are left. Each activity
// also plans the next batch, so that a batch costs one action. A feed that an earlier history sent comes first.
func (p *stockPush) push(ctx workflow.Context, plan activities.Plan) (left int, fault *channel.Fault, err error) {
	for (plan.Dirty > 0 || p.pending != "") && !grown(ctx) {
		p.status.Progress.Total = p.status.Progress.Done + plan.Dirty
		in := activities.PushInput{Account: p.in.Account.ID, RunID: p.id, Started: p.started, Size: plan.Size, Sofar: p.counts}
		out, err := p.send(ctx, plan, in)
		if err == nil {
			out, err = p.settle(ctx, in, out)
		}
		if err != nil || out.Fault != nil {
			return plan.Dirty, out.Fault, err
		}
		if p.pending != "" {
			return max(plan.Dirty, 1), nil, nil
		}
		p.count(ctx, out.Counts)
		plan = out.Next
	}
	return plan.Dirty, nil, nil
}

// send sends the next batch, or returns the feed that an earlier history sent.
func (p *stockPush) send(ctx workflow.Context, plan activities.Plan, in activities.PushInput) (activities.PushOutput, error) {
	if p.pending != "" {
		return activities.PushOutput{Pending: p.pending}, nil
	}
	return call[activities.PushOutput](ctx, &p.caller, plan.Op, fmt.Sprintf("up to %d of %d levels", plan.Size, plan.Dirty), message.ActivityPushLevels, in)
}

// settle asks for the result of a batch until the channel has it. From version 2 on it asks ever less often, and stops with p.pending
// set when the history has grown: the next history goes on.
func (p *stockPush) settle(ctx workflow.Context, in activities.PushInput, out activities.PushOutput) (activities.PushOutput, error) {
	first := cmp.Or(p.in.PendingWait, pendingWait)
	var err error
	for wait := first; err == nil && out.Fault == nil && out.Pending != ""; {
		if p.version >= retriedAndShown && grown(ctx) {
			p.pending = out.Pending
			return out, nil
		}
		in.Pending = out.Pending
		if out, err = p.outcome(ctx, in, wait); p.version >= retriedAndShown {
			wait = min(2*wait, pendingGrowth*first)
		}
	}
	p.pending = ""
	return out, err
}

// outcome waits, then asks for the result of a batch that the channel is still working on.
func (p *stockPush) outcome(ctx workflow.Context, in activities.PushInput, wait time.Duration) (activities.PushOutput, error) {
	p.status.WaitingFor = "the channel to finish feed " + in.Pending // also shown during the call
	if err := p.pause(ctx, wait, p.status.WaitingFor); err != nil {
		return activities.PushOutput{}, err
	}
	out, err := call[activities.PushOutput](ctx, &p.caller, channel.OpFeedRead, "outcome of feed "+in.Pending, message.ActivityLevelsOutcome, in)
	p.status.WaitingFor = ""
	return out, err
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
	counts := message.Counts{Seen: p.counts.Pushed + p.counts.Failed, Saved: p.counts.Pushed, Errors: p.counts.Failed + 1}
	return p.result(fault), p.failed(ctx, fault, counts, message.ActivityEndPush, "What was not accepted stays dirty and is pushed by the next wake or the sweep.")
}

func (p *stockPush) result(fault *channel.Fault) message.StockPushResult {
	return message.StockPushResult{RunID: p.id, Pushed: p.counts.Pushed, Failed: p.counts.Failed, Fault: fault}
}
