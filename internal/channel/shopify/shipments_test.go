package shopify

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

func TestTwoPackagesOfOneOrder(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	o := f.order(t, f.place(t, "1", true, 3, 2))
	first, err := f.conn.ConfirmShipment(t.Context(), pack(o, "T1", 2, 0))
	require.NoError(t, err)
	require.NotEmpty(t, first.RequestID)
	o = f.order(t, o.ID)
	require.Equal(t, order.FulfilmentPartlyShipped, o.Fulfilment)
	require.Equal(t, 2, o.Lines[0].Shipped)
	second, err := f.conn.ConfirmShipment(t.Context(), pack(o, "T2", 1, 2))
	require.NoError(t, err)
	require.NotEqual(t, first.Ref, second.Ref)
	require.Equal(t, order.FulfilmentShipped, f.order(t, o.ID).Fulfilment)
	truth, err := f.market.Order(t.Context(), o.ID)
	require.NoError(t, err)
	require.Len(t, truth.Shipments, 2)
	require.Equal(t, "T2", truth.Shipments[1].TrackingNumber)
	require.Equal(t, "Royal Mail", truth.Shipments[1].Carrier)
}

// The answer was lost, but the package was created: sending it again must find it.
func TestAnAttemptedPackageIsFound(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	o := f.order(t, f.place(t, "1", true, 4))
	s := pack(o, "T1", 2)
	f.injector.Next(faults.Lost, opFulfillmentCreate.name, 1)
	_, err := f.conn.ConfirmShipment(t.Context(), s)
	require.True(t, channel.AsFault(err, "").Ambiguous)

	s.Attempted = true
	found, err := f.conn.ConfirmShipment(t.Context(), s)
	require.NoError(t, err)
	require.True(t, found.Found)

	// A package with the same tracking number and other contents is another package.
	other := pack(o, "T1", 1)
	other.Attempted = true
	sent, err := f.conn.ConfirmShipment(t.Context(), other)
	require.NoError(t, err)
	require.False(t, sent.Found)
	truth, err := f.market.Order(t.Context(), o.ID)
	require.NoError(t, err)
	require.Len(t, truth.Shipments, 2)
	require.Equal(t, 3, truth.Lines[0].Shipped)
}

// The units of a package are at two locations: one fulfilment for each, and none twice if an answer is lost.
func TestAPackageFromTwoLocations(t *testing.T) {
	t.Parallel()
	for _, lost := range []int{0, 1, 2} { // the number of the lost answer
		f := newFixture(t)
		placed, err := f.market.Place(t.Context(), market.Purchase{
			BookID: "split", Currency: "GBP", Paid: true, Buyer: market.Buyer{Name: "Ann", Country: "GB"}, Lines: []market.PurchaseLine{
				{SKU: "MUG", Title: "Mug", Quantity: 2, UnitPrice: 495},
				{SKU: "MUG", Title: "Mug", Quantity: 1, UnitPrice: 495, Location: "gid://shopify/Location/2"},
			},
		})
		require.NoError(t, err)
		o := f.order(t, placed.OrderID)
		s := pack(o, "T1", 2, 1)
		for call := 1; call <= lost; call++ {
			kind := faults.Lost
			if call < lost {
				kind = faults.Slow
			}
			f.injector.Next(kind, opFulfillmentCreate.name, 1)
		}
		got, err := f.conn.ConfirmShipment(t.Context(), s)
		if lost > 0 {
			require.True(t, channel.AsFault(err, "").Ambiguous)
			s.Attempted = true
			got, err = f.conn.ConfirmShipment(t.Context(), s)
		}
		require.NoError(t, err)
		require.NotEmpty(t, got.Ref)
		s.Attempted = true
		again, err := f.conn.ConfirmShipment(t.Context(), s)
		require.NoError(t, err)
		require.True(t, again.Found)
		truth, err := f.market.Order(t.Context(), o.ID)
		require.NoError(t, err)
		require.Len(t, truth.Shipments, 2)
		require.Equal(t, order.FulfilmentShipped, f.order(t, o.ID).Fulfilment)
	}
}

