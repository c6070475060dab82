package shopify

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/polltest"
	marketplace "github.com/towpath/towpath/internal/simulator/shopify"
)

// asks reads a page with one order, and returns it and which further calls that took.
func (f *fixture) asks(t *testing.T, q channel.OrdersQuery) (order.Snapshot, []string) {
	t.Helper()
	ctx, calls := channel.WithCalls(t.Context())
	page, err := f.conn.Orders(ctx, q)
	require.NoError(t, err)
	require.Len(t, page.Orders, 1)
	var asked []string
	for _, call := range calls.List() {
		if call.Operation != opOrders.name {
			asked = append(asked, call.Operation)
		}
	}
	return page.Orders[0], asked
}

// A scan that shows an order as the scan before has read it makes no further call for it, and says the same of it. What changes is asked
// about at once.
func TestAnOrderThatIsShownAgainIsNotAskedAboutAgain(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	many := make([]int, linesPerOrder+5)
	for i := range many {
		many[i] = 3
	}
	f.place(t, "1", true, many...)
	changes := channel.OrdersQuery{Since: time.Now().Add(-time.Hour)}
	known := func(want ...string) order.Snapshot {
		first, asked := f.asks(t, changes)
		require.Equal(t, want, asked)
		polltest.Until(t, "the order is known as it is", func() bool {
			again, asked := f.asks(t, changes)
			require.Equal(t, first, again)
			return len(asked) == 0
		})
		return first
	}
	shown := known(opOrderLines.name)
	require.Len(t, shown.Lines, len(many))

	_, err := f.conn.ConfirmShipment(t.Context(), pack(shown, "T1", 3, 1))
	require.NoError(t, err)
	shown = known(opOrderLines.name)
	require.Equal(t, []int{3, 1}, []int{shown.Lines[0].Shipped, shown.Lines[1].Shipped})

	require.NoError(t, f.market.Return(t.Context(), "r", "1", 0, 2))
	all := []string{opOrderLines.name, opFulfillmentOrders.name, opFulfillments.name, opReturns.name}
	shown = known(all...)
	require.Len(t, shown.Returns, 1)
	_, asked := f.asks(t, channel.OrdersQuery{Since: changes.Since, OpenOnly: true})
	require.Equal(t, all, asked, "a scan of open orders reads everything anew")
}

// The first order of a page is completed alone, the others a few at the same time, and all stay in their order.
func TestOrdersOfAPageAreCompletedTogether(t *testing.T) {
	t.Parallel()
	const orders = 3*ordersAtOnce - 1
	var begun, under, most atomic.Int64
	var alone atomic.Bool
	together := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var call struct {
			Name string `json:"operationName"`
		}
		_ = json.NewDecoder(r.Body).Decode(&call)
		if call.Name == opOrders.name {
			var edges []string
			for n := range orders {
				edges = append(edges, fmt.Sprintf(`{"cursor":"%d","node":{"id":"gid://shopify/Order/%d","createdAt":"2026-11-21T10:00:00Z","updatedAt":"2026-11-21T10:00:00Z",
					"currencyCode":"GBP","lineItems":{"nodes":[],"pageInfo":{"hasNextPage":true,"endCursor":"c"}}}}`, n, n))
			}
			_, _ = fmt.Fprintf(w, `{"data":{"orders":{"edges":[%s],"pageInfo":{"hasNextPage":false}}}}`, strings.Join(edges, ","))
			return
		}
		now := under.Add(1)
		defer under.Add(-1)
		for before := most.Load(); now > before && !most.CompareAndSwap(before, now); before = most.Load() {
		}
		switch begun.Add(1) {
		case 1: // the first order is completed alone
			alone.Store(now == 1)
		case 1 + ordersAtOnce:
			close(together)
			fallthrough
		default:
			select {
			case <-together:
			case <-r.Context().Done():
			}
		}
		_, _ = io.WriteString(w, `{"data":{"order":{"lineItems":{"nodes":[{"id":"l","quantity":1,"currentQuantity":1,"unfulfilledQuantity":1}],"pageInfo":{"hasNextPage":false}}}}}`)
	}))
	t.Cleanup(server.Close)
	conn := open(t, channel.Account{BaseURL: server.URL, Simulated: true, Location: marketplace.Location, Credentials: map[string]string{"accessToken": "x"}})
	page, err := conn.Orders(t.Context(), channel.OrdersQuery{})
	require.NoError(t, err)
	require.Empty(t, page.Aside)
	require.Len(t, page.Orders, orders)
	for n, o := range page.Orders {
		require.Equal(t, fmt.Sprint("gid://shopify/Order/", n), o.ID)
		require.Len(t, o.Lines, 1)
	}
	require.EqualValues(t, ordersAtOnce, most.Load())
	require.True(t, alone.Load(), "so a page moves on however few points there are")
}
