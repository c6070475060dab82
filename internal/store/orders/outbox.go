package orders

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/db"
)

// OutboxEntry is a change of an order, to be delivered to its lifecycle.
type OutboxEntry struct {
	Key     message.OrderKey
	State   order.State
	Version int64             // channel version that the entry is about
	New     bool              // no lifecycle was started for the order so far
	Unsent  []string          // packages processed and not confirmed
	Unshown []message.Unshown // packages confirmed and not shown by the channel

	changedAt int64 // when the order changed last, UTC microseconds
}

// MarkDelivered records that lifecycles were started or signalled. Of several versions of an order the newest counts, also when a
// newer one is saved already.
func (s *Store) MarkDelivered(ctx context.Context, entries []OutboxEntry) error {
	if len(entries) == 0 {
		return nil
	}
	deliveries := make([]order.Delivery, len(entries))
	for i, e := range entries {
		deliveries[i] = order.Delivery{RowID: e.Key.RowID, Version: e.Version}
	}
	return s.Write(ctx, "mark outbox entries delivered", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `WITH delivered AS (
				SELECT o.id, r.version FROM {{rows 1}} CROSS JOIN orders o
				WHERE o.id = r.order_id AND o.delivered_version <= r.version ORDER BY o.id {{lock o}})
			UPDATE orders SET started = 1, delivered_version = delivered.version
			FROM delivered WHERE orders.id = delivered.id`,
			db.RowsBy(order.Newest(deliveries), func(d order.Delivery) deliveredVersion { return deliveredVersion(d) }))
		return err
	})
}

// deliveredVersion is the version of an order that was delivered to its lifecycle.
type deliveredVersion struct {
	RowID   int64 `db:"order_id"`
	Version int64 `db:"version"`
}

// pendingOrder is order.Order.Pending in SQL, of an order o: its first condition is that of the index orders_pending. neverSent is a
// package p that shipment.Known.Process has processed and shipment.Known.Prepare never prepared.
const (
	pendingOrder = `o.delivered_version < o.channel_version AND o.state <> '` + string(order.Skipped) + `'`
	neverSent    = `p.state = '` + string(shipment.Processed) + `' AND p.attempts = 0`
)

// Pending lists outbox entries that were saved before olderThan and are not delivered, oldest first: those after another one that it has
// listed, or all after the zero entry.
func (s *Store) Pending(ctx context.Context, olderThan time.Time, after OutboxEntry, limit int) ([]OutboxEntry, error) {
	out, err := s.entries(ctx, `WHERE `+pendingOrder+` AND o.updated_at < $1 AND (o.updated_at, o.id) > ($2, $3)
		ORDER BY o.updated_at, o.id LIMIT $4`, olderThan.UnixMicro(), after.changedAt, after.Key.RowID, db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("list pending outbox entries: %w", err)
	}
	return out, nil
}

// PendingOf returns the outbox entry of an order if it is pending.
func (s *Store) PendingOf(ctx context.Context, rowID int64) ([]OutboxEntry, error) {
	out, err := s.entries(ctx, `WHERE `+pendingOrder+` AND o.id = $1`, rowID)
	if err != nil {
		return nil, fmt.Errorf("outbox entry of order %d: %w", rowID, err)
	}
	return out, nil
}

// OpenOrders lists orders whose life goes on, those after afterRowID, as outbox entries from which a lifecycle can start.
func (s *Store) OpenOrders(ctx context.Context, afterRowID int64, limit int) ([]OutboxEntry, error) {
	out, err := s.entries(ctx, `WHERE o.state NOT IN `+db.Words(order.States(), order.State.Terminal)+` AND o.id > $1
		ORDER BY o.id LIMIT $2`, afterRowID, db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("list open orders: %w", err)
	}
	return out, nil
}

// ForgottenPackages returns outbox entries for orders with packages that were processed before a time and never attempted.
func (s *Store) ForgottenPackages(ctx context.Context, processedBefore time.Time, afterRowID int64, limit int) ([]OutboxEntry, error) {
	out, err := s.entries(ctx, `WHERE o.id > $2 AND o.id IN (SELECT p.order_id FROM packages p
			WHERE `+neverSent+` AND p.processed_at < $1)
		ORDER BY o.id LIMIT $3`, processedBefore.UnixMicro(), afterRowID, db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("list packages never attempted: %w", err)
	}
	return out, nil
}

// entries reads orders as outbox entries, with the packages that wait to be sent.
func (s *Store) entries(ctx context.Context, rest string, args ...any) ([]OutboxEntry, error) {
	var out []OutboxEntry
	var list []int64
	err := s.Read(ctx, `SELECT `+recordColumns+`, o.updated_at FROM orders o JOIN accounts a ON a.id = o.account `+rest, func(rows *sql.Rows) error {
		var r Record
		var changed int64
		if err := rows.Scan(append(r.fields(), &changed)...); err != nil {
			return err
		}
		out = append(out, OutboxEntry{Key: r.key(), State: r.State, Version: r.Version, New: !r.Started, changedAt: changed})
		list = append(list, r.RowID)
		return nil
	}, args...)
	if err != nil {
		return nil, err
	}
	unsent, err := Unsent(ctx, s.Read, list)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Unsent = unsent[out[i].Key.RowID]
	}
	return out, nil
}
