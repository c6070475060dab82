package console

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

// allPages fills the fixture, also with what goes wrong, and returns one page of every kind.
func (b *fixture) allPages() []string {
	b.t.Helper()
	b.sell(30)
	b.goods()
	b.observe("ebay-de", 30)
	b.publishes("run-p1")
	paths := []string{
		"/", "/activity", "/sync", "/listings", "/listings?status=error", "/product?sku=MUG-BLUE", "/product?sku=MUG-RED", "/product?sku=SET", "/sku?sku=MUG-RED",
		"/accounts/ebay-de", "/accounts/ebay-de/levels", "/orders", "/orders?reference=203-00", "/orders?reference=nowhere", "/runs", "/runs?errors=1", "/runs/run-1", "/runs/run-p1",
		"/products", "/products?q=nothing", "/stock", "/sku?sku=lamp", "/sku?sku=SET", "/errors", "/why", "/why?reference=nowhere", "/why?reference=203-001",
		"/search", "/search?q=203-0", "/search?q=la", "/search?q=nowhere",
	}
	paths = append(paths, b.packages()...)
	paths = append(paths, b.returned(), b.together())
	return append(paths, b.troubles()...)
}

// packages saves orders with a parked package, of which the incident is acknowledged, and one that is held, and returns their pages.
func (b *fixture) packages() []string {
	b.t.Helper()
	b.product("bulb", "Bulb", 9)
	ids := b.save("amazon-uk", "run-2", sale("204-parked", time.Now(), "bulb", "no-such-sku"), sale("204-other", time.Now(), "bulb"), sale("204-held", time.Now(), "bulb"))
	f := channel.NewFault(channel.Invalid, "confirmShipment", "the tracking number is wrong")
	f.Code = "InvalidTracking"
	b.pack(ids["204-parked"], "P1")
	b.park("amazon-uk", "204-parked", ids["204-parked"], "P1", f)
	other := channel.NewFault(channel.Invalid, "confirmShipment", hostile)
	other.Code = "InvalidCarrier"
	b.pack(ids["204-other"], "P2")
	b.park("amazon-uk", "204-other", ids["204-other"], "P2", other)
	_, err := b.store.Orders.Hold(b.ctx, ids["204-held"], "Bob", "mine")
	require.NoError(b.t, err)
	const name = "parked/amazon-uk/InvalidCarrier"
	require.Equal(b.t, http.StatusSeeOther, b.post("/incidents/acknowledge", url.Values{"incident": {name}, "by": {"Ann"}, "reason": {"it is Monday"}}).Code)
	return []string{
		fmt.Sprintf("/orders/%d", ids["204-parked"]), fmt.Sprintf("/orders/%d", ids["204-held"]), fmt.Sprintf("/orders/%d/buyer", ids["204-held"]),
		"/incidents/parked/amazon-uk/InvalidTracking", "/incidents/" + name,
	}
}

// returned lets a buyer send something back, and returns the page of returns.
func (b *fixture) returned() string {
	b.t.Helper()
	sold := sale("205-back", time.Now().Add(-time.Hour), "lamp")
	b.save("amazon-uk", "run-3", sold)
	sold.UpdatedAt, sold.Fulfilment = sold.UpdatedAt.Add(time.Minute), order.FulfilmentShipped
	sold.Lines[0].Shipped = 1
	b.save("amazon-uk", "run-4", sold)
	_, _, err := b.asked.EnterReturn(b.ctx, starter.ReturnReport{OrderRef: "205-back", SKU: "lamp", Units: 1, By: "Ann"})
	require.NoError(b.t, err)
	return "/returns"
}

// together holds two orders at once, and returns the page of what became of them.
func (b *fixture) together() string {
	b.t.Helper()
	ids := b.save("amazon-uk", "run-5", sale("206-1", time.Now(), "bulb"), sale("206-2", time.Now(), "bulb"))
	plan := b.send("/batches/plan", url.Values{"action": {"hold"}, "order": {fmt.Sprint(ids["206-1"]), fmt.Sprint(ids["206-2"])}})
	done := b.send("/batches", confirmed(plan.Body.String()))
	require.Equal(b.t, http.StatusSeeOther, done.Code, done.Body)
	page, _, _ := strings.Cut(done.Header().Get("Location"), "?")
	return page
}

// troubles lets accounts have every kind of trouble, and returns the pages about it.
func (b *fixture) troubles() []string {
	b.t.Helper()
	for _, sku := range []string{"cup", "jug", "pot", "pan"} {
		b.product(sku, "Thing", 10)
	}
	b.contest("ebay-uk", "cup", "jug")
	require.Equal(b.t, http.StatusSeeOther, b.send("/drift/theirs", url.Values{"account": {"ebay-uk"}, "row": {"ebay-uk/level:jug"}}).Code)
	require.Equal(b.t, http.StatusSeeOther, b.send("/struck/strike", url.Values{"sku": {"pot"}, "row": {"ebay-uk/pot"}, "reason": {"twice"}, "by": {"Ann"}}).Code)
	b.hold("ebay-uk", "run-h", "pan", "pot")
	b.failedScan("ebay-uk", "run-f")
	bad := channel.NewOrderError("getOrders", "request-77", []byte(`{}`), "14-1", time.Now(), "line 1 has no id or no quantity")
	_, err := b.store.Orders.SavePage(b.ctx, orders.Page{Account: "ebay-uk", RunID: "r", SeenAt: time.Now(), Aside: []*channel.OrderError{bad}, With: "1"})
	require.NoError(b.t, err)
	_, err = b.store.Accounts.Pause(b.ctx, "shopify-uk", "stock take")
	require.NoError(b.t, err)
	return []string{
		"/drift", "/left", "/struck", "/prices", "/orders/aside", "/runs/run-f", "/log", "/log?errors=1", "/accounts/amazon-uk", "/accounts/ebay-uk", "/accounts/ebay-uk/levels",
		"/accounts/shopify-uk", "/incidents/paused/shopify-uk", "/batches", regexp.MustCompile(`/errors/[^"?]+`).FindString(b.page("/errors")),
	}
}

// Whoever adds a kind of page adds it to those that are looked at.
func TestAllPagesAreOfEveryKind(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	kinds := http.NewServeMux()
	missing := map[string]bool{}
	for pattern := range new(console).pages() {
		kinds.Handle("GET "+pattern, http.NotFoundHandler())
		missing["GET "+pattern] = pattern != "/" // no page
	}
	for _, path := range b.allPages() {
		b.page(path)
		_, pattern := kinds.Handler(httptest.NewRequestWithContext(b.ctx, http.MethodGet, path, http.NoBody))
		missing[pattern] = false
	}
	for pattern, is := range missing {
		require.False(t, is, pattern)
	}
}
