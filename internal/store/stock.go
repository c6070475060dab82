package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/stock"
)

// MaxStockChanges bounds one call of ApplyStock.
const MaxStockChanges = 50_000

// MaxUnits bounds every quantity, so that sums stay far from where numbers end.
const MaxUnits = 1_000_000_000

// sortedValues are a map's values in the order of its keys' text.
func sortedValues[K comparable, V any](m map[K]V) []V {
	keys := slices.SortedFunc(maps.Keys(m), func(a, b K) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	out := make([]V, len(keys))
	for i, k := range keys {
		out[i] = m[k]
	}
	return out
}

func sortedKeys(m map[string]bool) []string { return slices.Sorted(maps.Keys(m)) }

func changeKey(key string) string { return "stock/" + key }

// ApplyStock carries out movements that no order causes, all of them or none, each key once, however often it
// is called; a key that was used for something else is refused. Stock that becomes free fills short lines first come,
// first served. What takes on hand below what is reserved turns the newest reservations into short units, which it
// names; what would go below zero is refused, and so is stock of a kit. The number of statements does not depend on
// the number of changes.
func (s *Store) ApplyStock(ctx context.Context, changes []StockChange) (StockDone, error) {
	return s.applyStock(ctx, changes, false)
}

// TryStock says what ApplyStock would do, and does nothing.
func (s *Store) TryStock(ctx context.Context, changes []StockChange) (StockDone, error) {
	return s.applyStock(ctx, changes, true)
}

// errTried ends a transaction that was only to show what it would do.
var errTried = errors.New("only tried")

func (s *Store) applyStock(ctx context.Context, changes []StockChange, try bool) (StockDone, error) {
	if len(changes) > MaxStockChanges {
		return StockDone{}, fmt.Errorf("apply stock: %d changes at once, at most %d are taken: send them in parts", len(changes), MaxStockChanges)
	}
	changes, err := checkChanges(changes)
	if err != nil {
		return StockDone{}, fmt.Errorf("apply stock: %w", err)
	}
	var done StockDone
	err = s.write(ctx, "apply stock", func(ctx context.Context, t *tx) error {
		a := stockApply{tx: t, ledger: newLedger(t), changes: changes}
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

// stockApply is one try at applying changes.
type stockApply struct {
	*tx
	ledger  *ledger
	changes []StockChange
	since   map[string]since // by key of the changes that are of an earlier moment
	done    StockDone
}

func (a *stockApply) run(ctx context.Context) error {
	places, skus := make([]place, len(a.changes)), make([]string, len(a.changes))
	for i, c := range a.changes {
		places[i], skus[i] = place{c.SKU, c.Location}, c.SKU
	}
	steps := []func() error{
		func() error { return a.keepKits(ctx) },
		func() error { return a.refuseKits(ctx, skus) },
		func() error { return a.ledger.open(ctx, places) },
		func() error { return a.apply(ctx) },
		func() error { return a.ledger.demote(ctx) },
		func() error { return a.ledger.fill(ctx) },
		func() error { return a.backordered(ctx) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	for i := range a.done.Changes {
		c := &a.done.Changes[i]
		c.Free = a.ledger.level(place{c.SKU, c.Location}).Free()
	}
	var err error
	a.done.Dirty, err = a.ledger.flush(ctx)
	return err
}

// apply carries out the changes under the lock, in which nobody else applies the same keys.
func (a *stockApply) apply(ctx context.Context) error {
	before, err := a.applied(ctx, a.changes)
	if err != nil {
		return err
	}
	if a.since, err = a.readSince(ctx, a.changes); err != nil {
		return err
	}
	for _, c := range a.changes {
		lv := a.ledger.level(place{c.SKU, c.Location})
		out := StockChanged{StockChange: c, Was: lv.OnHand, Now: lv.OnHand}
		if m, ok := before[changeKey(c.Key)]; ok {
			if m.SKU != c.SKU || m.Location != c.Location || m.Told != c.Quantity {
				return fmt.Errorf("key %q: %w: %s of %s at %s, %d, on %s", c.Key, ErrKeyUsed, m.Kind, m.SKU, m.Location, m.Told, m.At.Format(timeShown))
			}
			out.DoneAt = m.At
		} else if err := a.applyOne(lv, &out); err != nil {
			return err
		}
		a.done.Changes = append(a.done.Changes, out)
	}
	return nil
}

// timeShown is how errors show a time.
const timeShown = "2006-01-02 15:04:05Z"

// applyOne changes what is on hand. Only a count may be left out, with the reason.
func (a *stockApply) applyOne(lv *level, out *StockChanged) error {
	c := out.StockChange
	change := c.Quantity
	if c.Kind == stock.Count {
		since := a.since[c.Key]
		if since.counted != "" {
			out.Kept = since.counted
			return nil
		}
		now, err := stock.OnHandNow(cmp.Or(c.Means, stock.MeansOnHand), c.Quantity, since.Since)
		if err != nil {
			out.Refused = err.Error()
			return nil
		}
		change = now - lv.OnHand
	}
	after := lv.OnHand + change
	switch {
	case after < 0:
		return refusef("stock change %q: %s at %s has %d on hand, %d can't be taken away: count again", c.Key, c.SKU, c.Location, lv.OnHand, -change)
	case after > MaxUnits:
		return refusef("stock change %q: %s at %s would have %d on hand, more than %d", c.Key, c.SKU, c.Location, after, MaxUnits)
	case c.Kind == stock.Move && change < 0 && -change > lv.Free():
		return refusef("stock change %q: %s at %s has %d free (%d on hand, %d reserved): %d can't be moved away", c.Key, c.SKU, c.Location, lv.Free(), lv.OnHand, lv.Reserved, -change)
	}
	out.Now = after
	a.ledger.receive(c, change)
	return nil
}
