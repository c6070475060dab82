package main

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/policy"
	"github.com/towpath/towpath/workflows"
)

// pushPlay is a stock push on whose feed the channel works for a while: meanwhile other levels are sent, and one of the feed goes ahead
// of it. A wake arrives while the push waits.
type pushPlay struct {
	client    client.Client
	mu        sync.Mutex
	sent      bool // the feed
	answered  bool
	others    int
	ahead     int
	questions int
}

var pushAccount = message.Account{ID: "amazon-uk", Channel: channel.Amazon, Endpoint: channel.Production}

func (p *pushPlay) plan() activities.Plan {
	plan := activities.Plan{Dirty: p.others + p.ahead}
	if p.sent && !p.answered {
		plan.Feeds = []message.Feed{{Handle: "50014019222.9f8e7d6c5b4a", Levels: 300}}
	}
	switch {
	case !p.sent:
		plan.Dirty, plan.Size, plan.Op = 300, 300, channel.OpFeed
	case p.ahead > 0:
		plan.Ahead, plan.Size, plan.Op = true, p.ahead, channel.OpLevels
	case p.others > 0:
		plan.Size, plan.Op = p.others, channel.OpLevels
	}
	return plan
}

func (p *pushPlay) planPush(context.Context, string) (activities.Plan, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.plan(), nil
}

func (p *pushPlay) pushLevels(_ context.Context, in activities.PushInput) (activities.PushOutput, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := activities.PushOutput{Counts: message.PushCounts{Pushed: in.Size}}
	switch {
	case !p.sent:
		p.sent, p.others = true, 3
		out = activities.PushOutput{Pending: "50014019222.9f8e7d6c5b4a"}
	case in.Ahead:
		p.ahead, out.Counts = 0, message.PushCounts{}
	default:
		p.others = 0
	}
	out.Next = p.plan()
	return out, nil
}

// levelsOutcome answers the third question. After the first, something of the feed is sold.
func (p *pushPlay) levelsOutcome(ctx context.Context, in activities.PushInput) (activities.PushOutput, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.questions++
	out := activities.PushOutput{Pending: in.Pending}
	switch p.questions {
	case 1:
		out.Next = p.plan()
		p.ahead = 1
		return out, p.client.SignalWorkflow(ctx, message.StockWorkflowID(pushAccount.ID), "", message.SignalWake, nil)
	case 3:
		p.answered, p.others = true, 1
		out = activities.PushOutput{Counts: message.PushCounts{Pushed: 299, Superseded: 1}}
	}
	out.Next = p.plan()
	return out, nil
}

// run plays the push to its end.
func (p *pushPlay) run(ctx context.Context, c client.Client, policies policy.Set) error {
	p.client = c
	const queue = "a queued feed"
	w := worker.New(c, queue, worker.Options{})
	workflows.Register(w)
	calls := worker.New(c, message.ChannelQueue(pushAccount.Channel), worker.Options{DisableWorkflowWorker: true})
	for name, do := range map[message.Activity]any{
		message.ActivityPlanPush: p.planPush, message.ActivityPushLevels: p.pushLevels, message.ActivityLevelsOutcome: p.levelsOutcome,
	} {
		w.RegisterActivityWithOptions(do, activity.RegisterOptions{Name: string(name)})
		calls.RegisterActivityWithOptions(do, activity.RegisterOptions{Name: string(name)})
	}
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Stop()
	if err := calls.Start(); err != nil {
		return err
	}
	defer calls.Stop()
	run, err := c.SignalWithStartWorkflow(ctx, message.StockWorkflowID(pushAccount.ID), message.SignalWake, nil,
		client.StartWorkflowOptions{TaskQueue: queue, TypedSearchAttributes: workflows.Attributes(pushAccount.ID)},
		message.WorkflowStockPush, message.StockPushInput{
			Versioned: workflows.Current(message.WorkflowStockPush), Account: pushAccount, Policy: policies.Stock, PendingWait: 200 * time.Millisecond,
		})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return run.Get(ctx, nil)
}
