package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/policy"
	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/internal/store/runs"
)

// Shipments sends packages to channels.
type Shipments struct{ Environment }

// SendInput is the input of SendPackage.
type SendInput struct {
	Order     message.OrderKey `json:"order"`
	PackageID string           `json:"packageId"`
	Unshown   bool             `json:"unshown,omitempty"`   // it is confirmed, and its channel does not show it: send it again
	Corrected bool             `json:"corrected,omitempty"` // the channel has it with another tracking number: tell it the right one
	// Attempt and Policy tell when it is sent again by itself, should this attempt fail; without them that is not known.
	Attempt int           `json:"attempt,omitempty"` // of the policy's attempts, from 1
	Policy  policy.Policy `json:"policy,omitzero"`
}

// Numbered returns the input for one of a policy's attempts.
func (in SendInput) Numbered(attempt int, p policy.Policy) any {
	in.Attempt, in.Policy = attempt, p
	return in
}

// next returns when the package is sent again by itself after a fault; zero: it is not.
func (in SendInput) next(f *channel.Fault) time.Time {
	if wait, again := in.Policy.Next(in.Attempt, f); again {
		return time.Now().Add(wait)
	}
	return time.Time{}
}

// SendOutput is the result of SendPackage. State is the order's state after the package was confirmed or voided.
type SendOutput struct {
	Fault *channel.Fault `json:"fault,omitempty"`
	State order.State    `json:"state,omitempty"`
	// Sender is set when nothing was done because the package is another workflow's: the id of that one.
	Sender string `json:"sender,omitempty"`
}

// Answered returns the fault of the call, if any.
func (o SendOutput) Answered() *channel.Fault { return o.Fault }

// SendPackage sends one package to the channel. It marks the attempt in the store before the call, so that after a crash the next
// attempt first asks the channel whether it has the package. The first workflow that sends a package becomes its sender, and every
// other one is refused, until the package is parked (ParkPackage).
func (s *Shipments) SendPackage(ctx context.Context, in SendInput) (SendOutput, error) {
	rec, fault, err := s.open(ctx, in.Order.Account.ID, channel.OpShipment, runs.Run{ID: register.ShipmentsRunID(in.Order.Account.ID, time.Now())})
	if err != nil {
		return SendOutput{}, err
	}
	if fault != nil {
		return s.forbidden(ctx, in, fault)
	}
	out, err := s.prepare(in)(ctx, in.Order.RowID, in.PackageID, workflowID(ctx))
	if err != nil {
		return SendOutput{}, fmt.Errorf("prepare package %s: %w", in.PackageID, err)
	}
	if !out.Send {
		return s.notSent(ctx, in, out)
	}
	rec.about.OrderID, rec.about.PackageID = in.Order.RowID, in.PackageID
	confirmation, err := tell(rec.ask(ctx), rec.conn, out)
	ctx, done := rec.keep(ctx)
	defer done()
	if err != nil {
		f := channel.AsFault(err, string(channel.OpShipment))
		rec.names(f)
		if err := s.Store.Packages.PackageFailed(ctx, in.Order.RowID, in.PackageID, f, in.next(f), rec.calls()...); err != nil {
			return SendOutput{}, fmt.Errorf("record failure of package %s: %w", in.PackageID, err)
		}
		if err := rec.refused(ctx, f); err != nil {
			return SendOutput{}, err
		}
		return SendOutput{Fault: f}, rec.forbidden(ctx, f)
	}
	confirm := s.Store.Packages.PackageConfirmed
	if in.Corrected {
		confirm = func(ctx context.Context, rowID int64, packageID string, conf channel.Confirmation, calls ...runs.Call) (orders.Outcome, error) {
			return s.Store.Packages.PackageCorrected(ctx, rowID, packageID, out.Shipment, conf, calls...)
		}
	}
	confirmed, err := confirm(ctx, in.Order.RowID, in.PackageID, confirmation, rec.calls()...)
	if err != nil {
		return SendOutput{}, fmt.Errorf("record confirmation of package %s: %w", in.PackageID, err)
	}
	return SendOutput{State: confirmed.State}, nil
}

// prepare returns what marks a call for the package.
func (s *Shipments) prepare(in SendInput) func(ctx context.Context, rowID int64, packageID, workflowID string) (packages.Outgoing, error) {
	switch {
	case in.Corrected:
		return s.Store.Packages.PrepareCorrection
	case in.Unshown:
		return s.Store.Packages.PrepareAgain
	}
	return s.Store.Packages.PreparePackage
}

