package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/order"
)

// orderChange is one order under lock, with the levels of its lines and the packages that can be shrunk.
type orderChange struct {
	*tx
	rec     *record
	ledger  *ledger
	lines   []*line
	parcels parcels
	dirty   []string
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
			err = c.settle(ctx)
		}
		out = Outcome{State: c.rec.state, Refused: refused, Dirty: c.dirty}
		return err
	})
	if err != nil {
		return Outcome{}, err
	}
	return out, nil
}

func (t *tx) openOrder(ctx context.Context, rowID int64) (*orderChange, error) {
	c := &orderChange{tx: t, ledger: newLedger(t)}
	var err error
	if c.rec, err = t.lockOrder(ctx, rowID); err != nil {
		return nil, err
	}
	if c.lines, err = c.ledger.openLines(ctx, []int64{rowID}, nil); err != nil {
		return nil, err
	}
	c.parcels, err = t.loadParcels(ctx, []int64{rowID})
	return c, err
}

// settle writes what changed.
func (c *orderChange) settle(ctx context.Context) error {
	if err := c.ledger.fill(ctx); err != nil {
		return err
	}
	var err error
	if c.dirty, err = c.ledger.flush(ctx); err != nil {
		return err
	}
	if err := c.parcels.flush(ctx, c.tx); err != nil {
		return err
	}
	if c.rec.state == order.Skipped {
		return nil
	}
	var sum order.Units
	for _, l := range c.lines {
		sum = sum.Add(l.units)
	}
	state := c.rec.stateAfter(sum)
	if state == c.rec.state {
		return nil
	}
	c.rec.state = state
	return c.execAll(ctx, 1, `UPDATE orders SET state = $2, updated_at = $3 WHERE id = $1`, c.rec.id, string(state), c.now)
}

// line finds a line by the channel's id.
func (c *orderChange) line(id string) *line {
	if i := slices.IndexFunc(c.lines, func(l *line) bool { return l.id == id }); i >= 0 {
		return c.lines[i]
	}
	return nil
}

// lineNames are the order's line ids, for errors.
func (c *orderChange) lineNames() []string {
	out := make([]string, len(c.lines))
	for i, l := range c.lines {
		out[i] = l.id
	}
	return out
}
