package console

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/starter"
)

// finds returns where a search leads: another page, or the search's own with its body.
func (b *fixture) finds(text string) (to, body string) {
	b.t.Helper()
	w := httptest.NewRecorder()
	b.web.ServeHTTP(w, httptest.NewRequestWithContext(b.ctx, http.MethodGet, "/search?q="+url.QueryEscape(text), http.NoBody))
	if w.Code == http.StatusSeeOther {
		return w.Header().Get("Location"), ""
	}
	require.Equal(b.t, http.StatusOK, w.Code, w.Body.String())
	require.NotContains(b.t, w.Body.String(), "<script>alert")
	return "", w.Body.String()
}

// Each thing is found by each of its names. What alone is called exactly so is shown at once; the beginning of a name lists what has it.
func TestSearchFindsEachThingByItsNames(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("TP1002B", "Enamel mug moss green", 10)
	b.product("TP1003", "Cup", 10)
	shop := sale("gid://shopify/Order/450789469", time.Now(), "TP1003")
	shop.Reference = "#1007"
	row := b.save("shopify-uk", "run-shop", shop)[shop.ID]
	ids := b.save("ebay-uk", "run-1", sale("12-34567", time.Now(), "TP1002B"), sale("12-34599", time.Now(), "TP1002B"))
	b.pack(ids["12-34567"], "P1")
	f := channel.NewFault(channel.Auth, "createShippingFulfillment", "expired")
	b.park("ebay-uk", "12-34567", ids["12-34567"], "P1", f)
	order := fmt.Sprintf("/orders/%d", ids["12-34567"])
	for text, want := range map[string]string{
		"#1007": fmt.Sprintf("/orders/%d", row), "1007": fmt.Sprintf("/orders/%d", row), "450789469": fmt.Sprintf("/orders/%d", row), shop.ID: fmt.Sprintf("/orders/%d", row),
		"12-34567": order, " 12-34567 ": order, "RMP1GB": order, "rm p1 gb": order, "P1": order,
		"Hello, where is my order #1007? Thanks": fmt.Sprintf("/orders/%d", row), "order (12-34567), please": order,
		"tp1002b": "/sku?sku=TP1002B", "run-1": "/runs/run-1", f.ID: "/errors/" + f.ID, "EBAY-UK": "/accounts/ebay-uk", "parked/ebay-uk/auth": "/incidents/parked/ebay-uk/auth",
	} {
		to, body := b.finds(text)
		require.Equal(t, want, to, "%s: %s", text, body)
	}
	for text, want := range map[string][]string{
		"12-345": {"12-34567", "12-34599", `href="#found-orders">orders <b>2</b>`, "towpath find 12-345"}, "tp100": {"/sku?sku=TP1002B", "/sku?sku=TP1003"},
		"moss enam": {"/sku?sku=TP1002B"}, "RMP": {"tracking RMP1GB", "of order 12-34567"}, "parked": {"/incidents/parked/ebay-uk/auth"}, "uk": {"/accounts/amazon-uk", "/accounts/ebay-uk"},
		"nothing": {"Nothing begins with “nothing”", "Buyers are not searched", "/why?reference=nothing"}, "": {"Buyers are not searched"}, hostile: {"Nothing begins with"},
		"Lockkeeper": {"Nothing begins with"}, "%": {"Nothing begins with"}, "_": {"Nothing begins with"}, "#": {"Nothing begins with"}, "99999999999999999999": {"Nothing begins with"},
	} {
		to, body := b.finds(text)
		require.Empty(t, to, text)
		for _, one := range want {
			require.Contains(t, body, one, text)
		}
	}
	_, body := b.finds(fmt.Sprint(row))
	require.Contains(t, body, fmt.Sprintf(`href="/orders/%d"`, row), "the number of its page finds it, and is not what it is called")
	code, body := b.get("/search?q=" + strings.Repeat("x", 300))
	require.Equal(t, http.StatusBadRequest, code, body)
	code, body = b.get("/search?q=x&kind=nonsense")
	require.Equal(t, http.StatusBadRequest, code, body)
}

// Of each kind a few are shown, and a link leads to more of it.
func TestASearchShowsAFewOfEachKind(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sell(20)
	_, body := b.finds("203-0")
	require.Equal(t, starter.SearchShown, strings.Count(body, "towpath order 203-0"))
	require.Contains(t, body, `orders <b>6+</b>`)
	require.Equal(t, "/search?kind=orders&q=203-0", href(body, "View all"))
	all := b.page("/search?kind=orders&q=203-0")
	require.Equal(t, 20, strings.Count(all, "towpath order 203-0"))
	require.NotContains(t, all, "View all")
}

// The search stands in the header of every page, and is a form that works without a script.
func TestEveryPageHasTheSearch(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	for _, path := range []string{"/", "/orders", "/stock", "/search"} {
		require.Contains(t, b.page(path), `<form class="find" role="search" action="/search">`, path)
	}
	code, body := b.get("/nowhere")
	require.Equal(t, http.StatusNotFound, code)
	require.Contains(t, body, `name="q"`)
}

// People see #1007: the channel's id stands beside it where it can be copied, and nowhere in its place.
func TestAnOrderIsCalledByItsReference(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 5)
	o := sale("gid://shopify/Order/450789469", time.Now(), "lamp")
	o.Reference = "#1007"
	row := b.save("ebay-uk", "run-1", o)[o.ID]
	b.pack(row, "P1")
	f := channel.NewFault(channel.Auth, "fulfillmentCreate", "expired")
	f.Hit.OrderID, f.Hit.PackageID = row, "P1"
	b.park("ebay-uk", o.ID, row, "P1", f)
	for _, path := range []string{"/", "/errors", "/orders", "/log?account=ebay-uk", "/runs/run-1", "/incidents/parked/ebay-uk/auth"} {
		text := textOf(b.page(path))
		require.NotContains(t, text, o.ID, path)
		if path != "/runs/run-1" && path != "/log?account=ebay-uk" {
			require.Contains(t, text, "#1007", path)
		}
	}
	for _, path := range []string{fmt.Sprintf("/orders/%d", row), "/errors/" + f.ID} {
		body := b.page(path)
		require.Contains(t, body, "#1007", path)
		require.Contains(t, body, "<code>"+o.ID+"</code>", path)
	}
}
