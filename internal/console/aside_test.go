package console

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
	"github.com/towpath/towpath/internal/store/aside"
	"github.com/towpath/towpath/internal/store/orders"
)

// An order that is set aside is shown with its fault, request id and remedy, and a button that tries it again; nothing of what the channel
// sent is on the page.
func TestOrdersThatAreSetAsideAreShownWithoutTheirBuyers(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	bad := channel.NewOrderError("getOrders", "request-77", []byte(`{"name":"`+buyerName+`"}`), "14-1", time.Now(), "line 1 has no id or no quantity")
	_, err := b.store.Orders.SavePage(b.ctx, orders.Page{Account: "ebay-uk", RunID: "r", SeenAt: time.Now(), Aside: []*channel.OrderError{bad}, With: "1"})
	require.NoError(t, err)
	page := b.page("/orders/aside?account=ebay-uk")
	require.Contains(t, page, "14-1")
	require.Contains(t, page, "request-77")
	require.Contains(t, page, "line 1 has no id or no quantity")
	require.Contains(t, page, "An order is not what the channel promises")
	require.NotContains(t, page, buyerName)
	require.Contains(t, b.page("/"), "/orders/aside?account=ebay-uk")

	r := httptest.NewRequestWithContext(b.ctx, http.MethodPost, "/orders/aside/retry", strings.NewReader("account=ebay-uk&order=14-1"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	w := httptest.NewRecorder()
	b.web.ServeHTTP(w, r)
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body.String())
	require.Contains(t, w.Header().Get("Location"), "notice=aside-later", "Temporal does not answer here")
	list, err := b.asked.AsideOrders(b.ctx, aside.Filter{Account: "ebay-uk"})
	require.NoError(t, err)
	require.True(t, list[0].Asked)
}

// The page of an order of which a newer version is set aside says so, with the fault, what to do, and a button.
func TestAnOrdersPageSaysThatANewerVersionCannotBeRead(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	o := order.Snapshot{ID: "14-1", Reference: "14-1", PlacedAt: time.Now(), UpdatedAt: time.Now(), Paid: true, Fulfilment: order.FulfilmentUnshipped,
		Lines: []order.SnapshotLine{{ID: "14-1-1", SKU: "A", Title: "A", Quantity: 1}}}
	row := b.save("ebay-uk", "r", o)["14-1"]
	path := fmt.Sprintf("/orders/%d", row)
	require.NotContains(t, b.page(path), "newer version")
	bad := channel.NewOrderError("getOrders", "request-77", []byte(`{"name":"`+buyerName+`"}`), "14-1", time.Now().Add(time.Minute), "line 1 has no id or no quantity")
	_, err := b.store.Orders.SavePage(b.ctx, orders.Page{Account: "ebay-uk", RunID: "r", SeenAt: time.Now(), Aside: []*channel.OrderError{bad}, With: "1"})
	require.NoError(t, err)
	page := b.page(path)
	require.Contains(t, page, "A newer version can't be read")
	require.Contains(t, page, "line 1 has no id or no quantity")
	require.Contains(t, page, "request-77")
	require.Contains(t, page, "An order is not what the channel promises")
	require.Contains(t, page, `name="order" value="14-1"`)
	require.NotContains(t, page, buyerName)
}
