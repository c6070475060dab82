package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/products"
)

// MaxStockChanges limits one call of ApplyStock.
const MaxStockChanges = 50_000

// ApplyStock applies movements that no order causes: all or none, and each key once. A key used for something else is refused.
// Freed stock fills waiting lines, the oldest order first. If on hand drops below what is reserved, the newest reservations
// become backordered and are returned. A result below zero is refused, and so is stock of a kit. The number of statements does
// not depend on the number of changes.
func (s *Store) ApplyStock(ctx context.Context, changes []stock.Change) (StockDone, error) {
	return s.applyStock(ctx, changes, false)
}

// TryStock returns what ApplyStock would do, without changing anything.
func (s *Store) TryStock(ctx context.Context, changes []stock.Change) (StockDone, error) {
	return s.applyStock(ctx, changes, true)
}

// errTried rolls back a trial.
var errTried = errors.New("only tried")

func (s *Store) applyStock(ctx context.Context, changes []stock.Change, try bool) (StockDone, error) {
	if len(changes) > MaxStockChanges {
		return StockDone{}, fmt.Errorf("apply stock: %d changes at once, at most %d are accepted: send them in parts", len(changes), MaxStockChanges)
	}
	changes, err := stock.CheckChanges(cleanChanges(changes))
	if err != nil {
		return StockDone{}, fmt.Errorf("apply stock: %w", err)
	}
	var done StockDone
	err = s.Write(ctx, "apply stock", func(ctx context.Context, t *db.Tx) error {
		a := stockApply{Tx: t, books: NewLedger(t), changes: changes}
		if err := a.run(ctx); err != nil {
			return err
		}
		done = a.done
		if try {
			return errTried
		}
		return nil
	})
	if try && errors.Is(err, errTried) {
		err = nil
	}
	if err != nil {
		return StockDone{}, err
	}
	return done, nil
}

// cleanChanges returns the changes with texts that both databases can store.
func cleanChanges(changes []stock.Change) []stock.Change {
	changes = slices.Clone(changes)
	for i, c := range changes {
		c.Key, c.SKU, c.Location, c.By, c.Note = db.Clean(c.Key), db.Clean(c.SKU), db.Clean(c.Location), db.Clean(c.By), db.Clean(c.Note)
		changes[i] = c
	}
	return changes
}

// stockApply is one attempt to apply changes.
type stockApply struct {
	*db.Tx
	books   *Ledger
	changes []stock.Change
	done    StockDone
}

func (a *stockApply) run(ctx context.Context) error {
	places, skus := make([]stock.Place, len(a.changes)), make([]string, len(a.changes))
	for i, c := range a.changes {
		places[i], skus[i] = c.Place(), c.SKU
	}
	steps := []func() error{
		func() error { return products.KeepKits(ctx, a.Tx) },
		func() error { return products.RefuseKits(ctx, a.Tx, skus) },
		func() error { return a.books.open(ctx, places) },
		func() error { return a.apply(ctx) },
		func() error { return a.books.DemoteMissing(ctx) },
		func() error { return a.books.FillFreed(ctx) },
		func() error { return a.backordered(ctx) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	for i := range a.done.Changes {
		c := &a.done.Changes[i]
		c.Free = a.books.At(c.Place()).Free()
	}
	var err error
	a.done.Dirty, err = a.books.Flush(ctx)
	return err
}

// apply applies the changes under a lock that excludes others with the same keys.
func (a *stockApply) apply(ctx context.Context) error {
	var known stock.Known
	var err error
	if known.Before, err = applied(ctx, a.Tx, a.changes); err != nil {
		return err
	}
	if known.Since, err = readSince(ctx, a.Tx, a.changes); err != nil {
		return err
	}
	a.done.Changes, err = a.books.Apply(a.changes, known)
	return err
}

// applied reads what was done under the changes' keys before.
func applied(ctx context.Context, t *db.Tx, changes []stock.Change) (map[string]stock.Done, error) {
	done := map[string]stock.Done{}
	keys := make([]string, len(changes))
	for i, c := range changes {
		keys[i] = c.EntryKey()
	}
	err := t.Query(ctx, `SELECT m.key, m.sku, m.location, m.kind, m.stated, m.at FROM {{rows 1}} CROSS JOIN movements m WHERE m.key = r.value`, func(rows *sql.Rows) error {
		var key string
		var m stock.Done
		var when int64
		err := rows.Scan(&key, &m.SKU, &m.Location, &m.Kind, &m.Stated, &when)
		m.At = db.At(when)
		done[key] = m
		return err
	}, db.Texts(keys))
	return done, err
}

// backordered returns the lines that lost reserved units because stock was missing.
func (a *stockApply) backordered(ctx context.Context) error {
	lost := a.books.Demoted()
	a.done.Backordered = make([]Backordered, len(lost))
	if len(lost) == 0 {
		return nil
	}
	byOrder := map[int64][]int{}
	for i, l := range lost {
		a.done.Backordered[i] = Backordered{LineID: l.LineID, SKU: l.SKU, Units: l.Lost()}
		byOrder[l.OrderID] = append(byOrder[l.OrderID], i)
	}
	return a.Query(ctx, `SELECT o.id, o.account, o.reference FROM {{rows 1}} CROSS JOIN orders o WHERE o.id = r.value`, func(rows *sql.Rows) error {
		var id int64
		var account, reference string
		err := rows.Scan(&id, &account, &reference)
		for _, i := range byOrder[id] {
			a.done.Backordered[i].Account, a.done.Backordered[i].Reference = account, reference
		}
		return err
	}, db.IDs(slices.Sorted(maps.Keys(byOrder))))
}
