package ledger

import "github.com/towpath/towpath/internal/store/db"

// LevelSort is the order of a list of SKUs with stock.
type LevelSort string

// The sorts; each has an index.
const (
	LevelsBySKU LevelSort = "by-sku"
	MostOnHand  LevelSort = "most-on-hand-first"  // by the location that has most of the SKU
	LeastOnHand LevelSort = "least-on-hand-first" // by the location that has least of it
)

// LevelSorts lists the sorts; the first is the usual one.
func LevelSorts() []LevelSort { return []LevelSort{LevelsBySKU, MostOnHand, LeastOnHand} }

// direction returns the direction of a sort in SQL, and what is said of the rows behind one.
func (s LevelSort) direction() (direction, sign string) {
	if s == MostOnHand {
		return ` DESC`, `<`
	}
	return ``, `>`
}

// found returns the query of the SKUs of a page, each once, as sku and place, which is what they are in the order of. A SKU that is sorted by its units comes
// where its first level in that order is.
func (f LevelFilter) found(w *db.Where) string {
	direction, sign := f.Sort.direction()
	if f.Sort == "" || f.Sort == LevelsBySKU {
		if f.After != "" {
			w.And(`l.sku > %s`, f.After)
		}
		return `SELECT l.sku, 0 AS place FROM stock_levels l` + w.Text() + ` GROUP BY l.sku ORDER BY l.sku LIMIT ` + w.Arg(db.Limited(f.Limit))
	}
	first := func(than string) string {
		return `NOT EXISTS (SELECT 1 FROM stock_levels m WHERE m.sku = ` + than + `.sku AND (` + than + `.on_hand, ` + than + `.location) ` + sign + ` (m.on_hand, m.location))`
	}
	w.Conditions = append(w.Conditions, first(`l`))
	if f.After != "" {
		w.And(`(l.on_hand, l.sku) `+sign+` (SELECT a.on_hand, a.sku FROM stock_levels a WHERE a.sku = %s AND `+first(`a`)+`)`, f.After)
	}
	return `SELECT l.sku, l.on_hand AS place FROM stock_levels l` + w.Text() + ` ORDER BY l.on_hand` + direction + `, l.sku` + direction + ` LIMIT ` + w.Arg(db.Limited(f.Limit))
}