// A package that the shop's staff has put on hold is shipped when they release it.
func TestAnOrderOnHold(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	placed, err := f.market.Place(t.Context(), market.Purchase{
		BookID: "held", Currency: "GBP", Paid: true, OnHold: "HIGH_RISK_OF_FRAUD", Buyer: market.Buyer{Name: "Ann", Country: "GB"},
		Lines: []market.PurchaseLine{{SKU: "MUG", Title: "Mug", Quantity: 1, UnitPrice: 495}},
	})
	require.NoError(t, err)
	o := f.order(t, placed.OrderID)
	require.Equal(t, order.FulfilmentUnshipped, o.Fulfilment)
	require.Equal(t, "PAID/ON_HOLD", o.ChannelStatus)
	swept, _ := scan(t, f.conn, channel.OrdersQuery{OpenOnly: true})
	require.Len(t, swept, 1, "it holds stock")
	_, err = f.conn.ConfirmShipment(t.Context(), pack(o, "T", 1))
	requireFault(t, err, channel.Config, CodeOnHold)
	require.NoError(t, f.market.Release(t.Context(), "held"))
	_, err = f.conn.ConfirmShipment(t.Context(), pack(o, "T", 1))
	require.NoError(t, err)
}

func TestPackagesThatCanNotBeConfirmed(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	held := f.order(t, f.place(t, "held", false, 1))
	_, err := f.conn.ConfirmShipment(t.Context(), pack(held, "T", 1))
	requireFault(t, err, channel.Config, CodeOnHold)

	o := f.order(t, f.place(t, "1", true, 2))
	_, err = f.market.Cancel(t.Context(), "c", "1", 0, 1)
	require.NoError(t, err)
	_, err = f.conn.ConfirmShipment(t.Context(), pack(o, "T", 2))
	requireFault(t, err, channel.Conflict, CodeUnitsNotOpen)

	stranger := pack(o, "T", 1)
	stranger.Lines[0].LineID = "gid://shopify/LineItem/1"
	_, err = f.conn.ConfirmShipment(t.Context(), stranger)
	requireFault(t, err, channel.Missing, CodeLineNotFound)

	nothing := pack(o, "T")
	_, err = f.conn.ConfirmShipment(t.Context(), nothing)
	requireFault(t, err, channel.Conflict, CodeUnitsNotOpen)
	truth, err := f.market.Order(t.Context(), o.ID)
	require.NoError(t, err)
	require.Empty(t, truth.Shipments, "a package without lines must not ship the rest of the order")
}

func TestWhichFulfillmentOrdersUnitsComeFrom(t *testing.T) {
	t.Parallel()
	at := func(id, status, where string, units ...openUnits) fulfillmentOrder {
		f := fulfillmentOrder{ID: id, Status: status, LineItems: paged[openUnits]{Nodes: units}}
		f.Assigned.Location = &location{ID: where}
		if status == "OPEN" || status == "IN_PROGRESS" {
			f.Actions = append(f.Actions, action{"CREATE_FULFILLMENT"})
		}
		return f
	}
	unit := func(id string, n int, line string) openUnits {
		return openUnits{ID: id, Remaining: n, Line: lineRef{line}}
	}
	orders := []fulfillmentOrder{
		at("closed", "CLOSED", "L1", unit("c", 9, "a")),
		at("f1", "OPEN", "L1", unit("1", 2, "a")),
		at("f2", "IN_PROGRESS", "L2", unit("2", 1, "a"), unit("3", 1, "b")),
		at("f3", "OPEN", "L2", unit("4", 1, "a")),
		at("f4", "SCHEDULED", "L1", unit("5", 3, "c")),
	}
	parts, no := allocate(orders, map[string]int{"a": 2}, from("L2"))
	require.Nil(t, no)
	require.Equal(t, [][]partInput{{{"f2", []unitInput{{"2", 1}}}, {"f3", []unitInput{{"4", 1}}}}}, parts)
	parts, no = allocate(orders, map[string]int{"a": 2}, from("L1"))
	require.Nil(t, no)
	require.Equal(t, [][]partInput{{{"f1", []unitInput{{"1", 2}}}}}, parts)
	parts, no = allocate(orders, map[string]int{"a": 4, "b": 1}, from("L1"))
	require.Nil(t, no)
	require.Equal(t, [][]partInput{
		{{"f1", []unitInput{{"1", 2}}}}, {{"f2", []unitInput{{"2", 1}, {"3", 1}}}, {"f3", []unitInput{{"4", 1}}}},
	}, parts, "one fulfilment per location")
	for units, want := range map[[3]int]refusal{
		{0, 0, 1}: {channel.Config, CodeScheduled},
		{5, 0, 0}: {channel.Conflict, CodeUnitsNotOpen}, {0, 2, 0}: {channel.Conflict, CodeUnitsNotOpen},
	} {
		wanted := map[string]int{}
		for i, line := range []string{"a", "b", "c"} {
			if units[i] > 0 {
				wanted[line] = units[i]
			}
		}
		_, no := allocate(orders, wanted, from("L1"))
		require.NotNil(t, no, units)
		require.Equal(t, want, *no, units)
	}
}