// tell sends a package to its channel, or corrects what the channel has of it.
func tell(ctx context.Context, conn channel.Connection, out packages.Outgoing) (channel.Confirmation, error) {
	if out.Was == "" {
		return conn.ConfirmShipment(ctx, out.Shipment)
	}
	corrector, can := conn.(channel.Corrector)
	if !can {
		return channel.Confirmation{}, channel.Refusal(channel.Config, string(channel.OpShipment), CodeNoCorrection, "the channel has no call that corrects a package")
	}
	return corrector.CorrectShipment(ctx, out.Shipment, out.Was)
}

// CodeNoCorrection is the fault code of a package that its channel can't correct.
const CodeNoCorrection = "NO_CORRECTION"

// workflowID returns the id of the workflow that an activity works for.
func workflowID(ctx context.Context) string { return activity.GetInfo(ctx).WorkflowExecution.ID }

// forbidden returns the result for a package whose account may not send now. One that needs no sending any more is no fault: nothing
// would park it, and it would be tried again and again. Of another workflow's package the sender is returned, as notSent does; a correction
// has no sender: who sent the package is done with it.
func (s *Shipments) forbidden(ctx context.Context, in SendInput, fault *channel.Fault) (SendOutput, error) {
	d, err := s.Store.Orders.Detail(ctx, in.Order.RowID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return SendOutput{}, fmt.Errorf("read order %s: %w", in.Order.OrderID, err)
	}
	for _, p := range d.Packages {
		if p.ID != in.PackageID || p.State.Waiting() {
			continue
		}
		waits := p.State.Unsent() || in.Corrected && p.Was != "" || in.Unshown && p.State == shipment.Confirmed && !d.State.Terminal()
		if !waits || !in.Corrected && p.Sender != "" && p.Sender != workflowID(ctx) {
			return s.notSent(ctx, in, packages.Outgoing{State: p.State, Sender: p.Sender})
		}
	}
	return SendOutput{Fault: fault}, nil
}

// notSent returns the result for a package that need not be sent, or that another workflow sends.
func (s *Shipments) notSent(ctx context.Context, in SendInput, p packages.Outgoing) (SendOutput, error) {
	d, err := s.Store.Orders.Detail(ctx, in.Order.RowID)
	if err != nil {
		return SendOutput{}, fmt.Errorf("read order %s: %w", in.Order.OrderID, err)
	}
	out := SendOutput{State: d.State}
	if !in.Corrected && (p.State.Unsent() || in.Unshown && !d.State.Terminal()) && p.Sender != workflowID(ctx) {
		out.Sender = p.Sender
	}
	return out, nil
}

// ParkInput is the input of ParkPackage.
type ParkInput struct {
	Order     message.OrderKey `json:"order"`
	PackageID string           `json:"packageId"`
	Since     time.Time        `json:"since"`
	Fault     *channel.Fault   `json:"fault"`
	Unshown   bool             `json:"unshown,omitempty"`   // it is confirmed, and its channel does not show it
	Corrected bool             `json:"corrected,omitempty"` // it is confirmed, and its channel has another tracking number
}

// ParkOutput is the result of ParkPackage.
type ParkOutput struct {
	// NoNeed means that nothing was parked: the package was confirmed or voided meanwhile, or another workflow sends it.
	NoNeed bool `json:"noNeed,omitempty"`
}

// ParkPackage saves that a package waits for a person, and makes the workflow that waits its only sender. Retries are found through
// this row.
func (s *Shipments) ParkPackage(ctx context.Context, in ParkInput) (ParkOutput, error) {
	parked, err := s.Store.Packages.Park(ctx, packages.Waiting{
		OrderRow: in.Order.RowID, PackageID: in.PackageID, WorkflowID: workflowID(ctx), HandsOver: message.OrderWorkflowID(in.Order.Account.ID, in.Order.OrderID),
		Since: in.Since, Fault: in.Fault, Unshown: in.Unshown, Corrected: in.Corrected,
	})
	if err != nil {
		return ParkOutput{}, fmt.Errorf("park package %s of order %s: %w", in.PackageID, in.Order.OrderID, err)
	}
	return ParkOutput{NoNeed: !parked}, nil
}

// UnparkPackage removes the row after a person has sent retry.
func (s *Shipments) UnparkPackage(ctx context.Context, workflowID string) error {
	if err := s.Store.Incidents.Unpark(ctx, workflowID); err != nil {
		return fmt.Errorf("unpark %s: %w", workflowID, err)
	}
	return nil
}
