package console

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/runs"
)

// If Temporal does not answer, the overview still shows what the store knows: errors, what is parked, what is queued.
func TestOverviewWithoutTemporal(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 10)
	ids := b.save("ebay-uk", "run-1", sale("12-345", time.Now(), "lamp"), sale("12-346", time.Now(), "rope"))
	b.pack(ids["12-345"], "P1")
	f := channel.NewFault(channel.Auth, "createShippingFulfillment", "Authorisation token is hard expired. User needs to generate a new token for this application.")
	f.Status = 401
	b.park("ebay-uk", "12-345", ids["12-345"], "P1", f)
	_, err := b.store.Accounts.Pause(b.ctx, "ebay-uk", "the authorisation has expired")
	require.NoError(t, err)

	body := b.page("/")
	for _, want := range []string{
		"Temporal does not answer", ">3 incidents</span>", "3 things need you", "1 unit was sold of listings that are not linked", `class="pill quiet" href="/runs?errors=1"`, ">1 error in the last hour</a>",
		"Order 12-345", "package P1", "auth HTTP 401 in createShippingFulfillment", "towpath accounts resume ebay-uk",
		"the authorisation has expired", "test endpoint", "1 level queued", "no errors in the last run", "/orders?account=ebay-uk&amp;state=processed",
		"http://127.0.0.1:8233/namespaces/towpath/workflows/shipment%2Febay-uk%2F12-345",
	} {
		require.Contains(t, body, want)
	}
	require.NotContains(t, body, "hard expired", "the channel's own words stay on the fault's page")
	require.Contains(t, b.page("/errors/"+f.ID), "hard expired")
}

func TestOrderTellsWhereItIsAndWhy(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 2)
	ids := b.save("amazon-uk", "run-1", sale("203-1", time.Now(), "lamp", "lamp", "mystery"))
	page := b.page(fmt.Sprintf("/orders/%d", ids["203-1"]))
	for _, want := range []string{
		"2 units are reserved, 1 is backordered, 3 are on lines that are not linked to a SKU of yours.", "not linked", "aria-current=\"step\"",
		"http://127.0.0.1:8233/namespaces/towpath/workflows/order%2Famazon-uk%2F203-1", "Calls to the channel", "readOrders", "req-run-1",
	} {
		require.Contains(t, page, want)
	}
	require.NotContains(t, page, "req-busy", "a call of the run that did not bring the order")
	require.Contains(t, b.page("/runs/run-1"), "req-busy")
	require.Contains(t, b.page("/orders?reference=203-1&account=amazon-uk"), fmt.Sprintf("/orders/%d", ids["203-1"]))
	require.Contains(t, b.page("/orders?reference=nowhere"), `<a href="/why?reference=nowhere&amp;account=">Why is it missing?</a>`)
	code, _ := b.get("/orders/999999")
	require.Equal(t, http.StatusNotFound, code)
}

// Any text of a channel is shown as text, not as HTML.
func TestHostileTextIsEscaped(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product(hostile, hostile, 5)
	o := sale(hostile, time.Now(), hostile, hostile+"unlinked")
	o.ChannelStatus, o.Lines[0].Title, o.Lines[1].Title = hostile, hostile, hostile
	ids := b.save("amazon-uk", "run-1", o)
	row := ids[hostile]
	b.pack(row, hostile)
	f := channel.NewFault(channel.Invalid, hostile, hostile)
	f.Code, f.RequestID = hostile, hostile
	b.park("amazon-uk", hostile, row, hostile, f)
	_, err := b.store.Accounts.Pause(b.ctx, "amazon-uk", hostile)
	require.NoError(t, err)
	require.NoError(t, b.store.Runs.EndRun(b.ctx, runs.Run{
		ID: "run-2", Kind: runs.RunStock, Account: "amazon-uk", Endpoint: hostile, WorkflowID: hostile,
		StartedAt: time.Now(), EndedAt: time.Now(), FaultID: f.ID, FaultClass: hostile, FaultCode: hostile,
	}))
	require.NoError(t, b.store.Runs.SaveItems(b.ctx, []runs.Item{{RunID: "run-2", Type: "order", Reference: hostile, Status: hostile, Reason: hostile, RequestID: hostile, At: time.Now()}}))

	paths := []string{"/", "/activity", "/listings", "/listings?reference=" + url.QueryEscape(hostile), "/orders", fmt.Sprintf("/orders/%d", row), "/runs", "/runs/run-2", "/stock", "/errors", "/errors/" + f.ID,
		"/orders?reference=" + url.QueryEscape(hostile), "/stock?search=" + url.QueryEscape(hostile), "/runs/run-2?after=%22%3E%3Cscript%3Ealert"}
	for _, path := range paths {
		body := b.page(path) // page fails if the text appears unescaped
		require.NotContains(t, body, `"x")<`, path)
		require.NotRegexp(t, `(?i)\son[a-z]+=|style=|javascript:`, tags(body), path)
	}
	require.Contains(t, b.page("/orders"), html.EscapeString("<script>"))
	for _, path := range []string{"/orders?state=" + url.QueryEscape(hostile), "/" + url.PathEscape(hostile), "/runs?kind=" + url.QueryEscape(hostile)} {
		code, body := b.get(path)
		require.Contains(t, []int{http.StatusBadRequest, http.StatusNotFound}, code, path)
		require.NotContains(t, body, "<script>alert", path)
	}
}

