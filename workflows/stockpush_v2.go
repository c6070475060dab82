package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
)

// runAroundFeeds is how versions 1 and 2 push: while the channel works on a feed, nothing else is sent.
func (p *stockPush) runAroundFeeds(ctx workflow.Context) (message.StockPushResult, error) {
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

// push sends batches until nothing is dirty or the history has grown long, and returns how many levels are left. Each activity
// also plans the next batch, so that a batch costs one action. A feed that an earlier history sent comes first.
func (p *stockPush) push(ctx workflow.Context, plan activities.Plan) (left int, fault *channel.Fault, err error) {
	for (plan.Dirty > 0 || p.pending != "") && !grown(ctx) {
		p.status.Progress.Total = p.status.Progress.Done + plan.Dirty
		in := p.input(plan.Size)
		in.Ahead = plan.Ahead
		out, err := p.sendOrTakeOver(ctx, plan, in)
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

// sendOrTakeOver sends the next batch, or returns the feed that an earlier history sent.
func (p *stockPush) sendOrTakeOver(ctx workflow.Context, plan activities.Plan, in activities.PushInput) (activities.PushOutput, error) {
	if p.pending != "" {
		return activities.PushOutput{Pending: p.pending}, nil
	}
	return call[activities.PushOutput](ctx, &p.caller, plan.Op, fmt.Sprintf("up to %d of %d levels", plan.Size, plan.Dirty), message.ActivityPushLevels, in)
}

// settle asks for the result of a batch until the channel has it. From version 2 on it asks ever less often, and stops with p.pending
// set when the history has grown: the next history goes on.
func (p *stockPush) settle(ctx workflow.Context, in activities.PushInput, out activities.PushOutput) (activities.PushOutput, error) {
	var err error
	for wait := p.feeds.first; err == nil && out.Fault == nil && out.Pending != ""; {
		if p.version >= retriedAndShown && grown(ctx) {
			p.pending = out.Pending
			return out, nil
		}
		in.Pending = out.Pending
		if out, err = p.outcome(ctx, in, wait); p.version >= retriedAndShown {
			wait = min(2*wait, pendingGrowth*p.feeds.first)
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
