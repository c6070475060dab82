package books

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/store/levels"
)

// All reads everything that an audit needs.
func (s *Store) All(ctx context.Context) (Books, error) {
	var b Books
	for _, part := range []struct {
		name string
		read func(context.Context, *Books) error
	}{
		{"orders", s.auditOrders}, {"kits", s.auditKits}, {"lines", s.auditLines}, {"stock levels", s.auditLevels}, {"movements", s.auditMovements},
		{"packages", s.auditPackages}, {"links", s.auditListings}, {"pushes", s.auditPushes},
	} {
		if err := part.read(ctx, &b); err != nil {
			return Books{}, fmt.Errorf("read %s for the audit: %w", part.name, err)
		}
	}
	return b, nil
}

func (s *Store) auditOrders(ctx context.Context, b *Books) error {
	return s.Read(ctx, `SELECT id, account, channel_order_id, state, reason, total, shipping, seen_at, saved_at,
		CASE WHEN delivered_version < channel_version THEN 1 ELSE 0 END FROM orders ORDER BY id`, func(rows *sql.Rows) error {
		var (
			o           AuditOrder
			seen, saved int64
			pending     int
		)
		if err := rows.Scan(&o.RowID, &o.Account, &o.OrderID, &o.State, &o.Reason, &o.Total, &o.Shipping, &seen, &saved, &pending); err != nil {
			return err
		}
		o.SeenAt, o.SavedAt = db.At(seen), db.At(saved)
		b.Orders = append(b.Orders, o)
		b.Pending += pending
		return nil
	})
}

func (s *Store) auditKits(ctx context.Context, b *Books) error {
	b.Kits = catalogue.Contents{}
	return s.Read(ctx, `SELECT kit, part, quantity FROM kit_parts WHERE quantity > 0 ORDER BY kit, part`, func(rows *sql.Rows) error {
		var kit string
		var p catalogue.Part
		err := rows.Scan(&kit, &p.SKU, &p.Quantity)
		b.Kits[kit] = append(b.Kits[kit], p)
		return err
	})
}

func (s *Store) auditLines(ctx context.Context, b *Books) error {
	return s.Read(ctx, `SELECT l.order_id, l.line_id, l.sku, COALESCE(p.part, l.sku), COALESCE(p.quantity, 1), l.location, l.quantity, l.total,
			l.taken, l.reserved, l.backordered, l.unlinked, l.packed, l.shipped, l.cancelled, l.returned
		FROM order_lines l LEFT JOIN order_line_parts p ON p.order_id = l.order_id AND p.line_id = l.line_id
		ORDER BY l.order_id, l.line_id, p.part`, func(rows *sql.Rows) error {
		var (
			l      AuditLine
			p      catalogue.Part
			booked int
			u      = &l.Units
		)
		err := rows.Scan(&l.RowID, &l.LineID, &l.SKU, &p.SKU, &p.Quantity, &l.Location, &l.Quantity, &l.Total, &booked, &u.Reserved, &u.Backordered, &u.Unlinked,
			&u.Packed, &u.Shipped, &u.Cancelled, &l.Returned)
		l.Booked = booked != 0
		if n := len(b.Lines); n == 0 || b.Lines[n-1].RowID != l.RowID || b.Lines[n-1].LineID != l.LineID {
			b.Lines = append(b.Lines, l)
		}
		if last := &b.Lines[len(b.Lines)-1]; p.SKU != "" {
			last.Parts = append(last.Parts, p)
		}
		return err
	})
}

func (s *Store) auditLevels(ctx context.Context, b *Books) error {
	return s.Read(ctx, `SELECT sku, location, on_hand, reserved, backordered FROM stock_levels ORDER BY sku, location`, func(rows *sql.Rows) error {
		var r ledger.StockRow
		err := rows.Scan(&r.SKU, &r.Location, &r.OnHand, &r.Reserved, &r.Backordered)
		b.Levels = append(b.Levels, r)
		return err
	})
}

func (s *Store) auditMovements(ctx context.Context, b *Books) error {
	return s.Read(ctx, `SELECT sku, location, kind, CASE WHEN order_id = 0 THEN 0 ELSE 1 END, CASE WHEN actor <> '' OR as_of > 0 THEN 1 ELSE 0 END,
			CAST(SUM(on_hand) AS BIGINT), CAST(SUM(reserved) AS BIGINT)
		FROM movements GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2`, func(rows *sql.Rows) error {
		var p stock.Place
		var m stock.Moved
		if err := rows.Scan(&p.SKU, &p.Location, &m.Kind, &m.ByOrder, &m.Signed, &m.OnHand, &m.Reserved); err != nil {
			return err
		}
		if n := len(b.Movements); n == 0 || b.Movements[n-1].Place != p {
			b.Movements = append(b.Movements, AuditMovement{Place: p})
		}
		b.Movements[len(b.Movements)-1].Sums.Add(m)
		return nil
	})
}

func (s *Store) auditPackages(ctx context.Context, b *Books) error {
	return s.Read(ctx, `SELECT order_id, package_id, tracking, state FROM packages ORDER BY order_id, number`, func(rows *sql.Rows) error {
		var p AuditPackage
		err := rows.Scan(&p.RowID, &p.ID, &p.Tracking, &p.State)
		b.Packages = append(b.Packages, p)
		return err
	})
}

func (s *Store) auditListings(ctx context.Context, b *Books) error {
	return s.Read(ctx, `SELECT account, channel_sku, sku, listing_ref, held, held_cap,
			CASE WHEN dirty_version > clean_version AND dirty_version > held_version THEN 1 ELSE 0 END
		FROM links l WHERE channel_fulfils = 0 AND NOT `+levels.UnmanagedLink+` ORDER BY account, channel_sku`, func(rows *sql.Rows) error {
		var (
			l     AuditListing
			dirty int
		)
		err := rows.Scan(&l.Account, &l.ChannelSKU, &l.SKU, &l.ListingRef, &l.Hold.Units, &l.Hold.Cap, &dirty)
		l.Dirty = dirty != 0
		b.Listings = append(b.Listings, l)
		return err
	})
}

func (s *Store) auditPushes(ctx context.Context, b *Books) error {
	return s.Read(ctx, `SELECT account, channel_sku, sent_at, acked_at FROM pushes WHERE acked_at > 0
		ORDER BY account, channel_sku, sent_at`, func(rows *sql.Rows) error {
		var (
			p           AuditPush
			sent, acked int64
		)
		err := rows.Scan(&p.Account, &p.ChannelSKU, &sent, &acked)
		p.SentAt, p.AckedAt = db.At(sent), db.At(acked)
		b.Pushes = append(b.Pushes, p)
		return err
	})
}

// Workload returns how many orders are stored, and how many can be worked on now: not ended, and not waiting for stock, a link or
// payment.
func (s *Store) Workload(ctx context.Context) (saved, workable int, err error) {
	err = s.Read(ctx, `SELECT x.state, x.waits, COUNT(*) FROM (SELECT o.state, CASE WHEN EXISTS (
			SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.backordered + l.unlinked > 0) THEN 1 ELSE 0 END AS waits FROM orders o) x
		GROUP BY x.state, x.waits`, func(rows *sql.Rows) error {
		var state order.State
		var waits bool
		var n int
		err := rows.Scan(&state, &waits, &n)
		if saved += n; state.Workable() && !waits {
			workable += n
		}
		return err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("count workable orders: %w", err)
	}
	return saved, workable, nil
}
