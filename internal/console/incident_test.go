package console

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
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
	require.Contains(t, overview, "2 things need you", "Temporal, and the package")
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
	require.Contains(t, overview, "1 thing needs you", "what is known is not counted")
	require.NotContains(t, overview, `id="parked"`)
	require.Contains(t, overview, "acknowledged by ann", "it is good to know")

	park("12-346")
	page = b.page(path)
	require.Contains(t, page, `<span class="pill bad">open</span>`, "one more is affected")
	require.Contains(t, page, "2 orders")

	require.Equal(t, http.StatusNotFound, func() int { code, _ := b.get("/incidents/parked/ebay-uk/1"); return code }())
	require.Equal(t, http.StatusBadRequest, b.post("/incidents/retry", url.Values{"incident": {name}}).Code)
	require.NotEqual(t, http.StatusSeeOther, b.post("/incidents/retry", url.Values{"incident": {name}, "which": {"all"}}).Code, "Temporal is down, and nothing was asked")
}
