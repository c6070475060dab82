package shopify

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/transport"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator/faults"
)

func TestAnOrderAsTheShopShowsIt(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	o := f.order(t, f.place(t, "1", true, 2, 3))
	require.Equal(t, "#1001", o.Reference)
	require.True(t, o.Paid)
	require.Equal(t, order.FulfilmentUnshipped, o.Fulfilment)
	require.Equal(t, "PAID/UNFULFILLED", o.ChannelStatus)
	require.Equal(t, "GBP", o.Currency)
	require.EqualValues(t, 5*495+350-100, o.Total)
	require.EqualValues(t, 350, o.Shipping)
	require.EqualValues(t, 100, o.Discount)
	require.Len(t, o.Lines, 2)
	require.Equal(t, "MUG", o.Lines[1].SKU)
	require.Equal(t, 3, o.Lines[1].Quantity)
	require.EqualValues(t, 495, o.Lines[1].UnitPrice)
	require.EqualValues(t, 3*495, o.Lines[1].Total)
	require.Equal(t, &order.Buyer{
		Name: "Ann Example", Email: "ann@example.com", Phone: "0113", Line1: "1 Road", City: "Leeds", PostalCode: "LS1 1AA", CountryCode: "GB",
	}, o.Buyer)

	_, err := f.conn.Order(t.Context(), "gid://shopify/Order/404")
	requireFault(t, err, channel.Missing, CodeNotFound)
}

