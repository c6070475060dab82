package starter

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/packages"
)

// PackageShown is a package of an order with what it needs to be sent, and what to do about its last fault.
type PackageShown struct {
	orders.PackageRow
	Preconditions []shipment.Precondition `json:"preconditions,omitempty"` // of one that is not sent yet
	Remedy        *remedy.Remedy          `json:"remedy,omitempty"`        // of one that is not sent, with the cause; nil: no attempt has failed
}

// Unsent reports whether the package has still to be sent to its channel, or to be processed first.
func (p PackageShown) Unsent() bool { return p.State.Unsent() || p.State.Waiting() }

// PackagesOf returns an order's packages, those that are not sent yet with their preconditions.
func (s *Starter) PackagesOf(ctx context.Context, d orders.OrderDetail) ([]PackageShown, error) {
	out := make([]PackageShown, len(d.Packages))
	var acc accounts.Account
	for i, row := range d.Packages {
		out[i].PackageRow = row
		if !out[i].Unsent() {
			continue
		}
		if acc.ID == "" {
			var err error
			if acc, err = s.Store.Accounts.Account(ctx, d.Key.Account.ID); err != nil {
				return nil, fmt.Errorf("read the account of order %s: %w", d.Reference, err)
			}
		}
		out[i].Preconditions = row.Preconditions(circumstances(d, acc, row, time.Now()))
		out[i].Remedy = s.PackageAdvice(ctx, row.Fault, acc.Channel, remedy.Names{Account: acc.ID, Reference: d.Reference}, row.State == shipment.Parked)
	}
	return out, nil
}

// circumstances are the facts on which it depends whether a package can be sent.
func circumstances(d orders.OrderDetail, acc accounts.Account, row orders.PackageRow, now time.Time) shipment.Circumstances {
	c := shipment.Circumstances{
		Account: invocation.ShellWord(acc.ID), Reference: invocation.ShellWord(d.Reference), Package: invocation.ShellWord(row.ID), Channel: string(acc.Channel),
		SwitchedOff: !acc.Enabled, Paused: acc.Paused, PausedReason: acc.PausedReason, Observing: acc.Observing,
		Paid: d.Paid, NeedsPayment: acc.ProcessAt != order.AtPlaced, PlacedAt: d.PlacedAt,
		Lines: map[string]shipment.Linked{}, Refusal: row.Refusal,
	}
	if p, paused := acc.Pauses(account.Shipments); paused {
		c.ShipmentsPaused = p.Reason
	}
	for _, e := range acc.Expiries(now) {
		if e.Severity == channel.Ended {
			c.AccessEnded = e.Text()
		}
	}
	switch d.State {
	case order.Cancelled, order.Skipped, order.Deleted:
		c.Gone = string(d.State)
	case order.AwaitingPayment, order.Open, order.Processing, order.Processed, order.Shipped, order.Completed:
	}
	for _, h := range d.OpenHolds() {
		c.Held = h.Text()
	}
	if !d.Kept {
		c.Contradiction = d.Contradiction
	}
	for _, l := range d.Lines {
		c.Lines[l.LineID] = shipment.Linked{SKU: l.SKU}
	}
	c.CarrierCode, c.CarrierName = channel.Shipment{Carrier: row.Carrier, CarrierName: row.CarrierName}.CarrierOn(acc.Channel)
	return c
}

// ListedPackage is a package in a list, with the cause that keeps it from its channel.
type ListedPackage struct {
	packages.Row
	Remedy *remedy.Remedy `json:"remedy,omitempty"`
}

// Packages lists packages, those of the newest orders first.
func (s *Starter) Packages(ctx context.Context, f packages.Filter) ([]ListedPackage, error) {
	rows, err := s.Store.Packages.List(ctx, f)
	if err != nil {
		return nil, err
	}
	out := make([]ListedPackage, len(rows))
	for i, row := range rows {
		out[i].Row = row
		if row.Fault != nil && row.State.Unsent() {
			r := s.AdviceFor(row.Fault, row.Words, row.Order.Account.Channel, remedy.Names{Account: row.Order.Account.ID, Reference: row.Reference}).OfShipment(row.Fault)
			if row.State == shipment.Parked {
				r = r.OnceParked()
			}
			out[i].Remedy = &r
		}
	}
	return out, nil
}
