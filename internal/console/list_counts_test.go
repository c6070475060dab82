package console

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/starter"
)

// requireDays checks that a list keeps its days in its links, and says what is wrong with days that make no sense.
func requireDays(t *testing.T, b *fixture, path string) {
	t.Helper()
	today := time.Now().UTC().Format(time.DateOnly)
	body := b.page(path + "?from=2026-01-01&to=" + today)
	for _, want := range []string{`name="from" value="2026-01-01"`, `name="to" value="` + today + `"`, `class="spans"`, "days in UTC"} {
		require.Contains(t, body, want, path)
	}
	require.Empty(t, rowsOf(b.page(path+"?to=2001-01-01")), path)
	for wrong, why := range map[string]string{"?from=2026-02-02&to=2026-02-01": "want the day of 2026-02-02 or a later one", "?from=soon": "want a day such as"} {
		code, body := b.get(path + wrong)
		require.Equal(t, http.StatusBadRequest, code, path+wrong)
		require.Contains(t, body, why)
	}
}

func TestRunsAreCountedAndSorted(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	now := time.Now()
	for i := range 60 {
		at := now.Add(-time.Duration(i) * time.Minute)
		r := runs.Run{ID: fmt.Sprintf("s%02d", i), Kind: runs.RunStock, Account: "ebay-uk", Endpoint: channel.Production, StartedAt: at, EndedAt: at, Counts: message.Counts{Errors: i % 2}}
		if i >= 50 {
			r.Kind = runs.RunListings
		}
		require.NoError(t, b.store.Runs.EndRun(b.ctx, r))
	}
	body := b.page("/runs?account=ebay-uk&errors=1")
	for _, want := range []string{">all <b>30</b></a>", ">stock <b>25</b></a>", ">listings <b>5</b></a>", `<p class="totals" role="status">30 runs</p>`, `name="errors" value="1" checked`} {
		require.Contains(t, body, want)
	}
	require.NotContains(t, body, ">orders <b>", "what counts nothing is left out")
	require.Contains(t, b.page("/runs"), "60 runs · 30 with errors")
	require.Contains(t, href(body, "stock <b>25</b>"), "errors=1", "a tab keeps the filters")
	oldest := b.page(href(b.page("/runs?kind=stock"), "Started"))
	require.Contains(t, oldest, `aria-sort="ascending"`)
	require.Contains(t, oldest, `/runs/s49"`)
	require.Contains(t, b.page(href(oldest, "View more")), `/runs/s24"`, "it goes on in the same order")
	requireDays(t, b, "/runs")
}

func TestErrorsAreCountedByClass(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	for i := range 30 {
		f := channel.NewFault([]channel.Class{channel.Network, channel.Auth}[i%2], fmt.Sprintf("op-%d", i), "reset")
		require.NoError(t, b.store.Runs.SaveFaults(b.ctx, []string{"ebay-uk", "amazon-uk"}[i%3%2], []*channel.Fault{f}))
	}
	body := b.page("/errors?account=ebay-uk")
	for _, want := range []string{">all <b>20</b></a>", ">network <b>10</b></a>", ">auth <b>10</b></a>", `role="status">20 errors</p>`} {
		require.Contains(t, body, want)
	}
	require.Contains(t, href(body, "auth <b>10</b>"), "account=ebay-uk")
	require.Len(t, rowsOf(b.page("/errors?class=auth")), 15)
	require.Len(t, rowsOf(b.page(href(b.page("/errors"), "View more"))), 5)
	requireDays(t, b, "/errors")
}

func TestReturnsAreCountedByStageAndSorted(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 99)
	var sales []order.Snapshot
	for i := range 30 {
		o := sale(fmt.Sprintf("12-%02d", i), time.Now().Add(-time.Hour), "lamp")
		sales = append(sales, o)
	}
	b.save("amazon-uk", "run-1", sales...)
	for i := range sales {
		o := &sales[i]
		o.UpdatedAt, o.Fulfilment, o.Lines[0].Shipped = o.UpdatedAt.Add(time.Minute), order.FulfilmentShipped, 1
	}
	b.save("amazon-uk", "run-2", sales...)
	var last int64
	for i := range sales {
		back, _, err := b.asked.EnterReturn(b.ctx, starter.ReturnReport{OrderRef: sales[i].ID, SKU: "lamp", Units: 1, By: "Ann"})
		require.NoError(t, err)
		last = back.ID
	}
	body := b.page("/returns?account=amazon-uk")
	for _, want := range []string{">all <b>30</b></a>", ">arrived <b>30</b></a>", "30 returns · 30 units to decide about", `data-copy="12-00"`} {
		require.Contains(t, body, want)
	}
	require.Contains(t, href(body, "arrived <b>30</b>"), "account=amazon-uk")
	require.Len(t, rowsOf(b.page(href(body, "View more"))), 5)
	newest := b.page(href(body, "Return"))
	require.Contains(t, newest, `aria-sort="descending"`)
	require.Equal(t, fmt.Sprint(last), rowsOf(newest)[0])
	require.Equal(t, http.StatusSeeOther, b.send(fmt.Sprintf("/returns/%d", last), url.Values{"decision": {"restock"}, "open": {"1"}, "quantity": {"1"}}).Code)
	require.Contains(t, b.page("/returns"), ">all <b>29</b></a>")
	require.Contains(t, b.page("/returns?all=1"), "30 returns · 29 units to decide about")
	requireDays(t, b, "/returns")
}

func TestTheLogHasDays(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.failedScan("ebay-uk", "run-1")
	requireDays(t, b, "/log")
	require.NotEmpty(t, rowsOf(b.page("/log?from=2026-01-01")))
}

func TestOrdersSayHowManyShipmentsWait(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 9)
	rows := b.save("amazon-uk", "run-1", sale("12-1", time.Now(), "lamp"), sale("12-2", time.Now(), "lamp"))
	b.pack(rows["12-1"], "p1")
	body := b.page("/orders?account=amazon-uk")
	for _, want := range []string{`<option value="pending">pending (1)</option>`, `<option value="requires-sync">requires sync (0)</option>`, `<option value="prepared">prepared</option>`} {
		require.Contains(t, body, want)
	}
	require.Contains(t, b.page("/orders?shipments=pending"), ">all <b>1</b></a>", "the states are counted, too")
}

func TestStockAndTheCatalogueAreSorted(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	for i := range 30 {
		b.product(fmt.Sprintf("sku%02d", i), "Lamp", 30-i)
	}
	b.web = New(b.asked, Options{})
	most := b.page(href(b.page("/stock?search=sku"), "On hand"))
	require.Contains(t, most, `aria-sort="descending"`)
	require.Contains(t, most, "search=sku", "the sort keeps the filters")
	require.Equal(t, "sku00", rowsOf(most)[0])
	least := b.page(href(most, "On hand"))
	require.Equal(t, []string{"sku29", "sku28"}, rowsOf(least)[:2])
	require.Equal(t, "sku04", rowsOf(b.page(href(least, "View more")))[0])
	require.Contains(t, href(least, "SKU"), "/stock?search=sku")
	body := b.page("/products?sort=last-changed-first")
	require.Equal(t, "sku29", rowsOf(body)[0])
	require.Len(t, rowsOf(b.page(href(body, "View more"))), 5)
	requireStacks(t, "/products", body)
	requireStacks(t, "/stock", most)
	for _, wrong := range []string{"/stock?sort=total", "/products?sort=total"} {
		code, _ := b.get(wrong)
		require.Equal(t, http.StatusBadRequest, code, wrong)
	}
}