func TestManyLinesAndManyPages(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	many := make([]int, 675) // the longest order of the book
	for i := range many {
		many[i] = 1
	}
	long := f.place(t, "long", true, many...)
	for i := range 120 {
		f.place(t, fmt.Sprint(i), true, 1)
	}
	orders, last := scan(t, f.conn, channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
	require.Len(t, orders, 121)
	require.Equal(t, long, orders[0].ID)
	require.Len(t, orders[0].Lines, 675)
	lines := map[string]bool{}
	for _, l := range orders[0].Lines {
		lines[l.ID] = true
	}
	require.Len(t, lines, 675)
	require.False(t, last.Watermark.IsZero())

	// From the watermark on, the scan returns only orders that changed then or later, including at the same time.
	again, _ := scan(t, f.conn, channel.OrdersQuery{Since: last.Watermark})
	require.Contains(t, ids(again), orders[120].ID)

	late := f.place(t, "late", true, 1)
	again, _ = scan(t, f.conn, channel.OrdersQuery{Since: last.Watermark})
	require.Contains(t, ids(again), late)
}

func ids(orders []order.Snapshot) (all []string) {
	for _, o := range orders {
		all = append(all, o.ID)
	}
	return all
}

func TestOpenOrdersOnly(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	unpaid, paid, partly, shipped := f.place(t, "1", false, 1), f.place(t, "2", true, 1), f.place(t, "3", true, 2), f.place(t, "4", true, 1)
	for _, id := range []string{partly, shipped} {
		_, err := f.conn.ConfirmShipment(t.Context(), pack(f.order(t, id), id, 1))
		require.NoError(t, err)
	}
	began := time.Now().Truncate(time.Second) // the shop's times have whole seconds
	orders, last := scan(t, f.conn, channel.OrdersQuery{OpenOnly: true, Since: began.Add(-time.Hour)})
	require.Equal(t, []string{unpaid, paid, partly}, ids(orders))
	require.False(t, orders[0].Paid)
	require.Equal(t, order.FulfilmentPartlyShipped, orders[2].Fulfilment)
	require.GreaterOrEqual(t, last.Watermark, began, "changes since the sweep began come next")
	require.LessOrEqual(t, last.Watermark, time.Now())
	require.Equal(t, order.FulfilmentShipped, f.order(t, shipped).Fulfilment)
}

// A refund may be for units that were shipped or for units that were not; only the latter are cancelled.
func TestRefundsAreNotCancellations(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.place(t, "1", true, 5)
	_, err := f.conn.ConfirmShipment(t.Context(), pack(f.order(t, id), "T1", 3))
	require.NoError(t, err)
	accepted, err := f.market.Cancel(t.Context(), "c", "1", 0, 1)
	require.NoError(t, err)
	require.Equal(t, 1, accepted)
	require.NoError(t, f.market.Return(t.Context(), "r", "1", 0, 2))

	l := f.order(t, id).Lines[0]
	require.Equal(t, 3, l.Shipped)
	require.Equal(t, 1, l.Cancelled)
	orders, _ := scan(t, f.conn, channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
	require.Equal(t, l, orders[0].Lines[0])
	require.Equal(t, order.FulfilmentPartlyShipped, orders[0].Fulfilment)
}

func TestCancelledOrder(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.place(t, "1", true, 2, 1)
	for line, n := range []int{2, 1} {
		_, err := f.market.Cancel(t.Context(), fmt.Sprint(line), "1", line, n)
		require.NoError(t, err)
	}
	o := f.order(t, id)
	require.Equal(t, order.FulfilmentCancelled, o.Fulfilment)
	require.Equal(t, 2, o.Lines[0].Cancelled)
	require.Equal(t, 1, o.Lines[1].Cancelled)
}

// Shopify's times are whole seconds: a change within the same second must still be a newer version.
func TestEveryChangeIsANewerVersion(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.place(t, "1", false, 3)
	versions := []time.Time{f.order(t, id).UpdatedAt}
	newer := func(change string) {
		versions = append(versions, f.order(t, id).UpdatedAt)
		require.True(t, versions[len(versions)-1].After(versions[len(versions)-2]), "%s: %v", change, versions)
	}
	require.NoError(t, f.market.Pay(t.Context(), "1"))
	newer("paid")
	_, err := f.market.Cancel(t.Context(), "c", "1", 0, 1)
	require.NoError(t, err)
	newer("cancelled")
	_, err = f.conn.ConfirmShipment(t.Context(), pack(f.order(t, id), "T", 2))
	require.NoError(t, err)
	newer("shipped")
}

// If the budget ends in the middle of a page, the complete orders are not read again.
func TestAPageThatBreaksOffKeepsWhatIsComplete(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	many := make([]int, 150)
	for i := range many {
		many[i] = 1
	}
	a, b := f.place(t, "1", true, 1), f.place(t, "2", true, many...)
	f.injector.Next(faults.Throttle, opOrderLines.name, 1)
	page, err := f.conn.Orders(t.Context(), channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
	require.NoError(t, err)
	require.Equal(t, []string{a}, ids(page.Orders))
	require.NotEmpty(t, page.Next)
	require.True(t, page.Watermark.IsZero())

	page, err = f.conn.Orders(t.Context(), channel.OrdersQuery{Since: time.Now().Add(-time.Hour), Cursor: page.Next})
	require.NoError(t, err)
	require.Equal(t, []string{b}, ids(page.Orders))
	require.Len(t, page.Orders[0].Lines, 150)
	require.Empty(t, page.Next)
}

func TestACursorThatDoesNotMoveEndsTheScan(t *testing.T) {
	t.Parallel()
	same := `{"data":{"orders":{"edges":[{"cursor":"c","node":{"id":"gid://shopify/Order/1","createdAt":"2026-11-21T10:00:00Z",
		"updatedAt":"2026-11-21T10:00:00Z","currencyCode":"GBP"}}],"pageInfo":{"hasNextPage":true,"endCursor":"c"}}}}`
	conn := canned(t, http.StatusOK, same)
	page, err := conn.Orders(t.Context(), channel.OrdersQuery{})
	require.NoError(t, err)
	_, err = conn.Orders(t.Context(), channel.OrdersQuery{Cursor: page.Next})
	requireFault(t, err, channel.Unavailable, CodeRepeatedCursor)
	_, err = conn.Orders(t.Context(), channel.OrdersQuery{Cursor: "nonsense"})
	requireFault(t, err, channel.Invalid, CodeBadCursor)
}

// A shop whose orders change faster than they are read must not make a scan endless.
func TestAScanEndsAtWhatChangedAfterItBegan(t *testing.T) {
	t.Parallel()
	var page int
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		page++
		w.Header().Set("Date", "Sat, 21 Nov 2026 10:00:00 GMT")
		at := time.Date(2026, 11, 21, 9, 59, 59, 0, time.UTC).Add(time.Duration(page-1) * 2 * time.Second).Format(time.RFC3339)
		_, _ = fmt.Fprintf(w, `{"data":{"orders":{"edges":[{"cursor":"%d","node":{"id":"gid://shopify/Order/%d","createdAt":"%s","updatedAt":"%s",
			"currencyCode":"GBP","lineItems":{"nodes":[{"id":"l","quantity":1,"currentQuantity":1,"unfulfilledQuantity":1}]}}}],"pageInfo":{"hasNextPage":true,"endCursor":"%d"}}}}`, page, page, at, at, page)
	}))
	t.Cleanup(server.Close)
	conn := open(t, channel.Account{BaseURL: server.URL, Simulated: true, Credentials: map[string]string{"accessToken": "x"}})
	orders, last := scan(t, conn, channel.OrdersQuery{Since: time.Unix(1, 0)})
	require.Len(t, orders, 2)
	require.Equal(t, time.Date(2026, 11, 21, 10, 0, 1, 0, time.UTC), last.Watermark)
}

