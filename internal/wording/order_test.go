package wording_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/wording"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func TestAnOrderTellsWhereItIsAndWhatComesNext(t *testing.T) {
	t.Parallel()
	refused := &channel.Fault{Class: channel.Auth, Status: 401, Operation: "confirmShipment", RequestID: "r-1"}
	for name, c := range map[string]struct {
		order wording.Order
		want  []string
	}{
		"not paid": {wording.Order{State: order.AwaitingPayment, Units: order.Units{Reserved: 2}, Location: "main"},
			[]string{"Placed, not paid yet. 2 units are reserved at main. It can be processed once the channel shows the payment."}},
		"nothing held": {wording.Order{State: order.AwaitingPayment},
			[]string{"Placed, not paid yet. No stock is held for it. It can be processed once the channel shows the payment."}},
		"open": {wording.Order{State: order.Open, Reference: "#1001", Units: order.Units{Reserved: 1}, Location: "main"},
			[]string{"Open, and nothing is packed yet. 1 unit is reserved at main.", "It waits for a package: pack it, then `towpath process '#1001' --package FILE`."}},
		"backordered": {wording.Order{State: order.Open, Reference: "7", Units: order.Units{Reserved: 1, Backordered: 2}},
			[]string{"Open, and nothing is packed yet. 1 unit is reserved, 2 are backordered.", "Backordered units are filled first come, first served when stock arrives. What is reserved may be packed: `towpath process 7 --package FILE`."}},
		"not linked": {wording.Order{State: order.Open, Units: order.Units{Backordered: 1, Unlinked: 3}}, []string{
			"Open, and nothing is packed yet. 0 units are reserved, 1 is backordered, 3 are on lines that are not linked to a SKU of yours.",
			"Link the line's channel SKU to a SKU of yours with `towpath links match`: the units are then reserved by themselves."}},
		"partly packed": {wording.Order{State: order.Processing, Reference: "7", Units: order.Units{Reserved: 1, Packed: 2}, Location: "main", Packages: []shipment.State{shipment.Processed}},
			[]string{"Partly packed: 1 unit is still to pack. 1 unit is reserved at main.", "It waits for a package: pack it, then `towpath process 7 --package FILE`.", "0 of 1 package is confirmed by the channel."}},
		"packed": {wording.Order{State: order.Processed, Packages: []shipment.State{shipment.Confirmed, shipment.Parked, shipment.Saved, shipment.Voided}},
			[]string{"Every unit is in a package. 1 of 3 packages are confirmed by the channel, 1 could not be sent."}},
		"shipped":   {wording.Order{State: order.Shipped}, []string{"The channel has confirmed every package. The next order scan that shows it as shipped there closes it."}},
		"completed": {wording.Order{State: order.Completed}, []string{"Shipped, and the channel shows it as shipped. Nothing is left to do."}},
		"cancelled": {wording.Order{State: order.Cancelled, Test: true},
			[]string{"Cancelled: no unit is left to ship, and nothing is held for it any more.", "It came from the channel's test endpoint: it never touches real stock."}},
		"a newer version that can't be read": {wording.Order{State: order.Completed, Newer: wording.Newer{Seen: noon.Add(-time.Hour), Words: "line 1 has no id",
			Fault: &channel.Fault{Class: channel.Unknown, Code: "UNREADABLE", Operation: "getOrders"}}},
			[]string{"The channel has a newer version of it, seen 1 h ago, that can't be read and is set aside: unknown UNREADABLE in getOrders (line 1 has no id). " +
				"What is here is the last version that could be read.", "Shipped, and the channel shows it as shipped. Nothing is left to do."}},
		"skipped": {wording.Order{State: order.Skipped, Reason: order.ReasonUnmapped}, []string{"Skipped: its status on the channel is not mapped. No stock is held for it."}},
		"a failed call": {wording.Order{State: order.Completed, Failing: &message.Status{Fault: refused, NextAttempt: noon.Add(5 * time.Minute)}},
			[]string{"Shipped, and the channel shows it as shipped. Nothing is left to do.", "The last call failed: auth HTTP 401 in confirmShipment; Towpath tries again in 5 min."}},
		"parked": {wording.Order{State: order.Completed, Parked: []wording.Parked{{Package: "P1", Since: noon.Add(-3 * time.Hour), Fault: refused}, {Package: "P2", Since: noon.Add(-2 * time.Hour), Fault: refused}}, Failing: &message.Status{Fault: refused}},
			[]string{"It waits for you: package P1 was parked 3 h ago, auth HTTP 401 in confirmShipment, request id r-1.",
				"It waits for you: package P2 was parked 2 h ago, auth HTTP 401 in confirmShipment, request id r-1.", "Shipped, and the channel shows it as shipped. Nothing is left to do."}},
		"held by a pause": {wording.Order{State: order.Completed, Parked: []wording.Parked{{Package: "P1", Fault: refused, EndsPause: "towpath accounts resume ebay-uk --only shipments"}}},
			[]string{"Held: package P1 goes out when the pause ends, `towpath accounts resume ebay-uk --only shipments`.", "Shipped, and the channel shows it as shipped. Nothing is left to do."}},
		"held": {wording.Order{State: order.Completed, Parked: []wording.Parked{{Account: "ebay-uk", Package: "P1", UntilLive: true}}},
			[]string{"Held: package P1 goes out when the account goes live, `towpath accounts live ebay-uk`.", "Shipped, and the channel shows it as shipped. Nothing is left to do."}},
	} {
		require.Equal(t, c.want, c.order.Explain(noon), name)
	}
}

func TestEveryStateOfAnOrderHasASentence(t *testing.T) {
	t.Parallel()
	for _, s := range order.States() {
		require.NotContains(t, wording.Order{State: s}.Explain(noon)[0], "Its state is", s)
	}
	require.Equal(t, wording.Warn, wording.OrderTone(order.AwaitingPayment))
	require.Equal(t, wording.Bad, wording.PackageTone(shipment.Refused))
}
