package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

// version returns the order as its channel shows it some minutes later, changed.
func version(o order.Snapshot, minutes int, change func(o *order.Snapshot)) order.Snapshot {
	o.Lines = append([]order.SnapshotLine(nil), o.Lines...)
	o.UpdatedAt = o.UpdatedAt.Add(time.Duration(minutes) * time.Minute)
	change(&o)
	return o
}

// openOnes returns the open incidents of a kind, by code.
func openOnes(t testing.TB, s *store.Store, kind incident.Kind) map[string]incident.Incident {
	t.Helper()
	list, err := s.Incidents.List(ctx, "", false)
	require.NoError(t, err)
	out := map[string]incident.Incident{}
	for _, i := range list {
		if i.Kind == kind {
			out[i.Code] = i
		}
	}
	return out
}

func confirm(t testing.TB, s *store.Store, row int64, id string) {
	t.Helper()
	_, err := s.Packages.PreparePackage(ctx, row, id, "order/1")
	require.NoError(t, err)
	_, err = s.Packages.PackageConfirmed(ctx, row, id, channel.Confirmation{})
	require.NoError(t, err)
}

// shippedOrder saves an order of three lamps, which are packed, confirmed and then shown as shipped.
func shippedOrder(t testing.TB, s *store.Store) (order.Snapshot, int64) {
	t.Helper()
	link(t, s, "LAMP")
	receive(t, s, "r1", "LAMP", 10)
	o := sale("amazon-uk", "a", 0, units("LAMP", 3))
	save(t, s, "amazon-uk", o)
	row := rowID(t, s, "amazon-uk", "a")
	process(t, s, row, pack("P1", content("a-1", 3)))
	confirm(t, s, row, "P1")
	shown := version(o, 5, func(o *order.Snapshot) { o.Fulfilment, o.Lines[0].Shipped = order.FulfilmentShipped, 3 })
	save(t, s, "amazon-uk", shown)
	require.Equal(t, order.Completed, detail(t, s, "amazon-uk", "a").State)
	return shown, row
}

// Case B2: shipped and confirmed, and the channel shows it unfulfilled again.
func TestAShippedOrderThatIsShownOpenAgainIsAContradiction(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		shown, row := shippedOrder(t, s)
		res := save(t, s, "amazon-uk", version(shown, 5, func(o *order.Snapshot) { o.Fulfilment, o.Lines[0].Shipped = order.FulfilmentUnshipped, 0 }))
		require.Zero(t, res.Counts.Saved, "it is not counted as saved")
		require.Equal(t, 1, res.Counts.Errors)
		d := detail(t, s, "amazon-uk", "a")
		require.Equal(t, order.Completed, d.State)
		require.Contains(t, d.Contradiction, "3 units of line a-1 shipped before, and now shown as open again")
		i := openOnes(t, s, incident.Contradicted)[""]
		require.Equal(t, 1, i.Subjects)
		require.Equal(t, []string{"#a"}, i.Sample)
		found, err := s.Orders.Find(ctx, orders.OrderFilter{Undecided: true})
		require.NoError(t, err)
		require.Len(t, found, 1)

		out, err := s.Orders.Reopen(ctx, row, true)
		require.NoError(t, err)
		require.Empty(t, out.Refused)
		require.Equal(t, order.Open, out.State)
		require.Equal(t, order.Units{Reserved: 3}, sumUnits(detail(t, s, "amazon-uk", "a")))
		l := level(t, s, "LAMP")
		require.Equal(t, []int{10, 3}, []int{l.OnHand, l.Reserved})
		require.Empty(t, openOnes(t, s, incident.Contradicted))
		pending, err := s.Orders.PendingOf(ctx, row)
		require.NoError(t, err)
		require.Len(t, pending, 1, "a lifecycle is to hear of it")

		process(t, s, row, pack("P2", content("a-1", 3)))
		out, err = s.Orders.Reopen(ctx, row, false)
		require.NoError(t, err)
		require.NotEmpty(t, out.Refused, "nothing has ended here that is open there")
	})
}

