package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
)

// StockImport is an imported stock file. The same contents with the same time are imported once, so that later changes are not
// undone.
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

// SaveStockImport records the start of an import or, with FinishedAt, its end.
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

// UnlinkedUnits returns how many units of orders placed before a time wait for a link, so that their SKU is unknown.
func (s *Store) UnlinkedUnits(ctx context.Context, placedBefore time.Time) (int, error) {
	n := 0
	err := s.Read(ctx, `SELECT CAST(COALESCE(SUM(l.unlinked), 0) AS BIGINT) FROM order_lines l CROSS JOIN orders o
			JOIN accounts a ON a.id = o.account
		WHERE o.id = l.order_id AND l.unlinked > 0 AND o.placed_at < $1 AND a.endpoint IN `+incidents.CountedEndpoints, func(rows *sql.Rows) error { return rows.Scan(&n) }, db.Micro(placedBefore))
	if err != nil {
		return 0, fmt.Errorf("count unlinked units: %w", err)
	}
	return n, nil
}

// countRow is a count of an earlier moment.
type countRow struct {
	Key      string    `db:"key"`
	SKU      string    `db:"sku"`
	Location string    `db:"location"`
	AsOf     time.Time `db:"moment"`
}

// readSince reads what happened since the times of the counts among the changes, by key. The levels are locked. Counts of now
// need nothing.
func readSince(ctx context.Context, t *db.Tx, changes []stock.Change) (map[string]stock.Since, error) {
	out := map[string]stock.Since{}
	var earlier []stock.Change
	for _, c := range changes {
		if c.OfMoment() {
			earlier = append(earlier, c)
		}
	}
	if len(earlier) == 0 {
		return out, nil
	}
	asked := make([]countRow, len(earlier))
	for i, c := range earlier {
		asked[i] = countRow{c.Key, c.SKU, c.Location, c.AsOf}
	}
	rows := db.RowsOf(asked)
	if err := movedSince(ctx, t, rows, out); err != nil {
		return nil, err
	}
	return out, stillOpen(ctx, t, rows, out)
}

// movedSince sums the movements since then. A count counts from its own time. Units of older orders that were packed or cancelled
// since were open then.
func movedSince(ctx context.Context, t *db.Tx, rows *db.RowTable, out map[string]stock.Since) error {
	return t.Query(ctx, `WITH asked AS (SELECT {{values 1}} FROM {{rows 1}})
		SELECT s.key, m.kind, CASE WHEN o.placed_at < s.moment THEN 1 ELSE 0 END, CASE WHEN m.note = '`+stock.NoteCancelled+`' THEN 1 ELSE 0 END,
			CAST(SUM(m.on_hand) AS BIGINT), CAST(SUM(m.reserved) AS BIGINT), MAX(m.at)
		FROM asked s CROSS JOIN movements m LEFT JOIN orders o ON o.id = m.order_id
		WHERE m.sku = s.sku AND m.location = s.location AND CASE WHEN m.as_of > 0 THEN m.as_of ELSE m.at END >= s.moment
		GROUP BY 1, 2, 3, 4`, func(rows *sql.Rows) error {
		var key string
		var kind stock.Kind
		var before, cancelled bool
		var onHand, reserved int
		var last int64
		err := rows.Scan(&key, &kind, &before, &cancelled, &onHand, &reserved, &last)
		since := out[key]
		since.Moved(kind, before, cancelled, onHand, reserved, db.At(last))
		out[key] = since
		return err
	}, rows)
}

// stillOpen sums what orders placed before then still hold or wait for, in lines of the SKU and of kits that contain it.
func stillOpen(ctx context.Context, t *db.Tx, rows *db.RowTable, out map[string]stock.Since) error {
	lines := func(units string) string {
		return `SELECT n.key, l.` + units + ` * COALESCE(p.quantity, 1) AS units
			FROM named n CROSS JOIN order_lines l JOIN orders o ON o.id = l.order_id
				LEFT JOIN order_line_parts p ON p.order_id = l.order_id AND p.line_id = l.line_id AND p.part = n.sku
			WHERE l.sku = n.name AND l.location = n.location AND l.` + units + ` > 0 AND o.placed_at < n.moment
				AND (n.name = n.sku OR p.part IS NOT NULL)`
	}
	return t.Query(ctx, `WITH asked AS (SELECT {{values 1}} FROM {{rows 1}}),
			named AS (SELECT s.key, s.sku AS name, s.sku, s.location, s.moment FROM asked s
				UNION ALL SELECT s.key, k.kit, s.sku, s.location, s.moment FROM asked s JOIN kit_parts k ON k.part = s.sku)
		SELECT x.key, CAST(SUM(x.units) AS BIGINT) FROM (`+lines("reserved")+` UNION ALL `+lines("backordered")+`) x GROUP BY x.key`, func(rows *sql.Rows) error {
		var key string
		var n int
		err := rows.Scan(&key, &n)
		s := out[key]
		s.StillOpen = n
		out[key] = s
		return err
	}, rows)
}
