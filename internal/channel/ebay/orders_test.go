package ebay

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator/faults"
)

func TestAnOrderIsReadAsItStands(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.place(t, "b1", 3, 2)
	o := f.order(t, id)
	require.Equal(t, order.FulfilmentUnshipped, o.Fulfilment)
	require.True(t, o.Paid)
	require.Equal(t, "GBP", o.Currency)
	require.Equal(t, []int64{5*495 + 350 - 100, 350, 100}, []int64{o.Total, o.Shipping, o.Discount})
	require.Equal(t, order.SnapshotLine{ID: o.Lines[0].ID, SKU: "MUG", Title: "Mug", Quantity: 3, UnitPrice: 495, Total: 3 * 495}, o.Lines[0])
	require.Equal(t, "LS1 1AA", o.Buyer.PostalCode)

	// Two of three units of the first line are shipped: eBay shows how many only in the fulfillments.
	_, err := f.conn.ConfirmShipment(t.Context(), shipment(o, "AB1", 2))
	require.NoError(t, err)
	partly := f.order(t, id)
	require.Equal(t, order.FulfilmentPartlyShipped, partly.Fulfilment)
	require.Equal(t, 2, partly.Lines[0].Shipped)
	require.Zero(t, partly.Lines[1].Shipped)
	require.True(t, partly.UpdatedAt.After(o.UpdatedAt))

	// The buyer cancels the third unit and the second line: eBay shows refunds, from which no units are guessed.
	for line, n := range []int{1, 2} {
		accepted, err := f.market.Cancel(t.Context(), fmt.Sprint("c", line), "b1", line, n)
		require.NoError(t, err)
		require.Equal(t, n, accepted)
	}
	closed := f.order(t, id)
	require.Equal(t, order.FulfilmentShipped, closed.Fulfilment)
	require.Equal(t, []int{2, 0}, []int{closed.Lines[0].Shipped, closed.Lines[1].Shipped})
	require.Equal(t, []int{0, 0}, []int{closed.Lines[0].Cancelled, closed.Lines[1].Cancelled})

	_, err = f.conn.Order(t.Context(), "12-00000-00000")
	require.Equal(t, channel.Missing, channel.AsFault(err, "").Class)
}

func TestACancelledOrderIsCancelledWhole(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	id := f.place(t, "b1", 3)
	_, err := f.market.Cancel(t.Context(), "c", "b1", 0, 3)
	require.NoError(t, err)
	page, err := f.conn.Orders(t.Context(), channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
	require.NoError(t, err)
	require.Len(t, page.Orders, 1)
	for _, o := range []order.Snapshot{page.Orders[0], f.order(t, id)} {
		require.Equal(t, order.FulfilmentCancelled, o.Fulfilment)
		require.Equal(t, 3, o.Lines[0].Cancelled)
	}
}

func TestNoOrderIsSkippedWhenOrdersChangeBetweenPages(t *testing.T) {
	t.Parallel()
	for _, open := range []bool{false, true} {
		t.Run(fmt.Sprint("open only ", open), func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			f.conn.pageSize = 20
			since := time.Now().Add(-time.Hour)
			var ids []string
			for n := range 90 {
				ids = append(ids, f.place(t, fmt.Sprint("b", n), 1))
			}
			f.awaitWindow(t, channel.OrdersQuery{Since: since}, ids[89])

			began, gone := time.Now().Truncate(time.Second), 0 // eBay's Date has whole seconds
			found, watermark, err := f.scan(t.Context(), channel.OrdersQuery{Since: since, OpenOnly: open}, func(int) {
				for range 7 { // orders disappear from the beginning of the list
					if gone < len(ids) {
						o := f.order(t, ids[gone])
						_, err := f.conn.ConfirmShipment(t.Context(), shipment(o, fmt.Sprint("T", gone), 1))
						require.NoError(t, err)
						gone++
					}
				}
			})
			require.NoError(t, err)
			for n, id := range ids {
				require.Contains(t, found, id, "order %d of %d, %d have left", n, len(ids), gone)
			}
			require.GreaterOrEqual(t, watermark, began.Add(-overlap), "the next scan starts before this one began")
			require.LessOrEqual(t, watermark, time.Now().Add(-overlap))
		})
	}
}

