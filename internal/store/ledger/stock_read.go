package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// StockDone is the result of ApplyStock.
type StockDone struct {
	Changes     []stock.Changed `json:"changes"` // in the order in which they were asked for, each key once
	Backordered []Backordered   `json:"backordered"`
	Dirty       []string        `json:"dirty"` // accounts that have dirty levels now, if it made any
}

// Backordered are units of an order that lost their reservation because the stock was missing.
type Backordered struct {
	Account   string `json:"account"`
	Reference string `json:"reference"`
	LineID    string `json:"lineId"`
	SKU       string `json:"sku"`
	Units     int    `json:"units"` // of the line's own SKU
}

// StockRow is the level of a SKU at a location.
type StockRow struct {
	SKU      string `json:"sku"`
	Title    string `json:"title"`
	Location string `json:"location"`
	stock.Level
	Backordered int `json:"backordered"` // backordered: units of open orders without stock
}

// Movement is one row of the stock ledger. OnHand and Reserved are changes.
type Movement struct {
	ID        int64      `json:"id"`
	SKU       string     `json:"sku"`
	Location  string     `json:"location"`
	Kind      stock.Kind `json:"kind"`
	OnHand    int        `json:"onHand"`
	Reserved  int        `json:"reserved"`
	Stated    int        `json:"stated"`            // the figure as it was given; of a count what was found
	Account   string     `json:"account,omitempty"` // of the order that caused it
	Reference string     `json:"reference,omitempty"`
	Package   string     `json:"package,omitempty"`
	By        string     `json:"by,omitempty"`
	Note      string     `json:"note,omitempty"`
	At        time.Time  `json:"at"`
	AsOf      time.Time  `json:"asOf,omitzero"` // when a count was right
}

// Stock lists the levels of one SKU, or of the SKUs after afterSKU, at most limit SKUs with all their locations.
func (s *Store) Stock(ctx context.Context, sku, afterSKU string, limit int) ([]StockRow, error) {
	condition, args := `l.sku = $1`, []any{sku}
	if sku == "" {
		condition = `l.sku IN (SELECT DISTINCT sku FROM stock_levels WHERE sku > $1 ORDER BY sku LIMIT $2)`
		args = []any{afterSKU, db.Limited(limit)}
	}
	var out []StockRow
	err := s.Read(ctx, `SELECT l.sku, COALESCE(p.title, ''), l.location, l.on_hand, l.reserved, l.backordered
		FROM stock_levels l LEFT JOIN variants p ON p.sku = l.sku
		WHERE `+condition+` ORDER BY l.sku, l.location`, func(rows *sql.Rows) error {
		var r StockRow
		err := rows.Scan(&r.SKU, &r.Title, &r.Location, &r.OnHand, &r.Reserved, &r.Backordered)
		out = append(out, r)
		return err
	}, args...)
	if err != nil {
		return nil, fmt.Errorf("list stock: %w", err)
	}
	return out, nil
}

// StockFilter selects SKUs. Zero fields do not filter. Pages are keyset: After is the last SKU shown.
type StockFilter struct {
	Search   string // in the SKU or the title, without regard to case
	Problems bool   // only SKUs with backordered units, and linked ones of which nothing is free
	After    string
	Limit    int
}

// StockSum is a SKU with its levels summed over all locations. For a kit, Kit is set and the figures are 0.
type StockSum struct {
	SKU         string `json:"sku"`
	Title       string `json:"title"`
	Kit         bool   `json:"kit"`
	Locations   int    `json:"locations"`
	OnHand      int    `json:"onHand"`
	Reserved    int    `json:"reserved"`
	Free        int    `json:"free"`
	Backordered int    `json:"backordered"` // units of open orders without stock
	Links       int    `json:"links"`       // listings of it, over all accounts
}

// StockTotals are the sums over all SKUs that a filter selects, whatever page is shown.
type StockTotals struct {
	SKUs        int `json:"skus"`
	OnHand      int `json:"onHand"`
	Reserved    int `json:"reserved"`
	Free        int `json:"free"`
	Backordered int `json:"backordered"`
	Problems    int `json:"problems"` // SKUs with backordered units, and linked ones of which nothing is free
}

// stockSums is a table of all SKUs that a filter selects; %s is its condition.
const stockSums = `WITH names AS (SELECT sku, title FROM variants
			UNION ALL SELECT DISTINCT v.sku, '' FROM stock_levels v WHERE NOT EXISTS (SELECT 1 FROM variants x WHERE x.sku = v.sku)),
		sums AS (SELECT n.sku, n.title,
			CASE WHEN EXISTS (SELECT 1 FROM kits k WHERE k.sku = n.sku) THEN 1 ELSE 0 END AS kit,
			(SELECT COUNT(*) FROM links l WHERE l.sku = n.sku) AS links,
			COUNT(v.location) AS locations, CAST(COALESCE(SUM(v.on_hand), 0) AS BIGINT) AS on_hand,
			CAST(COALESCE(SUM(v.reserved), 0) AS BIGINT) AS reserved, CAST(COALESCE(SUM(v.backordered), 0) AS BIGINT) AS backordered
			FROM names n LEFT JOIN stock_levels v ON v.sku = n.sku
			WHERE %s
			GROUP BY n.sku, n.title)`