// tags returns a page's tags without the values of their attributes.
func tags(body string) string {
	all := regexp.MustCompile(`<[^>]*>`).FindAllString(body, -1)
	return regexp.MustCompile(`"[^"]*"`).ReplaceAllString(strings.Join(all, "\n"), `""`)
}

func TestAnswersCarryTheGuards(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	w := httptest.NewRecorder()
	b.web.ServeHTTP(w, httptest.NewRequestWithContext(b.ctx, http.MethodGet, "/", http.NoBody))
	csp := w.Header().Get("Content-Security-Policy")
	require.Contains(t, csp, "default-src 'none'")
	require.NotContains(t, csp, "unsafe")
	require.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
	for _, m := range regexp.MustCompile(`(?:src|href)="(/assets/[^"]+)"`).FindAllStringSubmatch(w.Body.String(), -1) {
		code, _ := b.get(html.UnescapeString(m[1]))
		require.Equal(t, http.StatusOK, code, m[1])
	}
	r := httptest.NewRequestWithContext(b.ctx, http.MethodGet, addressOf("console.css"), http.NoBody)
	r.Header.Set("Accept-Encoding", "gzip")
	w = httptest.NewRecorder()
	b.web.ServeHTTP(w, r)
	require.Equal(t, "gzip", w.Header().Get("Content-Encoding"))
	require.Equal(t, "text/css; charset=utf-8", w.Header().Get("Content-Type"))
	require.Less(t, w.Body.Len(), 8_000)
	code, _ := b.get("/assets/..%2fpage.go")
	require.Equal(t, http.StatusNotFound, code)
}

// follow reads a list by "View more" and returns every match of the pattern in order.
func (b *fixture) follow(path, pattern string, want ...int) []string {
	b.t.Helper()
	var all []string
	for i, n := range want {
		require.NotEmpty(b.t, path, "page %d", i+1)
		body := b.page(path)
		rows := regexp.MustCompile(pattern).FindAllStringSubmatch(body, -1)
		require.Len(b.t, rows, n, "page %d of %s", i+1, path)
		for _, r := range rows {
			all = append(all, r[1])
		}
		path = href(body, "View more")
	}
	require.Empty(b.t, path, "nothing more to view")
	return all
}

func requireAllDifferent(t *testing.T, list []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, s := range list {
		require.False(t, seen[s], "%s twice", s)
		seen[s] = true
	}
}

func TestViewMoreShowsEveryRowOnce(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	var sales []order.Snapshot
	for i := range 60 {
		b.product(fmt.Sprintf("sku%03d", i), "Thing", i)
		sales = append(sales, sale(fmt.Sprintf("203-%d", i), time.Now(), "sku000"))
	}
	b.save("amazon-uk", "run-x", sales...)
	b.save("ebay-uk", "run-y", sale("12-1", time.Now(), "sku001"))
	orders := `<th scope="row">(?:<input [^>]*> )?<a href="(/orders/\d+)">`
	requireAllDifferent(t, b.follow("/orders", orders, 25, 25, 11))
	requireAllDifferent(t, b.follow("/orders?account=amazon-uk&state=open", orders, 25, 25, 10))
	requireAllDifferent(t, b.follow("/runs/run-x", `<th scope="row"><a[^>]*>(203-\d+)<`, 25, 25, 10))
	requireAllDifferent(t, b.follow("/stock", `<th scope="row"><a[^>]*>(sku\d+)<`, 25, 25, 10))
	require.Equal(t, []string{"sku010", "sku011", "sku012", "sku013", "sku014", "sku015", "sku016", "sku017", "sku018", "sku019"},
		b.follow("/stock?search=sku01", `<th scope="row"><a[^>]*>(sku\d+)<`, 10))

	for i := range 30 {
		at := time.Now().Add(-time.Duration(i) * time.Minute)
		r := runs.Run{ID: fmt.Sprintf("s%02d", i), Kind: runs.RunStock, Account: "ebay-uk", Endpoint: channel.Production, StartedAt: at, EndedAt: at, Counts: message.Counts{Errors: i % 2}}
		require.NoError(t, b.store.Runs.EndRun(b.ctx, r))
		f := channel.NewFault(channel.Network, "setLevels", "reset")
		require.NoError(t, b.store.Runs.SaveFaults(b.ctx, []string{"ebay-uk", "amazon-uk"}[i%2], []*channel.Fault{f}))
	}
	requireAllDifferent(t, b.follow("/runs?kind=stock", `<a href="(/runs/s\d+)">`, 25, 5))
	requireAllDifferent(t, b.follow("/runs?kind=stock&errors=1", `<a href="(/runs/s\d+)">`, 15))
	requireAllDifferent(t, b.follow("/errors", `<th scope="row"><a href="(/errors/[^"]+)">`, 25, 5))
	requireAllDifferent(t, b.follow("/errors?account=ebay-uk", `<th scope="row"><a href="(/errors/[^"]+)">`, 15))
}

