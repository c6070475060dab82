package amazon

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/towpath/towpath/internal/channel/transport"
)

// BenchmarkDecodeOrdersPage reads a full page of searchOrders, from the body to Towpath's orders.
func BenchmarkDecodeOrdersPage(b *testing.B) {
	const orders = 100
	var page []string
	for i := range orders {
		page = append(page, strings.Replace(anOrder, `"202-1"`, fmt.Sprintf(`"202-%07d"`, i), 1))
	}
	answer := &transport.Answer{
		Status: http.StatusOK,
		Body:   []byte(`{"orders":[` + strings.Join(page, ",") + `],"pagination":{"nextToken":"t"},"lastUpdatedBefore":"2026-11-01T12:00:00Z"}`),
	}
	b.SetBytes(int64(len(answer.Body)))
	b.ReportAllocs()
	for b.Loop() {
		var found searchAnswer
		if fault := answer.Decode(opSearchOrders, &found); fault != nil {
			b.Fatal(fault)
		}
		read, _, fault := readPage(answer, found, cursor{})
		if fault != nil || len(read.Orders) != orders {
			b.Fatal(fault, len(read.Orders))
		}
	}
	b.ReportMetric(orders, "orders/op")
}
