package packages

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
)

// known reads one package of a locked order; ErrNotFound when it has none of that id.
func known(ctx context.Context, t *db.Tx, rowID int64, packageID string) (*shipment.Known, error) {
	var found orders.PackageScan
	err := t.Query(ctx, `SELECT `+orders.LocatedPackages+`
		WHERE p.order_id = $1 AND p.package_id = $2 ORDER BY l.line_id`, found.ScanLocated, rowID, packageID)
	if err == nil && len(found.ByOrder) == 0 {
		return nil, fmt.Errorf("package %q of order %d: %w: save it first", packageID, rowID, db.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return found.ByOrder[rowID][0], nil
}

// addressNow is the keyed hash of where an order goes now, for one of its packages.
const addressNow = `COALESCE((SELECT b.address_hash FROM buyers b WHERE b.order_id = packages.order_id), '')`

// asRead is the condition of a change of one package: nothing else has changed its state since it was read.
const asRead = ` WHERE order_id = $1 AND package_id = $2 AND state = $3`

// ProcessPackage deducts a saved package from stock: on hand and reserved decrease, its units become packed. It has an effect
// only once. It is refused, with the reason stored, when the order is unpaid or cancelled or a line has too few reserved units; a
// later call checks again. Of a package saved with a person's word (SavePackagesAnyway) the
// order's holds are lifted with that, unless it is held for a reason that came since.
func (s *Store) ProcessPackage(ctx context.Context, rowID int64, packageID string) (orders.Outcome, error) {
	return orders.Change(ctx, s.DB, fmt.Sprintf("process package %q", packageID), rowID, func(ctx context.Context, c *orders.OrderChange) (string, error) {
		p, err := known(ctx, c.Tx, rowID, packageID)
		if err != nil || !p.State.Waiting() {
			return "", err
		}
		before := p.State
		if refusal := c.RefusePackage(p.Left(), c.Now, order.Anyway{By: p.AnywayBy, Holds: order.HoldSet(p.AnywayHolds)}); refusal != "" {
			p.Refuse()
			return refusal, c.ExecAll(ctx, 1, `UPDATE packages SET state = $4, refusal = $5`+asRead, rowID, packageID, string(before), string(p.State), refusal)
		}
		if p.AnywayBy != "" {
			if err := c.LiftAll(ctx, p.AnywayBy); err != nil {
				return "", err
			}
		}
		for _, packed := range p.Process() {
			c.Books.Pack(c.Line(packed.LineID), packed.Quantity, packageID)
		}
		return "", c.ExecAll(ctx, 1, `UPDATE packages SET state = $4, refusal = '', processed_at = $5, address_hash = `+addressNow+asRead,
			rowID, packageID, string(before), string(p.State), c.Now)
	})
}

// PreparePackage returns a processed package as a workflow is to send it, and marks the attempt in the store before the call.
// Attempted is true when an earlier attempt got no clear answer, so the channel may have the package. A package that is
// confirmed, voided or another workflow's is not marked.
func (s *Store) PreparePackage(ctx context.Context, rowID int64, packageID, workflowID string) (Outgoing, error) {
	var out Outgoing
	err := s.Write(ctx, fmt.Sprintf("prepare package %q of order %d", packageID, rowID), func(ctx context.Context, t *db.Tx) error {
		rec, err := orders.LockOrder(ctx, t, rowID)
		if err != nil {
			return err
		}
		p, err := known(ctx, t, rowID, packageID)
		if err != nil {
			return err
		}
		attempted, before := p.Attempted(), p.State
		send, err := p.Prepare(workflowID)
		if err != nil {
			return err
		}
		out = outgoing(rec.ID, p, attempted)
		out.Send = send
		if before == shipment.Parked || !send {
			if err := leftPark(ctx, t, p, workflowID); err != nil {
				return err
			}
		}
		if !send {
			return nil
		}
		return t.ExecAll(ctx, 1, `UPDATE packages SET state = $4, attempts = attempts + 1, attempted_at = $5, doubtful = $6, sender = $7, next_at = 0`+asRead,
			rowID, packageID, string(before), string(p.State), t.Now, db.Truth(p.Doubtful), p.Sender)
	})
	return out, err
}

// leftPark removes what shows a package as parked when the workflow that waited with it goes on: it was ended by hand, and is started
// again.
func leftPark(ctx context.Context, t *db.Tx, p *shipment.Known, workflowID string) error {
	if p.SentByOther(workflowID) {
		return nil
	}
	_, _, err := incidents.RemoveParked(ctx, t, workflowID)
	return err
}

// outgoing returns a package as it is sent to its channel.
func outgoing(orderID string, p *shipment.Known, attempted bool) Outgoing {
	out := Outgoing{State: p.State, Sender: p.Sender, Shipment: channel.Shipment{
		OrderID: orderID, PackageID: p.ID, Number: p.Number, Carrier: p.Carrier, CarrierName: p.CarrierName, Service: p.Service,
		TrackingNumber: p.TrackingNumber, ShippedAt: p.ShippedAt, Attempted: attempted,
	}}
	for _, c := range p.Left() {
		out.Shipment.Lines = append(out.Shipment.Lines, channel.ShipmentLine{LineID: c.LineID, Quantity: c.Quantity, Location: p.From[c.LineID]})
	}
	return out
}

// PackageConfirmed records that the channel has a package: its units are shipped. It has an effect only once. The order is
// completed at once if a scan has already shown it as shipped. The calls are saved with it.
func (s *Store) PackageConfirmed(ctx context.Context, rowID int64, packageID string, conf channel.Confirmation, calls ...runs.Call) (orders.Outcome, error) {
	return orders.Change(ctx, s.DB, fmt.Sprintf("confirm package %q", packageID), rowID, func(ctx context.Context, c *orders.OrderChange) (string, error) {
		p, err := known(ctx, c.Tx, rowID, packageID)
		if err != nil {
			return "", err
		}
		before, again := p.State, p.Attempted()
		shipped, err := p.Confirm()
		if err != nil {
			return "", err
		}
		if err := runs.SaveCalls(ctx, c.Tx, calls); err != nil {
			return "", err
		}
		if before == shipment.Confirmed {
			return "", confirmedAgain(ctx, c, rowID, packageID, again)
		}
		ship(c, shipped)
		return "", c.ExecAll(ctx, 1, `UPDATE packages SET state = $4, confirmed_at = $5, channel_ref = $6, request_id = $7, attempted_at = 0, doubtful = 0`+asRead,
			rowID, packageID, string(before), string(p.State), c.Now, db.Clean(conf.Ref), db.Clean(conf.RequestID))
	})
}

// confirmedAgain notes the new confirmation of a package that was sent again, because its channel did not show it.
func confirmedAgain(ctx context.Context, c *orders.OrderChange, rowID int64, packageID string, again bool) error {
	if !again {
		return nil
	}
	return c.ExecAll(ctx, 1, `UPDATE packages SET confirmed_at = $4, resent = resent + 1, attempted_at = 0, doubtful = 0`+asRead, rowID, packageID, string(shipment.Confirmed), c.Now)
}

// PackageFailed records that a call for a package failed. If the channel certainly did not carry it out, the mark of this attempt
// is cleared; doubt from an earlier attempt stays. next is when it is sent again by itself; zero: it is not. The calls are saved with it.
func (s *Store) PackageFailed(ctx context.Context, rowID int64, packageID string, f *channel.Fault, next time.Time, calls ...runs.Call) error {
	if f == nil {
		return fmt.Errorf("package %q of order %d failed without a fault", packageID, rowID)
	}
	return s.Write(ctx, fmt.Sprintf("save failure of package %q of order %d", packageID, rowID), func(ctx context.Context, t *db.Tx) error {
		rec, err := orders.LockOrder(ctx, t, rowID)
		if err != nil {
			return err
		}
		f.Hit.OrderID, f.Hit.PackageID = rowID, packageID
		if err := runs.SaveFaults(ctx, t, rec.Account.ID, []*channel.Fault{f}); err != nil {
			return err
		}
		p, err := known(ctx, t, rowID, packageID)
		if err != nil {
			return err
		}
		p.Fail(f.Ambiguous)
		if err := t.ExecAll(ctx, 1, `UPDATE packages SET fault_id = $3, request_id = $4, attempted_at = 0, doubtful = $5, next_at = $6
			WHERE order_id = $1 AND package_id = $2`, rowID, packageID, f.ID, db.Clean(f.RequestID), db.Truth(p.Doubtful), db.Micro(next)); err != nil {
			return err
		}
		return runs.SaveCalls(ctx, t, calls)
	})
}

// ship marks packed units as shipped.
func ship(c *orders.OrderChange, units []shipment.Content) {
	for _, u := range units {
		c.Books.Ship(c.Line(u.LineID), u.Quantity)
	}
}

// ForgetPackage records that the channel got a package in another way: no call is made, and its units are shipped. by is the
// person who knows. It has an effect only once, and none on a confirmed package.
func (s *Store) ForgetPackage(ctx context.Context, rowID int64, packageID, by string) (orders.Outcome, error) {
	return orders.Change(ctx, s.DB, fmt.Sprintf("forget package %q", packageID), rowID, func(ctx context.Context, c *orders.OrderChange) (string, error) {
		p, err := known(ctx, c.Tx, rowID, packageID)
		if err != nil {
			return "", err
		}
		before := p.State
		shipped, news := p.Forget()
		if !news {
			return "", nil
		}
		ship(c, shipped)
		return "", c.ExecAll(ctx, 1, `UPDATE packages SET state = $4, confirmed_at = $5, forgotten_by = $6, attempted_at = 0, doubtful = 0`+asRead,
			rowID, packageID, string(before), string(p.State), c.Now, db.Clean(by))
	})
}
