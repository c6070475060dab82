package products

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/store/db"
)

// facts are the conditions under which the facts of a variant v are so.
var facts = map[catalogue.Fact]string{
	catalogue.IsKit:    `v.sku IN (SELECT k.sku FROM kits k)`,
	catalogue.InStock:  `EXISTS (SELECT 1 FROM stock_levels l WHERE l.sku = v.sku AND l.on_hand > 0)`,
	catalogue.IsLinked: `EXISTS (SELECT 1 FROM links l WHERE l.sku = v.sku)`,
}

// shows adds what a view wants of a variant v.
func shows(w *db.Where, view catalogue.View) {
	wants := view.Wants()
	for _, fact := range catalogue.Facts() {
		switch so, matters := wants[fact]; {
		case matters && so:
			w.And(facts[fact])
		case matters:
			w.And(`NOT ` + facts[fact])
		}
	}
}

// VariantCounts counts the SKUs of each view among those that a search and a category find, under "" all of them.
func (s *Store) VariantCounts(ctx context.Context, filter VariantFilter) (map[catalogue.View]int, error) {
	w, names := filter.where(), catalogue.Facts()
	columns, group := make([]string, len(names)), make([]string, len(names))
	for i, fact := range names {
		columns[i], group[i] = `CASE WHEN `+facts[fact]+` THEN 1 ELSE 0 END AS fact_`+string(fact), `x.fact_`+string(fact)
	}
	out := map[catalogue.View]int{"": 0}
	for _, v := range catalogue.Views() {
		out[v] = 0
	}
	grouped := strings.Join(group, ", ")
	err := s.Read(ctx, `SELECT `+grouped+`, COUNT(*) FROM (SELECT `+strings.Join(columns, ", ")+`
		FROM variants v LEFT JOIN products p ON p.key = v.product`+w.Text()+`) x GROUP BY `+grouped, func(rows *sql.Rows) error {
		is, n := make([]bool, len(names)), 0
		dest := []any{}
		for i := range is {
			dest = append(dest, &is[i])
		}
		err := rows.Scan(append(dest, &n)...)
		var so []catalogue.Fact
		for i, fact := range names {
			if is[i] {
				so = append(so, fact)
			}
		}
		for v := range out {
			if v.Shows(so...) {
				out[v] += n
			}
		}
		return err
	}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("count the catalogue's views: %w", err)
	}
	return out, nil
}

// CatalogueCounts has the counts of the catalogue.
type CatalogueCounts struct {
	Products   int `json:"products"`
	Variants   int `json:"variants"`
	Kits       int `json:"kits"`
	Categories int `json:"categories"`
}

// CatalogueCounts counts what the catalogue has.
func (s *Store) CatalogueCounts(ctx context.Context) (CatalogueCounts, error) {
	var c CatalogueCounts
	err := s.Read(ctx, `SELECT (SELECT COUNT(*) FROM products), (SELECT COUNT(*) FROM variants), (SELECT COUNT(*) FROM kits), (SELECT COUNT(*) FROM categories)`,
		func(rows *sql.Rows) error { return rows.Scan(&c.Products, &c.Variants, &c.Kits, &c.Categories) })
	if err != nil {
		return c, fmt.Errorf("count the catalogue: %w", err)
	}
	return c, nil
}
