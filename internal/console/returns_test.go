package console

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/starter"
)

// The page settles as many units of a return as it showed, and once, whatever has become of the return meanwhile.
func TestAReturnIsSettledByWhatThePageShowed(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 9)
	sold := sale("12-1", time.Now().Add(-time.Hour), "lamp")
	sold.Lines[0].Quantity = 3
	b.save("amazon-uk", "run-1", sold)
	sold.UpdatedAt, sold.Fulfilment = sold.UpdatedAt.Add(time.Minute), order.FulfilmentShipped
	sold.Lines[0].Shipped = 3
	b.save("amazon-uk", "run-2", sold)
	back, _, err := b.asked.EnterReturn(b.ctx, starter.ReturnReport{OrderRef: "12-1", SKU: "lamp", Units: 3, By: "Ann"})
	require.NoError(t, err)
	path := "/returns/" + strconv.FormatInt(back.ID, 10)
	restock := func(open, quantity string) int {
		return b.send(path, url.Values{"decision": {"restock"}, "open": {open}, "quantity": {quantity}}).Code
	}
	left := func() int {
		now, err := b.asked.ReturnOf(b.ctx, back.ID)
		require.NoError(t, err)
		return now.Open
	}
	require.Contains(t, b.page("/returns"), `name="open" value="3"`)
	require.Equal(t, http.StatusBadRequest, restock("", ""))
	require.Equal(t, http.StatusSeeOther, restock("1", "1"), "the page was opened when one had been reported")
	require.Equal(t, 2, left())
	require.Equal(t, http.StatusSeeOther, restock("1", "1"), "clicked twice")
	require.Equal(t, 2, left())
	restock("3", "3")
	require.Equal(t, 2, left(), "three are not left")
	require.Equal(t, http.StatusSeeOther, restock("2", "3"))
	require.Zero(t, left())
}
