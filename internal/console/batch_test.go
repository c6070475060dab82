package console

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/bulk"
)

// confirmed returns the form that a plan offers, filled in.
func confirmed(body string) url.Values {
	form := url.Values{"by": {"Ann"}, "reason": {"a question"}}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="(key|action|order|shown-[0-9]+)" value="([^"]*)">`).FindAllStringSubmatch(body, -1) {
		form.Add(m[1], m[2])
	}
	return form
}

// Orders are held together: what is left out says why before, a form counts once, and each order says what became of it.
func TestOrdersAreHeldAtOnce(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 9)
	ids := b.save("amazon-uk", "run-1", sale("203-1", time.Now(), "lamp"), sale("203-2", time.Now(), "lamp"), sale("203-3", time.Now(), "lamp"))
	one, two, three := fmt.Sprint(ids["203-1"]), fmt.Sprint(ids["203-2"]), fmt.Sprint(ids["203-3"])
	_, err := b.store.Orders.Hold(b.ctx, ids["203-3"], "Bob", "mine")
	require.NoError(t, err)

	plan := b.send("/batches/plan", url.Values{"action": {"hold"}, "order": {one, two, three}}).Body.String()
	text := textOf(plan)
	require.Contains(t, text, "3 orders selected. 2 orders : nothing of an order is packed until it is released")
	require.Contains(t, text, "203-3 amazon-uk : a person holds it already.")
	require.Contains(t, text, "towpath order hold 203-1 --account amazon-uk --reason WHY")
	form := confirmed(plan)
	require.Equal(t, []string{one, two}, form["order"])
	for _, without := range []string{"by", "reason", "order"} {
		less := url.Values{}
		for k, v := range form {
			if k != without {
				less[k] = v
			}
		}
		require.Equal(t, http.StatusUnprocessableEntity, b.send("/batches", less).Code, without)
	}
	require.Contains(t, b.page("/batches"), "Nothing was done at once yet")

	_, err = b.store.Orders.Hold(b.ctx, ids["203-2"], "Bob", "meanwhile")
	require.NoError(t, err)
	w := b.send("/batches", form)
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body.String())
	result := textOf(b.page(w.Header().Get("Location")))
	require.Contains(t, result, "Ann, ")
	require.Contains(t, result, "2 done, 0 refused.")
	require.Contains(t, result, "towpath order hold 203-1 --account amazon-uk --reason 'a question'")
	require.Equal(t, w.Header().Get("Location"), b.send("/batches", form).Header().Get("Location"), "the same form is the same batch")
	require.Contains(t, textOf(b.page("/batches")), "hold 2 orders")
	require.Contains(t, textOf(b.page("/orders?view=on-hold")), "3 orders")

	plan = b.send("/batches/plan", url.Values{"action": {"release"}, "all": {"1"}, "query": {"view=on-hold&sort=oldest-first"}}).Body.String()
	require.Equal(t, []string{one, two, three}, confirmed(plan)["order"])
	_, err = b.store.Orders.Allow(b.ctx, ids["203-2"], "Bob", nil)
	require.NoError(t, err)
	w = b.send("/batches", confirmed(plan))
	result = textOf(b.page(w.Header().Get("Location")))
	require.Contains(t, result, "2 done, 1 refused.", "the second operator sees what the first did")
	require.Contains(t, textOf(b.page("/orders?view=on-hold")), "No order fits these filters.")
}

