package orders

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/ledger"
)

// Outcome answers a change of one order.
type Outcome struct {
	State   order.State
	Refused string   // not empty: nothing was changed, and why; safe to show
	Dirty   []string // accounts that have dirty levels now, if the change made any
}

// OrderChange is one order under lock, with the levels of its lines and its unsent packages.
type OrderChange struct {
	*db.Tx
	*Record
	Books  *ledger.Ledger
	unsent *shipment.Unsent
	dirty  []string
}

// Change runs fn on one order in a transaction. When fn refuses, nothing that it did to lines, levels or
// packages is written, only what it sent to the database itself. Otherwise all is written, units that
// became free fill short lines, and the order's state is derived anew.
func Change(ctx context.Context, d *db.DB, what string, rowID int64, fn func(ctx context.Context, c *OrderChange) (refused string, err error)) (Outcome, error) {
	var out Outcome
	err := d.Write(ctx, fmt.Sprintf("%s of order %d", what, rowID), func(ctx context.Context, t *db.Tx) error {
		c, err := openOrder(ctx, t, rowID)
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

func openOrder(ctx context.Context, t *db.Tx, rowID int64) (*OrderChange, error) {
	c := &OrderChange{Tx: t, Books: ledger.NewLedger(t)}
	var err error
	if c.Record, err = LockOrder(ctx, t, rowID); err != nil {
		return nil, err
	}
	if c.Lines, err = c.Books.OpenLines(ctx, []int64{rowID}, nil); err != nil {
		return nil, err
	}
	unsent, err := loadUnsent(ctx, t, []int64{rowID})
	c.unsent = unsent[rowID]
	return c, err
}

// flush writes what changed.
func (c *OrderChange) flush(ctx context.Context) error {
	if err := c.Books.FillFreed(ctx); err != nil {
		return err
	}
	var err error
	if c.dirty, err = c.Books.Flush(ctx); err != nil {
		return err
	}
	if err := flushUnsent(ctx, c.Tx, map[int64]*shipment.Unsent{c.RowID: c.unsent}); err != nil {
		return err
	}
	if !c.Settle() {
		return nil
	}
	return c.ExecAll(ctx, 1, `UPDATE orders SET state = $2, updated_at = $3 WHERE id = $1`, c.RowID, string(c.State), c.Now)
}