const stockProblem = `(u.backordered > 0 OR u.links > 0 AND u.kit = 0 AND u.on_hand - u.reserved <= 0)`

func (f StockFilter) where() db.Where {
	w := db.Where{Conditions: []string{`1 = 1`}}
	if f.Search != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(f.Search)) + "%"
		w.And(`(LOWER(n.sku) LIKE %s ESCAPE '\' OR LOWER(n.title) LIKE %s ESCAPE '\')`, like, like)
	}
	return w
}

// StockList lists SKUs with their sums over all locations, by SKU.
func (s *Store) StockList(ctx context.Context, f StockFilter) ([]StockSum, error) {
	w := f.where()
	w.And(`n.sku > %s`, f.After)
	text := strings.Replace(stockSums, "%s", strings.Join(w.Conditions, " AND "), 1) + ` SELECT u.sku, u.title, u.kit, u.locations, u.on_hand, u.reserved, u.backordered, u.links FROM sums u`
	if f.Problems {
		text += ` WHERE ` + stockProblem
	}
	var out []StockSum
	err := s.Read(ctx, text+` ORDER BY u.sku LIMIT `+w.Arg(db.Limited(f.Limit)), func(rows *sql.Rows) error {
		var r StockSum
		err := rows.Scan(&r.SKU, &r.Title, &r.Kit, &r.Locations, &r.OnHand, &r.Reserved, &r.Backordered, &r.Links)
		r.Free = r.OnHand - r.Reserved
		out = append(out, r)
		return err
	}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list stock: %w", err)
	}
	return out, nil
}

// StockTotals returns the sums over all SKUs that the filter selects, ignoring Problems and the page.
func (s *Store) StockTotals(ctx context.Context, f StockFilter) (StockTotals, error) {
	w := f.where()
	var t StockTotals
	err := s.Read(ctx, strings.Replace(stockSums, "%s", strings.Join(w.Conditions, " AND "), 1)+`
		SELECT COUNT(*), CAST(COALESCE(SUM(u.on_hand), 0) AS BIGINT), CAST(COALESCE(SUM(u.reserved), 0) AS BIGINT),
			CAST(COALESCE(SUM(u.backordered), 0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN `+stockProblem+` THEN 1 ELSE 0 END), 0) AS BIGINT) FROM sums u`,
		func(rows *sql.Rows) error {
			return rows.Scan(&t.SKUs, &t.OnHand, &t.Reserved, &t.Backordered, &t.Problems)
		}, w.Args...)
	if err != nil {
		return StockTotals{}, fmt.Errorf("sum stock: %w", err)
	}
	t.Free = t.OnHand - t.Reserved
	return t, nil
}

// Movements returns the movements of a SKU at a location (empty: all), the newest first; after is the ID of the last one shown.
func (s *Store) Movements(ctx context.Context, sku, location string, after int64, limit int) ([]Movement, error) {
	w := db.Where{}
	w.And(`m.sku = %s`, sku)
	if location != "" {
		w.And(`m.location = %s`, location)
	}
	if after > 0 {
		w.And(`m.id < %s`, after)
	}
	out, err := s.movements(ctx, `movements m`, w.Text()+` ORDER BY m.id DESC LIMIT `+w.Arg(db.Limited(limit)), w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list movements of %s: %w", sku, err)
	}
	return out, nil
}

// StockMoved returns the movements of the change with a key: its own, and those of orders that gained or lost units of the SKU
// through it. It returns none when there was no such change.
func (s *Store) StockMoved(ctx context.Context, key string) ([]Movement, error) {
	out, err := s.movements(ctx, `movements d JOIN movements m ON m.sku = d.sku AND m.at = d.at`, ` WHERE d.key = $1 ORDER BY m.id LIMIT $2`,
		stock.EntryKey(key), db.Limited(0))
	if err != nil {
		return nil, fmt.Errorf("read what change %s did: %w", key, err)
	}
	return out, nil
}

func (s *Store) movements(ctx context.Context, from, rest string, args ...any) ([]Movement, error) {
	var out []Movement
	err := s.Read(ctx, `SELECT m.id, m.sku, m.location, m.kind, m.on_hand, m.reserved, m.stated, COALESCE(o.account, ''), COALESCE(o.reference, ''),
			m.package_id, m.actor, m.note, m.at, m.as_of
		FROM `+from+` LEFT JOIN orders o ON o.id = m.order_id`+rest, func(rows *sql.Rows) error {
		var m Movement
		var when, asOf int64
		err := rows.Scan(&m.ID, &m.SKU, &m.Location, &m.Kind, &m.OnHand, &m.Reserved, &m.Stated, &m.Account, &m.Reference,
			&m.Package, &m.By, &m.Note, &when, &asOf)
		m.At, m.AsOf = db.At(when), db.At(asOf)
		out = append(out, m)
		return err
	}, args...)
	return out, err
}
