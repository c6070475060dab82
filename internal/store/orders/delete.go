package orders

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// Deletion is who deleted an order by hand, why and when.
type Deletion struct {
	By     string    `json:"by"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// Delete deletes an order by hand (order.Order.Delete) and notes who did it and why. Of one that is deleted already nothing changes. The
// order becomes pending in the outbox, so that its lifecycle ends.
func (s *Store) Delete(ctx context.Context, rowID int64, by, reason string) (Outcome, error) {
	return Change(ctx, s.DB, "delete", rowID, func(ctx context.Context, c *OrderChange) (string, error) {
		if c.State == order.Deleted {
			return "", nil
		}
		if refusal := c.Order.Delete(); refusal != "" {
			return refusal, nil
		}
		return "", c.ExecAll(ctx, 1, `INSERT INTO order_deletions (order_id, actor, reason, at) VALUES ($1, $2, $3, $4)`, c.RowID, db.Clean(by), db.Clean(reason), c.Now)
	})
}

// Restore takes a deletion back (order.Order.Restore). The order becomes pending in the outbox, so that a lifecycle begins.
func (s *Store) Restore(ctx context.Context, rowID int64, by string) (Outcome, error) {
	return Change(ctx, s.DB, "restore", rowID, func(ctx context.Context, c *OrderChange) (string, error) {
		if refusal := c.Order.Restore(); refusal != "" {
			return refusal, nil
		}
		return "", c.ExecAll(ctx, 1, `UPDATE order_deletions SET restored_at = $2, restored_by = $3 WHERE order_id = $1 AND restored_at = 0`, c.RowID, c.Now, db.Clean(by))
	})
}

// Deletions returns the deletion in force of each of a few orders, by row id.
func (s *Store) Deletions(ctx context.Context, rowIDs []int64) (map[int64]*Deletion, error) {
	out := map[int64]*Deletion{}
	if len(rowIDs) == 0 {
		return out, nil
	}
	err := s.Read(ctx, `SELECT d.order_id, d.actor, d.reason, d.at FROM {{rows 1}} CROSS JOIN order_deletions d
		WHERE d.order_id = r.value AND d.restored_at = 0`, func(rows *sql.Rows) error {
		var id, at int64
		d := &Deletion{}
		err := rows.Scan(&id, &d.By, &d.Reason, &at)
		d.At = db.At(at)
		out[id] = d
		return err
	}, db.IDs(rowIDs))
	if err != nil {
		return nil, fmt.Errorf("read deletions of orders: %w", err)
	}
	return out, nil
}
