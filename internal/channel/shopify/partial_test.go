package shopify

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator/faults"
)

// twoOrders is an answer with two orders of one line each, and errors.
func twoOrders(errors string) string {
	node := func(n int) string {
		return fmt.Sprintf(`{"cursor":"c%d","node":{"id":"gid://shopify/Order/%d","name":"#%d","createdAt":"2026-11-21T10:00:00Z","updatedAt":"2026-11-21T10:00:00Z",
			"currencyCode":"GBP","displayFinancialStatus":"PAID","displayFulfillmentStatus":"UNFULFILLED","email":null,
			"totalPriceSet":{"shopMoney":{"amount":"5.00"}},"shippingAddress":{"name":"Ada","countryCodeV2":"GB"},
			"lineItems":{"nodes":[{"id":"l%d","sku":"MUG","quantity":2,"currentQuantity":2,"unfulfilledQuantity":2}],"pageInfo":{"hasNextPage":false}}}}`, n, n, n, n)
	}
	return `{"data":{"orders":{"edges":[` + node(1) + `,` + node(2) + `],"pageInfo":{"hasNextPage":false,"endCursor":"c2"}}},"errors":[` + errors + `]}`
}

func denied(path string) string {
	return `{"message":"This app is not approved to use the field. See https://shopify.dev","path":[` + path + `],"extensions":{"code":"ACCESS_DENIED"}}`
}

// Shopify sends the rest of an order when the app may not read a protected field of it (case A2).
func TestAFieldThatTheAppMayNotReadCostsItselfAlone(t *testing.T) {
	t.Parallel()
	page := func(errors ...string) (channel.OrdersPage, error) {
		return canned(t, 200, twoOrders(strings.Join(errors, ","))).Orders(t.Context(), channel.OrdersQuery{})
	}
	p, err := page(denied(`"orders","edges",0,"node","email"`), denied(`"orders","edges",1,"node","email"`), denied(`"orders","edges",1,"node","shippingAddress","address1"`))
	require.NoError(t, err)
	require.Equal(t, []string{"email", "shippingAddress"}, p.Withheld, "once, not per order")
	require.Empty(t, p.Aside)
	require.Len(t, p.Orders, 2)
	require.Equal(t, "Ada", p.Orders[0].Buyer.Name)
	require.Equal(t, int64(500), p.Orders[0].Total)
	require.False(t, p.Watermark.IsZero())

	p, err = page(denied(`"orders","edges",0,"node","totalTaxSet"`))
	require.NoError(t, err)
	require.Equal(t, []order.UnreadPart{order.UnreadAmounts}, p.Orders[0].Unread, "an amount that is withheld is not 0")

	for _, needed := range []string{
		`"orders","edges",0,"node","lineItems"`, `"orders","edges",0,"node","lineItems","nodes",0,"quantity"`, `"orders","edges",0,"node","displayFinancialStatus"`,
		`"orders","edges",0,"node","cancelledAt"`, `"orders"`, `"orders","edges",0,"node"`, `"orders","edges","0","node","email"`, `"shop","email"`,
	} {
		_, err = page(denied(`"orders","edges",1,"node","email"`), denied(needed))
		requireFault(t, err, channel.Config, "ACCESS_DENIED")
	}
}

// A shop that withholds all protected fields has its orders taken, with what decides about stock.
func TestAShopThatWithholdsBuyersHasItsOrdersTaken(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	require.NoError(t, f.injector.Set(faults.Rates{ProtectedFields: 1}))
	placed := []string{f.place(t, "b1", true, 2), f.place(t, "b2", true, 1, 3)}
	orders, last := scan(t, f.conn, channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
	require.Equal(t, placed, ids(orders))
	require.Equal(t, []string{"email", "phone", "shippingAddress"}, last.Withheld)
	require.Empty(t, last.Aside)
	for _, o := range append(orders, f.order(t, placed[1])) {
		require.True(t, o.Paid)
		require.NotEmpty(t, o.Lines)
		require.Empty(t, o.Buyer.Email)
		require.Empty(t, o.Buyer.Name)
		require.Equal(t, "GB", o.Buyer.CountryCode, "decides from where it ships")
	}
}

// An error of another kind is of one order: it is read again later.
func TestAFieldThatFailsSetsItsOrderAside(t *testing.T) {
	t.Parallel()
	failed := `{"message":"boom","path":["orders","edges",1,"node","shippingAddress"],"extensions":{"code":"INTERNAL_SERVER_ERROR"}}`
	p, err := canned(t, 200, twoOrders(failed)).Orders(t.Context(), channel.OrdersQuery{})
	require.NoError(t, err)
	require.Equal(t, []string{"gid://shopify/Order/1"}, ids(p.Orders))
	require.Len(t, p.Aside, 1)
	require.True(t, p.Aside[0].Unfinished)
	require.Equal(t, "gid://shopify/Order/2", p.Aside[0].ID)
	require.Equal(t, "INTERNAL_SERVER_ERROR", p.Aside[0].Fault.Code)

	for _, whole := range []string{
		`{"message":"x","extensions":{"code":"INTERNAL_SERVER_ERROR"}}`,
		`{"message":"x","path":["orders","edges",1,"node","email"],"extensions":{"code":"THROTTLED"}}`,
	} {
		_, err := canned(t, 200, twoOrders(whole)).Orders(t.Context(), channel.OrdersQuery{})
		require.Error(t, err, whole)
	}
}

// An order with more lines than a page has, whose further lines can't be read, waits; the others don't (case G11).
func TestLinesThatCanNotBeReadSetTheirOrderAside(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	many := make([]int, 150)
	for i := range many {
		many[i] = 1
	}
	long, short := f.place(t, "1", true, many...), f.place(t, "2", true, 1)
	f.injector.Next(faults.Unavailable, opOrderLines.name, 1)
	page, err := f.conn.Orders(t.Context(), channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
	require.NoError(t, err)
	require.Equal(t, []string{short}, ids(page.Orders))
	require.False(t, page.Watermark.IsZero(), "the watermark moves")
	require.Len(t, page.Aside, 1)
	aside := page.Aside[0]
	require.Equal(t, long, aside.ID)
	require.True(t, aside.Unfinished)
	require.Equal(t, channel.Unavailable, aside.Fault.Class)
	o, err := f.conn.Decode(t.Context(), aside.Body)
	require.NoError(t, err)
	require.Len(t, o.Lines, 150, "the rest of its lines is read then")
}

func FuzzPartial(f *testing.F) {
	f.Add([]byte(twoOrders(denied(`"orders","edges",0,"node","email"`))))
	f.Add([]byte(twoOrders(`{"path":["orders","edges",-1e99,"node","email"],"extensions":{"code":"X"}}`)))
	f.Add([]byte(twoOrders(`{"path":[]},{"path":[null]}`)))
	f.Add([]byte(`{"data":{"orders":{"edges":[{"node":7},{"node":null},{}]}},"errors":[{"path":["orders","edges",2,"node","email"],"extensions":{"code":"X"}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }))
		defer server.Close()
		conn := open(t, channel.Account{BaseURL: server.URL, Simulated: true, Credentials: map[string]string{"accessToken": "x"}})
		page, err := conn.Orders(t.Context(), channel.OrdersQuery{})
		if err != nil {
			return
		}
		for _, o := range page.Orders {
			require.NoError(t, channel.Saveable(o))
		}
		for _, aside := range page.Aside {
			require.NotNil(t, aside.Fault)
			require.NotContains(t, aside.Fault.Error(), "boom")
		}
	})
}
