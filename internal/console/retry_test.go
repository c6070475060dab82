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

// The selected parked packages, or all, are sent again in one step.
func TestShipmentsAreSynchronizedInOneStep(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 10)
	ids := b.save("ebay-uk", "run-1", sale("12-345", time.Now(), "lamp"), sale("12-346", time.Now(), "lamp"))
	b.pack(ids["12-345"], "P1")
	b.park("ebay-uk", "12-345", ids["12-345"], "P1", channel.NewFault(channel.Network, "createShippingFulfillment", "reset"))
	parked := message.ShipmentWorkflowID("ebay-uk", "12-345", "P1")
	page := b.page("/")
	require.Contains(t, page, "Synchronize my shipments")
	require.Contains(t, page, `name="workflow" value="`+parked+`"`)
	require.Contains(t, b.page("/orders?shipments=requires-sync"), "Requires shipment synchronization")
	require.NotContains(t, b.page("/orders?shipments=requires-sync"), "12-346")
	require.NotContains(t, b.page("/orders?shipments=prepared"), "12-345")
	require.Contains(t, b.page("/orders/1"), "Requires shipment synchronization")

	post := func(form url.Values) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(b.ctx, http.MethodPost, "http://console/shipments/sync", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		w := httptest.NewRecorder()
		b.web.ServeHTTP(w, r)
		return w
	}
	require.Equal(t, "/?notice=shipments-none", post(url.Values{"which": {"chosen"}}).Header().Get("Location"))
	require.Equal(t, "/?notice=shipments-none", post(url.Values{"which": {"chosen"}, "workflow": {"order/other"}}).Header().Get("Location"))
	require.Equal(t, "/?notice=shipments-some", post(url.Values{"which": {"chosen"}, "workflow": {parked}}).Header().Get("Location"), "Temporal is down")
	require.Equal(t, "/?notice=shipments-some", post(url.Values{"which": {"all"}}).Header().Get("Location"))
	require.Equal(t, http.StatusBadRequest, post(url.Values{}).Code)
	require.Contains(t, b.page("/?notice=shipments-some"), "Temporal did not take the others")
}
