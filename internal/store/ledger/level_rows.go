package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// standingRow is a stock.Standing as a row.
type standingRow struct {
	Kit         bool `db:"kit"`
	Backordered bool `db:"backordered"`
	Free        bool `db:"free"`
	Linked      bool `db:"linked"`
	Held        bool `db:"held"`
}

// standingsFor lists the standings for which a rule holds.
func standingsFor(rule func(stock.Standing) bool) *db.RowTable {
	return db.RowsBy(stock.Standings(rule), func(s stock.Standing) standingRow { return standingRow(s) })
}

// The facts of a level l. Indexes serve them all.
const (
	levelBackordered = `l.sku IN (SELECT x.sku FROM stock_levels x WHERE x.backordered > 0)`
	levelFree        = `EXISTS (SELECT 1 FROM stock_levels x WHERE x.sku = l.sku AND x.on_hand > x.reserved)`
	levelLinked      = `EXISTS (SELECT 1 FROM links k WHERE k.sku = l.sku)`
	levelHeld        = `l.sku IN (SELECT k.sku FROM links k WHERE k.held_at > 0)`
)

// levelFacts are the columns of a standingRow, of a level l. Kits have no levels.
const levelFacts = `0, CASE WHEN ` + levelBackordered + ` THEN 1 ELSE 0 END, CASE WHEN ` + levelFree + ` THEN 1 ELSE 0 END,
		CASE WHEN ` + levelLinked + ` THEN 1 ELSE 0 END, CASE WHEN ` + levelHeld + ` THEN 1 ELSE 0 END`

// levelCandidates has for each view a fact by which an index finds the few levels of which stock.LevelView.Shows may be true.
var levelCandidates = map[stock.LevelView]string{
	stock.LevelsBackordered: levelBackordered,
	stock.LevelsNoneFree:    `NOT ` + levelFree,
	stock.LevelsHeld:        levelHeld,
	stock.LevelsUnlisted:    `NOT ` + levelLinked,
}

// LevelFilter selects a page of SKUs with stock. Kits have none of their own.
type LevelFilter struct {
	Search string // in the SKU or the title, in whatever case
	View   stock.LevelView
	Sort   LevelSort // empty: LevelsBySKU
	After  string    // the last SKU shown
	Limit  int       // SKUs
}

func (f LevelFilter) where() db.Where {
	w := db.Where{}
	if f.Search != "" {
		like := "%" + db.LikeText.Replace(catalogue.Fold(f.Search)) + "%"
		w.And(`l.sku IN (SELECT v.sku FROM variants v WHERE v.folded LIKE %s ESCAPE '!' OR LOWER(v.title) LIKE %s ESCAPE '!')`, like, like)
	}
	return w
}

// LevelRow is the level of a SKU at a location, with how many listings the SKU has on all accounts.
type LevelRow struct {
	StockRow
	Links int `json:"links"`
	Held  int `json:"held"` // of them, those of which the brake keeps units
}

// LevelRows lists SKUs with their levels at every location.
func (s *Store) LevelRows(ctx context.Context, filter LevelFilter) ([]LevelRow, error) {
	w := filter.where()
	if filter.View != "" {
		w.Arg(standingsFor(filter.View.Shows))
		w.Conditions = append(w.Conditions, levelCandidates[filter.View], db.Among(levelFacts, len(w.Args)))
	}
	found := filter.found(&w)
	direction, _ := filter.Sort.direction()
	var out []LevelRow
	err := s.Read(ctx, `WITH found AS (`+found+`)
		SELECT l.sku, COALESCE(v.title, ''), l.location, l.on_hand, l.reserved, l.backordered,
			(SELECT COUNT(*) FROM links k WHERE k.sku = l.sku), (SELECT COUNT(*) FROM links k WHERE k.sku = l.sku AND k.held_at > 0)
		FROM found f CROSS JOIN stock_levels l LEFT JOIN variants v ON v.sku = f.sku WHERE l.sku = f.sku
		ORDER BY f.place`+direction+`, f.sku`+direction+`, l.location`,
		func(rows *sql.Rows) error {
			var r LevelRow
			err := rows.Scan(&r.SKU, &r.Title, &r.Location, &r.OnHand, &r.Reserved, &r.Backordered, &r.Links, &r.Held)
			out = append(out, r)
			return err
		}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list levels: %w", err)
	}
	return out, nil
}

// LevelCounts counts the SKUs of each view that a search finds, under "" all of them.
func (s *Store) LevelCounts(ctx context.Context, search string) (map[stock.LevelView]int, error) {
	w := LevelFilter{Search: search}.where()
	views := append(stock.LevelViews(), "")
	out := make(map[stock.LevelView]int, len(views))
	for _, v := range views {
		out[v] = 0
	}
	err := s.Read(ctx, `SELECT COUNT(*), `+levelFacts+` FROM (SELECT DISTINCT l.sku FROM stock_levels l`+w.Text()+`) l
		GROUP BY 2, 3, 4, 5, 6`, func(rows *sql.Rows) error {
		var n int
		var row standingRow
		err := rows.Scan(append([]any{&n}, db.FieldsOf(&row)...)...)
		for _, v := range views {
			if v.Shows(stock.Standing(row)) {
				out[v] += n
			}
		}
		return err
	}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("count levels: %w", err)
	}
	return out, nil
}
