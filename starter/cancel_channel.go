package starter

import (
	"context"
	"fmt"

	"go.temporal.io/sdk/client"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/workflows"
)

// CancelOnChannel starts or wakes the workflow that cancels an order on its channel.
func (s *Starter) CancelOnChannel(ctx context.Context, k message.OrderKey) error {
	_, err := s.Temporal.SignalWithStartWorkflow(ctx, message.CancellationWorkflowID(k.Account.ID, k.OrderID), message.SignalRetry, nil,
		client.StartWorkflowOptions{
			TaskQueue:             message.TaskQueue,
			TypedSearchAttributes: workflows.Attributes(k.Account.ID),
			StaticSummary:         "Cancel order " + workflows.OrderName(k),
			StaticDetails:         workflows.About(message.WorkflowOrderCancellation),
		},
		message.WorkflowOrderCancellation, message.OrderCancellationInput{
			Versioned: workflows.Current(message.WorkflowOrderCancellation),
			Order:     k, Policy: s.Policies.Shipments, PendingWait: s.scaled(feedWait),
		})
	if err != nil {
		return fmt.Errorf("start the cancellation of order %s on its channel: %w", k.OrderID, err)
	}
	return nil
}

// tellChannel has an order cancelled on its channel, or its buyer answered, if that is to be asked. The sweep repeats what fails here.
func (s *Starter) tellChannel(ctx context.Context, d orders.OrderDetail) {
	if d.Cancel == nil || d.Cancel.State != order.CancelAsked {
		return
	}
	if err := s.CancelOnChannel(ctx, d.Key); err != nil {
		s.Logger.Warn("Cancellation on the channel not started; the sweep will.", zap.String("order", d.Key.OrderID), zap.Error(err))
	}
}

// retryableCancel returns the cancellation of an order on its channel when a call for it can be made now, or nothing.
func (s *Starter) retryableCancel(ctx context.Context, d orders.OrderDetail) ([]incidents.Parked, error) {
	if d.Cancel == nil || d.Cancel.State == order.CancelSettled {
		return nil, nil
	}
	acc, err := s.Store.Accounts.Account(ctx, d.Key.Account.ID)
	if err != nil || !acc.SendsCancels() {
		return nil, err
	}
	return []incidents.Parked{{WorkflowID: message.CancellationWorkflowID(d.Key.Account.ID, d.Key.OrderID), Account: d.Key.Account.ID,
		OrderRow: d.Key.RowID, Reference: d.Key.OrderID, Fault: d.Cancel.Fault}}, nil
}

// retryCancel lets the cancellation of an order on its channel try again, under its workflow's id.
func (s *Starter) retryCancel(ctx context.Context, workflowID string) error {
	account, orderID, _ := message.ParseCancellationWorkflowID(workflowID)
	found, err := s.Store.Orders.Find(ctx, orders.OrderFilter{Account: account, Reference: orderID, Limit: 2})
	if err != nil {
		return err
	}
	for _, row := range found {
		if row.Key.OrderID == orderID {
			return s.CancelOnChannel(ctx, row.Key)
		}
	}
	return fmt.Errorf("account %s has no order %s", account, orderID)
}