// Case B2: what a person has kept stays kept, until the channel says something else.
func TestAContradictionThatAPersonKeepsIsNotShownAgain(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		shown, row := shippedOrder(t, s)
		open := version(shown, 5, func(o *order.Snapshot) { o.Fulfilment, o.Lines[0].Shipped = order.FulfilmentPartlyShipped, 2 })
		save(t, s, "amazon-uk", open)
		out, err := s.Orders.Keep(ctx, row)
		require.NoError(t, err)
		require.Empty(t, out.Refused)
		require.Empty(t, openOnes(t, s, incident.Contradicted))
		res := save(t, s, "amazon-uk", version(open, 5, func(o *order.Snapshot) { o.Total = 5 }))
		require.Equal(t, 1, res.Counts.Saved)
		require.True(t, detail(t, s, "amazon-uk", "a").Kept)
		res = save(t, s, "amazon-uk", version(open, 10, func(o *order.Snapshot) { o.Lines[0].Shipped = 1 }))
		require.Equal(t, 1, res.Counts.Errors, "one more unit")
		require.Len(t, openOnes(t, s, incident.Contradicted), 1)
		save(t, s, "amazon-uk", version(shown, 20, func(*order.Snapshot) {}))
		require.Empty(t, openOnes(t, s, incident.Contradicted), "the channel is of the same mind again")
		require.Empty(t, detail(t, s, "amazon-uk", "a").Contradiction)
	})
}

// Case B3: cancelled on the channel, then reopened there.
func TestACancelledOrderThatIsReopenedIsAContradiction(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 2)
		o := sale("ebay-uk", "a", 0, units("LAMP", 2))
		save(t, s, "ebay-uk", o)
		save(t, s, "ebay-uk", version(o, 1, func(o *order.Snapshot) { o.Fulfilment = order.FulfilmentCancelled }))
		require.Equal(t, order.Cancelled, detail(t, s, "ebay-uk", "a").State)
		other := sale("ebay-uk", "b", 9, units("LAMP", 1))
		res := save(t, s, "ebay-uk", version(o, 2, func(*order.Snapshot) {}), other)
		require.Equal(t, 1, res.Counts.Errors)
		d := detail(t, s, "ebay-uk", "a")
		require.Equal(t, order.Cancelled, d.State)
		require.Contains(t, d.Contradiction, "cancelled before, and now shown as open again")
		out, err := s.Orders.Reopen(ctx, d.Key.RowID, false)
		require.NoError(t, err)
		require.Equal(t, order.Open, out.State)
		require.Equal(t, order.Units{Reserved: 1, Backordered: 1}, sumUnits(detail(t, s, "ebay-uk", "a")), "one was sold meanwhile")
	})
}

// Case B5: cancelled, and the answer has no lines.
func TestAnOrderCancelledWithoutLinesIsReleased(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 5)
		o := sale("shopify-uk", "a", 0, units("LAMP", 3))
		save(t, s, "shopify-uk", o)
		save(t, s, "shopify-uk", version(o, 1, func(o *order.Snapshot) { o.Fulfilment, o.Lines = order.FulfilmentCancelled, nil }))
		require.Equal(t, order.Cancelled, detail(t, s, "shopify-uk", "a").State)
		require.Zero(t, level(t, s, "LAMP").Reserved)

		b := sale("shopify-uk", "b", 5, units("LAMP", 2))
		save(t, s, "shopify-uk", b)
		save(t, s, "shopify-uk", version(b, 1, func(o *order.Snapshot) { o.Lines = nil }))
		require.Equal(t, 2, level(t, s, "LAMP").Reserved, "an open version without lines says nothing about them")
	})
}

