package orders

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/runs"
)

const orderColumns = `o.id, o.account, a.channel, a.endpoint, o.channel_order_id, o.reference, o.state, o.reason, o.channel_status,
	o.paid, o.location, o.placed_at, o.seen_at, o.saved_at, o.updated_at, o.channel_version, o.delivered_version,
	o.run_id, o.request_id, o.currency, o.total, o.shipping, o.tax, o.discount, o.unread, o.contradiction, o.kept, o.holds, o.hold, o.hold_since, o.allowed, o.ship_by, o.deliver_by, o.paid_currency, o.paid_total, o.routed, o.contradicted_at, o.not_before`

// scanOrder reads orderColumns and what further columns hold.
func scanOrder(rows *sql.Rows, o *OrderRow, further ...any) error {
	var placed, seen, saved, updated, held, shipBy, deliverBy, contradicted, notBefore int64
	var kept string
	var holds, allowed order.HoldSet
	k := &o.Key
	dest := []any{&k.RowID, &k.Account.ID, &k.Account.Channel, &k.Account.Endpoint, &k.OrderID, &o.Reference, &o.State, &o.Reason, &o.ChannelStatus,
		&o.Paid, &o.Location, &placed, &seen, &saved, &updated, &o.ChannelVersion, &o.DeliveredVersion,
		&o.RunID, &o.RequestID, &o.Currency, &o.Total, &o.Shipping, &o.Tax, &o.Discount, &o.Unread, &o.Contradiction, &kept, &holds, &o.Hold, &held, &allowed, &shipBy, &deliverBy, &o.PaidCurrency, &o.PaidTotal, &o.Routed, &contradicted, &notBefore}
	if err := rows.Scan(append(dest, further...)...); err != nil {
		return err
	}
	o.Kept, o.Allowed, o.HoldSince = o.Contradiction != "" && kept == o.Contradiction, o.Hold != "" && allowed.Has(o.Hold), db.At(held)
	o.Holds = heldBy(holds, allowed)
	if o.State.ToBePacked() {
		o.NotBefore = db.At(notBefore)
	}
	if o.Contradiction != "" {
		o.ContradictedAt = db.At(contradicted)
	}
	o.ShipBy, o.DeliverBy, o.Promise = db.At(shipBy), db.At(deliverBy), order.PromiseOf(o.State, shipBy, time.Now().UnixMicro())
	o.PlacedAt, o.SeenAt, o.SavedAt, o.UpdatedAt = db.At(placed), db.At(seen), db.At(saved), db.At(updated)
	return nil
}

// addTogether adds to each order which others go to the same address.
func (s *Store) addTogether(ctx context.Context, list []OrderRow) error {
	ids := make([]int64, len(list))
	for i, o := range list {
		ids[i] = o.Key.RowID
	}
	found, err := s.buyers.Together(ctx, ids)
	for i := range list {
		list[i].Together = found[list[i].Key.RowID]
	}
	return err
}

func (s *Store) orderRows(ctx context.Context, w db.Where, by string, limit int) ([]OrderRow, error) {
	var out []OrderRow
	text := `WITH found AS (SELECT o.id FROM orders o` + w.Text() + ` ORDER BY ` + by + ` LIMIT ` + w.Arg(limit) + `),
		sums AS (SELECT l.order_id, COUNT(*) AS lines, SUM(l.reserved) AS reserved, SUM(l.backordered) AS backordered, SUM(l.unlinked) AS unlinked,
			SUM(l.packed) AS packed, SUM(l.shipped) AS shipped, SUM(l.cancelled) AS cancelled
			FROM found f CROSS JOIN order_lines l WHERE l.order_id = f.id GROUP BY l.order_id),
		outs AS (SELECT x.order_id, MAX(x.export_id) AS export_id
			FROM found f CROSS JOIN exported_orders x WHERE x.order_id = f.id GROUP BY x.order_id),
		packs AS (SELECT p.order_id, ` + packageCounts + `
			FROM found f CROSS JOIN packages p WHERE p.order_id = f.id GROUP BY p.order_id)
		SELECT ` + orderColumns + `, CAST(COALESCE(u.lines, 0) AS BIGINT), CAST(COALESCE(u.reserved, 0) AS BIGINT),
			CAST(COALESCE(u.backordered, 0) AS BIGINT), CAST(COALESCE(u.unlinked, 0) AS BIGINT), CAST(COALESCE(u.packed, 0) AS BIGINT),
			CAST(COALESCE(u.shipped, 0) AS BIGINT), CAST(COALESCE(u.cancelled, 0) AS BIGINT),
			COALESCE(e.id, 0), COALESCE(e.created_at, 0), COALESCE(p.parked, 0), COALESCE(p.processed, 0), COALESCE(p.confirmed, 0)
		FROM found f CROSS JOIN orders o JOIN accounts a ON a.id = o.account LEFT JOIN sums u ON u.order_id = o.id
			LEFT JOIN outs x ON x.order_id = o.id LEFT JOIN order_exports e ON e.id = x.export_id
			LEFT JOIN packs p ON p.order_id = o.id
		WHERE o.id = f.id
		ORDER BY ` + by
	var deleted, byHand []int64
	err := s.Read(ctx, text, func(rows *sql.Rows) error {
		var o OrderRow
		u := &o.Units
		var export, exported int64
		var parked, processed, confirmed int
		err := scanOrder(rows, &o, &o.LineCount, &u.Reserved, &u.Backordered, &u.Unlinked, &u.Packed, &u.Shipped, &u.Cancelled, &export, &exported,
			&parked, &processed, &confirmed)
		o.Fulfilment = shipment.ProgressOf(parked, processed, confirmed, u.Open())
		if export > 0 {
			o.Exported = &Exported{Export: export, At: db.At(exported)}
		}
		if o.State == order.Deleted {
			deleted = append(deleted, o.Key.RowID)
		}
		if slices.ContainsFunc(o.Holds, Held.ByHand) {
			byHand = append(byHand, o.Key.RowID)
		}
		out = append(out, o)
		return err
	}, w.Args...)
	if err != nil {
		return out, err
	}
	deletions, err := s.Deletions(ctx, deleted)
	if err != nil {
		return out, err
	}
	words, err := s.handHolds(ctx, byHand)
	for i := range out {
		out[i].Deleted = deletions[out[i].Key.RowID]
		sayWhy(out[i].Holds, words[out[i].Key.RowID])
	}
	return out, err
}

