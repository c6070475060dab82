package packages

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
)

// known reads one package of a locked order; ErrNotFound when it has none of that id.
func known(ctx context.Context, t *db.Tx, rowID int64, packageID string) (*shipment.Known, error) {
	var found orders.PackageScan
	err := t.Query(ctx, `SELECT `+orders.PackageColumns+` FROM `+orders.FromPackages+`
		WHERE p.order_id = $1 AND p.package_id = $2 ORDER BY l.line_id`, found.Scan, rowID, packageID)
	if err == nil && len(found.ByOrder) == 0 {
		return nil, fmt.Errorf("package %q of order %d: %w: save it first", packageID, rowID, db.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return found.ByOrder[rowID][0], nil
}

// ProcessPackage deducts a saved package from stock: on hand and reserved go down, its units become packed. It
// happens once, however often it is called. It is refused, and the reason stored, while the order is unpaid or
// cancelled or a line has fewer reserved units than the package; called again, it is judged anew.
func (s *Store) ProcessPackage(ctx context.Context, rowID int64, packageID string) (orders.Outcome, error) {
	return orders.Change(ctx, s.DB, fmt.Sprintf("process package %q", packageID), rowID, func(ctx context.Context, c *orders.OrderChange) (string, error) {
		p, err := known(ctx, c.Tx, rowID, packageID)
		if err != nil || !p.State.Waiting() {
			return "", err
		}
		if refusal := c.RefusePackage(p.Left()); refusal != "" {
			return refusal, c.ExecAll(ctx, 1, `UPDATE packages SET state = 'refused', refusal = $3
				WHERE order_id = $1 AND package_id = $2 AND state IN ('saved', 'refused')`, rowID, packageID, refusal)
		}
		for _, packed := range p.Process() {
			c.Books.Pack(c.Line(packed.LineID), packed.Quantity, packageID)
		}
		return "", c.ExecAll(ctx, 1, `UPDATE packages SET state = 'processed', refusal = '', processed_at = $3
			WHERE order_id = $1 AND package_id = $2 AND state IN ('saved', 'refused')`, rowID, packageID, c.Now)
	})
}

// PreparePackage answers a processed package as it is to be sent to the channel and marks the attempt durably
// before the call. Attempted is true when an earlier attempt was marked and not answered definitely: the
// channel may have the package already. A confirmed or voided package needs no sending and is not marked.
func (s *Store) PreparePackage(ctx context.Context, rowID int64, packageID string) (Outgoing, error) {
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
		attempted := p.Attempted()
		send, err := p.Prepare()
		if err != nil {
			return err
		}
		out = outgoing(rec.ID, p, attempted)
		if !send {
			return nil
		}
		return t.ExecAll(ctx, 1, `UPDATE packages SET state = 'processed', attempts = attempts + 1, attempted_at = $3, doubtful = $4
			WHERE order_id = $1 AND package_id = $2 AND state IN ('processed', 'parked')`,
			rowID, packageID, t.Now, db.Truth(p.Doubtful))
	})
	return out, err
}

// outgoing is a package as its channel is to be told of it.
func outgoing(orderID string, p *shipment.Known, attempted bool) Outgoing {
	out := Outgoing{State: p.State, Shipment: channel.Shipment{
		OrderID: orderID, PackageID: p.ID, Number: p.Number, Carrier: p.Carrier, CarrierName: p.CarrierName, Service: p.Service,
		TrackingNumber: p.TrackingNumber, ShippedAt: p.ShippedAt, Attempted: attempted,
	}}
	for _, c := range p.Left() {
		out.Shipment.Lines = append(out.Shipment.Lines, channel.ShipmentLine(c))
	}
	return out
}

// PackageConfirmed notes that the channel has a package: its units are shipped. It happens once, however often
// it is called. The order is Completed at once when a scan has shown it as shipped before. The calls that it took
// are kept with it.
func (s *Store) PackageConfirmed(ctx context.Context, rowID int64, packageID string, conf channel.Confirmation, calls ...runs.Call) (orders.Outcome, error) {
	return orders.Change(ctx, s.DB, fmt.Sprintf("confirm package %q", packageID), rowID, func(ctx context.Context, c *orders.OrderChange) (string, error) {
		p, err := known(ctx, c.Tx, rowID, packageID)
		if err != nil {
			return "", err
		}
		confirmed := p.State == shipment.Confirmed
		shipped, err := p.Confirm()
		if err != nil {
			return "", err
		}
		if err := runs.SaveCalls(ctx, c.Tx, calls); err != nil || confirmed {
			return "", err
		}
		ship(c, shipped)
		return "", c.ExecAll(ctx, 1, `UPDATE packages SET state = $6, confirmed_at = $3, channel_ref = $4, request_id = $5, attempted_at = 0, doubtful = 0
			WHERE order_id = $1 AND package_id = $2 AND state IN ('processed', 'parked', 'voided')`,
			rowID, packageID, c.Now, db.Clean(conf.Ref), db.Clean(conf.RequestID), string(p.State))
	})
}

// PackageFailed notes that a call for a package failed. When the channel definitely did not carry it out, this
// attempt's mark is cleared; a doubt that an earlier attempt left stays. The calls that were made are kept with it.
func (s *Store) PackageFailed(ctx context.Context, rowID int64, packageID string, f *channel.Fault, calls ...runs.Call) error {
	if f == nil {
		return fmt.Errorf("package %q of order %d failed without a fault", packageID, rowID)
	}
	return s.Write(ctx, fmt.Sprintf("save failure of package %q of order %d", packageID, rowID), func(ctx context.Context, t *db.Tx) error {
		rec, err := orders.LockOrder(ctx, t, rowID)
		if err != nil {
			return err
		}
		if err := runs.SaveFaults(ctx, t, rec.Account.ID, []*channel.Fault{f}); err != nil {
			return err
		}
		p, err := known(ctx, t, rowID, packageID)
		if err != nil {
			return err
		}
		p.Fail(f.Ambiguous)
		if err := t.ExecAll(ctx, 1, `UPDATE packages SET fault_id = $3, request_id = $4, attempted_at = 0, doubtful = $5
			WHERE order_id = $1 AND package_id = $2`, rowID, packageID, f.ID, db.Clean(f.RequestID), db.Truth(p.Doubtful)); err != nil {
			return err
		}
		return runs.SaveCalls(ctx, t, calls)
	})
}

// ship notes that packed units are shipped.
func ship(c *orders.OrderChange, units []shipment.Content) {
	for _, u := range units {
		c.Books.Ship(c.Line(u.LineID), u.Quantity)
	}
}

// ForgetPackage notes that a package was told to the channel by other means: no call is made for it, its units are
// shipped. by says who knows. It happens once; a package that the channel has already stays as it is.
func (s *Store) ForgetPackage(ctx context.Context, rowID int64, packageID, by string) (orders.Outcome, error) {
	return orders.Change(ctx, s.DB, fmt.Sprintf("forget package %q", packageID), rowID, func(ctx context.Context, c *orders.OrderChange) (string, error) {
		p, err := known(ctx, c.Tx, rowID, packageID)
		if err != nil {
			return "", err
		}
		shipped, news := p.Forget()
		if !news {
			return "", nil
		}
		ship(c, shipped)
		return "", c.ExecAll(ctx, 1, `UPDATE packages SET state = 'confirmed', confirmed_at = $3, forgotten_by = $4, attempted_at = 0, doubtful = 0
			WHERE order_id = $1 AND package_id = $2 AND state IN ('processed', 'parked')`, rowID, packageID, c.Now, db.Clean(by))
	})
}