// Case B6: a line is gone from a later version.
func TestALineThatIsGoneIsReleasedUnlessItIsPacked(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP", "ROPE")
		receive(t, s, "r1", "LAMP", 5)
		receive(t, s, "r2", "ROPE", 5)
		for _, id := range []string{"a", "b"} {
			save(t, s, "shopify-uk", sale("shopify-uk", id, 0, units("LAMP", 2), units("ROPE", 1)))
		}
		row := rowID(t, s, "shopify-uk", "b")
		process(t, s, row, pack("P1", content("b-1", 1)))
		gone := func(id string) order.Snapshot {
			return version(sale("shopify-uk", id, 0, units("LAMP", 2), units("ROPE", 1)), 1, func(o *order.Snapshot) { o.Lines = o.Lines[1:] })
		}
		res := save(t, s, "shopify-uk", gone("a"), gone("b"))
		require.Equal(t, []int{1, 1}, []int{res.Counts.Saved, res.Counts.Errors})
		require.Equal(t, order.Units{Reserved: 1, Cancelled: 2}, sumUnits(detail(t, s, "shopify-uk", "a")))
		d := detail(t, s, "shopify-uk", "b")
		require.Equal(t, order.Units{Reserved: 1, Packed: 1, Cancelled: 1}, sumUnits(d))
		require.Contains(t, d.Contradiction, "1 unit of line b-1 packed here, and the line is gone from the order")
		require.Zero(t, level(t, s, "LAMP").Reserved)

		// What is left is shipped: the order ends, whatever became of the line that is gone.
		save(t, s, "shopify-uk", version(gone("a"), 1, func(o *order.Snapshot) { o.Fulfilment, o.Lines[0].Shipped = order.FulfilmentShipped, 1 }))
		require.Equal(t, order.Completed, detail(t, s, "shopify-uk", "a").State)
	})
}

// Case B6: the SKU of a line changed.
func TestAChangedSKUMovesTheReservationUnlessUnitsArePacked(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP", "ROPE")
		receive(t, s, "r1", "LAMP", 9)
		receive(t, s, "r2", "ROPE", 9)
		changed := func(id string) order.Snapshot {
			return version(sale("ebay-uk", id, 0, units("LAMP", 2)), 1, func(o *order.Snapshot) { o.Lines[0].SKU = "ebay-uk:ROPE" })
		}
		for _, id := range []string{"a", "b"} {
			save(t, s, "ebay-uk", sale("ebay-uk", id, 0, units("LAMP", 2)))
		}
		row := rowID(t, s, "ebay-uk", "b")
		process(t, s, row, pack("P1", content("b-1", 1)))
		save(t, s, "ebay-uk", changed("a"), changed("b"))
		d := detail(t, s, "ebay-uk", "a")
		require.Equal(t, "ROPE", d.Lines[0].SKU)
		require.Empty(t, d.Contradiction)
		require.Equal(t, 2, level(t, s, "ROPE").Reserved)
		require.Zero(t, level(t, s, "LAMP").Reserved)
		d = detail(t, s, "ebay-uk", "b")
		require.Equal(t, order.Units{Packed: 1, Unlinked: 1}, d.Units)
		require.Contains(t, d.Contradiction, "packed or shipped as ebay-uk:LAMP, and the channel changed its SKU to ebay-uk:ROPE")
		require.Contains(t, d.Lines[0].UnlinkedReason, "changed its SKU")
	})
}

