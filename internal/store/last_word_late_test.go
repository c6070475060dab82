package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/storetest"
)

// Units that were shipped and refunded, and that the channel does not count any more, contradict nothing and take no open unit with them.
func TestALoweredQuantityAfterARefundOfShippedUnitsIsNoContradiction(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		shown, _ := shippedOrder(t, s)
		res := save(t, s, "amazon-uk", version(shown, 5, func(o *order.Snapshot) { o.Lines[0].Quantity, o.Lines[0].Shipped = 2, 2 }))
		require.Equal(t, 1, res.Counts.Saved)
		d := detail(t, s, "amazon-uk", "a")
		require.Equal(t, order.Completed, d.State)
		require.Empty(t, d.Contradiction)
		require.Equal(t, order.Units{Shipped: 3}, sumUnits(d), "three left the shelf")
		require.Empty(t, openOnes(t, s, incident.Contradicted))

		receive(t, s, "r2", "LAMP", 5)
		o := sale("amazon-uk", "b", 10, units("LAMP", 3))
		save(t, s, "amazon-uk", o)
		row := rowID(t, s, "amazon-uk", "b")
		process(t, s, row, pack("P1", content("b-1", 2)))
		confirm(t, s, row, "P1")
		save(t, s, "amazon-uk", version(o, 5, func(o *order.Snapshot) { o.Fulfilment, o.Lines[0].Shipped = order.FulfilmentPartlyShipped, 2 }))
		save(t, s, "amazon-uk", version(o, 9, func(o *order.Snapshot) {
			o.Fulfilment, o.Lines[0].Quantity, o.Lines[0].Shipped = order.FulfilmentPartlyShipped, 2, 1
		}))
		d = detail(t, s, "amazon-uk", "b")
		require.Empty(t, d.Contradiction)
		require.Equal(t, order.Units{Reserved: 1, Shipped: 2}, sumUnits(d), "the open unit is still to be sent")
		require.Equal(t, 1, level(t, s, "LAMP").Reserved)
		balanced(t, s)
	})
}

// Case B4, seen the other way round: the older order arrives when its line is packed, or shipped, in the newer one.
func TestAnOlderOrderThatIsSeenLateReservesNothingOfALineThatTheNewerOnePacked(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 5)
		newer := sale("ebay-uk", "new", 9, units("LAMP", 1))
		save(t, s, "ebay-uk", newer)
		row := rowID(t, s, "ebay-uk", "new")
		process(t, s, row, pack("P1", content("new-1", 1)))
		late := func(id string) {
			o := sale("ebay-uk", id, 1, units("LAMP", 1))
			o.Paid, o.Lines[0].ID = false, newer.Lines[0].ID
			save(t, s, "ebay-uk", o)
			d := detail(t, s, "ebay-uk", id)
			require.Equal(t, order.Cancelled, d.State)
			require.Contains(t, d.Lines[0].Elsewhere, "in order new now")
			require.Zero(t, level(t, s, "LAMP").Reserved, "one is sold, and packed")
		}
		late("packed")
		confirm(t, s, row, "P1")
		late("shipped")
		require.Equal(t, order.Units{Shipped: 1}, sumUnits(detail(t, s, "ebay-uk", "new")))

		after := sale("ebay-uk", "after", 20, units("LAMP", 1))
		after.Lines[0].ID = newer.Lines[0].ID
		save(t, s, "ebay-uk", after)
		require.Contains(t, detail(t, s, "ebay-uk", "new").Contradiction, "packed or shipped here, and it is in order after now")
		require.Equal(t, 1, openOnes(t, s, incident.Contradicted)[""].Subjects)
		balanced(t, s)
	})
}

// A person's word counts for the hold that it was given for, until that does not apply any more.
func TestAHoldThatComesBackIsNotAllowedByTheEarlierWord(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "LAMP")
		receive(t, s, "r1", "LAMP", 1)
		o := sale("amazon-uk", "a", 0, units("LAMP", 1))
		show := func(minute int, buyerCancels, refunded bool) {
			save(t, s, "amazon-uk", version(o, minute, func(o *order.Snapshot) { o.BuyerCancels, o.Refunded = buyerCancels, refunded }))
		}
		allow := func() {
			out, err := s.Orders.Allow(ctx, rowID(t, s, "amazon-uk", "a"), "Ann", nil)
			require.NoError(t, err)
			require.Empty(t, out.Refused)
			require.True(t, detail(t, s, "amazon-uk", "a").Allowed)
			require.Empty(t, openOnes(t, s, incident.OnHold))
		}
		show(1, false, true)
		allow()
		show(2, true, false)
		show(3, false, true)
		require.False(t, detail(t, s, "amazon-uk", "a").Allowed)
		require.Equal(t, 1, openOnes(t, s, incident.OnHold)["refunded"].Subjects)
		allow()
		show(4, true, true)
		require.Equal(t, order.HoldBuyerCancels, detail(t, s, "amazon-uk", "a").Hold)
		require.Len(t, openOnes(t, s, incident.OnHold), 1)
		allow()
		show(5, false, true)
		require.True(t, detail(t, s, "amazon-uk", "a").Allowed, "the refund was there all the time")
		require.Empty(t, openOnes(t, s, incident.OnHold))
	})
}

// Case B1: a lifecycle of version 1 left its packages to a shipment sync of the order's. When such a package is confirmed a second time
// and still not shown, the one that asks a person takes it over, unless it is being sent just now.
func TestAPersonIsAskedAlsoAboutAnUnshownPackageOfAVersion1Sender(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		const version1 = "shipment/amazon-uk/1"
		row := packed(t, s, "P1")
		confirmed := func() {
			_, err := s.Packages.PackageConfirmed(ctx, row, "P1", channel.Confirmation{})
			require.NoError(t, err)
		}
		_, err := s.Packages.PreparePackage(ctx, row, "P1", version1)
		require.NoError(t, err)
		confirmed()
		again, err := s.Packages.PrepareAgain(ctx, row, "P1", version1)
		require.NoError(t, err)
		require.True(t, again.Send)
		w := waiting(row, channel.Refusal(channel.Conflict, "shipment", shipment.CodeNotShown, ""))
		w.Unshown = true
		parked, err := s.Packages.Park(ctx, w)
		require.NoError(t, err)
		require.False(t, parked, "the call has no answer yet")
		confirmed()
		parked, err = s.Packages.Park(ctx, w)
		require.NoError(t, err)
		require.True(t, parked)
		d := detail(t, s, "amazon-uk", "1")
		require.Len(t, d.Parked, 1)
		require.Equal(t, shipment.CodeNotShown, d.Parked[0].Fault.Code)
		again, err = s.Packages.PrepareAgain(ctx, row, "P1", version1)
		require.NoError(t, err)
		require.False(t, again.Send, "it is not that one's any more")
		again, err = s.Packages.PrepareAgain(ctx, row, "P1", w.WorkflowID)
		require.NoError(t, err)
		require.True(t, again.Send)
	})
}
