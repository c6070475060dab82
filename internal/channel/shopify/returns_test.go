package shopify

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	marketplace "github.com/towpath/towpath/internal/simulator/shopify"
)

func TestWhatCameBackIsReadWithItsOrder(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.place(t, "1", true, 3)
	_, err := f.conn.ConfirmShipment(t.Context(), pack(f.order(t, id), "T1", 3))
	require.NoError(t, err)
	require.Empty(t, f.order(t, id).Returns)
	require.NoError(t, f.market.Return(t.Context(), "r", "1", 0, 2))
	o := f.order(t, id)
	require.Len(t, o.Returns, 1)
	require.NotEmpty(t, o.Returns[0].ID)
	require.Equal(t, order.ShownReturn{ID: o.Returns[0].ID, LineID: o.Lines[0].ID, Quantity: 2, Stage: order.StageClosed, Reason: "unwanted"}, o.Returns[0])
	orders, _ := scan(t, f.conn, channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
	require.Equal(t, o.Returns, orders[0].Returns)
}

// returnStatus admits no null: where the app may not read it, there is no order in the answer.
func TestOrdersAreReadWithoutReturnsWhereTheAppMayNotReadThem(t *testing.T) {
	t.Parallel()
	asked := []bool{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var call struct {
			Variables struct {
				Returns bool `json:"returns"`
			} `json:"variables"`
		}
		if err := json.NewDecoder(r.Body).Decode(&call); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		asked = append(asked, call.Variables.Returns)
		w.Header().Set("Content-Type", "application/json")
		answer := twoOrders("")
		if call.Variables.Returns {
			answer = `{"data":null,"errors":[` + denied(`"orders","edges",0,"node","returnStatus"`) + `]}`
		}
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(server.Close)
	conn := open(t, channel.Account{BaseURL: server.URL, Simulated: true, Location: marketplace.Location, Credentials: map[string]string{"accessToken": "x"}})
	for range 2 {
		p, err := conn.Orders(t.Context(), channel.OrdersQuery{})
		require.NoError(t, err)
		require.Len(t, p.Orders, 2)
	}
	require.Equal(t, []bool{true, false, false}, asked, "it is not asked for again")
}
