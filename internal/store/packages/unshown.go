package packages

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/orders"
)

// UnshownOrder is an order all of whose packages are confirmed and that its channel shows as not shipped.
type UnshownOrder struct {
	orders.OutboxEntry
	ReadUntil time.Time // the account's watermark: every change up to it has been read
	Packages  []shipment.Unshown
}

// Unshown lists such orders after afterRowID of production accounts that send: those with packages confirmed more than within
// before the account's watermark, that are not parked and were not noticed since, or a day ago.
func (s *Store) Unshown(ctx context.Context, within time.Duration, afterRowID int64, limit int) ([]UnshownOrder, error) {
	var out []UnshownOrder
	err := s.Read(ctx, `SELECT o.id, o.account, a.channel, a.endpoint, o.channel_order_id, o.state, o.channel_version, a.watermark,
			p.package_id, p.confirmed_at, p.resent
		FROM (SELECT x.id FROM orders x JOIN accounts b ON b.id = x.account
				WHERE x.state = $1 AND x.id > $2 AND b.endpoint = $5 AND b.observing = 0 AND EXISTS (SELECT 1 FROM packages p WHERE `+unshown("x", "b")+`)
				ORDER BY x.id LIMIT $3) f
			JOIN orders o ON o.id = f.id JOIN accounts a ON a.id = o.account JOIN packages p ON `+unshown("o", "a")+`
		ORDER BY o.id, p.number`, func(rows *sql.Rows) error {
		var u UnshownOrder
		var p shipment.Unshown
		var confirmed, watermark int64
		k := &u.Key
		err := rows.Scan(&k.RowID, &k.Account.ID, &k.Account.Channel, &k.Account.Endpoint, &k.OrderID, &u.State, &u.Version, &watermark, &p.PackageID, &confirmed, &p.Resent)
		if err != nil {
			return err
		}
		u.ReadUntil, p.ConfirmedAt = db.At(watermark), db.At(confirmed)
		if n := len(out); n == 0 || out[n-1].Key.RowID != k.RowID {
			out = append(out, u)
		}
		last := &out[len(out)-1]
		last.Packages = append(last.Packages, p)
		return nil
	}, string(order.Shipped), afterRowID, db.Limited(limit), within.Microseconds(), string(channel.Production), time.Now().Add(-noticedAgain).UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("list confirmed packages that are not shown: %w", err)
	}
	return out, nil
}

// noticedAgain is when an unshown package of which nothing was heard is noticed again.
const noticedAgain = 24 * time.Hour

// unshown is the condition on a package p of an order and its account. Parameter 4 is how long a channel may take to show it, 6 the
// moment before which it may have been noticed already. What its channel has cancelled is not waited for.
// An order may stay open there for the sake of other units, such as those that were cancelled here only: a package whose lines are shown with all their shipped units is shown.
func unshown(of, account string) string {
	return `p.order_id = ` + of + `.id AND p.state = '` + string(shipment.Confirmed) + `' AND p.forgotten_by = '' AND p.confirmed_at + $4 < ` + account + `.watermark
		AND (p.unshown_at < p.confirmed_at OR p.unshown_at < $6)
		AND NOT EXISTS (SELECT 1 FROM parked k WHERE k.order_id = p.order_id AND k.package_id = p.package_id)
		AND EXISTS (SELECT 1 FROM package_lines i JOIN order_lines l ON l.order_id = i.order_id AND l.line_id = i.line_id
			WHERE i.order_id = p.order_id AND i.package_id = p.package_id AND l.shown_shipped < l.shipped AND l.quantity > l.shown_shipped + l.shown_cancelled)`
}

// withoutCancelled returns the lines of a package without the units that were cancelled on the channel before it showed them as shipped
// (order.Line.SentCancelled). A line that left in several packages stays whole: which of them lacks the units is not known, and a channel
// may replace what it has of a package by what is sent again.
func withoutCancelled(ctx context.Context, t *db.Tx, rowID int64, lines []channel.ShipmentLine) ([]channel.ShipmentLine, error) {
	cancelled := map[string]int{}
	err := t.Query(ctx, `SELECT l.line_id, l.shipped, l.channel_shipped, l.cancelled, l.shown_cancelled FROM order_lines l
		WHERE l.order_id = $1 AND l.shown_cancelled > l.cancelled AND l.shipped > l.channel_shipped
			AND (SELECT COUNT(*) FROM package_lines i JOIN packages p ON p.order_id = i.order_id AND p.package_id = i.package_id
				WHERE i.order_id = l.order_id AND i.line_id = l.line_id AND p.state IN `+db.Words(shipment.States(), shipment.State.Deducted)+`) = 1`, func(rows *sql.Rows) error {
		var l order.Line
		err := rows.Scan(&l.LineID, &l.Units.Shipped, &l.ChannelShipped, &l.Units.Cancelled, &l.ShownCancelled)
		cancelled[l.LineID] = l.SentCancelled()
		return err
	}, rowID)
	var out []channel.ShipmentLine
	for _, l := range lines {
		if l.Quantity -= cancelled[l.LineID]; l.Quantity > 0 {
			out = append(out, l)
		}
	}
	return out, err
}

// NoticeUnshown records that the lifecycle of an order was told of its unshown packages. at is a moment before it was told: it may send
// them again, and have them confirmed, before this is saved.
func (s *Store) NoticeUnshown(ctx context.Context, rowID int64, at time.Time, packages []string) error {
	return s.Write(ctx, fmt.Sprintf("notice unshown packages of order %d", rowID), func(ctx context.Context, t *db.Tx) error {
		for _, id := range packages {
			_, err := t.Exec(ctx, `UPDATE packages SET unshown_at = $3 WHERE order_id = $1 AND package_id = $2 AND state = $4`,
				rowID, id, at.UnixMicro(), string(shipment.Confirmed))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// PrepareAgain returns a confirmed package that its channel does not show, as a workflow is to send it again, and marks the
// attempt. Units that the channel has cancelled since are left out: it would refuse the whole package for them. Nothing is marked when
// its order has ended, or the package is another workflow's.
func (s *Store) PrepareAgain(ctx context.Context, rowID int64, packageID, workflowID string) (Outgoing, error) {
	var out Outgoing
	err := s.Write(ctx, fmt.Sprintf("prepare package %q of order %d again", packageID, rowID), func(ctx context.Context, t *db.Tx) error {
		rec, err := orders.LockOrder(ctx, t, rowID)
		if err != nil {
			return err
		}
		p, err := known(ctx, t, rowID, packageID)
		if err != nil {
			return err
		}
		send := !rec.State.Terminal() && p.PrepareAgain(workflowID)
		out = outgoing(rec.ID, p, true)
		out.Shipment.TrackingNumber = cmp.Or(p.Was, p.TrackingNumber) // under another one the channel would take it for a second package
		if out.Shipment.Lines, err = withoutCancelled(ctx, t, rowID, out.Shipment.Lines); err != nil {
			return err
		}
		send = send && len(out.Shipment.Lines) > 0
		if err := leftPark(ctx, t, p, workflowID); err != nil {
			return err
		}
		if out.Send = send; !send {
			return nil
		}
		return t.ExecAll(ctx, 1, `UPDATE packages SET attempts = attempts + 1, attempted_at = $4, doubtful = 1, sender = $5, next_at = 0`+asRead,
			rowID, packageID, string(p.State), t.Now, p.Sender)
	})
	return out, err
}
