package main

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/policy"
	"github.com/towpath/towpath/workflows"
)

// coveragePlay is a comparison of an account with its channel, which gives its answers one after the other.
type coveragePlay struct {
	name    string
	account message.Account
	answers []activities.ListIDsOutput

	mu    sync.Mutex
	calls int
}

func coveragePlays() []*coveragePlay {
	shop := func(id string) message.Account {
		return message.Account{ID: id, Channel: channel.EBay, Endpoint: channel.Production}
	}
	away := &channel.Fault{ID: "00000000-0000-4000-8000-000000000004", Class: channel.Unavailable, Status: 503, Operation: "getOrders"}
	refused := &channel.Fault{ID: "00000000-0000-4000-8000-000000000005", Class: channel.Invalid, Status: 400, Operation: "getOrders"}
	return []*coveragePlay{
		{name: "ids on one page", account: shop("one"), answers: []activities.ListIDsOutput{{Found: 3}}},
		{name: "ids on several pages", account: shop("several"), answers: []activities.ListIDsOutput{{Found: 200, Next: "p2"}, {Found: 7}}},
		{name: "ids of a report", account: shop("report"), answers: []activities.ListIDsOutput{
			{Next: "r1", Wait: 200 * time.Millisecond}, {Next: "r1", Wait: 200 * time.Millisecond}, {Found: 4},
		}},
		{name: "ids after a fault", account: shop("retried"), answers: []activities.ListIDsOutput{{Fault: away}, {Found: 3}}},
		{name: "refused ids", account: shop("refused"), answers: []activities.ListIDsOutput{{Fault: refused}}},
	}
}

// activities returns the activities of a comparison, by name.
func (p *coveragePlay) activities() map[message.Activity]any {
	return map[message.Activity]any{
		message.ActivityListOrderIDs: func(context.Context, activities.ListIDsInput) (activities.ListIDsOutput, error) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.calls++
			return p.answers[p.calls-1], nil
		},
		message.ActivitySettleCoverage: func(context.Context, activities.SettleInput) (message.Counts, error) {
			return message.Counts{Seen: 3, Same: 2}, nil
		},
		message.ActivityEndCoverage: func(context.Context, activities.EndInput) error { return nil },
	}
}

// run plays the comparison to its end.
func (p *coveragePlay) run(ctx context.Context, c client.Client, policies policy.Set) error {
	w := worker.New(c, p.name, worker.Options{})
	workflows.Register(w)
	calls := worker.New(c, message.ChannelQueue(p.account.Channel), worker.Options{DisableWorkflowWorker: true})
	for name, do := range p.activities() {
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
	hour := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	run, err := c.ExecuteWorkflow(ctx,
		client.StartWorkflowOptions{ID: message.CoverageWorkflowID(p.account.ID), TaskQueue: p.name, TypedSearchAttributes: workflows.Attributes(p.account.ID)},
		message.WorkflowCoverage, message.CoverageInput{
			Versioned: workflows.Current(message.WorkflowCoverage), Account: p.account, Policy: policies.Orders,
			Window: backfill.Range{From: hour, To: hour.Add(time.Hour)}, Budget: channel.OpOrders,
		})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return run.Get(ctx, nil)
}
