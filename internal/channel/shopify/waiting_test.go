package shopify

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator/market"
)

// A pre-order is SCHEDULED without a date, an order on hold ON_HOLD; both are released by the shop.
func TestWhatTheShopDoesNotLetBeShippedYet(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	place := func(book, hold string) string {
		answer, err := f.market.Place(t.Context(), market.Purchase{
			BookID: book, Currency: "GBP", Paid: true, OnHold: hold, Buyer: market.Buyer{Name: "Ann", Country: "GB"},
			Lines: []market.PurchaseLine{{SKU: "MUG", Title: "Mug", Quantity: 2, UnitPrice: 495}},
		})
		require.NoError(t, err)
		return answer.OrderID
	}
	held, later := place("held", "HIGH_RISK_OF_FRAUD"), place("later", market.PreOrder)
	o := f.order(t, held)
	require.True(t, o.OnHold)
	require.Zero(t, o.Lines[0].NotBefore)
	o = f.order(t, later)
	require.False(t, o.OnHold)
	require.Equal(t, order.Undated, o.Lines[0].NotBefore)
	for book, id := range map[string]string{"held": held, "later": later} {
		require.NoError(t, f.market.Release(t.Context(), book))
		o := f.order(t, id)
		require.False(t, o.OnHold)
		require.Zero(t, o.Lines[0].NotBefore)
	}
}

// addPart adds a fulfillment order in the page of orders.
func (o *wireOrder) addPart(status string, at *location, fulfillAt time.Time) {
	part := struct {
		FulfillBy transport.Moment `json:"fulfillBy"`
		FulfillAt transport.Moment `json:"fulfillAt"`
		Status    string           `json:"status"`
		Assigned  struct {
			Location *location `json:"location"`
		} `json:"assignedLocation"`
	}{FulfillAt: transport.Moment(fulfillAt), Status: status}
	part.Assigned.Location = at
	o.Parts.Nodes = append(o.Parts.Nodes, part)
}

// Lines wait for the date of their own fulfillment order; one of which some units are ready does not wait. Those of a fulfilment service say
// nothing.
func TestLinesWaitForTheDateOfTheirFulfillmentOrder(t *testing.T) {
	t.Parallel()
	date := time.Date(2026, 12, 24, 9, 0, 0, 0, time.UTC)
	service := &location{ID: "s", Service: true}
	var o wireOrder
	o.addPart("SCHEDULED", nil, date)
	o.addPart("CLOSED", nil, time.Time{})
	o.addPart("ON_HOLD", service, time.Time{})
	require.True(t, o.waitsTogether(), "no further call")
	require.Equal(t, date, o.waiting.until("any"))
	require.False(t, o.waiting.held)

	o.addPart("OPEN", nil, time.Time{})
	require.False(t, o.waitsTogether())
	scheduled := at("main", "SCHEDULED", unitsOf("later", 1), unitsOf("both", 1), unitsOf("done", 0))
	scheduled.FulfillAt = transport.Moment(date)
	undated := at("main", "SCHEDULED", unitsOf("later", 1), unitsOf("undated", 1))
	o.readWaiting([]fulfillmentOrder{scheduled, at("main", "OPEN", unitsOf("both", 2), unitsOf("now", 1)), undated, at("main", "ON_HOLD", unitsOf("now", 1))})
	require.Equal(t, map[string]time.Time{"later": date, "undated": order.Undated}, o.waiting.of)
	require.True(t, o.waiting.held)
}

// Of a line that is split between a fulfilment service and us, our units count: open ones, and those that left from here. They follow when
// units are moved, and fulfillment orders that are merged say the same.
func TestASplitLineIsOursAsFarAsItsUnitsAre(t *testing.T) {
	t.Parallel()
	service := func(status string, lines ...openUnits) fulfillmentOrder {
		f := at("s", status, lines...)
		f.Assigned.Location.Service = true
		return f
	}
	left := func(byService bool, line string, n int) fulfillment {
		f := fulfillment{Status: "SUCCESS", Location: &location{Service: byService}}
		f.LineItems.Nodes = []shippedUnits{{n, lineRef{line}}}
		return f
	}
	line := func(unfulfilled int, orders []fulfillmentOrder, done ...fulfillment) order.SnapshotLine {
		o := wireOrder{ID: "1", CreatedAt: transport.Moment(time.Unix(1, 0)), UpdatedAt: transport.Moment(time.Unix(2, 0)), Currency: "GBP", Financial: "PAID", Fulfillment: "UNFULFILLED"}
		o.LineItems.Nodes = []wireLine{{ID: "a", SKU: "A", Quantity: 5, Current: 5, Unfulfilled: unfulfilled}}
		o.served, o.split = servedLines(orders), splitLines(orders)
		got, err := o.order(o.count(orders, done, true))
		require.NoError(t, err)
		require.Equal(t, order.SenderUs, got.Lines[0].Sender)
		return got.Lines[0]
	}
	whole := line(5, []fulfillmentOrder{at("main", "OPEN", unitsOf("a", 5))})
	require.Equal(t, []int{5, 0, 0}, []int{whole.Quantity, whole.Shipped, whole.Cancelled})
	split := line(5, []fulfillmentOrder{at("main", "OPEN", unitsOf("a", 3)), service("OPEN", unitsOf("a", 2))})
	require.Equal(t, []int{3, 0, 0}, []int{split.Quantity, split.Shipped, split.Cancelled})
	split = line(3, []fulfillmentOrder{at("main", "OPEN", unitsOf("a", 3)), service("CLOSED", unitsOf("a", 0))}, left(true, "a", 2))
	require.Equal(t, []int{3, 0, 0}, []int{split.Quantity, split.Shipped, split.Cancelled}, "what the service ships is not ours")
	split = line(2, []fulfillmentOrder{at("main", "IN_PROGRESS", unitsOf("a", 2)), service("CLOSED", unitsOf("a", 0))}, left(true, "a", 2), left(false, "a", 1))
	require.Equal(t, []int{3, 1, 0}, []int{split.Quantity, split.Shipped, split.Cancelled})
	merged := line(5, []fulfillmentOrder{at("main", "CANCELLED", unitsOf("a", 2)), at("main", "OPEN", unitsOf("a", 5)), service("CANCELLED", unitsOf("a", 2))})
	require.Equal(t, whole, merged)
}