// Detail returns everything known about an order except the buyer's data; ErrNotFound when there is none.
func (s *Store) Detail(ctx context.Context, rowID int64) (OrderDetail, error) {
	out, err := s.orderDetail(ctx, rowID)
	if err != nil {
		return OrderDetail{}, fmt.Errorf("order %d: %w", rowID, err)
	}
	return out, nil
}

func (s *Store) orderDetail(ctx context.Context, rowID int64) (OrderDetail, error) {
	var out OrderDetail
	w := db.Where{}
	w.And(`o.id = %s`, rowID)
	found, err := s.orderRows(ctx, w, `o.id`, 1)
	if err != nil {
		return out, err
	}
	if len(found) == 0 {
		return out, db.ErrNotFound
	}
	if err := s.addTogether(ctx, found); err != nil {
		return out, err
	}
	out.OrderRow = found[0]
	if out.Lines, err = s.lineRows(ctx, rowID); err != nil {
		return out, err
	}
	if out.Packages, err = s.PackageRows(ctx, rowID); err != nil {
		return out, err
	}
	if out.Cancel, err = s.channelCancel(ctx, out.OrderRow); err != nil {
		return out, err
	}
	w = db.Where{}
	w.And(`p.order_id = %s`, rowID)
	out.Parked, err = incidents.ParkedRows(ctx, s.DB, w)
	return out, err
}

func (s *Store) lineRows(ctx context.Context, rowID int64) ([]LineRow, error) {
	var found ledger.LineScan
	err := s.Read(ctx, `SELECT `+ledger.LineColumns+`, 0, `+ledger.PartColumns+` FROM order_lines l
			LEFT JOIN order_line_parts q ON q.order_id = l.order_id AND q.line_id = l.line_id
		WHERE l.order_id = $1 ORDER BY l.position, l.line_id, q.part`, found.Scan, rowID)
	var out []LineRow
	for _, l := range found.Lines {
		row := LineRow{LineID: l.LineID, ChannelSKU: l.ChannelSKU, SKU: l.SKU, Title: l.Title, Quantity: l.Quantity,
			UnitPrice: l.UnitPrice, Total: l.Total, Units: l.Units, Returned: l.Returned, UnlinkedReason: l.WhyUnlinked(), Location: l.Location, Elsewhere: l.Elsewhere(),
			Tax: l.Tax, Discount: l.Discount}
		for _, p := range l.Parts {
			row.Parts = append(row.Parts, products.KitPart{SKU: p.SKU, Quantity: p.Per})
		}
		out = append(out, row)
	}
	return out, err
}

// PackageRows reads an order's packages with their contents as they were saved, and their last faults.
func (s *Store) PackageRows(ctx context.Context, rowID int64) ([]PackageRow, error) {
	var out []PackageRow
	var found PackageScan
	err := s.Read(ctx, `SELECT `+PackageColumns+`, p.attempts, p.next_at, p.confirmed_at, p.channel_ref, p.request_id, p.refusal, `+runs.FaultColumns+`
		FROM `+FromPackages+` LEFT JOIN faults f ON f.id = p.fault_id
		WHERE p.order_id = $1 ORDER BY p.number, l.line_id`, func(rows *sql.Rows) error {
		var row PackageRow
		var next, confirmed int64
		var f runs.FaultFields
		dest := []any{&row.Attempts, &next, &confirmed, &row.ChannelRef, &row.RequestID, &row.Refusal}
		known, err := found.next(rows, append(dest, f.Dest()...)...)
		if err != nil {
			return err
		}
		row.Known, row.Sender, row.ConfirmedAt, row.Fault = known, known.Sender, db.At(confirmed), f.Fault()
		if known.State.WaitsForCall() {
			row.NextAttempt = db.At(next)
		}
		if n := len(out); n == 0 || out[n-1].Known != known {
			out = append(out, row)
		}
		return nil
	}, rowID)
	return out, err
}
