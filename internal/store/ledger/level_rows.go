package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/store/db"
)

// LevelView selects the SKUs of a list of levels.
type LevelView string

// The views of a list of levels; empty shows every SKU that has or had stock.
const (
	LevelsBackordered LevelView = "backordered" // open orders wait for units
	LevelsNoneFree    LevelView = "none-free"   // nothing can be promised, at any location
	LevelsHeld        LevelView = "held"        // the brake keeps units of it from a channel
	LevelsUnlisted    LevelView = "not-listed"  // no link ties a listing to it
)

// LevelViews are all of them.
func LevelViews() []LevelView {
	return []LevelView{LevelsBackordered, LevelsNoneFree, LevelsHeld, LevelsUnlisted}
}

// levelViews are their conditions on a level l.
var levelViews = map[LevelView]string{
	LevelsBackordered: `l.sku IN (SELECT x.sku FROM stock_levels x WHERE x.backordered > 0)`,
	LevelsNoneFree:    `NOT EXISTS (SELECT 1 FROM stock_levels x WHERE x.sku = l.sku AND x.on_hand > x.reserved)`,
	LevelsHeld:        `l.sku IN (SELECT k.sku FROM links k WHERE k.held_at > 0)`,
	LevelsUnlisted:    `NOT EXISTS (SELECT 1 FROM links k WHERE k.sku = l.sku)`,
}

// LevelFilter selects a page of SKUs with stock, sorted by SKU. Kits have none of their own.
type LevelFilter struct {
	Search string // in the SKU or the title, in whatever case
	View   LevelView
	After  string // the last SKU shown
	Limit  int    // SKUs
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
		w.And(levelViews[filter.View])
	}
	if filter.After != "" {
		w.And(`l.sku > %s`, filter.After)
	}
	var out []LevelRow
	err := s.Read(ctx, `WITH found AS (SELECT DISTINCT l.sku FROM stock_levels l`+w.Text()+` ORDER BY l.sku LIMIT `+w.Arg(db.Limited(filter.Limit))+`)
		SELECT l.sku, COALESCE(v.title, ''), l.location, l.on_hand, l.reserved, l.backordered,
			(SELECT COUNT(*) FROM links k WHERE k.sku = l.sku), (SELECT COUNT(*) FROM links k WHERE k.sku = l.sku AND k.held_at > 0)
		FROM found f JOIN stock_levels l ON l.sku = f.sku LEFT JOIN variants v ON v.sku = f.sku ORDER BY l.sku, l.location`,
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
func (s *Store) LevelCounts(ctx context.Context, search string) (map[LevelView]int, error) {
	w := LevelFilter{Search: search}.where()
	one := func(v LevelView) string { return `SUM(CASE WHEN ` + levelViews[v] + ` THEN 1 ELSE 0 END)` }
	var all, backordered, none, held, unlisted int
	err := s.Read(ctx, `SELECT COUNT(*), COALESCE(`+one(LevelsBackordered)+`, 0), COALESCE(`+one(LevelsNoneFree)+`, 0),
			COALESCE(`+one(LevelsHeld)+`, 0), COALESCE(`+one(LevelsUnlisted)+`, 0)
		FROM (SELECT DISTINCT l.sku FROM stock_levels l`+w.Text()+`) l`, func(rows *sql.Rows) error {
		return rows.Scan(&all, &backordered, &none, &held, &unlisted)
	}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("count levels: %w", err)
	}
	return map[LevelView]int{"": all, LevelsBackordered: backordered, LevelsNoneFree: none, LevelsHeld: held, LevelsUnlisted: unlisted}, nil
}