func TestUnknownWordsAreReadLeniently(t *testing.T) {
	t.Parallel()
	o := wireOrder{ID: "1", CreatedAt: transport.Moment(time.Unix(1, 0)), UpdatedAt: transport.Moment(time.Unix(2, 0)), Currency: "GBP", Financial: "GIFTED", Fulfillment: "TELEPORTED"}
	o.LineItems.Nodes = []wireLine{{ID: "l", Quantity: 1, Current: 1, Unfulfilled: 1}}
	got, err := o.order(nil)
	require.NoError(t, err)
	require.Equal(t, order.FulfilmentUnmapped, got.Fulfilment)
	require.False(t, got.Paid)
	require.Equal(t, "GIFTED/TELEPORTED", got.ChannelStatus)
}

// Case B7: a refunded order that is neither cancelled nor shipped.
func TestARefundedOrderIsShownAsRefunded(t *testing.T) {
	t.Parallel()
	o := wireOrder{ID: "1", CreatedAt: transport.Moment(time.Unix(1, 0)), UpdatedAt: transport.Moment(time.Unix(2, 0)), Currency: "GBP", Financial: "REFUNDED", Fulfillment: "UNFULFILLED"}
	o.LineItems.Nodes = []wireLine{{ID: "l", Quantity: 1, Current: 1, Unfulfilled: 1}}
	got, err := o.order(nil)
	require.NoError(t, err)
	require.True(t, got.Paid && got.Refunded)
	require.Equal(t, order.FulfilmentUnshipped, got.Fulfilment)
	at := time.Unix(2, 0)
	o.CancelledAt = &at
	got, err = o.order(nil)
	require.NoError(t, err)
	require.False(t, got.Refunded, "it is cancelled")
}

// Cases C2 and C5: what is not shipped from here is shown as such, and does not keep the order open.
func TestTipsDigitalLinesAndServicesLinesAreNotOurs(t *testing.T) {
	t.Parallel()
	no := false
	o := wireOrder{ID: "1", CreatedAt: transport.Moment(time.Unix(1, 0)), UpdatedAt: transport.Moment(time.Unix(2, 0)), Currency: "GBP", Financial: "PAID", Fulfillment: "PARTIALLY_FULFILLED",
		served: map[string]bool{"service": true, "ours": false}, PaidCurrency: "EUR"}
	o.LineItems.Nodes = []wireLine{
		{ID: "ours", SKU: "A", Quantity: 1, Current: 1, Unfulfilled: 0},
		{ID: "tip", Title: "Tip", Quantity: 1, Current: 1, Unfulfilled: 1, NeedsShipping: &no},
		{ID: "service", SKU: "B", Quantity: 2, Current: 2, Unfulfilled: 2},
	}
	got, err := o.order(nil)
	require.NoError(t, err)
	require.Equal(t, []order.Sender{order.SenderUs, order.SenderNobody, order.SenderService},
		[]order.Sender{got.Lines[0].Sender, got.Lines[1].Sender, got.Lines[2].Sender})
	require.Equal(t, order.FulfilmentShipped, got.Fulfilment, "all that is ours is shipped")

	part := func(service bool, lines ...string) fulfillmentOrder {
		f := fulfillmentOrder{Status: "OPEN"}
		f.Assigned.Location = &location{Service: service}
		for _, l := range lines {
			f.LineItems.Nodes = append(f.LineItems.Nodes, openUnits{Line: lineRef{l}})
		}
		return f
	}
	require.Equal(t, map[string]bool{"a": true, "b": false, "c": false},
		servedLines([]fulfillmentOrder{part(false, "b", "c"), part(true, "a", "b")}), "a line that is partly ours is ours")
}

func TestMoneyIsExact(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		amount, currency string
		want             int64
	}{
		{"12.5", "GBP", 1250}, {"12.50", "GBP", 1250}, {"0.07", "EUR", 7}, {"-3.10", "GBP", -310}, {"100", "GBP", 10000},
		{"1500.0", "JPY", 1500}, {"1.234", "KWD", 1234}, {"90071992547409.93", "GBP", 9007199254740993},
		{"5000.00", "UGX", 5000}, {"5000.0", "XOF", 5000},
	} {
		p := newConverter(tc.currency)
		require.Equal(t, tc.want, p.convert(bagOf(tc.amount)), tc.amount)
		require.False(t, p.unread, tc.amount)
	}
	require.True(t, newConverter("USDC").unread)
	require.Zero(t, newConverter("GBP").convert(nil), "what an order does not have is nothing")
	for _, bad := range []string{"", ".", "1.005", "7.7225", "1,000.00", "1e3", "1,5", "--1", "99999999999999999999"} {
		p := newConverter("GBP")
		p.convert(bagOf(bad))
		p.convert(bagOf("1"))
		require.True(t, p.unread, bad)
	}
}

