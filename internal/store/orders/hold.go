package orders

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// Held is one reason why an order is not to be shipped without a person's word. By, Reason and At are of a person's own hold.
type Held struct {
	Hold   order.Hold `json:"hold"`
	Lifted bool       `json:"lifted,omitempty"`
	By     string     `json:"by,omitempty"`
	Reason string     `json:"reason,omitempty"`
	At     time.Time  `json:"at,omitzero"`
}

// ByHand reports whether a person holds the order.
func (h Held) ByHand() bool { return h.Hold == order.HoldByHand }

// Text returns the hold as text for operators, without a full stop.
func (h Held) Text() string {
	if h.By == "" {
		return h.Hold.Text()
	}
	return h.By + " held it: " + strings.TrimSuffix(h.Reason, ".")
}

func heldBy(holds, allowed order.HoldSet) []Held {
	var all []Held
	for _, h := range holds.List() {
		all = append(all, Held{Hold: h, Lifted: allowed.Has(h)})
	}
	return all
}

// OpenHolds returns the holds that keep the order from being packed.
func (o OrderRow) OpenHolds() []Held {
	var open []Held
	for _, h := range o.Holds {
		if !h.Lifted && o.State.ToBePacked() {
			open = append(open, h)
		}
	}
	return open
}

// sayWhy completes a person's own hold.
func sayWhy(holds []Held, word Held) {
	for i := range holds {
		if holds[i].ByHand() {
			holds[i] = word
		}
	}
}

// Hold is a person's word that nothing of an order is to be packed for now (order.Order.HoldByHand), with who says so and why. Of one that a
// person holds already nothing changes.
func (s *Store) Hold(ctx context.Context, rowID int64, by, reason string) (Outcome, error) {
	return Change(ctx, s.DB, "hold", rowID, func(ctx context.Context, c *OrderChange) (string, error) { return c.holdByHand(ctx, by, reason) })
}

func (c *OrderChange) holdByHand(ctx context.Context, by, reason string) (refusal string, err error) {
	if c.Holds.Has(order.HoldByHand) && c.State.ToBePacked() {
		return "", nil
	}
	if refusal := c.Order.HoldByHand(c.Now); refusal != "" {
		return refusal, nil
	}
	_, err = c.Exec(ctx, `INSERT INTO order_holds (order_id, actor, reason, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (order_id) WHERE lifted_at = 0 DO NOTHING`, c.RowID, db.Clean(by), db.Clean(reason), c.Now)
	return "", err
}

// Allow lifts holds of an order, or the only one (order.Order.Allow).
func (s *Store) Allow(ctx context.Context, rowID int64, by string, holds []order.Hold) (Outcome, error) {
	return Change(ctx, s.DB, "allow", rowID, func(ctx context.Context, c *OrderChange) (string, error) { return c.allow(ctx, by, holds) })
}

func (c *OrderChange) allow(ctx context.Context, by string, holds []order.Hold) (refusal string, err error) {
	if refusal := c.Order.Allow(holds, c.Now); refusal != "" {
		return refusal, nil
	}
	return "", c.lifted(ctx, by)
}

// LiftAll lifts all that holds the order, if anything does, with the change that it is part of.
func (c *OrderChange) LiftAll(ctx context.Context, by string) error {
	c.AllowAll(c.Now)
	return c.lifted(ctx, by)
}

// lifted records whose word lifted holds.
func (c *OrderChange) lifted(ctx context.Context, by string) error {
	if err := c.declineRequest(ctx); err != nil || c.Holds.Has(order.HoldByHand) {
		return err
	}
	_, err := c.Exec(ctx, `UPDATE order_holds SET lifted_at = $2, lifted_by = $3 WHERE order_id = $1 AND lifted_at = 0`, c.RowID, c.Now, db.Clean(by))
	return err
}

// handHolds returns the holds in force that persons gave a few orders, by row id.
func (s *Store) handHolds(ctx context.Context, rowIDs []int64) (map[int64]Held, error) {
	out := map[int64]Held{}
	if len(rowIDs) == 0 {
		return out, nil
	}
	err := s.Read(ctx, `SELECT h.order_id, h.actor, h.reason, h.at FROM {{rows 1}} CROSS JOIN order_holds h
		WHERE h.order_id = r.value AND h.lifted_at = 0`, func(rows *sql.Rows) error {
		var id, at int64
		h := Held{Hold: order.HoldByHand}
		err := rows.Scan(&id, &h.By, &h.Reason, &at)
		h.At = db.At(at)
		out[id] = h
		return err
	}, db.IDs(rowIDs))
	if err != nil {
		return nil, fmt.Errorf("read holds of orders: %w", err)
	}
	return out, nil
}
