package shopify

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/towpath/towpath/internal/channel/transport"
)

// ordersPage returns a page of orders as it is sent.
func ordersPage(orders, lines int) []byte {
	money := func(amount string) string { return `{"shopMoney":{"amount":"` + amount + `"}}` }
	var body strings.Builder
	body.WriteString(`{"data":{"orders":{"edges":[`)
	for i := range orders {
		if i > 0 {
			body.WriteByte(',')
		}
		_, _ = fmt.Fprintf(&body, `{"cursor":"c%d","node":{"id":"gid://shopify/Order/%d","name":"#%d","createdAt":"2026-11-21T10:00:00Z",
			"updatedAt":"2026-11-21T10:00:00Z","cancelledAt":null,"currencyCode":"GBP","displayFinancialStatus":"PAID",
			"displayFulfillmentStatus":"UNFULFILLED","email":"ann@example.com","phone":null,"totalPriceSet":%s,"totalShippingPriceSet":%s,
			"totalTaxSet":null,"totalDiscountsSet":%s,"shippingAddress":{"name":"Ann Example","phone":null,"address1":"1 Road","address2":null,
			"city":"Leeds","province":null,"zip":"LS1 1AA","countryCodeV2":"GB"},"lineItems":{"nodes":[`,
			i, i, i, money("18.35"), money("3.50"), money("0.00"))
		for n := range lines {
			if n > 0 {
				body.WriteByte(',')
			}
			_, _ = fmt.Fprintf(&body, `{"id":"gid://shopify/LineItem/%d%02d","sku":"MUG-%d","title":"Enamel mug","quantity":1,"currentQuantity":1,
				"unfulfilledQuantity":1,"originalUnitPriceSet":%s,"discountedTotalSet":%s}`, i, n, n, money("4.95"), money("4.95"))
		}
		body.WriteString(`],"pageInfo":{"hasNextPage":false,"endCursor":null}}}}`)
	}
	body.WriteString(`],"pageInfo":{"hasNextPage":true,"endCursor":"c99"}}},"extensions":{"cost":{"requestedQueryCost":350,"actualQueryCost":140,
		"throttleStatus":{"maximumAvailable":1000,"currentlyAvailable":860,"restoreRate":100}}}}`)
	return []byte(body.String())
}

// BenchmarkDecodeOrdersPage decodes a page of 100 orders with three lines each, from the body to the port's types.
func BenchmarkDecodeOrdersPage(b *testing.B) {
	a := &transport.Answer{Status: http.StatusOK, Header: http.Header{}, Body: ordersPage(100, 3)}
	b.ReportAllocs()
	b.SetBytes(int64(len(a.Body)))
	for b.Loop() {
		var data ordersData
		if _, fault := unwrap(a.Body).decode(a, opOrders.name, &data); fault != nil {
			b.Fatal(fault)
		}
		for i := range data.Orders.Edges {
			o, err := decodeOrder(data.Orders.Edges[i].Node)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := o.order(nil); err != nil {
				b.Fatal(err)
			}
		}
	}
}
