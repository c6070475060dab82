package store

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/shipment"
)

// known reads one package of a locked order; ErrNotFound when it has none of that id.
func (t *tx) known(ctx context.Context, rowID int64, packageID string) (*shipment.Known, error) {
	var found packageScan
	err := t.query(ctx, `SELECT `+packageColumns+` FROM `+fromPackages+`
		WHERE p.order_id = $1 AND p.package_id = $2 ORDER BY l.line_id`, found.scan, rowID, packageID)
	if err == nil && len(found.byOrder) == 0 {
		return nil, fmt.Errorf("package %q of order %d: %w: save it first", packageID, rowID, ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return found.byOrder[rowID][0], nil
}

// ProcessPackage deducts a saved package from stock: on hand and reserved go down, its units become packed. It
// happens once, however often it is called. It is refused, and the reason stored, while the order is unpaid or
// cancelled or a line has fewer reserved units than the package; called again, it is judged anew.
func (s *Store) ProcessPackage(ctx context.Context, rowID int64, packageID string) (Outcome, error) {
	return s.change(ctx, fmt.Sprintf("process package %q", packageID), rowID, func(ctx context.Context, c *orderChange) (string, error) {
		p, err := c.known(ctx, rowID, packageID)
		if err != nil || !p.State.Waiting() {
			return "", err
		}
		if refusal := c.RefusePackage(p.Left()); refusal != "" {
			return refusal, c.execAll(ctx, 1, `UPDATE packages SET state = 'refused', refusal = $3
				WHERE order_id = $1 AND package_id = $2 AND state IN ('saved', 'refused')`, rowID, packageID, refusal)
		}
		for _, packed := range p.Process() {
			c.books.Pack(c.Line(packed.LineID), packed.Quantity, packageID)
		}
		return "", c.execAll(ctx, 1, `UPDATE packages SET state = 'processed', refusal = '', processed_at = $3
			WHERE order_id = $1 AND package_id = $2 AND state IN ('saved', 'refused')`, rowID, packageID, c.now)
	})
}

// PreparePackage answers a processed package as it is to be sent to the channel and marks the attempt durably
// before the call. Attempted is true when an earlier attempt was marked and not answered definitely: the
// channel may have the package already. A confirmed or voided package needs no sending and is not marked.
func (s *Store) PreparePackage(ctx context.Context, rowID int64, packageID string) (Outgoing, error) {
	var out Outgoing
	err := s.write(ctx, fmt.Sprintf("prepare package %q of order %d", packageID, rowID), func(ctx context.Context, t *tx) error {
		rec, err := t.lockOrder(ctx, rowID)
		if err != nil {
			return err
		}
		p, err := t.known(ctx, rowID, packageID)
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
		return t.execAll(ctx, 1, `UPDATE packages SET state = 'processed', attempts = attempts + 1, attempted_at = $3, doubtful = $4
			WHERE order_id = $1 AND package_id = $2 AND state IN ('processed', 'parked')`,
			rowID, packageID, t.now, truth(p.Doubtful))
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
func (s *Store) PackageConfirmed(ctx context.Context, rowID int64, packageID string, conf channel.Confirmation, calls ...Call) (Outcome, error) {
	return s.change(ctx, fmt.Sprintf("confirm package %q", packageID), rowID, func(ctx context.Context, c *orderChange) (string, error) {
		p, err := c.known(ctx, rowID, packageID)
		if err != nil {
			return "", err
		}
		confirmed := p.State == shipment.Confirmed
		shipped, err := p.Confirm()
		if err != nil {
			return "", err
		}
		if err := c.saveCalls(ctx, calls); err != nil || confirmed {
			return "", err
		}
		c.ship(shipped)
		return "", c.execAll(ctx, 1, `UPDATE packages SET state = CASE WHEN state = 'voided' THEN state ELSE 'confirmed' END,
				confirmed_at = $3, channel_ref = $4, request_id = $5, attempted_at = 0, doubtful = 0
			WHERE order_id = $1 AND package_id = $2 AND state IN ('processed', 'parked', 'voided')`,
			rowID, packageID, c.now, clean(conf.Ref), clean(conf.RequestID))
	})
}

// PackageFailed notes that a call for a package failed. When the channel definitely did not carry it out, this
// attempt's mark is cleared; a doubt that an earlier attempt left stays. The calls that were made are kept with it.
func (s *Store) PackageFailed(ctx context.Context, rowID int64, packageID string, f *channel.Fault, calls ...Call) error {
	if f == nil {
		return fmt.Errorf("package %q of order %d failed without a fault", packageID, rowID)
	}
	return s.write(ctx, fmt.Sprintf("save failure of package %q of order %d", packageID, rowID), func(ctx context.Context, t *tx) error {
		rec, err := t.lockOrder(ctx, rowID)
		if err != nil {
			return err
		}
		if err := t.saveFaults(ctx, rec.account.ID, []*channel.Fault{f}); err != nil {
			return err
		}
		n, err := t.exec(ctx, `UPDATE packages SET fault_id = $3, request_id = $4, attempted_at = 0,
				doubtful = CASE WHEN CAST($5 AS BIGINT) = 1 THEN 1 ELSE doubtful END
			WHERE order_id = $1 AND package_id = $2`, rowID, packageID, f.ID, clean(f.RequestID), truth(f.Ambiguous))
		if err == nil && n == 0 {
			return fmt.Errorf("package %q: %w", packageID, ErrNotFound)
		}
		if err != nil {
			return err
		}
		return t.saveCalls(ctx, calls)
	})
}

// ship notes that packed units are shipped.
func (c *orderChange) ship(units []shipment.Content) {
	for _, u := range units {
		c.books.Ship(c.Line(u.LineID), u.Quantity)
	}
}