func TestInputsAreBounded(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	for _, path := range []string{
		"/orders?account=nobody", "/orders?state=lost", "/orders?after=-1", "/orders?after=x", "/orders?reference=" + strings.Repeat("x", 201),
		"/orders?reference=%00", "/orders?reference=%ff", "/orders?a=%zz", "/runs?kind=x", "/runs?errors=2", "/stock?search=a%0ab", "/runs/r?status=lost",
	} {
		code, body := b.get(path)
		require.Equal(t, http.StatusBadRequest, code, path)
		require.Contains(t, body, "Filter not understood", path)
	}
	code, _ := b.get("/orders?reference=" + strings.Repeat("x", 3000))
	require.Equal(t, http.StatusRequestURITooLong, code)
	for _, path := range []string{"/orders/x", "/orders/0", "/runs/none", "/errors/none", "/nowhere"} {
		code, _ := b.get(path)
		require.Equal(t, http.StatusNotFound, code, path)
	}
}

// If the store can't be reached, the page says so, and no page hangs.
func TestStoreDown(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	require.NoError(t, b.store.Close())
	for _, path := range []string{"/", "/orders", "/orders/1", "/runs", "/runs/1", "/stock", "/errors", "/errors/1"} {
		code, body := b.get(path)
		require.Equal(t, http.StatusServiceUnavailable, code, path)
		require.Contains(t, body, "The store does not answer", path)
		require.NotContains(t, body, "sql:", path)
	}
	code, _ := b.get("/healthz")
	require.Equal(t, http.StatusServiceUnavailable, code)
}

func TestRetryIsOnlyAcceptedFromTheConsoleItself(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 10)
	ids := b.save("ebay-uk", "run-1", sale("12-345", time.Now(), "lamp"))
	b.pack(ids["12-345"], "P1")
	b.park("ebay-uk", "12-345", ids["12-345"], "P1", channel.NewFault(channel.Network, "createShippingFulfillment", "reset"))
	post := func(workflow string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(b.ctx, http.MethodPost, "http://console/retry", strings.NewReader(url.Values{"workflow": {workflow}, "order": {"7"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		b.web.ServeHTTP(w, r)
		return w
	}
	parked := message.ShipmentWorkflowID("ebay-uk", "12-345", "P1")
	require.Equal(t, http.StatusForbidden, post(parked, "Sec-Fetch-Site", "cross-site").Code)
	require.Equal(t, http.StatusForbidden, post(parked, "Origin", "http://elsewhere").Code)
	gone := post("order/ebay-uk/other", "Sec-Fetch-Site", "same-origin")
	require.Equal(t, http.StatusSeeOther, gone.Code)
	require.Equal(t, "/orders/7?notice=gone", gone.Header().Get("Location"))
	require.Equal(t, http.StatusServiceUnavailable, post(parked, "Origin", "http://console").Code, "Temporal is down, and the page says so")
	code, _ := b.get("/retry")
	require.Equal(t, http.StatusNotFound, code)
	require.Equal(t, http.StatusBadRequest, post(strings.Repeat("x", maxForm+1), "Sec-Fetch-Site", "same-origin").Code)
}

// A console on a loopback address does not answer requests with another site's name.
func TestForeignNameIsRefused(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	server := httptest.NewServer(b.web)
	t.Cleanup(server.Close)
	for host, want := range map[string]int{"evil.example": http.StatusMisdirectedRequest, "localhost:80": http.StatusOK, "": http.StatusOK, "[::1]:80": http.StatusOK} {
		r, err := http.NewRequestWithContext(b.ctx, http.MethodGet, server.URL+"/healthz", http.NoBody)
		require.NoError(t, err)
		if host != "" {
			r.Host = host
		}
		res, err := server.Client().Do(r)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, want, res.StatusCode, host)
	}
}

func TestPagesNameCommandsAsTheyAreToBeTypedHere(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.web = New(b.asked, Options{Command: "bin/towpath --data 'my demo'"})
	require.Contains(t, b.page("/runs"), "<code>bin/towpath --data &#39;my demo&#39; sync orders</code>")
}

// Every page has a template that can be rendered, whatever its parameters are.
func TestEveryPageOpens(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	fill := strings.NewReplacer("{$}", "", "{id}", "ebay-uk", "{name...}", "paused/ebay-uk")
	for path := range new(console).pages() {
		code, body := b.get(fill.Replace(path))
		require.Less(t, code, http.StatusInternalServerError, "%s: %s", path, body)
		if !strings.Contains(path, "{") && path != "/" && path != "/sku" && path != "/product" { // these pages are about one thing, and it does not exist here
			require.Equal(t, http.StatusOK, code, "%s: %s", path, body)
		}
	}
}
