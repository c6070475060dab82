package console

import (
	"context"
	"net/http"
	"strings"

	"github.com/towpath/towpath/internal/store"
)

// stockRow is a SKU with its level at each location.
type stockRow struct {
	SKU, Title string
	Levels     []store.StockRow
}

func (c *console) stock(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	l := newList[stockRow](in, "SKUs")
	prefix, after := l.search("sku", "SKU begins with"), in.mark()
	if in.err != nil {
		return view{}, in.err
	}
	var found []store.StockRow
	if prefix != "" && after == "" {
		exact, err := c.starter.Store.Stock(ctx, prefix, "", 0)
		if err != nil {
			return view{}, err
		}
		found = exact
	}
	// SKUs are in order: those that begin with the prefix come right behind it.
	rows, err := c.starter.Store.Stock(ctx, "", max(prefix, after), l.limit())
	if err != nil {
		return view{}, err
	}
	for _, row := range rows {
		if strings.HasPrefix(row.SKU, prefix) {
			found = append(found, row)
		}
	}
	l.fill(bySKU(found, l.limit()), func(r stockRow) string { return r.SKU })
	return view{Title: "Stock", Section: "Stock", Template: "stock", Data: l}, nil
}

// bySKU puts the levels of a SKU together, those of the first SKUs.
func bySKU(levels []store.StockRow, limit int) (rows []stockRow) {
	for _, lv := range levels {
		if n := len(rows); n == 0 || rows[n-1].SKU != lv.SKU {
			if n == limit {
				break
			}
			rows = append(rows, stockRow{SKU: lv.SKU, Title: lv.Title})
		}
		last := &rows[len(rows)-1]
		last.Levels = append(last.Levels, lv)
	}
	return rows
}
