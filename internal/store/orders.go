package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
)

const orderColumns = `o.id, o.account, a.channel, a.endpoint, o.channel_order_id, o.reference, o.state, o.reason, o.channel_status,
	o.paid, o.location, o.placed_at, o.seen_at, o.saved_at, o.updated_at, o.channel_version, o.handled_version,
	o.run_id, o.request_id, o.currency, o.total, o.shipping, o.tax, o.discount`

// scanOrder reads orderColumns and what further columns hold.
func scanOrder(rows *sql.Rows, o *OrderRow, further ...any) error {
	var placed, seen, saved, updated int64
	k := &o.Key
	dest := []any{&k.RowID, &k.Account.ID, &k.Account.Channel, &k.Account.Endpoint, &k.OrderID, &o.Reference, &o.State, &o.Reason, &o.ChannelStatus,
		&o.Paid, &o.Location, &placed, &seen, &saved, &updated, &o.ChannelVersion, &o.HandledVersion,
		&o.RunID, &o.RequestID, &o.Currency, &o.Total, &o.Shipping, &o.Tax, &o.Discount}
	if err := rows.Scan(append(dest, further...)...); err != nil {
		return err
	}
	o.PlacedAt, o.SeenAt, o.SavedAt, o.UpdatedAt = at(placed), at(seen), at(saved), at(updated)
	return nil
}

// FindOrders lists orders, the newest row first, or the oldest.
func (s *Store) FindOrders(ctx context.Context, filter OrderFilter) ([]OrderRow, error) {
	w := where{}
	if filter.Account != "" {
		w.and(`o.account = %s`, filter.Account)
	}
	if filter.State != "" {
		w.and(`o.state = %s`, string(filter.State))
	}
	if filter.Reference != "" {
		w.and(`o.id IN (SELECT x.id FROM orders x WHERE x.reference = %s UNION SELECT x.id FROM orders x WHERE x.channel_order_id = %s)`, filter.Reference, filter.Reference)
	}
	direction, behind := "DESC", `o.id < %s`
	if filter.Oldest {
		direction, behind = "ASC", `o.id > %s`
	}
	if filter.After > 0 {
		w.and(behind, filter.After)
	}
	out, err := s.orderRows(ctx, w, direction, limited(filter.Limit))
	if err != nil {
		return nil, fmt.Errorf("find orders: %w", err)
	}
	return out, nil
}

func (s *Store) orderRows(ctx context.Context, w where, direction string, limit int) ([]OrderRow, error) {
	var out []OrderRow
	text := `WITH found AS (SELECT o.id FROM orders o` + w.text() + ` ORDER BY o.id ` + direction + ` LIMIT ` + w.arg(limit) + `),
		sums AS (SELECT l.order_id, COUNT(*) AS lines, SUM(l.reserved) AS reserved, SUM(l.short) AS short, SUM(l.parked) AS parked,
			SUM(l.packed) AS packed, SUM(l.shipped) AS shipped, SUM(l.cancelled) AS cancelled
			FROM found f CROSS JOIN order_lines l WHERE l.order_id = f.id GROUP BY l.order_id),
		outs AS (SELECT x.order_id, MAX(x.export_id) AS export_id
			FROM found f CROSS JOIN exported_orders x WHERE x.order_id = f.id GROUP BY x.order_id)
		SELECT ` + orderColumns + `, CAST(COALESCE(u.lines, 0) AS BIGINT), CAST(COALESCE(u.reserved, 0) AS BIGINT),
			CAST(COALESCE(u.short, 0) AS BIGINT), CAST(COALESCE(u.parked, 0) AS BIGINT), CAST(COALESCE(u.packed, 0) AS BIGINT),
			CAST(COALESCE(u.shipped, 0) AS BIGINT), CAST(COALESCE(u.cancelled, 0) AS BIGINT),
			COALESCE(e.id, 0), COALESCE(e.made_at, 0)
		FROM found f JOIN orders o ON o.id = f.id JOIN accounts a ON a.id = o.account LEFT JOIN sums u ON u.order_id = o.id
			LEFT JOIN outs x ON x.order_id = o.id LEFT JOIN order_exports e ON e.id = x.export_id
		ORDER BY o.id ` + direction
	err := s.read(ctx, text, func(rows *sql.Rows) error {
		var o OrderRow
		u := &o.Units
		var export, exported int64
		err := scanOrder(rows, &o, &o.LineCount, &u.Reserved, &u.Short, &u.Parked, &u.Packed, &u.Shipped, &u.Cancelled, &export, &exported)
		if export > 0 {
			o.Exported = &Exported{Export: export, At: at(exported)}
		}
		out = append(out, o)
		return err
	}, w.args...)
	return out, err
}