func TestABatchLeavesOutWhatItDoesNotFit(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 2)
	unpaid := sale("203-unpaid", time.Now(), "lamp")
	unpaid.Paid = false
	ids := b.save("amazon-uk", "run-1", sale("203-1", time.Now(), "lamp"), sale("203-2", time.Now(), "lamp"), unpaid)
	var picked []string
	for _, id := range ids {
		picked = append(picked, fmt.Sprint(id))
	}
	for action, want := range map[string][]string{
		"process": {"1 unit waits for stock or a link", "it is not paid"}, "release": {"no person holds it"}, "retry": {"none of its packages waits"},
	} {
		body := textOf(b.send("/batches/plan", url.Values{"action": {action}, "order": picked}).Body.String())
		for _, w := range want {
			require.Contains(t, body, w, action)
		}
	}
	require.Contains(t, b.send("/batches/plan", url.Values{"action": {"process"}, "order": picked}).Body.String(), `name="tracking-`)
	for _, form := range []url.Values{{"action": {"eat"}, "order": picked}, {"action": {"hold"}, "order": {"x"}}, {"action": {"hold"}, "order": {"-1"}}, {"action": {"hold"}, "all": {"1"}, "query": {"state=odd"}}} {
		require.Equal(t, http.StatusBadRequest, b.send("/batches/plan", form).Code, "%v", form)
	}
	require.Equal(t, http.StatusUnprocessableEntity, b.send("/batches/plan", url.Values{"action": {"hold"}}).Code)
	code, _ := b.get("/batches/nothing")
	require.Equal(t, http.StatusNotFound, code)
}

// The form carries what it shows of each order, packed units among it. One that has changed when the form is sent says so, and is left as it is.
func TestAnOrderThatHasChangedSinceItWasShownIsRefused(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 9)
	b.product("rug", "Rug", 9)
	one := b.save("amazon-uk", "run-1", sale("203-1", time.Now(), "lamp", "rug"))["203-1"]
	b.pack(one, "P1")
	for _, action := range []string{"cancel", "process"} {
		plan := b.send("/batches/plan", url.Values{"action": {action}, "order": {fmt.Sprint(one)}}).Body.String()
		require.Regexp(t, `data-label="Open" class="num">2</td><td data-label="Packed" class="num">1</td>`, plan)
		form := confirmed(plan)
		require.Equal(t, "2-0-0-1-0-0", form.Get(fmt.Sprintf("shown-%d", one)))
		form.Set(fmt.Sprintf("carrier-%d", one), "DPD")
		form.Set(fmt.Sprintf("tracking-%d", one), "T1")
		less := url.Values{}
		for k, v := range form {
			if !strings.HasPrefix(k, "shown-") {
				less[k] = v
			}
		}
		require.Equal(t, http.StatusUnprocessableEntity, b.send("/batches", less).Code, "what was shown is missing")
		form.Set(fmt.Sprintf("shown-%d", one), "2-0-0-0-0-0") // as it was before it was packed
		result := textOf(b.page(b.send("/batches", form).Header().Get("Location")))
		require.Contains(t, result, "0 done, 1 refused.", action)
		require.Contains(t, result, "it has changed since you were shown it: look again", action)
	}
}

// More orders than a file takes are refused before anything of one is sent.
func TestTooManyOrdersAreNotExported(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	require.NoError(t, bulk.Fill(b.ctx, b.store, order.MostCounted+1))
	w := b.send("/orders/export", url.Values{"all": {"1"}, "query": {"sort=oldest-first"}})
	require.Equal(t, http.StatusUnprocessableEntity, w.Code)
	require.Contains(t, w.Header().Get("Content-Type"), "text/html")
	require.Contains(t, w.Body.String(), "more than 10,000 orders match, and a file has at most 10,000")
	require.Contains(t, w.Body.String(), "/orders?sort=oldest-first")
	w = b.send("/orders/export", url.Values{"all": {"1"}, "query": {"state=completed"}})
	require.Equal(t, "text/csv; charset=utf-8", w.Header().Get("Content-Type"))
	require.Greater(t, strings.Count(w.Body.String(), "\n"), 9_000, "the whole of a list that is not too long")
}

func TestOrdersAreExportedWithoutTheirBuyers(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 9)
	ids := b.save("amazon-uk", "run-1", sale("=203-1", time.Now(), "lamp"), sale("203-2", time.Now(), "lamp"))
	w := b.send("/orders/export", url.Values{"order": {fmt.Sprint(ids["=203-1"])}})
	require.Equal(t, "text/csv; charset=utf-8", w.Header().Get("Content-Type"))
	lines := strings.Split(strings.TrimSpace(w.Body.String()), "\n")
	require.Len(t, lines, 2)
	require.Contains(t, lines[1], "amazon-uk,amazon,production,'=203-1,")
	require.NotContains(t, w.Body.String(), "Lockkeeper")
	all := b.send("/orders/export", url.Values{"all": {"1"}, "query": {"account=amazon-uk"}}).Body.String()
	require.Len(t, strings.Split(strings.TrimSpace(all), "\n"), 3)
	require.Equal(t, http.StatusUnprocessableEntity, b.send("/orders/export", url.Values{}).Code)
}

