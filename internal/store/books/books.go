package books

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
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
		{"packages", s.auditPackages}, {"links", s.auditListings}, {"readings", s.auditReadings}, {"others", s.auditOthers}, {"pushes", s.auditPushes}, {"incidents", s.auditWithheld},
	} {
		if err := part.read(ctx, &b); err != nil {
			return Books{}, fmt.Errorf("read %s for the audit: %w", part.name, err)
		}
	}
	return b, nil
}

func (s *Store) auditOrders(ctx context.Context, b *Books) error {
	return s.Read(ctx, `SELECT id, account, channel_order_id, state, reason, total, shipping, seen_at, saved_at, channel_version, delivered_version,
			contradiction, kept, holds, allowed
		FROM orders ORDER BY id`, func(rows *sql.Rows) error {
		var (
			o           AuditOrder
			seen, saved int64
			outbox      order.Order
		)
		if err := rows.Scan(&o.RowID, &o.Account, &o.OrderID, &o.State, &o.Reason, &o.Total, &o.Shipping, &seen, &saved, &outbox.Version, &outbox.Delivered,
			&o.Contradiction, &o.Kept, &o.Holds, &o.Allowed); err != nil {
			return err
		}
		o.Version = outbox.Version
		o.SeenAt, o.SavedAt, outbox.State = db.At(seen), db.At(saved), o.State
		b.Orders = append(b.Orders, o)
		if outbox.Pending() {
			b.Pending++
		}
		return nil
	})
}

func (s *Store) auditWithheld(ctx context.Context, b *Books) error {
	b.Withheld = map[string]bool{}
	return s.Read(ctx, `SELECT account FROM incidents WHERE kind = $1`, func(rows *sql.Rows) error {
		var account string
		err := rows.Scan(&account)
		b.Withheld[account] = true
		return err
	}, string(incident.Withheld))
}

func (s *Store) auditKits(ctx context.Context, b *Books) error {
	b.Kits = catalogue.Contents{}
	return s.Read(ctx, `SELECT kit, part, quantity FROM kit_parts ORDER BY kit, part`, func(rows *sql.Rows) error {
		var kit string
		var p catalogue.Part
		err := rows.Scan(&kit, &p.SKU, &p.Quantity)
		b.Kits.Add(kit, p)
		return err
	})
}