func bagOf(amount string) *moneyBag {
	var bag moneyBag
	bag.ShopMoney.Amount = amount
	return &bag
}

// Its amounts are not known, like those of an order whose currency the channel hides; its lines are.
func TestAnOrderInAnUnknownCurrencyIsReadWithoutItsAmounts(t *testing.T) {
	t.Parallel()
	o := wireOrder{ID: "1", CreatedAt: transport.Moment(time.Unix(1, 0)), UpdatedAt: transport.Moment(time.Unix(2, 0)), Currency: "USDC", Total: bagOf("12.500001")}
	o.LineItems.Nodes = []wireLine{{ID: "l", SKU: "A", Quantity: 2, Current: 2, Unfulfilled: 2, Total: bagOf("12.500001")}}
	got, err := o.order(nil)
	require.NoError(t, err)
	require.Empty(t, got.Currency)
	require.Zero(t, got.Total)
	require.Equal(t, 2, got.Lines[0].Quantity)
	require.Zero(t, got.Lines[0].Total)
	require.Equal(t, []order.UnreadPart{order.UnreadAmounts}, got.Unread)
}

// Case E1: an order changed at 10:00:00 is visible to the search 9 s later than one changed at 10:00:08, to which the scan before moved
// the watermark. The next scan begins early enough to find it.
func TestAScanFindsWhatTheSearchShowedLate(t *testing.T) {
	t.Parallel()
	watermark := time.Date(2026, 11, 1, 10, 0, 8, 0, time.UTC)
	c := &Connection{}
	for name, q := range map[string]channel.OrdersQuery{"changes": {Since: watermark}, "open orders": {Since: watermark, OpenOnly: true}} {
		filter := c.page(q, cursor{})["filter"].(string)
		_, after, found := strings.Cut(filter, ":>='")
		require.True(t, found, name)
		after, _, found = strings.Cut(after, "'")
		require.True(t, found, name)
		since, err := time.Parse(time.RFC3339, after)
		require.NoError(t, err, name)
		require.LessOrEqual(t, since, watermark.Add(-2*time.Minute), name)
	}
}

// The taxes on a line are summed up; one that can't be read makes all amounts unknown, and costs no stock.
func TestTaxesOfALineAreRead(t *testing.T) {
	t.Parallel()
	const order1 = `{"id":"gid://shopify/Order/1","createdAt":"2026-01-02T03:04:05Z","updatedAt":"2026-01-02T03:04:05Z","currencyCode":"USD","lineItems":{"nodes":[` +
		`{"id":"l","sku":"A","quantity":1,"currentQuantity":1,"unfulfilledQuantity":1,"discountedTotalSet":{"shopMoney":{"amount":"10.00"}},"taxLines":%s}]}}`
	read := func(taxes string) order.Snapshot {
		o, err := decodeOrder(fmt.Appendf(nil, order1, taxes))
		require.NoError(t, err, taxes)
		got, err := o.order(nil)
		require.NoError(t, err, taxes)
		require.Equal(t, 1, got.Lines[0].Quantity, taxes)
		return got
	}
	got := read(`[{"priceSet":{"shopMoney":{"amount":"0.60"}}},{"priceSet":{"shopMoney":{"amount":"0.25"}}}]`)
	require.EqualValues(t, 85, got.Lines[0].Tax)
	require.EqualValues(t, 1000, got.Lines[0].Total)
	for _, none := range []string{`[]`, `null`} {
		require.Zero(t, read(none).Lines[0].Tax)
		require.Empty(t, read(none).Unread)
	}
	for _, bad := range []string{`[{"priceSet":{"shopMoney":{"amount":"a"}}}]`, `"x"`, `[7]`} {
		require.Equal(t, []order.UnreadPart{order.UnreadAmounts}, read(bad).Unread, bad)
	}
}

// The watermark of a shop in which nothing changes moves all the same: a package that is never shown is found by it (case B1).
func TestAQuietShopsWatermarkMoves(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	began := time.Now().Truncate(time.Second) // the marketplace's clock has whole seconds
	page, err := f.conn.Orders(t.Context(), channel.OrdersQuery{Since: began.Add(-time.Hour)})
	require.NoError(t, err)
	require.Empty(t, page.Orders)
	require.False(t, page.Watermark.Before(began), "%s, asked at %s", page.Watermark, began)
	require.False(t, page.Watermark.After(time.Now()), page.Watermark.String())
}
