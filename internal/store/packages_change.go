package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
)

// pack is a row of packages, as far as decisions need it.
type pack struct {
	number            int
	state             shipment.State
	carrier, tracking string
	carrierName       string
	service           string
	shippedAt         int64
	attempted         bool // a call was marked that was never answered definitely
	lines             []packLine
}

// packLine is what is left in a package of one line, in units.
type packLine struct {
	id   string
	left int
}

// pack reads one package; ErrNotFound when the order has none of that id. The order must be locked.
func (t *tx) pack(ctx context.Context, rowID int64, packageID string) (*pack, error) {
	var found *pack
	err := t.query(ctx, `SELECT p.number, p.state, p.carrier, p.carrier_name, p.service, p.tracking, p.shipped_at,
			CASE WHEN p.attempted_at <> 0 OR p.doubtful <> 0 THEN 1 ELSE 0 END,
			l.line_id, l.quantity - l.reversed
		FROM packages p JOIN package_lines l ON l.order_id = p.order_id AND l.package_id = p.package_id
		WHERE p.order_id = $1 AND p.package_id = $2 ORDER BY l.line_id`, func(rows *sql.Rows) error {
		if found == nil {
			found = &pack{}
		}
		var l packLine
		err := rows.Scan(&found.number, &found.state, &found.carrier, &found.carrierName, &found.service, &found.tracking, &found.shippedAt,
			&found.attempted, &l.id, &l.left)
		found.lines = append(found.lines, l)
		return err
	}, rowID, packageID)
	if err == nil && found == nil {
		return nil, fmt.Errorf("package %q of order %d: %w: save it first", packageID, rowID, ErrNotFound)
	}
	return found, err
}

// ProcessPackage deducts a saved package from stock: on hand and reserved go down, its units become packed. It
// happens once, however often it is called. It is refused, and the reason stored, while the order is unpaid or
// cancelled or a line has fewer reserved units than the package; called again, it is judged anew.
func (s *Store) ProcessPackage(ctx context.Context, rowID int64, packageID string) (Outcome, error) {
	return s.change(ctx, fmt.Sprintf("process package %q", packageID), rowID, func(ctx context.Context, c *orderChange) (string, error) {
		p, err := c.pack(ctx, rowID, packageID)
		if err != nil {
			return "", err
		}
		if p.state != shipment.Saved && p.state != shipment.Refused {
			return "", nil
		}
		if refusal := c.refusePackage(p); refusal != "" {
			return refusal, c.execAll(ctx, 1, `UPDATE packages SET state = 'refused', refusal = $3
				WHERE order_id = $1 AND package_id = $2 AND state IN ('saved', 'refused')`, rowID, packageID, refusal)
		}
		for _, l := range p.lines {
			c.ledger.pack(c.line(l.id), l.left, packageID)
		}
		return "", c.execAll(ctx, 1, `UPDATE packages SET state = 'processed', refusal = '', processed_at = $3
			WHERE order_id = $1 AND package_id = $2 AND state IN ('saved', 'refused')`, rowID, packageID, c.now)
	})
}

// refusePackage says why a package can't be processed, or nothing.
func (c *orderChange) refusePackage(p *pack) string {
	switch c.rec.state {
	case order.Cancelled:
		return "the order is cancelled"
	case order.Skipped:
		return "the order was not taken: " + c.rec.reason.Text()
	case order.AwaitingPayment, order.Open, order.Processing, order.Processed, order.Shipped, order.Completed:
	}
	if !c.rec.ready() {
		return "the order is not paid, and its account takes orders when they are paid"
	}
	for _, wanted := range p.lines {
		l := c.line(wanted.id)
		if l == nil {
			return fmt.Sprintf("the order has no line %s", wanted.id)
		}
		u := l.units
		switch {
		case wanted.left <= u.Reserved:
		case u.Parked > 0:
			return fmt.Sprintf("line %s: %d units are packed, but it is parked: %s", l.id, wanted.left, l.parkedReason)
		default:
			return fmt.Sprintf("line %s: %d units are packed, but %d are reserved (%d short, %d packed or shipped before, %d cancelled)",
				l.id, wanted.left, u.Reserved, u.Short, u.Packed+u.Shipped, u.Cancelled)
		}
	}
	return ""
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
		p, err := t.pack(ctx, rowID, packageID)
		if err != nil {
			return err
		}
		if p.state == shipment.Saved || p.state == shipment.Refused {
			return fmt.Errorf("package %q is %s: it must be processed before it is sent", packageID, p.state)
		}
		out = Outgoing{State: p.state, Shipment: channel.Shipment{
			OrderID: rec.channelID, PackageID: packageID, Number: p.number, Carrier: p.carrier, CarrierName: p.carrierName, Service: p.service, TrackingNumber: p.tracking,
			ShippedAt: at(p.shippedAt), Attempted: p.attempted,
		}}
		for _, l := range p.lines {
			if l.left > 0 {
				out.Shipment.Lines = append(out.Shipment.Lines, channel.ShipmentLine{LineID: l.id, Quantity: l.left})
			}
		}
		if p.state == shipment.Confirmed || p.state == shipment.Voided {
			return nil
		}
		out.State = shipment.Processed
		return t.execAll(ctx, 1, `UPDATE packages SET state = 'processed', attempts = attempts + 1, attempted_at = $3, doubtful = $4
			WHERE order_id = $1 AND package_id = $2 AND state IN ('processed', 'parked')`,
			rowID, packageID, t.now, truth(out.Shipment.Attempted))
	})
	return out, err
}

// PackageConfirmed notes that the channel has a package: its units are shipped. It happens once, however often
// it is called. The order is Completed at once when a scan has shown it as shipped before. The calls that it took
// are kept with it.
func (s *Store) PackageConfirmed(ctx context.Context, rowID int64, packageID string, conf channel.Confirmation, calls ...Call) (Outcome, error) {
	return s.change(ctx, fmt.Sprintf("confirm package %q", packageID), rowID, func(ctx context.Context, c *orderChange) (string, error) {
		p, err := c.pack(ctx, rowID, packageID)
		if err != nil {
			return "", err
		}
		switch p.state {
		case shipment.Saved, shipment.Refused:
			return "", fmt.Errorf("package %q is %s: it was never processed", packageID, p.state)
		case shipment.Confirmed:
			return "", c.saveCalls(ctx, calls)
		case shipment.Voided:
			// The channel cancelled all of it while the call was under way: nothing of it is left to ship.
		case shipment.Processed, shipment.Parked:
			for _, l := range p.lines {
				line := c.line(l.id)
				line.units.Packed -= l.left
				line.units.Shipped += l.left
				c.ledger.change(line)
			}
		}
		if err := c.saveCalls(ctx, calls); err != nil {
			return "", err
		}
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
