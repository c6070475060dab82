package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
)

// ShipmentSync waits with a package that its lifecycle could not send: it parks until a person sends retry or the order changes,
// then sends the package under the shipment policy (internal/policy/policies.yaml), and parks again until the channel has
// confirmed it. The starter has one tell the channel the right tracking number of a package that it has (Corrected). Lifecycles of version 1 give it all packages of an order, which it sends one after the other.
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
	if s.in.Version >= 2 {
		// Both end any wait.
		wake := workflow.NewBufferedChannel(ctx, 1)
		forward(ctx, s.retry, wake)
		forward(ctx, s.changed, wake)
		s.retry, s.changed = wake, wake
	}
	return serveStatus(ctx, func() message.Status { return s.status })
}

// forward wakes what receives from wake for every signal.
func forward(ctx workflow.Context, signals workflow.ReceiveChannel, wake workflow.SendChannel) {
	workflow.Go(ctx, func(ctx workflow.Context) {
		for {
			signals.Receive(ctx, nil)
			wake.SendAsync(struct{}{})
		}
	})
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

// send sends one package until it is confirmed: under the policy, then each time a person retries. It parks first when the
// lifecycle gave up.
func (s *shipmentSync) send(ctx workflow.Context, id string) (order.State, error) {
	c := &caller{account: s.in.Order.Account, policy: s.in.Policy, status: &s.status, interrupt: s.retry}
	if s.in.Fault != nil { // only in version 2
		s.status.Fault = s.in.Fault
		if err := s.park(ctx, id, s.in.Fault); err != nil {
			return "", err
		}
	}
	for {
		// Earlier retries are dropped because this attempt serves them. A later one counts after the next park, also when a crash
		// makes the task that parks run twice.
		drain(s.retry)
		drain(s.changed)
		workflow.SetCurrentDetails(ctx, "Sending package "+id)
		out, err := attempt(ctx, c, activities.SendInput{Order: s.in.Order, PackageID: id, Unshown: s.in.Unshown, Corrected: s.in.Corrected})
		if err != nil {
			return "", err
		}
		if out.Sender != "" {
			workflow.GetLogger(ctx).Info("The package is left to the workflow that sends it.", "package", id, "sender", out.Sender)
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

// park saves that the package is parked, and waits for a retry or for a change of the order that makes another attempt useful.
func (s *shipmentSync) park(ctx workflow.Context, id string, fault *channel.Fault) error {
	info := workflow.GetInfo(ctx).WorkflowExecution
	s.status.State, s.status.WaitingFor = stateParked, "retry: "+faultWords(fault)
	s.status.Progress.Errors++
	if err := markParked(ctx, fault); err != nil {
		return err
	}
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("**parked**: package %s, %s.\n\n%s\n\nWhen it is put right, send the signal `retry`, or say `towpath retry %s`.",
		id, faultWords(fault), advice(s.in.Order, fault), info.ID))
	row := activities.ParkInput{Order: s.in.Order, PackageID: id, Since: workflow.Now(ctx).UTC(), Fault: fault, Unshown: s.in.Unshown, Corrected: s.in.Corrected}
	parked, err := local[activities.ParkOutput](ctx, "record as parked", message.ActivityParkPackage, row)
	if err != nil {
		return fmt.Errorf("record as parked: %w", err)
	}
	if !parked.NoNeed {
		if err := s.waitForPerson(ctx); err != nil {
			return err
		}
	}
	s.status.State, s.status.WaitingFor = stateRunning, ""
	return markRunning(ctx)
}

// waitForPerson waits until the package may be sent again, and saves that it goes on.
func (s *shipmentSync) waitForPerson(ctx workflow.Context) error {
	if err := workflow.Await(ctx, func() bool { return s.retry.Len()+s.changed.Len() > 0 }); err != nil {
		return err
	}
	_, err := local[struct{}](ctx, "record as retried", message.ActivityUnparkPackage, workflow.GetInfo(ctx).WorkflowExecution.ID)
	if err != nil {
		return fmt.Errorf("record as retried: %w", err)
	}
	return nil
}
