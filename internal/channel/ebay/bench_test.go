package ebay

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
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
		decoded := make([]channel.Order, len(page.orders))
		for i, o := range page.orders {
			decoded[i] = o.order(nil)
		}
		if len(decoded) != orders || len(decoded[0].Lines) != 3 {
			b.Fatal("the page is not whole")
		}
	}
}
