package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/stock"
)

// StockImport is a file of stock that was imported. The same contents of the same moment are imported once: what has
// moved since is not set back.
type StockImport struct {
	Digest     string      `json:"digest"` // of the contents
	AsOf       time.Time   `json:"asOf"`   // when its figures were right
	Name       string      `json:"name"`
	Means      stock.Means `json:"means"`
	By         string      `json:"by"`
	Rows       int         `json:"rows"`
	Changed    int         `json:"changed"` // levels that it changed
	StartedAt  time.Time   `json:"startedAt"`
	FinishedAt time.Time   `json:"finishedAt,omitzero"` // zero: it was broken off, and can go on
}

// StockImports lists the imports of a file, the newest first.
func (s *Store) StockImports(ctx context.Context, digest string) ([]StockImport, error) {
	var out []StockImport
	err := s.read(ctx, `SELECT digest, as_of, name, means, actor, row_count, changed, started_at, finished_at FROM stock_imports
		WHERE digest = $1 ORDER BY started_at DESC, as_of DESC`, func(rows *sql.Rows) error {
		var i StockImport
		var asOf, started, finished int64
		err := rows.Scan(&i.Digest, &asOf, &i.Name, &i.Means, &i.By, &i.Rows, &i.Changed, &started, &finished)
		i.AsOf, i.StartedAt, i.FinishedAt = at(asOf), at(started), at(finished)
		out = append(out, i)
		return err
	}, digest)
	if err != nil {
		return nil, fmt.Errorf("list imports of stock: %w", err)
	}
	return out, nil
}

// SaveStockImport notes that an import has begun, or, with FinishedAt, how it ended.
func (s *Store) SaveStockImport(ctx context.Context, i StockImport) error {
	return s.write(ctx, "save import of stock", func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, `INSERT INTO stock_imports (digest, as_of, name, means, actor, row_count, changed, started_at, finished_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			ON CONFLICT (digest, as_of) DO UPDATE SET row_count = excluded.row_count, changed = stock_imports.changed + excluded.changed,
				finished_at = excluded.finished_at`,
			i.Digest, micro(i.AsOf), clean(i.Name), string(i.Means), clean(i.By), i.Rows, i.Changed, micro(i.StartedAt), micro(i.FinishedAt))
		return err
	})
}

// KnownSKUs answers which of the SKUs the catalogue has, and which of them are kits.
func (s *Store) KnownSKUs(ctx context.Context, skus []string) (known, kits map[string]bool, err error) {
	known, kits = map[string]bool{}, map[string]bool{}
	err = s.read(ctx, `SELECT v.sku, CASE WHEN k.sku IS NULL THEN 0 ELSE 1 END
		FROM {{rows 1}} CROSS JOIN variants v LEFT JOIN kits k ON k.sku = v.sku WHERE v.sku = r.value`, func(rows *sql.Rows) error {
		var sku string
		var isKit int
		err := rows.Scan(&sku, &isKit)
		known[sku] = true
		if isKit == 1 {
			kits[sku] = true
		}
		return err
	}, texts(skus))
	if err != nil {
		return nil, nil, fmt.Errorf("look up SKUs: %w", err)
	}
	return known, kits, nil
}

// Spellings finds the SKUs of the catalogue that are nearly the same as the given ones, which it does not have.
func (s *Store) Spellings(ctx context.Context, skus []string) (map[string]catalogue.Kin, error) {
	var folded, numbers []string
	for _, sku := range skus {
		folded = append(folded, catalogue.Fold(sku))
		if n := catalogue.Number(sku); n != "" {
			numbers = append(numbers, n)
		}
	}
	k := kinship{of: map[string]string{}}
	if err := k.read(ctx, s.read, folded, numbers); err != nil {
		return nil, fmt.Errorf("look up spellings: %w", err)
	}
	out := make(map[string]catalogue.Kin, len(skus))
	for _, sku := range skus {
		out[sku] = k.kin(sku)
	}
	return out, nil
}

// Locations lists every location that an account sells from or ships from, and every one that holds stock.
func (s *Store) Locations(ctx context.Context) ([]string, error) {
	seen := map[string]bool{}
	accounts, err := s.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		for _, location := range append([]string{a.OrderLocation}, a.StockLocations...) {
			seen[location] = true
		}
		for _, location := range a.ShipFrom {
			seen[location] = true
		}
	}
	err = s.read(ctx, `SELECT DISTINCT location FROM stock_levels`, func(rows *sql.Rows) error {
		var location string
		err := rows.Scan(&location)
		seen[location] = true
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list locations: %w", err)
	}
	delete(seen, "")
	return sortedKeys(seen), nil
}

// UnlinkedUnits is how many units of orders placed before a moment wait for a link: nobody knows yet of which SKU they
// are.
func (s *Store) UnlinkedUnits(ctx context.Context, placedBefore time.Time) (int, error) {
	n := 0
	err := s.read(ctx, `SELECT CAST(COALESCE(SUM(l.parked), 0) AS BIGINT) FROM order_lines l JOIN orders o ON o.id = l.order_id
			JOIN accounts a ON a.id = o.account
		WHERE l.parked > 0 AND o.placed_at < $1 AND a.endpoint <> 'test'`, func(rows *sql.Rows) error { return rows.Scan(&n) }, micro(placedBefore))
	if err != nil {
		return 0, fmt.Errorf("count unlinked units: %w", err)
	}
	return n, nil
}