// Case C3: Shopify's own list of what it accepts decides, not the status.
func TestWhatShopifyAcceptsDecidesWhetherAPackageIsConfirmed(t *testing.T) {
	t.Parallel()
	f := fulfillmentOrder{ID: "f1", Status: "INCOMPLETE", Actions: []action{{"CREATE_FULFILLMENT"}, {"CLOSE"}},
		LineItems: paged[openUnits]{Nodes: []openUnits{{ID: "1", Remaining: 2, Line: lineRef{"a"}}}}}
	parts, no := allocate([]fulfillmentOrder{f}, map[string]int{"a": 2}, from(""))
	require.Nil(t, no)
	require.Equal(t, [][]partInput{{{"f1", []unitInput{{"1", 2}}}}}, parts)
	require.True(t, f.live())
	f.Actions = nil
	_, no = allocate([]fulfillmentOrder{f}, map[string]int{"a": 2}, from(""))
	require.Equal(t, &refusal{channel.Conflict, CodeUnitsNotOpen}, no)
}

// Case C2: no package of ours is confirmed on a fulfilment service's order.
func TestNothingIsConfirmedOnAFulfilmentServicesOrder(t *testing.T) {
	t.Parallel()
	f := fulfillmentOrder{ID: "f1", Status: "OPEN", Actions: []action{{"CREATE_FULFILLMENT"}},
		LineItems: paged[openUnits]{Nodes: []openUnits{{ID: "1", Remaining: 2, Line: lineRef{"a"}}}}}
	f.Assigned.Location = &location{ID: "S", Service: true}
	_, no := allocate([]fulfillmentOrder{f}, map[string]int{"a": 2}, from("S"))
	require.Equal(t, &refusal{channel.Config, CodeServiceShips}, no)
}

func TestWordsOfRefusal(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]refusal{
		"Invalid fulfillment order line item quantity requested.":        {channel.Conflict, CodeUnitsNotOpen},
		"Fulfillment order 1 has an unfulfillable status= on_hold.":      {channel.Config, CodeOnHold},
		"Fulfillment order 1 has an unfulfillable status= closed.":       {channel.Conflict, CodeUnitsNotOpen},
		"Tracking number is too long (maximum is 255 characters)":        {channel.Invalid, CodeTracking},
		"Product does not exist":                                         {channel.Missing, CodeNotFound},
		"The moon is in the wrong house":                                 {channel.Unknown, CodeUserError},
		"All fulfillment orders must be assigned to the same location":   {channel.Config, CodeSplitLocations},
		"Fulfillment order 1 has an unfulfillable status= scheduled now": {channel.Config, CodeScheduled},
	} {
		require.Equal(t, want, refusalOf(message), message)
	}
}

// D3: the fulfillment order was moved, split or merged after it was read: it is read again.
func TestAFulfillmentOrderThatIsGoneIsReadAgain(t *testing.T) {
	t.Parallel()
	for _, words := range []string{"Fulfillment order does not exist.", "Fulfillment order line item does not exist."} {
		conn := canned(t, 200, `{"data":{"fulfillmentCreate":{"fulfillment":null,"userErrors":[{"field":["fulfillment"],"message":"`+words+`"}]}}}`)
		_, err := conn.create(t.Context(), fulfillmentInput{})
		requireFault(t, err, channel.Conflict, CodeOrderSplit)
	}
}

// from says that all lines of a package lay at one location of the shop.
func from(location string) map[string]string {
	return map[string]string{"a": location, "b": location, "c": location}
}
