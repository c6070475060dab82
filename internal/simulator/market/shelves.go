package market

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// Shelf returns what a listing has at a location besides the first; stocked is false where it is not sold from there.
func (r *Reader) Shelf(ctx context.Context, sku, location string) (quantity int, stocked bool, err error) {
	err = r.db.QueryRowContext(ctx, `SELECT quantity, active FROM shelves WHERE sku = ? AND location = ?`, sku, location).Scan(&quantity, &stocked)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("read %s at %s: %w", sku, location, err)
	}
	return quantity, stocked, nil
}

// Shelves returns what the listings have at the locations besides the first, from where they are sold, by SKU and location.
func (r *Reader) Shelves(ctx context.Context) (map[string]map[string]int, error) {
	out := map[string]map[string]int{}
	rows, err := r.db.QueryContext(ctx, `SELECT sku, location, quantity FROM shelves WHERE active = 1`)
	if err != nil {
		return nil, fmt.Errorf("read shelves: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var sku, location string
		var n int
		if err := rows.Scan(&sku, &location, &n); err != nil {
			return nil, fmt.Errorf("read shelves: %w", err)
		}
		if out[sku] == nil {
			out[sku] = map[string]int{}
		}
		out[sku][location] = n
	}
	return out, rows.Err()
}

// Activate lets a listing be sold from a location besides the first. What it has there stays.
func (m *Market) Activate(ctx context.Context, sku, location string) error {
	err := m.change(ctx, func(c *change) error {
		return c.exec(`INSERT INTO shelves (sku, location, quantity, active) VALUES (?, ?, 0, 1)
			ON CONFLICT (sku, location) DO UPDATE SET active = 1`, sku, location)
	})
	if err != nil {
		return fmt.Errorf("activate %s at %s: %w", sku, location, err)
	}
	return nil
}

// shelve sets a quantity at a location besides the first.
func (c *change) shelve(q QuantityChange, activate bool) error {
	return c.exec(`INSERT INTO shelves (sku, location, quantity, active) VALUES (?, ?, ?, ?)
		ON CONFLICT (sku, location) DO UPDATE SET quantity = excluded.quantity, active = MAX(shelves.active, excluded.active)`, q.SKU, q.Location, q.Quantity, activate)
}

// unshelve takes units from the location of a line, or puts them back, and reports whether the location has a stock of its own.
func (c *change) unshelve(l Line, units int) (shelved bool, err error) {
	if l.Location == "" {
		return false, nil
	}
	done, err := c.tx.ExecContext(c.ctx, `UPDATE shelves SET quantity = quantity - ? WHERE sku = ? AND location = ? AND active = 1`, units, l.SKU, l.Location)
	if err != nil {
		return false, err
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// route decides from which location each line is taken, as a shop does: from the wanted one if it has enough, else from the first, and
// if that has too little, from any other that has enough. A location without a stock of its own takes from the first.
func (c *change) route(p Purchase, listings map[string]Listing) (Purchase, error) {
	type shelf struct {
		location string
		left     int
	}
	shelves := map[string][]shelf{}
	err := inChunks(p.skus(), func(part []any) error {
		return each(c.ctx, c.tx, `SELECT sku, location, quantity FROM shelves WHERE active = 1 AND sku IN (`+placeholders(len(part))+`) ORDER BY location`, part, func(rows *sql.Rows) error {
			var sku string
			var s shelf
			err := rows.Scan(&sku, &s.location, &s.left)
			shelves[sku] = append(shelves[sku], s)
			return err
		})
	})
	if err != nil || len(shelves) == 0 {
		return p, err
	}
	first := map[string]int{}
	for sku, l := range listings {
		first[sku] = l.Quantity
	}
	p.Lines = slices.Clone(p.Lines)
	for i := range p.Lines {
		l := &p.Lines[i]
		at := slices.IndexFunc(shelves[l.SKU], func(s shelf) bool { return s.location == l.Location })
		if l.NotStocked || at < 0 && l.Location != "" && first[l.SKU] >= l.Quantity {
			first[l.SKU] -= l.Quantity
			continue
		}
		if at < 0 || shelves[l.SKU][at].left < l.Quantity {
			at = -1
			if first[l.SKU] < l.Quantity {
				at = slices.IndexFunc(shelves[l.SKU], func(s shelf) bool { return s.left >= l.Quantity })
			}
		}
		if at < 0 {
			l.Location, first[l.SKU] = "", first[l.SKU]-l.Quantity
			continue
		}
		shelves[l.SKU][at].left -= l.Quantity
		l.Location, l.shelved = shelves[l.SKU][at].location, true
	}
	return p, nil
}

// takeShelved takes the lines that have a location with a stock of its own from there.
func (c *change) takeShelved(p Purchase) error {
	for _, l := range p.Lines {
		if !l.shelved {
			continue
		}
		if _, err := c.unshelve(Line{SKU: l.SKU, Location: l.Location}, l.Quantity); err != nil {
			return err
		}
	}
	return nil
}

// MoveLines lets lines be shipped from another location; empty = the first. What is still to be shipped of them is sold from there then.
// Errors: ErrNoOrder, ErrNoLine.
func (m *Market) MoveLines(ctx context.Context, orderID string, lineIDs []string, location string) error {
	err := m.change(ctx, func(c *change) error {
		o, err := readOrder(ctx, c.tx, `WHERE id = ?`, orderID)
		if err != nil {
			return err
		}
		index := o.lineIndex()
		for _, id := range lineIDs {
			i, ok := index[id]
			if !ok {
				return ErrNoLine
			}
			if err := c.carry(o, i, location); err != nil {
				return err
			}
		}
		return c.exec(`UPDATE orders SET updated_at = ? WHERE number = ?`, c.now(), o.Number)
	})
	if err != nil {
		return fmt.Errorf("move lines of order %s: %w", orderID, err)
	}
	return nil
}

func (c *change) carry(o Order, i int, location string) error {
	l, n := o.Lines[i], o.Lines[i].Unshipped()
	if l.Location == location || n == 0 {
		return nil
	}
	c.record(Entry{Kind: EntryMove, OrderID: o.ID, BookID: o.BookID, LineID: l.ID, SKU: l.SKU, Quantity: n, Note: location})
	for _, step := range []struct {
		at    string
		units int
	}{{l.Location, -n}, {location, n}} {
		shelved, err := c.unshelve(Line{SKU: l.SKU, Location: step.at}, step.units)
		if err == nil && !shelved {
			err = c.exec(`UPDATE listings SET quantity = MAX(0, quantity - ?), updated_at = ? WHERE sku = ?`, step.units, c.now(), l.SKU)
		}
		if err != nil {
			return err
		}
	}
	return c.exec(`UPDATE lines SET location = ? WHERE number = ? AND line = ?`, location, o.Number, i+1)
}
