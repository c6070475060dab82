package market

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// SetQuantitiesAt is like SetQuantities, but buyers see the change at a later time; the answer is immediate and
// durable. Changes of one SKU take effect in the order of submission, and an immediate change cancels pending ones of
// its kind.
func (m *Market) SetQuantitiesAt(ctx context.Context, at time.Time, changes []QuantityChange) ([]error, error) {
	if m.asGoodAsNow(at) {
		return m.SetQuantities(ctx, changes)
	}
	var answers []error
	err := m.change(ctx, func(c *change) error {
		var accepted []QuantityChange
		var err error
		if answers, accepted, err = c.validate(changes); err != nil {
			return err
		}
		rows := newSchedule()
		for _, q := range accepted {
			rows.add(at.UnixMicro(), q.SKU, q.Quantity, nil)
		}
		c.rescheduled = true
		return rows.run(ctx, c.tx)
	})
	if err != nil {
		return nil, fmt.Errorf("set %d quantities later: %w", len(changes), err)
	}
	return answers, nil
}

// SaveListingsAt is like SaveListings with effect at a later time, as in SetQuantitiesAt.
func (m *Market) SaveListingsAt(ctx context.Context, at time.Time, listings []Listing) error {
	if m.asGoodAsNow(at) {
		return m.SaveListings(ctx, listings)
	}
	err := m.change(ctx, func(c *change) error {
		rows := newSchedule()
		for i, l := range listings {
			if l.SKU == "" {
				return fmt.Errorf("listing %d (%q): give a SKU", i+1, l.Title)
			}
			if _, err := c.over(Listing{Status: Live}, l); err != nil {
				return err
			}
			text, err := json.Marshal(l)
			if err != nil {
				return err
			}
			rows.add(at.UnixMicro(), l.SKU, l.Quantity, string(text))
		}
		c.rescheduled = true
		return rows.run(ctx, c.tx)
	})
	if err != nil {
		return fmt.Errorf("save %d listings later: %w", len(listings), err)
	}
	return nil
}

// asGoodAsNow reports whether a change would be due before it is on disk, so that storing it as pending is useless.
// At the highest speed all are.
func (m *Market) asGoodAsNow(at time.Time) bool { return at.Sub(m.options.Now()) < time.Millisecond }

// newSchedule returns an insert of pending changes; a change of a SKU never precedes one submitted earlier.
func newSchedule() *insert {
	rows := newInsert(`INSERT INTO due (at, sku, quantity, listing)
		SELECT MAX(v.column1, COALESCE((SELECT MAX(d.at) FROM due d WHERE d.sku = v.column2), 0)), v.column2, v.column3, v.column4 FROM (`, 4)
	rows.suffix = `) AS v`
	return rows
}

// Pending returns how many accepted changes of listings have not taken effect yet.
func (r *Reader) Pending(ctx context.Context) (n int, err error) {
	if err := r.due(ctx); err != nil {
		return 0, fmt.Errorf("count changes to come: %w", err)
	}
	if err := r.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM due`).Scan(&n); err != nil {
		return 0, fmt.Errorf("count changes to come: %w", err)
	}
	return n, nil
}

// coming is a pending change of a whole listing or only its quantity.
type coming struct {
	sku      string
	quantity int
	listing  sql.NullString
}

// applyDue applies the changes that are due; next is when the first one is.
func (c *change) applyDue(next int64) error {
	c.coming = next != 0
	if next == 0 || next > c.now() {
		return nil
	}
	var due []coming
	err := each(c.ctx, c.tx, `SELECT sku, quantity, listing FROM due WHERE at <= ? ORDER BY at, id`, []any{c.now()}, func(rows *sql.Rows) error {
		var d coming
		err := rows.Scan(&d.sku, &d.quantity, &d.listing)
		due = append(due, d)
		return err
	})
	for len(due) > 0 && err == nil {
		n := 1
		for n < len(due) && due[n].listing.Valid == due[0].listing.Valid {
			n++
		}
		err = c.happen(due[:n])
		due = due[n:]
	}
	if err == nil {
		err = c.exec(`DELETE FROM due WHERE at <= ?`, c.now())
	}
	if err != nil {
		return fmt.Errorf("apply what is due: %w", err)
	}
	c.rescheduled = true
	return nil
}

// happen applies changes of one kind. A quantity of a listing deleted meanwhile is dropped.
func (c *change) happen(due []coming) error {
	var quantities []QuantityChange
	var listings []Listing
	for _, d := range due {
		if !d.listing.Valid {
			quantities = append(quantities, QuantityChange{SKU: d.sku, Quantity: d.quantity})
			continue
		}
		var l Listing
		if err := json.Unmarshal([]byte(d.listing.String), &l); err != nil {
			return fmt.Errorf("listing %s to come: %w", d.sku, err)
		}
		l.Quantity = d.quantity
		listings = append(listings, l)
	}
	if len(listings) > 0 {
		return c.save(listings)
	}
	_, accepted, err := c.validate(quantities)
	if err != nil {
		return err
	}
	return c.level(accepted)
}
