package main

import (
	"context"

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

// playLifecycle plays an order with one package, from its start to the update that says it has ended.
func playLifecycle(ctx context.Context, c client.Client, policies policy.Set) error {
	const queue = "an order that ends with an update"
	key := message.OrderKey{RowID: 1, Account: message.Account{ID: "ebay-uk", Channel: channel.EBay, Endpoint: channel.Production}, OrderID: "12-00001-00001"}
	sent := make(chan struct{})
	w := worker.New(c, queue, worker.Options{})
	workflows.Register(w)
	w.RegisterActivityWithOptions(func(context.Context, activities.ChangeInput) (message.OrderResult, error) {
		return message.OrderResult{State: order.Processed}, nil
	}, activity.RegisterOptions{Name: string(message.ActivityProcessPackage)})
	calls := worker.New(c, message.ChannelQueue(key.Account.Channel), worker.Options{DisableWorkflowWorker: true})
	calls.RegisterActivityWithOptions(func(context.Context, activities.SendInput) (activities.SendOutput, error) {
		close(sent)
		return activities.SendOutput{State: order.Shipped}, nil
	}, activity.RegisterOptions{Name: string(message.ActivitySendPackage)})
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Stop()
	if err := calls.Start(); err != nil {
		return err
	}
	defer calls.Stop()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: message.OrderWorkflowID(key.Account.ID, key.OrderID), TaskQueue: queue, TypedSearchAttributes: workflows.Attributes(key.Account.ID),
	}, message.WorkflowOrderLifecycle, message.OrderLifecycleInput{
		Versioned: workflows.Current(message.WorkflowOrderLifecycle), Order: key, State: order.Open, Shipment: policies.Shipments,
	})
	if err != nil {
		return err
	}
	if err := update(ctx, c, run.GetID(), message.UpdateProcess, "process/P1", message.ProcessRequest{PackageID: "P1"}); err != nil {
		return err
	}
	<-sent
	end := message.OrderChange{State: order.Completed, Version: 2}
	// Until the lifecycle knows that its package is sent it refuses the update.
	err = until(ctx, func() (bool, error) {
		return update(ctx, c, run.GetID(), message.UpdateChannelChanged, "channel-changed/2", end) == nil, nil
	})
	if err != nil {
		return err
	}
	return run.Get(ctx, nil)
}

// update updates a workflow and waits for its answer.
func update(ctx context.Context, c client.Client, workflowID, name, id string, arg any) error {
	handle, err := c.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: workflowID, UpdateName: name, UpdateID: id, Args: []any{arg}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err != nil {
		return err
	}
	return handle.Get(ctx, nil)
}
