package store_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/postgrestest"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

// A page of orders with all kinds of changes must not cost a statement per line or order.
func TestStatementsDoNotGrowWithLines(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		count := func(name string, orders, lines int) int64 {
			page := bigPage(name, orders, lines)
			link(t, s, skusOf(page)...)
			before := s.Statements()
			_, err := s.Orders.SavePage(ctx, page)
			require.NoError(t, err)
			for i := range page.Orders {
				o := &page.Orders[i]
				o.UpdatedAt = o.UpdatedAt.Add(1e9)
				o.Lines[0].Cancelled = o.Lines[0].Quantity
			}
			_, err = s.Orders.SavePage(ctx, page)
			require.NoError(t, err)
			return s.Statements() - before
		}
		_, err := s.Buyers.Sealer(ctx) // the first call makes the key of hashes
		require.NoError(t, err)
		small, large := count("s", 2, 2), count("l", 40, 20)
		require.Equal(t, small, large)
		require.LessOrEqual(t, small, int64(2*24), "two saves")
	})
}

func bigPage(name string, n, lines int) orders.Page {
	page := orders.Page{Account: "amazon-uk", RunID: "run-" + name, SeenAt: epoch}
	for i := range n {
		var list []order.SnapshotLine
		for j := range lines {
			list = append(list, units(fmt.Sprintf("sku-%d", (i*7+j)%(5*lines)), 1+j%3))
		}
		page.Orders = append(page.Orders, sale("amazon-uk", fmt.Sprintf("%s-%d", name, i), i, list...))
	}
	return page
}

func skusOf(page orders.Page) []string {
	seen := map[string]bool{}
	var out []string
	for _, o := range page.Orders {
		for _, l := range o.Lines {
			if sku := l.SKU[len("amazon-uk:"):]; !seen[sku] {
				seen[sku] = true
				out = append(out, sku)
			}
		}
	}
	return out
}

// BenchmarkSavePage saves new pages of 100 orders with 20 lines each, and of one order with one line, as most are.
func BenchmarkSavePage(b *testing.B) {
	for _, size := range [][2]int{{100, 20}, {1, 1}} {
		b.Run(fmt.Sprintf("orders=%d", size[0]), func(b *testing.B) { benchmarkSavePage(b, size[0], size[1]) })
	}
}

func benchmarkSavePage(b *testing.B, orders, lines int) {
	for name, address := range map[string]func() string{
		"sqlite":   func() string { return "sqlite:" + filepath.Join(b.TempDir(), "store.db") },
		"postgres": func() string { return postgrestest.URL(b) },
	} {
		b.Run(name, func(b *testing.B) {
			s := storetest.Fresh(b, address())
			first := bigPage("first", orders, lines)
			link(b, s, skusOf(first)...)
			var changes []stock.Change
			for _, sku := range skusOf(first) {
				changes = append(changes, stock.Change{Key: sku, SKU: sku, Location: "main", Kind: stock.Opening, Quantity: 1_000_000})
			}
			_, err := s.Ledger.ApplyStock(ctx, changes)
			require.NoError(b, err)
			before := s.Statements()
			n := 0
			for b.Loop() {
				n++
				_, err := s.Orders.SavePage(ctx, bigPage(fmt.Sprint("p", n), orders, lines))
				require.NoError(b, err)
			}
			b.ReportMetric(float64(s.Statements()-before)/float64(n), "statements/page")
			b.ReportMetric(float64(orders*n)/b.Elapsed().Seconds(), "orders/s")
		})
	}
}