// OrderDetail is all that is known of an order, the buyer's data apart; ErrNotFound when there is none.
func (s *Store) OrderDetail(ctx context.Context, rowID int64) (OrderDetail, error) {
	out, err := s.orderDetail(ctx, rowID)
	if err != nil {
		return OrderDetail{}, fmt.Errorf("order %d: %w", rowID, err)
	}
	return out, nil
}

func (s *Store) orderDetail(ctx context.Context, rowID int64) (OrderDetail, error) {
	var out OrderDetail
	w := where{}
	w.and(`o.id = %s`, rowID)
	found, err := s.orderRows(ctx, w, "DESC", 1)
	if err != nil {
		return out, err
	}
	if len(found) == 0 {
		return out, ErrNotFound
	}
	out.OrderRow = found[0]
	if out.Lines, err = s.lineRows(ctx, rowID); err != nil {
		return out, err
	}
	if out.Packages, err = s.packages(ctx, rowID); err != nil {
		return out, err
	}
	w = where{}
	k := out.Key
	w.and(`p.workflow_id IN (%s, %s)`, message.OrderWorkflowID(k.Account.ID, k.OrderID), message.ShipmentWorkflowID(k.Account.ID, k.OrderID))
	parked, err := s.parkedRows(ctx, w)
	if err == nil && len(parked) > 0 {
		out.Parked = &parked[0]
	}
	return out, err
}

func (s *Store) lineRows(ctx context.Context, rowID int64) ([]LineRow, error) {
	var found lineScan
	err := s.read(ctx, `SELECT `+lineColumns+`, 0, `+partColumns+` FROM order_lines l
			LEFT JOIN order_line_parts q ON q.order_id = l.order_id AND q.line_id = l.line_id
		WHERE l.order_id = $1 ORDER BY l.position, l.line_id, q.part`, found.scan, rowID)
	var out []LineRow
	for _, l := range found.lines {
		row := LineRow{LineID: l.LineID, ChannelSKU: l.ChannelSKU, SKU: l.SKU, Title: l.Title, Quantity: l.Quantity,
			UnitPrice: l.UnitPrice, Total: l.Total, Units: l.Units, Returned: l.Returned}
		if l.Units.Parked > 0 {
			row.ParkedReason = l.ParkedReason
		}
		for _, p := range l.Parts {
			row.Parts = append(row.Parts, KitPart{p.SKU, p.Per})
		}
		out = append(out, row)
	}
	return out, err
}

// ReadyOrders lists orders that the warehouse can pack: paid or taken unpaid, first saved before savedBefore, with every open
// unit reserved. Those after afterRowID.
func (s *Store) ReadyOrders(ctx context.Context, savedBefore time.Time, afterRowID int64, limit int) ([]ReadyOrder, error) {
	var out []ReadyOrder
	err := s.read(ctx, `WITH ready AS (SELECT o.id FROM orders o JOIN accounts a ON a.id = o.account
			WHERE o.state NOT IN ('completed', 'cancelled', 'skipped') AND o.state IN ('open', 'processing')
				AND (o.paid = 1 OR a.take_at = 'placed')
				AND o.id > $2 AND o.saved_at < $1
				AND NOT EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.short + l.parked > 0)
				AND EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.reserved > 0)
			ORDER BY o.id LIMIT $3)
		SELECT o.id, o.account, a.channel, a.endpoint, o.channel_order_id, o.reference, o.saved_at, l.line_id, l.reserved
		FROM ready k JOIN orders o ON o.id = k.id JOIN accounts a ON a.id = o.account
			JOIN order_lines l ON l.order_id = o.id AND l.reserved > 0
		ORDER BY o.id, l.position, l.line_id`, func(rows *sql.Rows) error {
		var r ReadyOrder
		var saved int64
		var q order.LineQuantity
		k := &r.Key
		if err := rows.Scan(&k.RowID, &k.Account.ID, &k.Account.Channel, &k.Account.Endpoint, &k.OrderID, &r.Reference, &saved, &q.LineID, &q.Quantity); err != nil {
			return err
		}
		r.SavedAt = at(saved)
		if len(out) == 0 || out[len(out)-1].Key.RowID != k.RowID {
			out = append(out, r)
		}
		last := &out[len(out)-1]
		last.Lines = append(last.Lines, q)
		return nil
	}, savedBefore.UnixMicro(), afterRowID, limited(limit))
	if err != nil {
		return nil, fmt.Errorf("list ready orders: %w", err)
	}
	return out, nil
}
