package orders

import (
	"context"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
)

// Reopen opens units again that ended here and that the channel shows as open (order.Order.Reopen). The order becomes pending in the
// outbox, so that a lifecycle hears of it.
func (s *Store) Reopen(ctx context.Context, rowID int64, restock bool) (Outcome, error) {
	return Change(ctx, s.DB, "reopen", rowID, func(ctx context.Context, c *OrderChange) (string, error) {
		refusal := c.Order.Reopen(c.Books.Allocation, restock)
		c.Redeliver()
		if refusal != "" {
			return refusal, nil
		}
		return "", c.settleCancel(ctx)
	})
}

// Keep leaves an order as it is here, whatever its channel says against it, until the channel says something else.
func (s *Store) Keep(ctx context.Context, rowID int64) (Outcome, error) {
	return Change(ctx, s.DB, "keep", rowID, func(_ context.Context, c *OrderChange) (string, error) { return c.Order.Keep(), nil })
}

// notByHand is order.HoldByHand not among the holds of an order o: what a person holds is never due, and stands in nobody's way.
const notByHand = `',' || o.holds || ',' NOT LIKE '%,` + string(order.HoldByHand) + `,%'`

// ReleaseNotYet lets units of up to limit orders be packed whose date has come (order.Order.ReleaseNotYet), and returns how many orders it were.
func (s *Store) ReleaseNotYet(ctx context.Context, now time.Time, limit int) (n int, err error) {
	due, err := s.entries(ctx, `WHERE o.not_before > 0 AND o.not_before <= $1 ORDER BY o.not_before, o.id LIMIT $2`, now.UnixMicro(), limit)
	if err != nil {
		return 0, fmt.Errorf("find orders whose date has come: %w", err)
	}
	for _, e := range due {
		_, err := Change(ctx, s.DB, "release", e.Key.RowID, func(_ context.Context, c *OrderChange) (string, error) {
			c.Order.ReleaseNotYet(now.UnixMicro())
			return "", nil
		})
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// ReleaseRefunded releases the units of up to limit orders that were refunded longer ago than order.RefundGrace, and returns the
// accounts with dirty levels and how many orders it were.
func (s *Store) ReleaseRefunded(ctx context.Context, now time.Time, limit int) (dirty []string, n int, err error) {
	due, err := s.entries(ctx, `WHERE o.hold = '`+string(order.HoldRefunded)+`' AND `+incidents.NotLifted+` AND o.hold_since <= $1
		AND `+notByHand+`
		AND o.state IN `+db.Words(order.States(), order.State.ToBePacked)+` ORDER BY o.id LIMIT $2`, now.Add(-order.RefundGrace).UnixMicro(), limit)
	if err != nil {
		return nil, 0, fmt.Errorf("find refunded orders: %w", err)
	}
	for _, e := range due {
		out, err := Change(ctx, s.DB, "release the refunded units", e.Key.RowID, func(_ context.Context, c *OrderChange) (string, error) {
			if c.Order.ReleaseRefunded(c.Books.Allocation, now.UnixMicro()) {
				c.Redeliver()
			}
			return "", nil
		})
		if err != nil {
			return dirty, n, err
		}
		dirty, n = append(dirty, out.Dirty...), n+1
	}
	return dirty, n, nil
}
