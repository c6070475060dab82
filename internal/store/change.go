package store

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/shipment"
)

// orderChange is one order under lock, with the levels of its lines and its unsent packages.
type orderChange struct {
	*tx
	*record
	books  *ledger
	unsent *shipment.Unsent
	dirty  []string
}

// change runs fn on one order in a transaction. When fn refuses, nothing that it did to lines, levels or
// packages is written, only what it sent to the database itself. Otherwise all is written, units that
// became free fill short lines, and the order's state is derived anew.
func (s *Store) change(ctx context.Context, what string, rowID int64, fn func(ctx context.Context, c *orderChange) (refused string, err error)) (Outcome, error) {
	var out Outcome
	err := s.write(ctx, fmt.Sprintf("%s of order %d", what, rowID), func(ctx context.Context, t *tx) error {
		c, err := t.openOrder(ctx, rowID)
		if err != nil {
			return err
		}
		refused, err := fn(ctx, c)
		if err != nil {
			return err
		}
		if refused == "" {
			err = c.flush(ctx)
		}
		out = Outcome{State: c.State, Refused: refused, Dirty: c.dirty}
		return err
	})
	if err != nil {
		return Outcome{}, err
	}
	return out, nil
}

func (t *tx) openOrder(ctx context.Context, rowID int64) (*orderChange, error) {
	c := &orderChange{tx: t, books: newLedger(t)}
	var err error
	if c.record, err = t.lockOrder(ctx, rowID); err != nil {
		return nil, err
	}
	if c.Lines, err = c.books.openLines(ctx, []int64{rowID}, nil); err != nil {
		return nil, err
	}
	unsent, err := t.loadUnsent(ctx, []int64{rowID})
	c.unsent = unsent[rowID]
	return c, err
}

// flush writes what changed.
func (c *orderChange) flush(ctx context.Context) error {
	if err := c.books.fill(ctx); err != nil {
		return err
	}
	var err error
	if c.dirty, err = c.books.flush(ctx); err != nil {
		return err
	}
	if err := c.flushUnsent(ctx, map[int64]*shipment.Unsent{c.RowID: c.unsent}); err != nil {
		return err
	}
	if !c.Settle() {
		return nil
	}
	return c.execAll(ctx, 1, `UPDATE orders SET state = $2, updated_at = $3 WHERE id = $1`, c.RowID, string(c.State), c.now)
}
