package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
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
	err := s.Read(ctx, `SELECT digest, as_of, name, means, actor, row_count, changed, started_at, finished_at FROM stock_imports
		WHERE digest = $1 ORDER BY started_at DESC, as_of DESC`, func(rows *sql.Rows) error {
		var i StockImport
		var asOf, started, finished int64
		err := rows.Scan(&i.Digest, &asOf, &i.Name, &i.Means, &i.By, &i.Rows, &i.Changed, &started, &finished)
		i.AsOf, i.StartedAt, i.FinishedAt = db.At(asOf), db.At(started), db.At(finished)
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
	return s.Write(ctx, "save import of stock", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `INSERT INTO stock_imports (digest, as_of, name, means, actor, row_count, changed, started_at, finished_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			ON CONFLICT (digest, as_of) DO UPDATE SET row_count = excluded.row_count, changed = stock_imports.changed + excluded.changed,
				finished_at = excluded.finished_at`,
			i.Digest, db.Micro(i.AsOf), db.Clean(i.Name), string(i.Means), db.Clean(i.By), i.Rows, i.Changed, db.Micro(i.StartedAt), db.Micro(i.FinishedAt))
		return err
	})
}

// Locations lists every location that an account sells from or ships from, and every one that holds stock.
func (s *Store) Locations(ctx context.Context) ([]string, error) {
	seen := map[string]bool{}
	accounts, err := s.accounts.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		for _, location := range a.Locations() {
			seen[location] = true
		}
	}
	err = s.Read(ctx, `SELECT DISTINCT location FROM stock_levels`, func(rows *sql.Rows) error {
		var location string
		err := rows.Scan(&location)
		seen[location] = true
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list locations: %w", err)
	}
	delete(seen, "")
	return db.SortedKeys(seen), nil
}

// UnlinkedUnits is how many units of orders placed before a moment wait for a link: nobody knows yet of which SKU they
// are.
func (s *Store) UnlinkedUnits(ctx context.Context, placedBefore time.Time) (int, error) {
	n := 0
	err := s.Read(ctx, `SELECT CAST(COALESCE(SUM(l.parked), 0) AS BIGINT) FROM order_lines l JOIN orders o ON o.id = l.order_id
			JOIN accounts a ON a.id = o.account
		WHERE l.parked > 0 AND o.placed_at < $1 AND a.endpoint <> 'test'`, func(rows *sql.Rows) error { return rows.Scan(&n) }, db.Micro(placedBefore))
	if err != nil {
		return 0, fmt.Errorf("count unlinked units: %w", err)
	}
	return n, nil
}
