package console

import (
	"context"
	"net/http"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/ledger"
)

// stockRow is a SKU with its level at each location.
type stockRow struct {
	SKU, Title  string
	Links, Held int
	Levels      []ledger.LevelRow
}

// stockColumns are the columns that the stock can be sorted by.
var stockColumns = map[string]columnWays{
	"SKU":     {first: string(ledger.LevelsBySKU), other: string(ledger.LevelsBySKU), rising: true},
	"On hand": {first: string(ledger.MostOnHand), other: string(ledger.LeastOnHand), num: true},
}

func (c *console) stock(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	l, views := newList[stockRow](in, "SKUs"), words(stock.LevelViews())
	f := ledger.LevelFilter{
		Search: l.search("search", "SKU or title"), View: stock.LevelView(in.choice("show", views)), After: in.mark(), Limit: l.limit(),
	}
	l.columns = stockColumns
	f.Sort = ledger.LevelSort(l.sort(words(ledger.LevelSorts())...))
	if in.err != nil {
		return view{}, in.err
	}
	counts, err := c.levels.get(f.Search, func() (map[string]int, error) {
		found, err := c.starter.Store.Ledger.LevelCounts(ctx, f.Search)
		return byWord(found), err
	})
	if err != nil {
		return view{}, err
	}
	l.tabs("show", string(f.View), "all", views, counts)
	found, err := c.starter.Store.Ledger.LevelRows(ctx, f)
	if err != nil {
		return view{}, err
	}
	l.fill(bySKU(found), func(r stockRow) string { return r.SKU })
	return view{Title: "Stock", Section: "Stock", Template: "stock", Data: l}, nil
}

// bySKU groups levels by SKU.
func bySKU(levels []ledger.LevelRow) (rows []stockRow) {
	for _, lv := range levels {
		if n := len(rows); n == 0 || rows[n-1].SKU != lv.SKU {
			rows = append(rows, stockRow{SKU: lv.SKU, Title: lv.Title, Links: lv.Links, Held: lv.Held})
		}
		last := &rows[len(rows)-1]
		last.Levels = append(last.Levels, lv)
	}
	return rows
}

// byWord returns counts by the word that is in the address.
func byWord[T ~string](counts map[T]int) map[string]int {
	out := make(map[string]int, len(counts))
	for k, n := range counts {
		out[string(k)] = n
	}
	return out
}
