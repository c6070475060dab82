package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
)

// ShipmentSync sends an order's packages to its channel, one after the other, under the shipment policy
// (internal/policy/policies.yaml); then it parks until a person sends retry.
func ShipmentSync(ctx workflow.Context, in message.ShipmentSyncInput) (message.ShipmentSyncResult, error) {
	s := &shipmentSync{in: in, status: message.Status{
		Kind: "shipments", Account: in.Order.Account.ID, Endpoint: in.Order.Account.Endpoint,
		State: stateRunning, Progress: message.Progress{Total: len(in.Packages)},
	}}
	if err := s.setup(ctx); err != nil {
		return message.ShipmentSyncResult{}, err
	}
	return s.run(ctx)
}

type shipmentSync struct {
	in     message.ShipmentSyncInput
	status message.Status
	retry  workflow.ReceiveChannel
	// changed receives a signal when a cancellation has changed what is to be sent.
	changed workflow.ReceiveChannel
}

func (s *shipmentSync) setup(ctx workflow.Context) error {
	s.retry = workflow.GetSignalChannel(ctx, message.SignalRetry)
	s.changed = workflow.GetSignalChannel(ctx, message.SignalOrderChanged)
	return serveStatus(ctx, func() message.Status { return s.status })
}

func (s *shipmentSync) run(ctx workflow.Context) (message.ShipmentSyncResult, error) {
	var out message.ShipmentSyncResult
	for _, id := range s.in.Packages {
		state, err := s.send(ctx, id)
		if err != nil {
			return out, err
		}
		out.State = state
		s.status.Progress.Done++
	}
	s.status.State = stateDone
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("%s confirmed; the order is **%s**", plural(len(s.in.Packages), "package"), out.State))
	return out, nil
}

// send sends one package until it is confirmed: first under the policy, then each time a person retries.
func (s *shipmentSync) send(ctx workflow.Context, id string) (order.State, error) {
	c := &caller{account: s.in.Order.Account, policy: s.in.Policy, status: &s.status, interrupt: s.retry}
	for {
		// Earlier retries are dropped because this attempt serves them. A later one counts after the next park, also when a crash
		// makes the task that parks run twice.
		drain(s.retry)
		drain(s.changed)
		out, err := s.attempt(ctx, c, id)
		if err != nil {
			return "", err
		}
		if out.Fault == nil {
			s.status.Fault = nil
			return out.State, nil
		}
		if s.changed.Len() > 0 {
			continue
		}
		if err := s.park(ctx, id, out.Fault); err != nil {
			return "", err
		}
	}
}

// attempt sends the package under the policy. When the channel refuses because the order changed there, it reads the order again,
// which reduces or voids the package, and sends what is left.
func (s *shipmentSync) attempt(ctx workflow.Context, c *caller, id string) (activities.SendOutput, error) {
	in := activities.SendInput{Order: s.in.Order, PackageID: id}
	workflow.SetCurrentDetails(ctx, "Sending package "+id)
	out, err := call[activities.SendOutput](ctx, c, channel.OpShipment, "send package "+id, message.ActivitySendPackage, in)
	if err != nil || out.Fault == nil || out.Fault.Class != channel.Conflict {
		return out, err
	}
	again, err := call[activities.RefreshOutput](ctx, c, channel.OpOrder, "read the order again", message.ActivityRefreshOrder,
		activities.RefreshInput{Order: s.in.Order, RunID: workflow.GetInfo(ctx).WorkflowExecution.RunID})
	if err != nil || again.Fault != nil {
		out.Fault = again.Fault
		return out, err
	}
	return call[activities.SendOutput](ctx, c, channel.OpShipment, "send what is left of package "+id, message.ActivitySendPackage, in)
}

// park saves that the package is parked, and waits for a retry or for a change of the order that makes another attempt useful.
func (s *shipmentSync) park(ctx workflow.Context, id string, fault *channel.Fault) error {
	info := workflow.GetInfo(ctx).WorkflowExecution
	s.status.State, s.status.WaitingFor = stateParked, "retry: "+faultWords(fault)
	s.status.Progress.Errors++
	if err := markParked(ctx, fault); err != nil {
		return err
	}
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("**parked** after %s: package %s, %s. When it is put right, say `towpath retry %s` or send the signal `retry`.",
		plural(s.status.Attempt, "attempt"), id, faultWords(fault), info.ID))
	row := activities.ParkInput{Order: s.in.Order, PackageID: id, Since: workflow.Now(ctx).UTC(), Fault: fault}
	if _, err := local[struct{}](ctx, "record as parked", message.ActivityParkPackage, row); err != nil {
		return fmt.Errorf("record as parked: %w", err)
	}
	if err := workflow.Await(ctx, func() bool { return s.retry.Len()+s.changed.Len() > 0 }); err != nil {
		return err
	}
	if _, err := local[struct{}](ctx, "record as retried", message.ActivityUnparkPackage, info.ID); err != nil {
		return fmt.Errorf("record as retried: %w", err)
	}
	s.status.State, s.status.WaitingFor = stateRunning, ""
	return markRunning(ctx)
}
