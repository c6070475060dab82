package console

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
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
