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
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/policy"
	"github.com/towpath/towpath/workflows"
)

// cancelPlay is the cancellation of an order on its channel. The channel gives its answers one after the other.
type cancelPlay struct {
	name    string
	order   message.OrderKey
	answers []activities.CancelOutput

	client client.Client
	mu     sync.Mutex
	calls  int
}

var notCancellable = &channel.Fault{ID: "00000000-0000-4000-8000-000000000003", Class: channel.Conflict, Code: channel.CodeNotCancellable,
	Status: 200, Operation: "orderCancel"}

func cancelPlays() []*cancelPlay {
	shop := message.Account{ID: "shop", Channel: channel.Shopify, Endpoint: channel.Production}
	sent := activities.CancelOutput{State: order.CancelSent}
	shown := activities.CancelOutput{State: order.CancelSent, Done: true}
	refused := activities.CancelOutput{Fault: notCancellable}
	settled := activities.CancelOutput{State: order.CancelSettled}
	return []*cancelPlay{
		{name: "a cancellation that the channel shows", order: message.OrderKey{RowID: 1, Account: shop, OrderID: "gid://shopify/Order/1"},
			answers: []activities.CancelOutput{shown, settled}},
		{name: "a cancellation on which the channel works", order: message.OrderKey{RowID: 2, Account: shop, OrderID: "gid://shopify/Order/2"},
			answers: []activities.CancelOutput{sent, sent, settled}},
		{name: "a refused cancellation", order: message.OrderKey{RowID: 3, Account: shop, OrderID: "gid://shopify/Order/3"},
			answers: []activities.CancelOutput{refused, refused, sent, settled}},
	}
}

func (p *cancelPlay) workflowID() string {
	return message.CancellationWorkflowID(p.order.Account.ID, p.order.OrderID)
}

// activities returns the activities of a cancellation, by name.
func (p *cancelPlay) activities() map[message.Activity]any {
	return map[message.Activity]any{
		message.ActivityCancelOnChannel: func(context.Context, activities.CancelInput) (activities.CancelOutput, error) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.calls++
			return p.answers[p.calls-1], nil
		},
		message.ActivityRefreshOrder: func(context.Context, activities.RefreshInput) (activities.RefreshOutput, error) {
			return activities.RefreshOutput{}, nil
		},
		message.ActivityParkCancel: func(context.Context, activities.ParkCancelInput) (activities.ParkOutput, error) {
			go resume(p.client, p.workflowID())
			return activities.ParkOutput{}, nil
		},
		message.ActivityUnparkCancel: func(context.Context, message.OrderKey) error { return nil },
	}
}

// run plays the cancellation to its end.
func (p *cancelPlay) run(ctx context.Context, c client.Client, policies policy.Set) error {
	p.client = c
	w := worker.New(c, p.name, worker.Options{})
	workflows.Register(w)
	calls := worker.New(c, message.ChannelQueue(p.order.Account.Channel), worker.Options{DisableWorkflowWorker: true})
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
	run, err := c.SignalWithStartWorkflow(ctx, p.workflowID(), message.SignalRetry, nil,
		client.StartWorkflowOptions{TaskQueue: p.name, TypedSearchAttributes: workflows.Attributes(p.order.Account.ID)},
		message.WorkflowOrderCancellation, message.OrderCancellationInput{
			Versioned: workflows.Current(message.WorkflowOrderCancellation), Order: p.order, Policy: policies.Shipments, PendingWait: 200 * time.Millisecond,
		})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return run.Get(ctx, nil)
}
