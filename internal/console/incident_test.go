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
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/runs"
)

// post sends a form to the console, as its own pages do.
func (b *fixture) post(path string, form url.Values) *httptest.ResponseRecorder {
	b.t.Helper()
	r := httptest.NewRequestWithContext(b.ctx, http.MethodPost, "http://console"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	w := httptest.NewRecorder()
	b.web.ServeHTTP(w, r)
	return w
}

// An incident's page says what is affected, what is at stake and what to do. Acknowledged, it is counted no more; one more package opens it again.
func TestAnIncidentIsShownAndAcknowledged(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 10)
	ids := b.save("ebay-uk", "run-1", sale("12-345", time.Now(), "lamp"), sale("12-346", time.Now(), "lamp"))
	park := func(id string) {
		f := channel.NewFault(channel.Invalid, "createShippingFulfillment", "the tracking number is wrong")
		f.Code = "32210"
		b.pack(ids[id], "P1")
		b.park("ebay-uk", id, ids[id], "P1", f)
	}
	park("12-345")
	const path, name = "/incidents/parked/ebay-uk/32210", "parked/ebay-uk/32210"
	overview := b.page("/")
	require.Contains(t, overview, `href="`+path+`"`)
	require.Contains(t, overview, `id="parked"`)
	page := b.page(path)
	for _, text := range []string{"1 package is parked after 32210", "At stake", "1 order, ", "12-345", "1 in the last hour, 0 in the hour before: growing", "Retry it",
		message.ShipmentWorkflowID("ebay-uk", "12-345", "P1"), `<span class="pill bad">open</span>`, "What to do"} {
		require.Contains(t, page, text)
	}

	require.Equal(t, http.StatusUnprocessableEntity, b.post("/incidents/acknowledge", url.Values{"incident": {name}, "by": {"ann"}}).Code, "no reason")
	require.Equal(t, http.StatusUnprocessableEntity, b.post("/incidents/acknowledge", url.Values{"incident": {name}, "reason": {"later"}}).Code, "no name")
	answer := b.post("/incidents/acknowledge", url.Values{"incident": {name}, "by": {"ann"}, "reason": {"the carrier corrects it on Monday"}})
	require.Equal(t, path+"?notice=acknowledged", answer.Header().Get("Location"), answer.Body.String())
	page = b.page(path)
	require.Contains(t, page, `<span class="pill quiet">acknowledged</span>`)
	require.Contains(t, page, "the carrier corrects it on Monday")
	overview = b.page("/")
	require.NotContains(t, overview, `id="parked"`, "what is known is not counted")
	require.Contains(t, overview, "acknowledged by ann", "it is good to know")

	park("12-346")
	page = b.page(path)
	require.Contains(t, page, `<span class="pill bad">open</span>`, "one more is affected")
	require.Contains(t, page, "2 orders")

	require.Contains(t, b.page("/incidents/parked/ebay-uk/1"), "It is over", "a link to it may be older than its end")
	for _, path := range []string{"/incidents/parked/ebay-at/1", "/incidents/lost/ebay-uk"} {
		code, _ := b.get(path)
		require.Equal(t, http.StatusNotFound, code, path)
	}
	require.Equal(t, http.StatusBadRequest, b.post("/incidents/retry", url.Values{"incident": {name}}).Code)
	require.NotEqual(t, http.StatusSeeOther, b.post("/incidents/retry", url.Values{"incident": {name}, "which": {"all"}}).Code, "Temporal is down, and nothing was asked")
}

// The forms of an incident's page may be sent twice, and what they do not offer is refused with a way back.
func TestAnIncidentsFormsTakeOnlyWhatThePageOffers(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 10)
	ids := b.save("ebay-uk", "run-1", sale("12-345", time.Now(), "lamp"))
	f := channel.NewFault(channel.Unavailable, "createShippingFulfillment", "try later")
	f.Code = "30500"
	b.pack(ids["12-345"], "P1")
	b.park("ebay-uk", "12-345", ids["12-345"], "P1", f)
	const path, name = "/incidents/parked/ebay-uk/30500", "parked/ebay-uk/30500"
	for range 2 {
		answer := b.post("/incidents/acknowledge", url.Values{"incident": {name}, "by": {"ann"}, "reason": {"eBay is down until noon"}})
		require.Equal(t, path+"?notice=acknowledged", answer.Header().Get("Location"))
	}
	require.Contains(t, b.page(path), "nobody acts: it is acknowledged")
	for range 2 {
		require.Equal(t, path+"?notice=unacknowledged", b.post("/incidents/unacknowledge", url.Values{"incident": {name}}).Header().Get("Location"))
	}
	require.Contains(t, b.page(path), "you retry")

	for says, c := range map[string]struct {
		path string
		form url.Values
		code int
	}{
		"it says neither what nor how many": {"/incidents/retry", url.Values{"incident": {name}}, http.StatusBadRequest},
		"it names no incident":              {"/incidents/retry", url.Values{"which": {"all"}}, http.StatusBadRequest},
		"nothing of " + name + " waits":     {"/incidents/retry", url.Values{"incident": {name}, "item": {"shipment/other"}}, http.StatusUnprocessableEntity},
		"no incident parked/ebay-uk/1":      {"/incidents/retry", url.Values{"incident": {"parked/ebay-uk/1"}, "which": {"all"}}, http.StatusUnprocessableEntity},
		"Temporal did not accept the retry": {"/incidents/retry", url.Values{"incident": {name}, "which": {"all"}}, http.StatusServiceUnavailable},
		"your name is missing":              {"/incidents/acknowledge", url.Values{"incident": {name}, "reason": {"later"}}, http.StatusUnprocessableEntity},
		"the reason is missing":             {"/incidents/acknowledge", url.Values{"incident": {name}, "by": {"ann"}, "reason": {" "}}, http.StatusUnprocessableEntity},
	} {
		answer := b.post(c.path, c.form)
		require.Equal(t, c.code, answer.Code, says)
		require.Contains(t, answer.Body.String(), says)
		require.NotContains(t, answer.Body.String(), "Filter", says)
	}
	require.Contains(t, b.page(path), `<span class="pill bad">open</span>`, "nothing of this changed it")
}

// Runs that keep failing can be run at once, but not by a sample, and are not said to wait for that.
func TestFailingRunsAreRetriedByOneButton(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	down := channel.NewFault(channel.Unavailable, "getOrders", "")
	down.Status = http.StatusServiceUnavailable
	require.NoError(t, b.store.Runs.SaveFaults(b.ctx, "ebay-uk", []*channel.Fault{down}))
	for i := range 5 {
		at := time.Now().Add(time.Duration(i-10) * time.Minute)
		require.NoError(t, b.store.Runs.EndRun(b.ctx, runs.Run{ID: fmt.Sprintf("scan-%d", i), Kind: runs.RunOrders, Account: "ebay-uk", Endpoint: channel.Production,
			StartedAt: at, EndedAt: at.Add(time.Second), FaultID: down.ID}))
	}
	body := b.page("/incidents/failing/ebay-uk/orders")
	for _, want := range []string{"Retry: run it now", "A run begins by itself at its next time", "you act", `href="/errors/` + down.ID + `"`} {
		require.Contains(t, body, want)
	}
	require.NotContains(t, body, `value="sample"`)
	require.NotContains(t, body, "does not go on by itself")
}
