package store

import (
	"cmp"
	"context"
	"database/sql"
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

func changeKey(key string) string { return "stock/" + key }

// ApplyStock carries out movements that no order causes, all of them or none, each key once, however often it
// is called. Stock that becomes free fills short lines first come, first served. An adjustment that takes what
// is on hand below what is reserved turns the newest reservations into short units; one that would go below zero
// is refused. It answers the accounts that have dirty levels now.
func (s *Store) ApplyStock(ctx context.Context, changes []StockChange) (dirty []string, err error) {
	if len(changes) > MaxStockChanges {
		return nil, fmt.Errorf("apply stock: %d changes at once, at most %d are taken: send them in parts", len(changes), MaxStockChanges)
	}
	changes, err = checkChanges(changes)
	if err != nil {
		return nil, fmt.Errorf("apply stock: %w", err)
	}
	err = s.write(ctx, "apply stock", func(ctx context.Context, t *tx) error {
		g := newLedger(t)
		places, skus := make([]place, len(changes)), make([]string, len(changes))
		for i, c := range changes {
			places[i], skus[i] = place{c.SKU, c.Location}, c.SKU
		}
		if err := t.keepKits(ctx); err != nil {
			return err
		}
		if err := t.refuseKits(ctx, skus); err != nil {
			return err
		}
		if err := g.open(ctx, places); err != nil {
			return err
		}
		// Under the lock: nobody else applies the same keys now.
		done, err := t.appliedKeys(ctx, changes)
		if err != nil {
			return err
		}
		for _, c := range changes {
			if done[changeKey(c.Key)] {
				continue
			}
			if err := g.applyChange(c); err != nil {
				return err
			}
		}
		if err := g.demote(ctx); err != nil {
			return err
		}
		if err := g.fill(ctx); err != nil {
			return err
		}
		dirty, err = g.flush(ctx)
		return err
	})
	return dirty, err
}

func (g *ledger) applyChange(c StockChange) error {
	lv := g.level(place{c.SKU, c.Location})
	after := lv.OnHand + c.Quantity
	if after < 0 {
		return fmt.Errorf("stock change %q: %s at %s has %d on hand, %d can't be taken away: count again", c.Key, c.SKU, c.Location, lv.OnHand, -c.Quantity)
	}
	if after > MaxUnits {
		return fmt.Errorf("stock change %q: %s at %s would have %d on hand, more than %d", c.Key, c.SKU, c.Location, after, MaxUnits)
	}
	g.receive(c)
	return nil
}

// checkChanges refuses what can't be meant and leaves out repeated keys.
func checkChanges(changes []StockChange) ([]StockChange, error) {
	seen := map[string]bool{}
	var out []StockChange
	for _, c := range changes {
		c.Key, c.SKU, c.Location = clean(c.Key), clean(c.SKU), clean(c.Location)
		switch {
		case c.Key == "" || c.SKU == "" || c.Location == "":
			return nil, fmt.Errorf("stock change %q of SKU %q at %q: key, SKU and location are needed", c.Key, c.SKU, c.Location)
		case !slices.Contains([]stock.Kind{stock.Opening, stock.Receipt, stock.Adjust, stock.Count, stock.Move}, c.Kind):
			return nil, fmt.Errorf("stock change %q of %s at %s: kind %q is not opening, receipt, adjust, count or move", c.Key, c.SKU, c.Location, c.Kind)
		case c.Quantity < 0 && (c.Kind == stock.Opening || c.Kind == stock.Receipt):
			return nil, fmt.Errorf("stock change %q of %s at %s: quantity %d: only an adjust, a count or a move may be negative", c.Key, c.SKU, c.Location, c.Quantity)
		case c.Quantity > MaxUnits || c.Quantity < -MaxUnits:
			return nil, fmt.Errorf("stock change %q of %s at %s: quantity %d is beyond %d", c.Key, c.SKU, c.Location, c.Quantity, MaxUnits)
		}
		if !seen[c.Key] {
			seen[c.Key] = true
			out = append(out, c)
		}
	}
	return out, nil
}

func (t *tx) appliedKeys(ctx context.Context, changes []StockChange) (map[string]bool, error) {
	done := map[string]bool{}
	err := t.query(ctx, `SELECT m.key FROM {{rows 1}} CROSS JOIN movements m WHERE m.key = r.value ->> 0`, func(rows *sql.Rows) error {
		var key string
		err := rows.Scan(&key)
		done[key] = true
		return err
	}, table(changes, func(c StockChange) []any { return []any{changeKey(c.Key)} }))
	return done, err
}

// Stock lists the levels of one SKU, or of the SKUs after afterSKU, at most limit SKUs with all their locations.
func (s *Store) Stock(ctx context.Context, sku, afterSKU string, limit int) ([]StockRow, error) {
	condition, args := `l.sku = $1`, []any{sku}
	if sku == "" {
		condition = `l.sku IN (SELECT DISTINCT sku FROM stock_levels WHERE sku > $1 ORDER BY sku LIMIT $2)`
		args = []any{afterSKU, limited(limit)}
	}
	var out []StockRow
	err := s.read(ctx, `SELECT l.sku, COALESCE(p.title, ''), l.location, l.on_hand, l.reserved, l.short
		FROM stock_levels l LEFT JOIN variants p ON p.sku = l.sku
		WHERE `+condition+` ORDER BY l.sku, l.location`, func(rows *sql.Rows) error {
		var r StockRow
		err := rows.Scan(&r.SKU, &r.Title, &r.Location, &r.OnHand, &r.Reserved, &r.Short)
		out = append(out, r)
		return err
	}, args...)
	if err != nil {
		return nil, fmt.Errorf("list stock: %w", err)
	}
	return out, nil
}