// Case B7: one rule for refunded orders on all channels.
func TestARefundedOrderIsHeldAndReleasedAfterAGrace(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 9)
		for _, account := range []string{"ebay-uk", "shopify-uk"} {
			o := sale(account, "a", 0, units("LAMP", 2))
			save(t, s, account, o)
			save(t, s, account, version(o, 1, func(o *order.Snapshot) { o.Refunded = true }))
			d := detail(t, s, account, "a")
			require.Equal(t, order.HoldRefunded, d.Hold)
			require.NoError(t, s.Packages.SavePackages(ctx, d.Key.RowID, []shipment.Package{pack("P1", content("a-1", 2))}))
			out, err := s.Packages.ProcessPackage(ctx, d.Key.RowID, "P1")
			require.NoError(t, err)
			require.Contains(t, out.Refused, "--anyway")
		}
		require.Equal(t, 1, openOnes(t, s, incident.OnHold)["refunded"].Subjects)
		require.Equal(t, 4, level(t, s, "LAMP").Reserved)
		_, n, err := s.Orders.ReleaseRefunded(ctx, epoch.Add(order.RefundGrace-time.Second), 10)
		require.NoError(t, err)
		require.Zero(t, n)
		_, err = s.Orders.Allow(ctx, rowID(t, s, "ebay-uk", "a"), "Ann", nil)
		require.NoError(t, err)
		_, err = s.Orders.Hold(ctx, rowID(t, s, "shopify-uk", "a"), "Ann", "the buyer pays anew")
		require.NoError(t, err)
		_, n, err = s.Orders.ReleaseRefunded(ctx, epoch.Add(order.RefundGrace), 10)
		require.NoError(t, err)
		require.Zero(t, n, "a person has allowed one, and holds the other")
		_, err = s.Orders.Allow(ctx, rowID(t, s, "shopify-uk", "a"), "Ann", []order.Hold{order.HoldByHand})
		require.NoError(t, err)
		_, n, err = s.Orders.ReleaseRefunded(ctx, epoch.Add(order.RefundGrace), 10)
		require.NoError(t, err)
		require.Equal(t, 1, n, "nobody holds it any more")
		require.Equal(t, 2, level(t, s, "LAMP").Reserved)
		require.Equal(t, order.Cancelled, detail(t, s, "shopify-uk", "a").State)
		require.Empty(t, openOnes(t, s, incident.OnHold))
		process(t, s, rowID(t, s, "ebay-uk", "a"), pack("P2", content("a-1", 2)))
		out, err := s.Orders.Reopen(ctx, rowID(t, s, "shopify-uk", "a"), false)
		require.NoError(t, err)
		require.Equal(t, order.Open, out.State, "a person may still open it again")
		_, n, err = s.Orders.ReleaseRefunded(ctx, epoch.Add(2*order.RefundGrace), 10)
		require.NoError(t, err)
		require.Zero(t, n, "what a person has opened again stays open")
		require.Equal(t, 2, level(t, s, "LAMP").Reserved)
	})
}

// Case B8: an unlinked line is shipped by hand on its channel, and linked later.
func TestWhatAChannelShippedCountsWhenTheLinkAppears(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "ROPE")
		receive(t, s, "r1", "LAMP", 5)
		o := sale("amazon-uk", "a", 0, units("LAMP", 5))
		save(t, s, "amazon-uk", o)
		save(t, s, "amazon-uk", version(o, 1, func(o *order.Snapshot) { o.Fulfilment, o.Lines[0].Shipped = order.FulfilmentShipped, 5 }))
		require.Equal(t, 5, level(t, s, "LAMP").OnHand, "nobody knows yet what it is")
		link(t, s, "LAMP")
		require.Zero(t, level(t, s, "LAMP").OnHand)
		link(t, s, "LAMP")
		receive(t, s, "r2", "LAMP", 5)
		require.Equal(t, 5, level(t, s, "LAMP").OnHand, "once")
	})
}

// Case B8: what was shipped by hand is counted before the link appears: the count did not find it, so it is not deducted once more. A
// count of an earlier moment did find it.
func TestWhatWasCountedSinceIsNotDeductedWhenTheLinkAppears(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "ROPE")
		count := func(sku string, asOf time.Time) {
			t.Helper()
			_, err := s.Ledger.ApplyStock(ctx, []stock.Change{{Key: "count " + sku, SKU: sku, Location: "main", Kind: stock.Count, Quantity: 4, AsOf: asOf}})
			require.NoError(t, err)
		}
		skus := []string{"BEFORE", "AFTER", "EARLIER", "NEVER"}
		var lines []order.SnapshotLine
		for _, sku := range skus {
			receive(t, s, sku, sku, 4)
			lines = append(lines, units(sku, 3))
		}
		count("BEFORE", time.Time{})
		early := time.Now().UTC()
		o := sale("amazon-uk", "a", 0, lines...)
		save(t, s, "amazon-uk", o)
		save(t, s, "amazon-uk", version(o, 1, func(o *order.Snapshot) {
			o.Fulfilment = order.FulfilmentShipped
			for i := range o.Lines {
				o.Lines[i].Shipped = 3
			}
		}))
		count("AFTER", time.Time{})
		count("EARLIER", early)
		link(t, s, skus...)
		for sku, want := range map[string]int{"BEFORE": 1, "AFTER": 4, "EARLIER": 1, "NEVER": 1} {
			require.Equal(t, want, level(t, s, sku).OnHand, sku)
		}
	})
}

