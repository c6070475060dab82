package ebay

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
)

// BenchmarkDecodeOrdersPage decodes a page of 100 orders of three lines each, as the marketplace sends it.
func BenchmarkDecodeOrdersPage(b *testing.B) {
	f := newFixture(b)
	const orders = 100
	for n := range orders {
		f.place(b, fmt.Sprint("b", n), 1, 2, 3)
	}
	w := window{Since: time.Now().Add(-time.Hour)}
	a, fault := f.conn.call(b.Context(), "getOrders", http.MethodGet, f.conn.ordersPath(w), nil)
	require.Nil(b, fault)
	b.SetBytes(int64(len(a.Body)))
	b.ReportAllocs()
	for b.Loop() {
		page, fault := readPage(a, "getOrders", 0)
		if fault != nil {
			b.Fatal(fault)
		}
		decoded := make([]order.Snapshot, len(page.orders))
		for i, o := range page.orders {
			decoded[i] = o.order(nil)
		}
		if len(decoded) != orders || len(decoded[0].Lines) != 3 {
			b.Fatal("the page is not whole")
		}
	}
}

// BenchmarkPublish checks and submits 10,000 items, most of them products of their own and a tenth in families of four, and then a
// change of a tenth of their prices. Run it once: -benchtime 1x. The marketplace runs in the same process, without a budget.
func BenchmarkPublish(b *testing.B) {
	for b.Loop() {
		f := newFixture(b)
		f.conn = f.open(b, f.unwatched(b))
		var products []channel.Product
		for n := range 250 {
			products = append(products, named(fmt.Sprint("FAMILY-", n), "S", "M", "L", "XL"))
		}
		products = append(products, mugs(0, 9000)...)
		publish := func(what string, products []channel.Product) {
			ctx, calls := channel.WithCalls(b.Context())
			begun, items := time.Now(), 0
			for len(products) > 0 {
				batch, n := batchOf(products, maxSubmitted)
				products, items = products[len(batch):], items+n
				known := f.definitions(b, batch...)
				checked, err := f.conn.Check(ctx, batch, known)
				require.NoError(b, err)
				for i, c := range checked {
					require.Empty(b, errorCodes(c.Issues[batch[i].Key]))
				}
				got, err := f.conn.Submit(ctx, drafts(batch...), false, known)
				require.NoError(b, err)
				require.Empty(b, faultsOf(got))
			}
			b.ReportMetric(float64(items)/time.Since(begun).Seconds(), what+"-items/s")
			b.ReportMetric(float64(len(calls.List())), what+"-calls")
		}
		publish("new", products)
		var dearer []channel.Product
		for _, p := range products[len(products)-1000:] {
			p.Variants[0].Price += 50
			dearer = append(dearer, p)
		}
		publish("price", dearer)
	}
}

// batchOf returns as many products as fit into the given number of SKUs, at least one.
func batchOf(products []channel.Product, skus int) (batch []channel.Product, n int) {
	for _, p := range products {
		if n > 0 && n+len(p.Variants) > skus {
			break
		}
		batch, n = append(batch, p), n+len(p.Variants)
	}
	return batch, n
}