// TestWindowReadsAll draws lists, pages and removals at random: an order that stays in the list to the end is read.
func TestWindowReadsAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := make([]int, rapid.IntRange(0, 2000).Draw(t, "orders"))
		for i := range list {
			list[i] = i
		}
		size := rapid.IntRange(1, 200).Draw(t, "page size")
		seen := map[int]bool{}
		var w window
		for n := 0; ; n++ {
			require.Less(t, n, 20_000, "no end")
			from := min(w.offset(), len(list))
			page := list[from:min(from+size, len(list))]
			for _, id := range page {
				seen[id] = true
			}
			var moved bool
			w, moved = w.advance(len(page), len(list))
			require.True(t, moved)
			if w.done() {
				break
			}
			if leaving := rapid.IntRange(0, 40).Draw(t, "leaving"); leaving > 0 && n < 100 {
				at := rapid.IntRange(0, len(list)).Draw(t, "at")
				list = append(append([]int{}, list[:at]...), list[min(at+leaving, len(list)):]...)
			}
		}
		for _, id := range list {
			require.True(t, seen[id], "order %d was skipped", id)
		}
	})
}

func TestPagesThatContradictTheirTotalEnd(t *testing.T) {
	t.Parallel()
	w := window{}
	w, moved := w.advance(10, 50)
	require.True(t, moved)
	for range 2 { // the page is empty: it is read again without a margin, then the scan fails
		w, moved = w.advance(0, 50)
	}
	require.False(t, moved)
}

func TestOrderlyReadingOfOddOrders(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		json       string
		fulfilment order.Fulfilment
		lines      int
	}{
		"numbers as text, ids as numbers": {`{"orderId":123,"orderFulfillmentStatus":"NOT_STARTED","lineItems":[{"lineItemId":7,"quantity":"2"}]}`, order.FulfilmentUnshipped, 1},
		"a status not known":              {`{"orderId":"1","orderFulfillmentStatus":"TELEPORTED","lineItems":[{"lineItemId":"7","quantity":2}]}`, order.FulfilmentUnmapped, 1},
		"a line twice":                    {`{"orderId":"1","orderFulfillmentStatus":"FULFILLED","lineItems":[{"lineItemId":"7","quantity":2},{"lineItemId":"7","quantity":2}]}`, order.FulfilmentShipped, 1},
		"cancelled, no lines":             {`{"orderId":"1","orderFulfillmentStatus":"NOT_STARTED","cancelStatus":{"cancelState":"CANCELED"}}`, order.FulfilmentCancelled, 0},
	} {
		o, err := decodeOrder([]byte(tc.json))
		require.NoError(t, err, name)
		out := o.order(nil)
		require.Equal(t, tc.fulfilment, out.Fulfilment, name)
		require.Len(t, out.Lines, tc.lines, name)
	}
	for _, unreadable := range []string{
		`{"lineItems":[{"lineItemId":"7","quantity":2}]}`, `{"orderId":"1","orderFulfillmentStatus":"NOT_STARTED"}`, `{"orderId":"1","lineItems":"none"}`,
		`{"orderId":"1","lineItems":[{"lineItemId":"7","quantity":"two"}]}`, `{"orderId":"1","lineItems":[{"quantity":2}]}`, `7`, `null`,
	} {
		_, err := decodeOrder([]byte(unreadable))
		require.Error(t, err, unreadable)
	}
}

// Cases B7 and C1: what decides whether an order may be shipped is read.
func TestRefundsAndRequestsForCancellationAreRead(t *testing.T) {
	t.Parallel()
	for json, want := range map[string]order.Snapshot{
		`"orderPaymentStatus":"PAID","cancelStatus":{"cancelState":"NONE_REQUESTED"}`: {Paid: true},
		`"orderPaymentStatus":"PAID","cancelStatus":{"cancelState":"IN_PROGRESS"}`:    {Paid: true, BuyerCancels: true},
		`"orderPaymentStatus":"FULLY_REFUNDED"`:                                       {Paid: true, Refunded: true},
		`"orderPaymentStatus":"PARTIALLY_REFUNDED"`:                                   {Paid: true},
	} {
		o, err := decodeOrder([]byte(`{"orderId":"1","orderFulfillmentStatus":"NOT_STARTED","lineItems":[{"lineItemId":"7","quantity":2}],` + json + `}`))
		require.NoError(t, err, json)
		got := o.order(nil)
		require.Equal(t, want, order.Snapshot{Paid: got.Paid, Refunded: got.Refunded, BuyerCancels: got.BuyerCancels}, json)
	}
}

