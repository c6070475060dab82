package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/internal/message"
)

// signalShipment is how version 1 tells of a change: it signals the order's shipment sync, which may be parked because of the
// cancelled units, to try again. It is no error if that workflow has ended.
func (l *lifecycle) signalShipment(ctx workflow.Context) {
	id := message.OrderShipmentWorkflowID(l.in.Order.Account.ID, l.in.Order.OrderID)
	if err := workflow.SignalExternalWorkflow(ctx, id, "", message.SignalOrderChanged, nil).Get(ctx, nil); err != nil {
		workflow.GetLogger(ctx).Debug("Shipment sync not signalled about the cancellation.", "error", err)
	}
}

// ship is how version 1 sends: it runs a shipment sync for the waiting packages and waits for its end. One runs per order at a
// time, so that no package is sent twice at once.
func (l *lifecycle) ship(ctx workflow.Context) error {
	packages := l.unsent
	l.unsent, l.sending = nil, len(packages)
	l.show(ctx)
	defer func() { l.sending = 0 }()
	o := l.in.Order
	cctx := shipmentOptions(ctx, o, message.OrderShipmentWorkflowID(o.Account.ID, o.OrderID), "Packages of order "+OrderName(o))
	var out message.ShipmentSyncResult
	err := workflow.ExecuteChildWorkflow(cctx, message.WorkflowShipmentSync, message.ShipmentSyncInput{
		Versioned: Current(message.WorkflowShipmentSync), Order: o, Packages: packages, Policy: l.in.Shipment,
	}).Get(ctx, &out)
	if err != nil {
		return fmt.Errorf("shipment sync: %w", err)
	}
	l.sent += len(packages)
	l.advance(out.State)
	return nil
}
