package orders

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// Sort is the order of a list of orders. Rows with the same value come in the order in which they were saved.
type Sort string

// The sorts; each has an index.
const (
	NewestFirst  Sort = "newest-first" // the last saved first
	OldestFirst  Sort = "oldest-first"
	ShipByFirst  Sort = "ship-by-first" // only those to be shipped, the earliest ship-by date first, those without one last
	PlacedLast   Sort = "last-placed-first"
	PlacedFirst  Sort = "first-placed-first"
	HighestTotal Sort = "highest-total-first" // by the number, whatever the currency
	LowestTotal  Sort = "lowest-total-first"
)

// Sorts lists the sorts; the first is the usual one.
func Sorts() []Sort {
	return []Sort{NewestFirst, OldestFirst, ShipByFirst, PlacedLast, PlacedFirst, HighestTotal, LowestTotal}
}

// key returns the column of orders o that a list is in the order of; empty: of another one than their row, none.
func (s Sort) key() string {
	switch s {
	case PlacedLast, PlacedFirst:
		return `o.placed_at`
	case HighestTotal, LowestTotal:
		return `o.total`
	case NewestFirst, OldestFirst, ShipByFirst:
	}
	return ""
}

// falls reports whether the highest value comes first.
func (s Sort) falls() bool {
	return s == "" || s == NewestFirst || s == PlacedLast || s == HighestTotal
}

// unindexed is the key of a list that is sorted instead of read by the index of its order.
func (s Sort) unindexed() string { return s.key() + ` + 0` }

// Find lists orders in the order of the filter's sort. A cursor that is no order's is db.ErrBadCursor.
func (s *Store) Find(ctx context.Context, filter OrderFilter) ([]OrderRow, error) {
	out, err := s.find(ctx, filter)
	if err == nil && filter.SameAddress {
		err = s.addTogether(ctx, out)
	}
	if err != nil {
		return nil, fmt.Errorf("find orders: %w", err)
	}
	return out, nil
}

func (s *Store) find(ctx context.Context, f OrderFilter) ([]OrderRow, error) {
	switch {
	case f.nothing():
		return nil, nil
	case f.byShipBy():
		w := f.where(false)
		if f.After > 0 {
			if err := s.behindPromised(ctx, &w, f.After); err != nil {
				return nil, err
			}
		}
		return s.orderRows(ctx, w, promised+`, o.id`, db.Limited(f.Limit))
	case f.Sort.key() != "":
		return s.findBy(ctx, f)
	}
	w := f.where(false)
	by, behind := `o.id DESC`, `o.id < %s`
	if !f.Sort.falls() {
		by, behind = `o.id`, `o.id > %s`
	}
	if f.After > 0 {
		w.And(behind, f.After)
	}
	return s.orderRows(ctx, w, by, db.Limited(f.Limit))
}

// findBy lists orders by a column. Few are looked up and sorted; of many, each stretch of the column's index has some.
func (s *Store) findBy(ctx context.Context, f OrderFilter) ([]OrderRow, error) {
	few, err := s.few(ctx, f)
	if err != nil {
		return nil, err
	}
	key := f.Sort.key()
	if few {
		key = f.Sort.unindexed()
	}
	w := f.where(!few)
	direction, sign := ``, `>`
	if f.Sort.falls() {
		direction, sign = ` DESC`, `<`
	}
	if f.After > 0 {
		if err := s.behind(ctx, &w, f, key, sign); err != nil {
			return nil, err
		}
	}
	return s.orderRows(ctx, w, key+direction+`, o.id`+direction, db.Limited(f.Limit))
}

// behind continues a list by a column behind a row, which is named by its id alone, as in all lists of orders.
func (s *Store) behind(ctx context.Context, w *db.Where, f OrderFilter, key, sign string) error {
	known := false
	var at any
	err := s.Read(ctx, `SELECT `+f.Sort.key()+` FROM orders o WHERE o.id = $1`, func(rows *sql.Rows) error {
		known = true
		return rows.Scan(&at)
	}, f.After)
	if err == nil && !known {
		err = fmt.Errorf("go on after %d: %w", f.After, db.ErrBadCursor)
	}
	if err != nil {
		return err
	}
	w.And(`(`+key+`, o.id) `+sign+` (%s, %s)`, at, f.After)
	return nil
}

// few reports whether at most order.MostCounted orders match, and whether they are found without reading all that are stored.
func (s *Store) few(ctx context.Context, f OrderFilter) (bool, error) {
	if len(f.where(false).Conditions) == 0 {
		return false, nil
	}
	n, err := s.countUpTo(ctx, f)
	return n <= order.MostCounted, err
}