// Case C4, and what a person needs besides: the site, dates, tax and discount of a line, what the buyer paid in his own currency.
func TestSiteDatesTaxAndTheBuyersOwnCurrencyAreRead(t *testing.T) {
	t.Parallel()
	o, err := decodeOrder([]byte(`{"orderId":"1","orderFulfillmentStatus":"NOT_STARTED",
		"pricingSummary":{"total":{"value":"10.00","currency":"GBP","convertedFromValue":"12.50","convertedFromCurrency":"EUR"}},
		"lineItems":[{"lineItemId":"7","quantity":2,"listingMarketplaceId":"EBAY_MOTORS_US","taxes":[{"amount":{"value":"0.50","currency":"GBP"}}],
			"ebayCollectAndRemitTaxes":[{"amount":{"value":"0.25","currency":"GBP"}}],"appliedPromotions":[{"discountAmount":{"value":"-1.00","currency":"GBP"}}],
			"lineItemFulfillmentInstructions":{"shipByDate":"2026-11-30T22:59:59.000Z","maxEstimatedDeliveryDate":"2026-12-04T10:00:00.000Z"}},
			{"lineItemId":"8","quantity":1,"lineItemFulfillmentInstructions":{"shipByDate":"2026-11-28T22:59:59.000Z","maxEstimatedDeliveryDate":"soon"}}]}`))
	require.NoError(t, err)
	got := o.order(nil)
	require.Equal(t, "EBAY_US", got.Site)
	require.Equal(t, time.Date(2026, 11, 28, 22, 59, 59, 0, time.UTC), got.ShipBy, "the first line's")
	require.Equal(t, time.Date(2026, 12, 4, 10, 0, 0, 0, time.UTC), got.DeliverBy)
	require.Equal(t, []any{"EUR", int64(1250)}, []any{got.PaidCurrency, got.PaidTotal})
	require.Equal(t, []int64{75, 100}, []int64{got.Lines[0].Tax, got.Lines[0].Discount})
}

func TestALinkThatDoesNotMoveIsNoMore(t *testing.T) {
	t.Parallel()
	for next, want := range map[string]int{
		"": 2, "https://api.ebay.com/sell/fulfillment/v1/order?limit=2&offset=40": 2, "https://api.ebay.com/sell/fulfillment/v1/order?limit=2&offset=42": 43,
	} {
		a := answer(200, fmt.Sprintf(`{"orders":[{"orderId":"1"},{"orderId":"2"}],"total":2,"next":%q}`, next))
		a.Header.Set("Date", "Sat, 21 Nov 2026 12:00:00 GMT")
		page, f := readPage(a, "getOrders", 40)
		require.Nil(t, f)
		require.Equal(t, want, page.total, next)
	}
}

// What a buyer wrote at the checkout is read, also of an order that is collected and has no address: case C6.
func TestABuyersNoteIsReadWithoutAnAddressToo(t *testing.T) {
	t.Parallel()
	for notes, want := range map[string]*order.Buyer{`"Ring twice"`: {Note: "Ring twice"}, `null`: nil, `{"a":1}`: nil} {
		o, err := decodeOrder([]byte(`{"orderId":"1","buyerCheckoutNotes":` + notes + `,"lineItems":[{"lineItemId":"1","quantity":1}]}`))
		require.NoError(t, err)
		require.Equal(t, want, o.order(nil).Buyer, notes)
	}
}

// Orders are taken although the fulfillments of one can't be read: that one is set aside, and read again (case G11).
func TestFulfilmentsThatCanNotBeReadSetTheirOrderAside(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	whole, part := f.place(t, "1", 1), f.place(t, "2", 3)
	_, err := f.conn.ConfirmShipment(t.Context(), shipment(f.order(t, part), "T1", 1))
	require.NoError(t, err)
	f.injector.Next(faults.Unavailable, opFulfilments, 1)
	page, err := f.conn.Orders(t.Context(), channel.OrdersQuery{Since: time.Now().Add(-time.Hour)})
	require.NoError(t, err)
	require.Len(t, page.Orders, 1)
	require.Equal(t, whole, page.Orders[0].ID)
	require.False(t, page.Watermark.IsZero(), "the watermark moves")
	require.Len(t, page.Aside, 1)
	aside := page.Aside[0]
	require.Equal(t, part, aside.ID)
	require.True(t, aside.Unfinished)
	require.Equal(t, channel.Unavailable, aside.Fault.Class)
	o, err := f.conn.Decode(t.Context(), aside.Body)
	require.NoError(t, err)
	require.Equal(t, 1, o.Lines[0].Shipped)
}

// The site of an order that can't be read is that of its first readable line.
func TestTheSiteOfAnUnreadableOrder(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"orderId":"1","lineItems":[{"quantity":"x","listingMarketplaceId":"EBAY_MOTORS_US"}]}`:        "EBAY_US",
		`{"orderId":"1","lineItems":[7,{"listingMarketplaceId":5},{"listingMarketplaceId":"EBAY_DE"}]}`: "EBAY_DE",
		`{"orderId":"1","lineItems":{}}`: "", `{"orderId":"1"}`: "", `[]`: "", `{`: "",
	} {
		_, err := decodeOrder([]byte(body))
		require.Error(t, err, body)
		require.Equal(t, want, orderError(opGetOrders, "r", []byte(body), err).Site, body)
	}
}
