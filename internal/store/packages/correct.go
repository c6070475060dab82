package packages

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
)

// Corrected is what a correction has done.
type Corrected struct {
	shipment.Known
	Changed bool // here
	Tell    bool // the channel has the package with another tracking number, and is to be told
}

// Correct changes the label of a package. Of one that the channel has it keeps the tracking number that is there, until PackageCorrected. It
// may be repeated. on is the order's channel. A *stock.RefusedError says what can't be done; ErrNotFound: no such package.
func (s *Store) Correct(ctx context.Context, rowID int64, packageID string, c shipment.Correction, on channel.Kind) (Corrected, error) {
	c.Label, c.Carrier, c.CarrierName, c.Service, c.TrackingNumber = db.Clean(c.Label), db.Clean(c.Carrier), db.Clean(c.CarrierName), db.Clean(c.Service), db.Clean(c.TrackingNumber)
	c.ShippedAt = db.At(db.Micro(c.ShippedAt))
	var out Corrected
	err := s.Write(ctx, fmt.Sprintf("correct package %q of order %d", packageID, rowID), func(ctx context.Context, t *db.Tx) error {
		if _, err := orders.LockOrder(ctx, t, rowID); err != nil {
			return err
		}
		p, err := known(ctx, t, rowID, packageID)
		if err != nil {
			return err
		}
		others, err := knownPackages(ctx, t, rowID)
		if err != nil {
			return err
		}
		if out.Changed, out.Tell, err = p.Correct(c, others, on.Edits(), on.WhyNoCorrection()); err != nil {
			return err
		}
		if out.Known = *p; !out.Changed {
			return nil
		}
		return t.ExecAll(ctx, 1, `UPDATE packages SET label = $4, carrier = $5, carrier_name = $6, service = $7, tracking = $8, shipped_at = $9, was = $10`+asRead,
			rowID, packageID, string(p.State), p.Label, p.Carrier, p.CarrierName, p.Service, p.TrackingNumber, db.Micro(p.ShippedAt), p.Was)
	})
	return out, err
}

// PrepareCorrection returns a package that the channel has with another tracking number, and notes the attempt. Send is false when the channel
// has the right one.
func (s *Store) PrepareCorrection(ctx context.Context, rowID int64, packageID, workflowID string) (Outgoing, error) {
	var out Outgoing
	err := s.Write(ctx, fmt.Sprintf("prepare the correction of package %q of order %d", packageID, rowID), func(ctx context.Context, t *db.Tx) error {
		rec, err := orders.LockOrder(ctx, t, rowID)
		if err != nil {
			return err
		}
		p, err := known(ctx, t, rowID, packageID)
		if err != nil {
			return err
		}
		// What shows its workflow as parked would stay when that was ended by hand and is started again.
		if _, _, err := incidents.RemoveParked(ctx, t, workflowID); err != nil {
			return err
		}
		out = outgoing(rec.ID, p, false)
		out.Was, out.Send = p.Was, p.State == shipment.Confirmed && p.Was != ""
		if !out.Send {
			return nil
		}
		return t.ExecAll(ctx, 1, `UPDATE packages SET attempts = attempts + 1, next_at = 0`+asRead, rowID, packageID, string(p.State))
	})
	return out, err
}

// PackageCorrected records that the channel has taken what was sent as the correction of a package that it has. One that was corrected once
// more meanwhile is still to be told. The calls are saved with it.
func (s *Store) PackageCorrected(ctx context.Context, rowID int64, packageID string, sent channel.Shipment, conf channel.Confirmation, calls ...runs.Call) (orders.Outcome, error) {
	var out orders.Outcome
	err := s.Write(ctx, fmt.Sprintf("record the correction of package %q of order %d", packageID, rowID), func(ctx context.Context, t *db.Tx) error {
		if err := runs.SaveCalls(ctx, t, calls); err != nil {
			return err
		}
		_, err := t.Exec(ctx, `UPDATE packages SET request_id = $4,
				was = CASE WHEN tracking = CAST($3 AS TEXT) AND carrier = $5 AND carrier_name = $6 AND service = $7 AND shipped_at = $8 THEN '' ELSE CAST($3 AS TEXT) END
			WHERE order_id = $1 AND package_id = $2 AND was <> ''`,
			rowID, packageID, sent.TrackingNumber, db.Clean(conf.RequestID), sent.Carrier, sent.CarrierName, sent.Service, db.Micro(sent.ShippedAt))
		if err != nil {
			return err
		}
		return t.Query(ctx, `SELECT state FROM orders WHERE id = $1`, func(rows *sql.Rows) error { return rows.Scan(&out.State) }, rowID)
	})
	return out, err
}

// Uncorrected names a package that its channel has with another tracking number.
type Uncorrected struct {
	Order     message.OrderKey
	PackageID string
}

// Uncorrected lists packages that their channels have with another tracking number and that are not parked, those of the oldest orders first.
func (s *Store) Uncorrected(ctx context.Context, limit int) ([]Uncorrected, error) {
	var out []Uncorrected
	err := s.Read(ctx, `SELECT o.id, o.account, a.channel, a.endpoint, o.channel_order_id, p.package_id
		FROM packages p JOIN orders o ON o.id = p.order_id JOIN accounts a ON a.id = o.account
		WHERE p.was <> '' AND NOT EXISTS (SELECT 1 FROM parked k WHERE k.order_id = p.order_id AND k.package_id = p.package_id)
		ORDER BY p.order_id, p.number LIMIT $1`, func(rows *sql.Rows) error {
		var u Uncorrected
		k := &u.Order
		err := rows.Scan(&k.RowID, &k.Account.ID, &k.Account.Channel, &k.Account.Endpoint, &k.OrderID, &u.PackageID)
		out = append(out, u)
		return err
	}, db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("list packages to be corrected: %w", err)
	}
	return out, nil
}
