package orders

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/store/db"
)

// Event is one thing that happened to an order, as the store has recorded it.
type Event struct {
	At   time.Time `json:"at"`
	What EventKind `json:"what"`
	By   string    `json:"by,omitempty"`
	Text string    `json:"text,omitempty"` // the reason, the package or the refusal
}

// EventKind is what happened.
type EventKind string

// The kinds of events.
const (
	EventHeld          EventKind = "held"
	EventReleased      EventKind = "released"
	EventDeleted       EventKind = "deleted"
	EventRestored      EventKind = "restored"
	EventCancelAsked   EventKind = "cancel-asked"
	EventCancelled     EventKind = "cancelled"
	EventReturned      EventKind = "returned"
	EventPackageSaved  EventKind = "package-saved"
	EventPackagePacked EventKind = "package-packed"
	EventConfirmed     EventKind = "package-confirmed"
	EventExported      EventKind = "exported"
	EventParked        EventKind = "parked"
	EventActedOn       EventKind = "acted-on"
)

// mostEvents is how many events of an order are read: far more than an order has.
const mostEvents = 500

// Events lists what happened to an order, the first first. Each table is looked up by the order.
func (s *Store) Events(ctx context.Context, rowID int64) ([]Event, error) {
	var out []Event
	err := s.Read(ctx, `SELECT at, what, actor, text FROM (
			SELECT h.at, 'held' AS what, h.actor, h.reason AS text FROM order_holds h WHERE h.order_id = $1
			UNION ALL SELECT h.lifted_at, 'released', h.lifted_by, h.reason FROM order_holds h WHERE h.order_id = $1
			UNION ALL SELECT d.at, 'deleted', d.actor, d.reason FROM order_deletions d WHERE d.order_id = $1
			UNION ALL SELECT d.restored_at, 'restored', d.restored_by, '' FROM order_deletions d WHERE d.order_id = $1
			UNION ALL SELECT c.saved_at, 'cancel-asked', '', c.reason FROM cancellations c WHERE c.order_id = $1
			UNION ALL SELECT c.applied_at, 'cancelled', '', c.reason FROM cancellations c WHERE c.order_id = $1
			UNION ALL SELECT r.at, 'returned', r.actor, r.reason FROM goods_returns r WHERE r.order_id = $1
			UNION ALL SELECT p.saved_at, 'package-saved', '', p.package_id FROM packages p WHERE p.order_id = $1
			UNION ALL SELECT p.processed_at, 'package-packed', '', p.package_id FROM packages p WHERE p.order_id = $1
			UNION ALL SELECT p.confirmed_at, 'package-confirmed', '', p.package_id FROM packages p WHERE p.order_id = $1
			UNION ALL SELECT e.created_at, 'exported', e.created_by, CAST(e.id AS TEXT) FROM exported_orders x JOIN order_exports e ON e.id = x.export_id WHERE x.order_id = $1
			UNION ALL SELECT k.since, 'parked', '', k.package_id FROM parked k WHERE k.order_id = $1
			UNION ALL SELECT x.at, 'acted-on', b.actor, b.action || ': ' || x.words FROM order_batch_orders x JOIN order_batches b ON b.id = x.batch_id WHERE x.order_id = $1
		) e WHERE at > 0 ORDER BY at, what LIMIT $2`, func(rows *sql.Rows) error {
		var e Event
		var at int64
		err := rows.Scan(&at, &e.What, &e.By, &e.Text)
		e.At = db.At(at)
		out = append(out, e)
		return err
	}, rowID, mostEvents)
	if err != nil {
		return nil, fmt.Errorf("read what happened to order %d: %w", rowID, err)
	}
	return out, nil
}