// A filter is kept under a name, stands above the list, and is deleted again; a name stays what it is.
func TestAViewIsKeptAndDeleted(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sell(3)
	form := url.Values{"name": {"old ones"}, "by": {"Ann"}, "query": {"sort=oldest-first&state=open"}}
	for range 2 {
		require.Equal(t, "/orders?sort=oldest-first&state=open&notice=view-kept", b.send("/orders/views", form).Header().Get("Location"))
	}
	body := b.page("/orders?state=open&sort=oldest-first")
	require.Contains(t, body, `title="kept by Ann" aria-current="true">old ones</a>`)
	require.Contains(t, href(b.page("/orders"), "old ones"), "state=open")
	form.Set("query", "state=shipped")
	require.Equal(t, http.StatusUnprocessableEntity, b.send("/orders/views", form).Code, "the name is taken")
	for field, wrong := range map[string]string{"name": "", "by": " ", "query": ""} {
		bad := url.Values{"name": {"x"}, "by": {"Ann"}, "query": {"state=open"}}
		bad.Set(field, wrong)
		require.Equal(t, http.StatusUnprocessableEntity, b.send("/orders/views", bad).Code, field)
	}
	require.Equal(t, http.StatusBadRequest, b.send("/orders/views", url.Values{"name": {"x"}, "by": {"Ann"}, "query": {"state=odd"}}).Code)
	require.Equal(t, http.StatusSeeOther, b.send("/orders/views/delete", url.Values{"name": {"old ones"}}).Code)
	require.NotContains(t, b.page("/orders"), "old ones")
	require.Equal(t, http.StatusNotFound, b.send("/orders/views/delete", url.Values{"name": {"old ones"}}).Code)
}

// What nobody means is answered with a message, never with a broken page.
func TestAbsurdFiltersOfOrders(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.sell(3)
	for _, query := range []string{"from=2026-13-40", "to=yesterday", "from=2026-11-30&to=2026-11-01", "sort=total", "view=mine", "state=%00", "after=x", "after=999999&sort=last-placed-first", "rows=1000000"} {
		code, body := b.get("/orders?" + query)
		require.Equal(t, http.StatusBadRequest, code, query)
		require.Contains(t, body, "Filter not understood", query)
	}
	for _, query := range []string{"from=0001-01-01", "to=9999-12-31", "from=9999-12-31", "state=shipped&sort=ship-by-first", "view=late&state=completed&at-risk=1"} {
		b.page("/orders?" + query)
	}
}

// An order's page has its life in order, each moment in full with its zone, and who knows of it.
func TestAnOrderHasATimeline(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 9)
	ids := b.save("amazon-uk", "run-1", sale("203-1", time.Now().Add(-time.Hour), "lamp"))
	row := ids["203-1"]
	_, err := b.store.Orders.Hold(b.ctx, row, "Bob", "colour")
	require.NoError(t, err)
	_, err = b.store.Orders.Allow(b.ctx, row, "Ann", nil)
	require.NoError(t, err)
	b.pack(row, "P1")
	text := textOf(b.page(fmt.Sprintf("/orders/%d", row)))
	at := `20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ`
	require.Regexp(t, at+` placed by its buyer \(channel\) .*`+at+` saved, and its stock reserved \(Towpath\) `+at+` 1 unit of lamp reserved at main \(Towpath\) `+at+` held: colour by Bob \(Towpath\) `+at+` released by Ann \(Towpath\) .*package P1 was packed: its units left the stock \(Towpath\) .*1 unit of lamp packed: away from the shelf at main`, text)
}