// Case B8: the same line is shown as open again before it is linked, and what was shipped is back on the shelf.
func TestUnitsThatAreBackOnTheShelfAreNotDeductedWhenTheLinkAppears(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "ROPE")
		receive(t, s, "r1", "LAMP", 5)
		o := sale("shopify-uk", "a", 0, units("LAMP", 2))
		save(t, s, "shopify-uk", o)
		save(t, s, "shopify-uk", version(o, 1, func(o *order.Snapshot) { o.Fulfilment, o.Lines[0].Shipped = order.FulfilmentShipped, 2 }))
		save(t, s, "shopify-uk", version(o, 2, func(*order.Snapshot) {}))
		out, err := s.Orders.Reopen(ctx, rowID(t, s, "shopify-uk", "a"), true)
		require.NoError(t, err)
		require.Empty(t, out.Refused)
		link(t, s, "LAMP")
		l := level(t, s, "LAMP")
		require.Equal(t, []int{5, 2}, []int{l.OnHand, l.Reserved})
	})
}

// Case B9: units without stock are shipped by hand on the channel.
func TestUnitsShippedWithoutStockTakeItFromTheNewestReservation(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 2)
		save(t, s, "ebay-uk", sale("ebay-uk", "b", 0, units("LAMP", 2)))
		o := sale("amazon-uk", "a", 1, units("LAMP", 3))
		save(t, s, "amazon-uk", o)
		save(t, s, "amazon-uk", version(o, 1, func(o *order.Snapshot) { o.Fulfilment, o.Lines[0].Shipped = order.FulfilmentShipped, 3 }))
		l := level(t, s, "LAMP")
		require.Equal(t, []int{0, 0, 2}, []int{l.OnHand, l.Reserved, l.Backordered})
		require.Equal(t, order.Units{Backordered: 2}, sumUnits(detail(t, s, "ebay-uk", "b")))
		require.Equal(t, 2, openOnes(t, s, incident.Backordered)[""].Subjects)
	})
}

// Case B10: an open order with a status that is not known holds stock until somebody decides.
func TestAnOrderWithAnUnknownStatusHoldsStock(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 1)
		save(t, s, "amazon-uk", version(sale("amazon-uk", "a", 0, units("LAMP", 1)), 0, func(o *order.Snapshot) { o.Fulfilment = order.FulfilmentUnmapped }))
		d := detail(t, s, "amazon-uk", "a")
		require.Equal(t, []any{order.Open, order.HoldUnmapped}, []any{d.State, d.Hold})
		require.Equal(t, 1, level(t, s, "LAMP").Reserved)
		require.Equal(t, 1, openOnes(t, s, incident.OnHold)["status-not-mapped"].Subjects)
		save(t, s, "amazon-uk", version(sale("amazon-uk", "a", 0, units("LAMP", 1)), 1, func(*order.Snapshot) {}))
		require.Empty(t, openOnes(t, s, incident.OnHold))
	})
}

// Case C1: the buyer asked the channel to cancel.
func TestAnOrderWhoseBuyerWantsToCancelIsHeld(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 1)
		o := sale("amazon-uk", "a", 0, units("LAMP", 1))
		save(t, s, "amazon-uk", o)
		save(t, s, "amazon-uk", version(o, 1, func(o *order.Snapshot) { o.BuyerCancels = true }))
		row := rowID(t, s, "amazon-uk", "a")
		require.NoError(t, s.Packages.SavePackages(ctx, row, []shipment.Package{pack("P1", content("a-1", 1))}))
		out, err := s.Packages.ProcessPackage(ctx, row, "P1")
		require.NoError(t, err)
		require.Contains(t, out.Refused, "the buyer wants to cancel")
		require.Equal(t, 1, level(t, s, "LAMP").Reserved)
		_, err = s.Orders.Allow(ctx, row, "Ann", nil)
		require.NoError(t, err)
		out, err = s.Packages.ProcessPackage(ctx, row, "P1")
		require.NoError(t, err)
		require.Empty(t, out.Refused)
	})
}

