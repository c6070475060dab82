package order_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
)

// heldBy shows an order anew, with these holds, and returns it.
func heldBy(known *order.Order, minute int, buyerCancels, refunded bool) *order.Order {
	s := order.Snapshot{ID: "1", UpdatedAt: epoch.Add(time.Duration(minute) * time.Minute), Paid: true, Fulfilment: order.FulfilmentUnshipped,
		Lines: []order.SnapshotLine{{ID: "1", Quantity: 1}}, BuyerCancels: buyerCancels, Refunded: refunded}
	in := order.NewIntake(order.Policy{}, []order.Snapshot{s})
	orders := map[string]*order.Order{}
	if known != nil {
		orders["1"] = known
	}
	in.Classify(orders, int64(minute))
	return in.Arrivals[0].Order
}

// A person's word counts for the hold that it was given for, until that does not apply any more.
func TestAnAllowanceCountsForItsHoldUntilThatIsGone(t *testing.T) {
	t.Parallel()
	allow := func(o *order.Order) {
		require.True(t, o.OnHold())
		require.Empty(t, o.Allow(nil, 9))
		require.False(t, o.OnHold())
	}
	t.Run("swapped and back", func(t *testing.T) {
		t.Parallel()
		o := heldBy(nil, 1, false, true)
		allow(o)
		o = heldBy(o, 2, true, false)
		require.Equal(t, order.HoldBuyerCancels, o.Hold)
		require.True(t, o.OnHold())
		o = heldBy(o, 3, false, true)
		require.Equal(t, order.HoldRefunded, o.Hold)
		require.True(t, o.OnHold(), "it is another refund than the one that was allowed")
	})
	t.Run("a further one comes and goes", func(t *testing.T) {
		t.Parallel()
		o := heldBy(nil, 1, false, true)
		allow(o)
		o = heldBy(o, 2, true, true)
		require.Equal(t, order.HoldBuyerCancels, o.Hold)
		require.True(t, o.OnHold())
		o = heldBy(o, 3, false, true)
		require.False(t, o.OnHold(), "the refund was there all the time")
	})
	t.Run("a further one that counts less", func(t *testing.T) {
		t.Parallel()
		o := heldBy(nil, 1, true, false)
		allow(o)
		o = heldBy(o, 2, true, true)
		require.Equal(t, order.HoldRefunded, o.Hold, "nobody has allowed that")
		require.EqualValues(t, 2, o.HoldSince)
		allow(o)
		o = heldBy(o, 3, true, true)
		require.False(t, o.OnHold(), "both are allowed")
		o = heldBy(o, 4, false, false)
		require.Empty(t, o.Hold)
		require.Empty(t, o.Allowed)
		require.Zero(t, o.HoldSince)
	})
}

// Lifting one of several holds leaves the others, without another version from the channel.
func TestOneOfSeveralHoldsIsLifted(t *testing.T) {
	t.Parallel()
	o := heldBy(nil, 1, true, true)
	require.Equal(t, []order.Hold{order.HoldBuyerCancels, order.HoldRefunded}, o.Holds.List())
	require.Contains(t, o.Allow(nil, 2), "--hold buyer-cancels --hold refunded", "which one is meant has to be said")
	require.Contains(t, o.Allow([]order.Hold{order.HoldParted}, 2), "not held for parted-line")
	require.Empty(t, o.Allow([]order.Hold{order.HoldBuyerCancels}, 2))
	require.True(t, o.OnHold())
	require.Equal(t, order.HoldRefunded, o.Hold)
	require.EqualValues(t, 2, o.HoldSince)
	require.Contains(t, o.RefusePackage(nil, 0, order.Anyway{}), "all of its money was refunded")
	require.Empty(t, o.Allow(nil, 3), "only one is left")
	require.False(t, o.OnHold())
	require.Empty(t, o.RefusePackage(nil, 0, order.Anyway{}))
}

// What a person holds stays held whatever the channel shows, until a person allows it.
func TestAPersonsHoldOutlastsVersions(t *testing.T) {
	t.Parallel()
	o := heldBy(nil, 1, false, false)
	o.State = order.Open
	require.Empty(t, o.HoldByHand(1))
	require.True(t, o.OnHold())
	o = heldBy(o, 2, true, false)
	require.Equal(t, order.HoldBuyerCancels, o.Hold, "the channel's reasons count first")
	o = heldBy(o, 3, false, false)
	require.Equal(t, order.HoldByHand, o.Hold)
	require.True(t, o.OnHold())
	require.Empty(t, o.Allow(nil, 4))
	require.Empty(t, o.Holds)
	require.False(t, o.OnHold())
	o.State = order.Shipped
	require.Contains(t, o.HoldByHand(5), "nothing of it is to be packed")
}

func TestWhatIsNotToBePackedIsNotAllowed(t *testing.T) {
	t.Parallel()
	o := heldBy(nil, 1, true, false)
	before := *o
	o.State = order.Cancelled
	require.Contains(t, o.Allow(nil, 2), "the order is cancelled")
	o.AllowAll(2)
	require.Empty(t, o.Allowed)
	o.Allowed = o.Holds
	require.False(t, o.Declines(&before), "a decline would refuse a buyer whose order is cancelled")
	o.State = order.Open
	require.True(t, o.Declines(&before))
}

// The units of a refunded order were cancelled after a day although a person held it, and was told that its stock stays reserved.
func TestARefundedOrderThatAPersonHoldsIsNotReleased(t *testing.T) {
	t.Parallel()
	o := heldBy(nil, 1, false, true)
	o.State = order.Open
	due := o.HoldSince + order.RefundGrace.Microseconds()
	require.Empty(t, o.HoldByHand(2))
	require.False(t, o.ReleaseRefunded(nil, due))
	require.Empty(t, o.Allow([]order.Hold{order.HoldByHand}, 3))
	require.True(t, o.ReleaseRefunded(nil, due), "nobody holds it any more")
}

// A version of an open order without its lines: a pre-order was offered for packing by it.
func TestAVersionWithoutLinesLeavesWhatItsLinesHold(t *testing.T) {
	t.Parallel()
	known := knownOrder(1, order.Open, order.Units{Reserved: 1})
	known.Holds, known.Hold, known.NotBefore = "parted-line,not-yet", order.HoldParted, order.Undated.UnixMicro()
	show := func(minute int, f order.Fulfilment) {
		in := order.NewIntake(order.Policy{}, []order.Snapshot{{ID: "known", UpdatedAt: epoch.Add(time.Duration(minute) * time.Minute), Paid: true, Fulfilment: f}})
		in.Classify(map[string]*order.Order{"known": known}, 0)
	}
	show(2, order.FulfilmentUnshipped)
	require.Equal(t, order.HoldSet("parted-line,not-yet"), known.Holds)
	require.Equal(t, order.Undated.UnixMicro(), known.NotBefore)
	show(3, order.FulfilmentCancelled)
	require.Empty(t, known.Holds)
	require.Zero(t, known.NotBefore)
}
