package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/stock"
)

// checkChanges refuses what can't be meant and leaves out repeated keys.
func checkChanges(changes []StockChange) ([]StockChange, error) {
	seen := map[string]StockChange{}
	var out []StockChange
	for _, c := range changes {
		c.Key, c.SKU, c.Location, c.By, c.Note = clean(c.Key), clean(c.SKU), clean(c.Location), clean(c.By), clean(c.Note)
		if err := checkChange(c); err != nil {
			return nil, err
		}
		if first, ok := seen[c.Key]; !ok {
			seen[c.Key] = c
			out = append(out, c)
		} else if first.SKU != c.SKU || first.Location != c.Location || first.Quantity != c.Quantity {
			return nil, fmt.Errorf("key %q: %w: %s at %s, %d", c.Key, ErrKeyUsed, first.SKU, first.Location, first.Quantity)
		}
	}
	return out, nil
}

// refusef is an error that says that a change can't be: what was asked is wrong, not the store.
func refusef(format string, args ...any) error {
	return &StockRefusedError{fmt.Sprintf(format, args...)}
}

// StockRefusedError says that a change of stock can't be, and why.
type StockRefusedError struct{ Why string }

func (e *StockRefusedError) Error() string { return e.Why }

func checkChange(c StockChange) error {
	what := fmt.Sprintf("stock change %q of %s at %s", c.Key, c.SKU, c.Location)
	switch {
	case c.Key == "" || c.SKU == "" || c.Location == "":
		return refusef("stock change %q of SKU %q at %q: key, SKU and location are needed", c.Key, c.SKU, c.Location)
	case !slices.Contains([]stock.Kind{stock.Opening, stock.Receipt, stock.Adjust, stock.Count, stock.Move}, c.Kind):
		return refusef("%s: kind %q is not opening, receipt, adjust, count or move", what, c.Kind)
	case c.Quantity < 0 && (c.Kind == stock.Opening || c.Kind == stock.Receipt):
		return refusef("%s: quantity %d: only an adjust or a move may be negative", what, c.Quantity)
	case c.Quantity < 0 && c.Kind == stock.Count && c.Means != stock.MeansAvailable:
		return refusef("%s: %d were counted: a count is 0 or more", what, c.Quantity)
	case c.Kind != stock.Count && (c.Means != "" || !c.AsOf.IsZero()):
		return refusef("%s: only a count is of a moment, or of what is available", what)
	case c.Quantity > MaxUnits || c.Quantity < -MaxUnits:
		return refusef("%s: quantity %d is beyond %d", what, c.Quantity, MaxUnits)
	}
	return nil
}

// applied reads what was done under the changes' keys before.
func (t *tx) applied(ctx context.Context, changes []StockChange) (map[string]Movement, error) {
	done := map[string]Movement{}
	err := t.query(ctx, `SELECT m.key, m.sku, m.location, m.kind, m.told, m.at FROM {{rows 1}} CROSS JOIN movements m WHERE m.key = r.value ->> 0`, func(rows *sql.Rows) error {
		var key string
		var m Movement
		var when int64
		err := rows.Scan(&key, &m.SKU, &m.Location, &m.Kind, &m.Told, &when)
		m.At = at(when)
		done[key] = m
		return err
	}, table(changes, func(c StockChange) []any { return []any{changeKey(c.Key)} }))
	return done, err
}

// backordered names the lines that have fewer reserved units than before, because more was reserved than is there.
func (a *stockApply) backordered(ctx context.Context) error {
	type lost struct {
		*line
		units int
	}
	var lines []lost
	for _, l := range slices.SortedFunc(a.ledger.demoted(), firstCome) {
		lines = append(lines, lost{l, l.units.Short - l.was.Short})
	}
	a.done.Backordered = make([]Backordered, 0, len(lines))
	if len(lines) == 0 {
		return nil
	}
	return a.query(ctx, `SELECT o.account, o.reference, r.value ->> 1, r.value ->> 2, CAST(r.value ->> 3 AS BIGINT)
		FROM {{rows 1}} CROSS JOIN orders o WHERE o.id = CAST(r.value ->> 0 AS BIGINT)
		ORDER BY o.placed_at DESC, o.id DESC, 3`, func(rows *sql.Rows) error {
		var b Backordered
		err := rows.Scan(&b.Account, &b.Reference, &b.LineID, &b.SKU, &b.Units)
		a.done.Backordered = append(a.done.Backordered, b)
		return err
	}, table(lines, func(l lost) []any { return []any{l.order, l.id, l.sku, l.units} }))
}
