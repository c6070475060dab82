package packages

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// ReadyOrder is an order that the warehouse can pack: every open unit reserved.
type ReadyOrder struct {
	Key       message.OrderKey
	Reference string
	SavedAt   time.Time
	Lines     []order.LineQuantity // reserved units
}

// ReadyOrders lists orders that the warehouse can pack: paid or taken unpaid, first saved before savedBefore, with every open
// unit reserved. Those after afterRowID.
func (s *Store) ReadyOrders(ctx context.Context, savedBefore time.Time, afterRowID int64, limit int) ([]ReadyOrder, error) {
	var out []ReadyOrder
	err := s.Read(ctx, `WITH ready AS (SELECT o.id FROM orders o JOIN accounts a ON a.id = o.account
			WHERE `+toPack+` AND o.id > $2 AND o.saved_at < $1
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
		r.SavedAt = db.At(saved)
		if len(out) == 0 || out[len(out)-1].Key.RowID != k.RowID {
			out = append(out, r)
		}
		last := &out[len(out)-1]
		last.Lines = append(last.Lines, q)
		return nil
	}, savedBefore.UnixMicro(), afterRowID, db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("list ready orders: %w", err)
	}
	return out, nil
}