// Case B4: eBay moves the lines of unpaid orders that a buyer pays together into a new order.
func TestALineMetAgainInANewerOrderMovesItsUnits(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP", "ROPE")
		receive(t, s, "r1", "LAMP", 2)
		receive(t, s, "r2", "ROPE", 2)
		a, b := sale("ebay-uk", "a", 0, units("LAMP", 1)), sale("ebay-uk", "b", 1, units("ROPE", 2))
		a.Paid, b.Paid = false, false
		save(t, s, "ebay-uk", a, b)
		c := sale("ebay-uk", "c", 2, units("LAMP", 1), units("ROPE", 2))
		c.Lines[0].ID, c.Lines[1].ID = a.Lines[0].ID, b.Lines[0].ID
		res := save(t, s, "ebay-uk", c)
		require.Len(t, res.Outbox, 3, "the lifecycles of all three hear of it")
		require.Equal(t, order.Units{Reserved: 3}, sumUnits(detail(t, s, "ebay-uk", "c")))
		require.Equal(t, []int{1, 2}, []int{level(t, s, "LAMP").Reserved, level(t, s, "ROPE").Reserved}, "3 are sold, 3 are reserved")
		d := detail(t, s, "ebay-uk", "a")
		require.Equal(t, order.Cancelled, d.State)
		require.Contains(t, d.Lines[0].Elsewhere, "in order c now")

		// A late version of the older order takes nothing back.
		save(t, s, "ebay-uk", version(a, 9, func(o *order.Snapshot) { o.Paid = true }))
		require.Equal(t, 1, level(t, s, "LAMP").Reserved)
		require.Equal(t, order.Cancelled, detail(t, s, "ebay-uk", "a").State)

		// All of them in one page: the newest has the units.
		d1, d2 := sale("ebay-uk", "d1", 4, units("LAMP", 1)), sale("ebay-uk", "d2", 5, units("LAMP", 1))
		d2.Lines[0].ID = d1.Lines[0].ID
		save(t, s, "ebay-uk", d2, d1)
		require.Equal(t, order.Units{Reserved: 1}, sumUnits(detail(t, s, "ebay-uk", "d2")))
		require.Zero(t, sumUnits(detail(t, s, "ebay-uk", "d1")))
	})
}

// Cases C2 and C5: what a service ships, and what needs no shipping, is neither reserved nor waited for.
func TestLinesThatAreNotShippedFromHereAreNeitherReservedNorWaitedFor(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP", "ROPE")
		receive(t, s, "r1", "LAMP", 5)
		receive(t, s, "r2", "ROPE", 5)
		o := sale("shopify-uk", "a", 0, units("LAMP", 1), units("ROPE", 2), units("", 1))
		o.Lines[1].Sender, o.Lines[2].Sender = order.SenderService, order.SenderNobody
		save(t, s, "shopify-uk", o)
		d := detail(t, s, "shopify-uk", "a")
		require.Equal(t, order.Units{Reserved: 1}, d.Units)
		require.Equal(t, []string{"", "a fulfilment service ships it from its own stock", "it needs no shipping"},
			[]string{d.Lines[0].Elsewhere, d.Lines[1].Elsewhere, d.Lines[2].Elsewhere})
		require.Zero(t, level(t, s, "ROPE").Reserved)
		process(t, s, d.Key.RowID, pack("P1", content("a-1", 1)))
		confirm(t, s, d.Key.RowID, "P1")
		save(t, s, "shopify-uk", version(o, 1, func(o *order.Snapshot) { o.Fulfilment, o.Lines[0].Shipped = order.FulfilmentShipped, 1 }))
		require.Equal(t, order.Completed, detail(t, s, "shopify-uk", "a").State)

		b := sale("shopify-uk", "b", 5, units("ROPE", 2))
		save(t, s, "shopify-uk", b)
		save(t, s, "shopify-uk", version(b, 1, func(o *order.Snapshot) { o.Lines[0].Sender = order.SenderService }))
		require.Zero(t, level(t, s, "ROPE").Reserved, "the service has accepted it")
		save(t, s, "shopify-uk", version(b, 2, func(*order.Snapshot) {}))
		require.Equal(t, 2, level(t, s, "ROPE").Reserved, "the service has given it back")

		tip := sale("shopify-uk", "tip", 9, units("", 1))
		tip.Lines[0].Sender = order.SenderNobody
		save(t, s, "shopify-uk", tip)
		require.Equal(t, order.ReasonNoShipping, detail(t, s, "shopify-uk", "tip").Reason)
	})
}
