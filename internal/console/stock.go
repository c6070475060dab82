package console

import (
	"context"
	"net/http"
	"strings"

	"github.com/towpath/towpath/internal/store"
)

// stockList is the levels of all SKUs, or of those that begin with some text.
type stockList struct {
	Rows   []store.StockRow
	SKU    string
	Listed int // SKUs
	paging
}

func (c *console) stock(ctx context.Context, r *http.Request) (view, error) {
	in := readInputs(r)
	prefix, after := in.text("sku"), in.mark()
	if in.err != nil {
		return view{}, in.err
	}
	l := stockList{SKU: prefix}
	if prefix != "" && after == "" {
		exact, err := c.starter.Store.Stock(ctx, prefix, "", 0)
		if err != nil {
			return view{}, err
		}
		l.Rows = exact
	}
	// SKUs are in order: those that begin with the prefix come right behind it.
	rows, err := c.starter.Store.Stock(ctx, "", max(prefix, after), pageSize+1)
	if err != nil {
		return view{}, err
	}
	for _, row := range rows {
		if strings.HasPrefix(row.SKU, prefix) {
			l.Rows = append(l.Rows, row)
		}
	}
	l.cut(in)
	return view{Title: "Stock", Section: "Stock", Template: "stock", Data: l}, nil
}

// cut keeps the first pageSize SKUs with all their locations.
func (l *stockList) cut(in *inputs) {
	last := ""
	for i, row := range l.Rows {
		if i > 0 && row.SKU == l.Rows[i-1].SKU {
			continue
		}
		if l.Listed == pageSize {
			last = l.Rows[i-1].SKU
			l.Rows = l.Rows[:i]
			break
		}
		l.Listed++
	}
	l.paging = in.paging(last)
}