func (s *Store) auditLines(ctx context.Context, b *Books) error {
	return s.Read(ctx, `SELECT l.order_id, l.line_id, l.channel_sku, l.sender, l.moved_to, l.sku, COALESCE(p.part, ''), COALESCE(p.quantity, 0), l.location, l.quantity, l.total,
			l.booked, l.reserved, l.backordered, l.unlinked, l.packed, l.shipped, l.cancelled, l.returned
		FROM order_lines l LEFT JOIN order_line_parts p ON p.order_id = l.order_id AND p.line_id = l.line_id
		ORDER BY l.order_id, l.line_id, p.part`, func(rows *sql.Rows) error {
		var (
			l      AuditLine
			p      order.Part
			booked int
			u      = &l.Units
		)
		err := rows.Scan(&l.RowID, &l.LineID, &l.ChannelSKU, &l.Sender, &l.MovedTo, &l.SKU, &p.SKU, &p.Per, &l.Location, &l.Quantity, &l.Total, &booked, &u.Reserved, &u.Backordered, &u.Unlinked,
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
	return s.Read(ctx, `SELECT sku, location, kind, CASE WHEN order_id = 0 THEN 0 ELSE 1 END, CASE WHEN actor = '' THEN 0 ELSE 1 END,
			CASE WHEN as_of = 0 THEN 0 ELSE 1 END, CAST(SUM(on_hand) AS BIGINT), CAST(SUM(reserved) AS BIGINT)
		FROM movements GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2`, func(rows *sql.Rows) error {
		var p stock.Place
		var m stock.Moved
		if err := rows.Scan(&p.SKU, &p.Location, &m.Kind, &m.ByOrder, &m.Named, &m.Dated, &m.OnHand, &m.Reserved); err != nil {
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
	return s.Read(ctx, `SELECT l.account, l.channel_sku, l.sku, l.listing_ref, l.held, l.held_cap, `+levels.StruckOff("l")+`, CASE WHEN `+levels.UnmanagedLink+` THEN 1 ELSE 0 END,
			CASE WHEN EXISTS (SELECT 1 FROM drifts d WHERE d.account = l.account AND d.channel_sku = l.channel_sku AND d.ours_version = l.accepted_version) THEN 1 ELSE 0 END, `+levels.Left("l", listing.FieldLevel)+`, `+
		levels.ZeroStateOf+`, `+db.SelectsOf[levels.TrackRow]("l")+` FROM links l ORDER BY l.account, l.channel_sku`, func(rows *sql.Rows) error {
		var (
			l         AuditListing
			unmanaged bool
			track     levels.TrackRow
		)
		err := rows.Scan(append([]any{&l.Account, &l.ChannelSKU, &l.SKU, &l.ListingRef, &l.Hold.Units, &l.Hold.Cap, &l.StruckOff, &unmanaged, &l.Foreign, &l.Left, &l.Zero}, db.FieldsOf(&track)...)...)
		if t := stock.Track(track); t.Ours(unmanaged) {
			l.Dirty = t.Behind() && !l.Left
			l.AcceptedAt, l.ChangedAt = db.At(track.AcceptedAt), db.At(track.DirtySince)
			b.Listings = append(b.Listings, l)
		}
		return err
	})
}

func (s *Store) auditOthers(ctx context.Context, b *Books) error {
	err := s.Read(ctx, `SELECT COUNT(*) FROM listing_marks WHERE live = 1`, func(rows *sql.Rows) error { return rows.Scan(&b.Marked) })
	if err != nil {
		return err
	}
	b.Others, b.PricesLeft = map[string]map[string]map[listing.Field]bool{}, map[string]map[string]bool{}
	err = s.Read(ctx, `SELECT account, channel_sku, field FROM field_drifts WHERE ended_at = 0 ORDER BY account, channel_sku`, func(rows *sql.Rows) error {
		var account, sku string
		var field listing.Field
		err := rows.Scan(&account, &sku, &field)
		if b.Others[account] == nil {
			b.Others[account] = map[string]map[listing.Field]bool{}
		}
		if b.Others[account][sku] == nil {
			b.Others[account][sku] = map[listing.Field]bool{}
		}
		b.Others[account][sku][field] = true
		return err
	})
	if err != nil {
		return err
	}
	return s.Read(ctx, `SELECT account, channel_sku FROM left_to_others WHERE field = $1 ORDER BY account, channel_sku`, func(rows *sql.Rows) error {
		var account, sku string
		err := rows.Scan(&account, &sku)
		if b.PricesLeft[account] == nil {
			b.PricesLeft[account] = map[string]bool{}
		}
		b.PricesLeft[account][sku] = true
		return err
	}, string(listing.FieldPrice))
}

func (s *Store) auditReadings(ctx context.Context, b *Books) error {
	b.ReadBack = map[string]time.Time{}
	return s.Read(ctx, `SELECT account, MAX(started_at) FROM runs WHERE kind = '`+string(register.Links)+`' AND ended_at > 0 AND fault_id = '' GROUP BY account`, func(rows *sql.Rows) error {
		var account string
		var began int64
		err := rows.Scan(&account, &began)
		b.ReadBack[account] = db.At(began)
		return err
	})
}

func (s *Store) auditPushes(ctx context.Context, b *Books) error {
	return s.Read(ctx, `SELECT account, channel_sku, sent_at, acked_at FROM pushes ORDER BY account, channel_sku, sent_at`, func(rows *sql.Rows) error {
		var (
			p    AuditPush
			sent stock.Sending
		)
		err := rows.Scan(&p.Account, &p.ChannelSKU, &sent.SentAt, &sent.AckedAt)
		if sent.Accepted() {
			p.SentAt, p.AckedAt = db.At(sent.SentAt), db.At(sent.AckedAt)
			b.Pushes = append(b.Pushes, p)
		}
		return err
	})
}

// ended are the states of orders that have ended, as a list for IN.
var ended = db.Words(order.States(), order.State.Terminal)

// Workload returns how many orders are stored, and how many can be worked on now: order.Workable, and no person has to decide about them.
func (s *Store) Workload(ctx context.Context) (saved, workable int, err error) {
	// The lines of ended orders, which are most, are not looked at.
	err = s.Read(ctx, `SELECT x.state, x.undecided, CAST(x.backordered AS BIGINT), CAST(x.unlinked AS BIGINT), COUNT(*) FROM (SELECT o.state,
			CASE WHEN `+incidents.UndecidedOrder+` THEN 1 ELSE 0 END AS undecided,
			CASE WHEN o.state IN `+ended+` THEN 0 ELSE (SELECT COALESCE(SUM(l.backordered), 0) FROM order_lines l WHERE l.order_id = o.id) END AS backordered,
			CASE WHEN o.state IN `+ended+` THEN 0 ELSE (SELECT COALESCE(SUM(l.unlinked), 0) FROM order_lines l WHERE l.order_id = o.id) END AS unlinked
			FROM orders o) x
		GROUP BY 1, 2, 3, 4`, func(rows *sql.Rows) error {
		var state order.State
		var u order.Units
		var n, undecided int
		err := rows.Scan(&state, &undecided, &u.Backordered, &u.Unlinked, &n)
		if saved += n; undecided == 0 && order.Workable(state, u) {
			workable += n
		}
		return err
	})
	if err != nil {
		return 0, 0, fmt.Errorf("count workable orders: %w", err)
	}
	return saved, workable, nil
}
