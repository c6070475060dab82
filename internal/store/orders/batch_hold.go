package orders

import (
	"context"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// HoldInBatch is Hold of an order of a batch, in the words of its outcome, which is saved with the hold: when the process ends right after, the
// batch does not hold the order again, which somebody may have released meanwhile.
func (s *Store) HoldInBatch(ctx context.Context, b Batch, rowID int64, words string) (Outcome, error) {
	return Change(ctx, s.DB, "hold", rowID, func(ctx context.Context, c *OrderChange) (string, error) {
		refusal, err := c.holdByHand(ctx, b.By, b.Reason)
		return c.doneInBatch(ctx, b, words, refusal, err)
	})
}

// ReleaseInBatch is Allow of what a person holds, saved with its outcome as by HoldInBatch: a batch that goes on would be refused what it has done.
func (s *Store) ReleaseInBatch(ctx context.Context, b Batch, rowID int64, words string) (Outcome, error) {
	return Change(ctx, s.DB, "allow", rowID, func(ctx context.Context, c *OrderChange) (string, error) {
		refusal, err := c.allow(ctx, b.By, []order.Hold{order.HoldByHand})
		return c.doneInBatch(ctx, b, words, refusal, err)
	})
}

// doneInBatch saves that a batch has done its action to the order, unless it was refused.
func (c *OrderChange) doneInBatch(ctx context.Context, b Batch, words, refusal string, err error) (string, error) {
	if err != nil || refusal != "" {
		return refusal, err
	}
	return "", c.ExecAll(ctx, 1, `UPDATE order_batch_orders SET outcome = $3, words = $4, at = $5 WHERE batch_id = $1 AND order_id = $2`,
		b.ID, c.RowID, string(order.OutcomeDone), db.Clean(words), c.Now)
}
