package starter

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.temporal.io/api/serviceerror"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/orders"
)

// Retry signals a parked workflow to try again. A shipment sync that has ended, which only a person can have done, is no longer shown
// as parked: its order's lifecycle sees to the package.
func (s *Starter) Retry(ctx context.Context, workflowID string) error {
	err := s.Temporal.SignalWorkflow(ctx, workflowID, "", message.SignalRetry, nil)
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) && strings.HasPrefix(workflowID, message.PrefixCancel) {
		return s.retryCancel(ctx, workflowID)
	}
	if errors.As(err, &gone) && strings.HasPrefix(workflowID, message.PrefixShipment) {
		err = s.Store.Incidents.Unpark(ctx, workflowID)
	}
	if err != nil {
		return fmt.Errorf("retry %s: %w", workflowID, err)
	}
	return nil
}

// RetryPackage lets one package, or the cancellation of an order on its channel, try again: a parked one, or one of Retryable.
func (s *Starter) RetryPackage(ctx context.Context, p incidents.Parked) error {
	if strings.HasPrefix(p.WorkflowID, message.PrefixCancel) {
		if err := s.Store.Orders.AskAgain(ctx, p.OrderRow); err != nil {
			return err
		}
		return s.retryCancel(ctx, p.WorkflowID)
	}
	if !strings.HasPrefix(p.WorkflowID, message.PrefixOrder) {
		return s.Retry(ctx, p.WorkflowID)
	}
	err := s.Temporal.SignalWorkflow(ctx, p.WorkflowID, "", message.SignalRetry, message.RetryRequest{PackageID: p.Package})
	if err != nil {
		return fmt.Errorf("retry package %s: %w", p.Package, err)
	}
	return nil
}

// Retryable returns what is parked of an order; when nothing is, its cancellation on the channel if that can be sent, or the packages
// that wait for their lifecycle's next attempt.
func (s *Starter) Retryable(ctx context.Context, row orders.OrderRow) ([]incidents.Parked, error) {
	d, err := s.Store.Orders.Detail(ctx, row.Key.RowID)
	if err != nil {
		return nil, fmt.Errorf("read order %s: %w", row.Reference, err)
	}
	if len(d.Parked) > 0 {
		return d.Parked, nil
	}
	cancels, err := s.retryableCancel(ctx, d)
	if err != nil || cancels != nil {
		return cancels, err
	}
	var waiting []incidents.Parked
	for _, p := range d.Packages {
		if p.State.WaitsForCall() && strings.HasPrefix(p.Sender, message.PrefixOrder) {
			waiting = append(waiting, incidents.Parked{
				WorkflowID: p.Sender, Account: row.Key.Account.ID, OrderRow: row.Key.RowID, Reference: row.Key.OrderID, Package: p.ID, Fault: p.Fault,
			})
		}
	}
	return waiting, nil
}
