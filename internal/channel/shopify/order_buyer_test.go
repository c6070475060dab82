package shopify

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
)

// What a buyer wrote is read: case C6. Themes and apps keep values of their own among the attributes, behind an underscore.
func TestWhatABuyerWroteIsRead(t *testing.T) {
	t.Parallel()
	var o wireOrder
	require.NoError(t, json.Unmarshal([]byte(`{"note":"Ring twice\nSecond door","customAttributes":[{"key":"Delivery day","value":"Friday"},
		{"key":"_fbclid","value":"abc"},{"key":"empty","value":null}],
		"lineItems":{"nodes":[{"id":"1","customAttributes":[{"key":"Engraving","value":"Ada"},{"key":"_bundle","value":"7"}]},{"id":"2","customAttributes":[]}]}}`), &o))
	require.Equal(t, &order.Buyer{Note: "Ring twice\nSecond door\nDelivery day: Friday", LineNotes: []order.LineNote{{LineID: "1", Text: "Engraving: Ada"}}}, o.buyer(),
		"an order that is collected has notes and no address")
	require.Nil(t, (&wireOrder{}).buyer(), "the shop shows nothing of the buyer")
}
