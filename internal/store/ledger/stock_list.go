package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

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

// stockFacts are the columns of a standingRow, of a row u of stockSums. What the brake holds is not asked.
const stockFacts = `u.kit, CASE WHEN u.backordered > 0 THEN 1 ELSE 0 END, CASE WHEN u.on_hand > u.reserved THEN 1 ELSE 0 END,
		CASE WHEN u.links > 0 THEN 1 ELSE 0 END, 0`

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
	text := strings.Replace(stockSums, "%s", strings.Join(w.Conditions, " AND "), 1) +
		` SELECT u.sku, u.title, u.kit, u.locations, u.on_hand, u.reserved, u.backordered, u.links FROM sums u`
	if f.Problems {
		w.Arg(standingsFor(stock.Standing.Problem))
		text += ` WHERE ` + db.Among(stockFacts, len(w.Args))
	}
	var out []StockSum
	err := s.Read(ctx, text+` ORDER BY u.sku LIMIT `+w.Arg(db.Limited(f.Limit)), func(rows *sql.Rows) error {
		var r StockSum
		err := rows.Scan(&r.SKU, &r.Title, &r.Kit, &r.Locations, &r.OnHand, &r.Reserved, &r.Backordered, &r.Links)
		r.Free = stock.Level{OnHand: r.OnHand, Reserved: r.Reserved}.Free()
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
		SELECT COUNT(*), CAST(SUM(u.on_hand) AS BIGINT), CAST(SUM(u.reserved) AS BIGINT), CAST(SUM(u.backordered) AS BIGINT), `+stockFacts+`
		FROM sums u GROUP BY 5, 6, 7, 8, 9`, func(rows *sql.Rows) error {
		var skus, onHand, reserved, backordered int
		var row standingRow
		err := rows.Scan(append([]any{&skus, &onHand, &reserved, &backordered}, db.FieldsOf(&row)...)...)
		t.SKUs, t.OnHand, t.Reserved, t.Backordered = t.SKUs+skus, t.OnHand+onHand, t.Reserved+reserved, t.Backordered+backordered
		if stock.Standing(row).Problem() {
			t.Problems += skus
		}
		return err
	}, w.Args...)
	if err != nil {
		return StockTotals{}, fmt.Errorf("sum stock: %w", err)
	}
	t.Free = stock.Level{OnHand: t.OnHand, Reserved: t.Reserved}.Free()
	return t, nil
}
