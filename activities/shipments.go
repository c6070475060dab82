package activities

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/runs"
)

// Shipments sends packages to channels.
type Shipments struct{ Environment }

// SendInput is the input of SendPackage.
type SendInput struct {
	Order     message.OrderKey `json:"order"`
	PackageID string           `json:"packageId"`
}

// SendOutput is the result of SendPackage. State is the order's state after the package was confirmed or voided.
type SendOutput struct {
	Fault *channel.Fault `json:"fault,omitempty"`
	State order.State    `json:"state,omitempty"`
}

// Answered returns the fault of the call, if any.
func (o SendOutput) Answered() *channel.Fault { return o.Fault }

// SendPackage sends one package to the channel. It marks the attempt in the store before the call, so that after a crash the next
// attempt first asks the channel whether it has the package.
func (s *Shipments) SendPackage(ctx context.Context, in SendInput) (SendOutput, error) {
	rec, fault, err := s.open(ctx, in.Order.Account.ID, channel.OpShipment, runs.Run{})
	if err != nil || fault != nil {
		return SendOutput{Fault: fault}, err
	}
	out, err := s.Store.Packages.PreparePackage(ctx, in.Order.RowID, in.PackageID)
	if err != nil {
		return SendOutput{}, fmt.Errorf("prepare package %s: %w", in.PackageID, err)
	}
	if out.State == shipment.Confirmed || out.State == shipment.Voided {
		return s.alreadySent(ctx, in)
	}
	rec.about.OrderID, rec.about.PackageID = in.Order.RowID, in.PackageID
	confirmation, err := rec.conn.ConfirmShipment(rec.ask(ctx), out.Shipment)
	if err != nil {
		f := channel.AsFault(err, string(channel.OpShipment))
		if err := s.Store.Packages.PackageFailed(ctx, in.Order.RowID, in.PackageID, f, rec.calls()...); err != nil {
			return SendOutput{}, fmt.Errorf("record failure of package %s: %w", in.PackageID, err)
		}
		return SendOutput{Fault: f}, rec.refused(ctx, f)
	}
	done, err := s.Store.Packages.PackageConfirmed(ctx, in.Order.RowID, in.PackageID, confirmation, rec.calls()...)
	if err != nil {
		return SendOutput{}, fmt.Errorf("record confirmation of package %s: %w", in.PackageID, err)
	}
	return SendOutput{State: done.State}, nil
}

// alreadySent returns the result for a package that need not be sent.
func (s *Shipments) alreadySent(ctx context.Context, in SendInput) (SendOutput, error) {
	d, err := s.Store.Orders.Detail(ctx, in.Order.RowID)
	if err != nil {
		return SendOutput{}, fmt.Errorf("read order %s: %w", in.Order.OrderID, err)
	}
	return SendOutput{State: d.State}, nil
}

// ParkInput is the input of ParkPackage.
type ParkInput struct {
	Order     message.OrderKey `json:"order"`
	PackageID string           `json:"packageId"`
	Since     time.Time        `json:"since"`
	Fault     *channel.Fault   `json:"fault"`
}

// ParkPackage saves that a package waits for a person. Retries are found through this row.
func (s *Shipments) ParkPackage(ctx context.Context, in ParkInput) error {
	p := incidents.Parked{
		WorkflowID: activity.GetInfo(ctx).WorkflowExecution.ID, Account: in.Order.Account.ID, Reference: in.Order.OrderID,
		Package: in.PackageID, Since: in.Since, Fault: in.Fault,
	}
	if err := s.Store.Incidents.Park(ctx, p); err != nil {
		return fmt.Errorf("park %s: %w", p.WorkflowID, err)
	}
	return nil
}

// UnparkPackage removes the row after a person has sent retry.
func (s *Shipments) UnparkPackage(ctx context.Context, workflowID string) error {
	if err := s.Store.Incidents.Unpark(ctx, workflowID); err != nil {
		return fmt.Errorf("unpark %s: %w", workflowID, err)
	}
	return nil
}
