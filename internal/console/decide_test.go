package console

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
)

// Cases B2 and C1: an order's page shows what is to be decided, and decides it.
func TestAnOrdersPageOffersItsDecisions(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 3)
	o := sale("12-1", time.Now().Add(-time.Hour), "lamp")
	o.Fulfilment, o.ChannelStatus = order.FulfilmentPartlyShipped, "Partly"
	o.Lines[0].Quantity, o.Lines[0].Shipped = 2, 1
	id := b.save("amazon-uk", "run-1", o)["12-1"]
	o.UpdatedAt, o.BuyerCancels = o.UpdatedAt.Add(time.Minute), true
	o.Lines[0].Shipped = 0
	b.save("amazon-uk", "run-2", o)
	path := "/orders/" + strconv.FormatInt(id, 10)
	page := textOf(b.page(path))
	for _, want := range []string{"The channel says otherwise", "1 unit of line 12-1-L1 shipped before, and now shown as open again", "Held: the buyer wants to cancel"} {
		require.Contains(t, page, want)
	}
	require.Contains(t, textOf(b.page("/orders?undecided=1")), "contradicted")

	w := b.send(path+"/decide", url.Values{"decision": {"reopen"}})
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	w = b.send(path+"/word", url.Values{"word": {"allow"}, "hold": {"buyer-cancels"}, "by": {"Ann"}})
	require.Equal(t, http.StatusSeeOther, w.Code, w.Body)
	page = textOf(b.page(path))
	require.NotContains(t, page, "The channel says otherwise")
	require.Contains(t, page, "You allowed it to be shipped")
	require.Equal(t, http.StatusBadRequest, b.send(path+"/decide", url.Values{"decision": {"burn"}}).Code)
	w = b.send(path+"/decide", url.Values{"decision": {"keep"}})
	require.Contains(t, w.Header().Get("Location"), "undecided", "nothing is left to decide")
}
