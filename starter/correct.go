package starter

import (
	"context"
	"errors"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/workflows"
)

// CorrectPackage changes the label of an order's package. What the channel has of it already is corrected there as well, where the channel has
// a call for that; what is parked is sent again with the right label. It may be repeated.
func (s *Starter) CorrectPackage(ctx context.Context, row orders.OrderRow, packageID string, c shipment.Correction) (packages.Corrected, error) {
	out, err := s.Store.Packages.Correct(ctx, row.Key.RowID, packageID, c, row.Key.Account.Channel)
	var refused *stock.RefusedError
	switch {
	case errors.As(err, &refused):
		return out, &RefusedError{Reason: refused.Why}
	case errors.Is(err, store.ErrNotFound):
		return out, &UsageError{Problem: fmt.Sprintf("order %s has no package %q: `towpath packages show` with its reference lists them", row.Reference, packageID)}
	case err != nil:
		return out, fmt.Errorf("correct package %s of order %s: %w", packageID, row.Reference, err)
	case out.Tell:
		if err := s.TellCorrection(ctx, row.Key, packageID); err != nil {
			return out, err
		}
		// One that runs may be parked: it is to try again with what is right now. One that has ended is no error of Retry.
		return out, s.Retry(ctx, message.ShipmentWorkflowID(row.Key.Account.ID, row.Key.OrderID, packageID))
	case out.Changed && out.State == shipment.Parked:
		return out, s.RetryPackage(ctx, incidents.Parked{WorkflowID: out.Sender, OrderRow: row.Key.RowID, Package: packageID})
	}
	return out, nil
}

// TellCorrection starts the workflow that tells the channel the right tracking number of a package, unless it runs. The sweep repeats
// what fails here.
func (s *Starter) TellCorrection(ctx context.Context, k message.OrderKey, packageID string) error {
	_, err := s.Temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:                       message.ShipmentWorkflowID(k.Account.ID, k.OrderID, packageID),
		TaskQueue:                message.TaskQueue,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		TypedSearchAttributes:    workflows.Attributes(k.Account.ID),
		StaticSummary:            fmt.Sprintf("Correct package %s of order %s", packageID, workflows.OrderName(k)),
		StaticDetails:            workflows.About(message.WorkflowShipmentSync),
	}, message.WorkflowShipmentSync, message.ShipmentSyncInput{
		Versioned: workflows.Current(message.WorkflowShipmentSync), Order: k, Packages: []string{packageID}, Policy: s.Policies.Shipments, Corrected: true,
	})
	if err != nil {
		return fmt.Errorf("start the correction of package %s of order %s: %w", packageID, k.OrderID, err)
	}
	return nil
}
