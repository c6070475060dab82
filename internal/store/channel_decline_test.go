package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/storetest"
)

// asked saves an order whose buyer wants to cancel it.
func asked(t testing.TB, s *store.Store, account string) (order.Snapshot, int64) {
	t.Helper()
	link(t, s, "LAMP")
	receive(t, s, "r1", "LAMP", 10)
	o := sale(account, "a", 0, units("LAMP", 1))
	o.BuyerCancels = true
	save(t, s, account, o)
	return o, rowID(t, s, account, "a")
}

func allow(t testing.TB, s *store.Store, row int64) {
	t.Helper()
	out, err := s.Orders.Allow(ctx, row, "anna", nil)
	require.NoError(t, err)
	require.Empty(t, out.Refused)
}

func TestAnOrderThatMayBeShippedDeclinesTheBuyersRequest(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		sends(t, s, "ebay-uk")
		o, row := asked(t, s, "ebay-uk")
		allow(t, s, row)
		call, err := s.Orders.PrepareCancel(ctx, row)
		require.NoError(t, err)
		require.Equal(t, order.CancelAsked, call.State)
		require.True(t, call.Decline)
		require.NoError(t, s.Orders.CancelSent(ctx, row, channel.Cancellation{Decline: true}, channel.CancelAnswer{Pending: "5001"}))
		require.True(t, detail(t, s, "ebay-uk", "a").Cancel.Declines)
		save(t, s, "ebay-uk", version(o, 1, func(o *order.Snapshot) { o.Fulfilment = order.FulfilmentUnshipped }))
		require.Equal(t, order.CancelSent, detail(t, s, "ebay-uk", "a").Cancel.State, "the request is still there")
		save(t, s, "ebay-uk", version(o, 2, func(o *order.Snapshot) { o.BuyerCancels = false }))
		require.Equal(t, order.CancelSettled, detail(t, s, "ebay-uk", "a").Cancel.State)
	})
}

func TestADeclineThatIsNotTakenWaitsForNobody(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		sends(t, s, "ebay-uk")
		_, row := asked(t, s, "ebay-uk")
		allow(t, s, row)
		f := channel.Refusal(channel.Config, "rejectCancellation", "215001", "not signed")
		require.NoError(t, s.Orders.CancelFailed(ctx, row, channel.Cancellation{Decline: true}, f))
		parked, err := s.Orders.ParkCancel(ctx, row, time.Time{}, epoch, f)
		require.NoError(t, err)
		require.False(t, parked)
		require.NoError(t, s.Orders.UnparkCancel(ctx, row))
		d := detail(t, s, "ebay-uk", "a")
		require.Equal(t, order.CancelByHand, d.Cancel.State)
		require.Equal(t, "215001", d.Cancel.Fault.Code)
		require.Empty(t, openOnes(t, s, incident.Uncancelled))
		call, err := s.Orders.PrepareCancel(ctx, row)
		require.NoError(t, err)
		require.False(t, call.State.Due(), "its workflow ends")
		require.NoError(t, s.Orders.AskAgain(ctx, row))
		call, err = s.Orders.PrepareCancel(ctx, row)
		require.NoError(t, err)
		require.True(t, call.State.Due() && call.Decline, "a retry sends it once more")
	})
}

func TestADeclineIsNotSentWhereTheSettingsOrTheChannelDoNotTakeIt(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		_, row := asked(t, s, "ebay-uk")
		allow(t, s, row)
		require.Equal(t, order.CancelByHand, detail(t, s, "ebay-uk", "a").Cancel.State)
		require.Empty(t, openOnes(t, s, incident.Uncancelled))
		sends(t, s, "amazon-uk")
		o := sale("amazon-uk", "a", 0, units("LAMP", 1))
		o.BuyerCancels = true
		save(t, s, "amazon-uk", o)
		allow(t, s, rowID(t, s, "amazon-uk", "a"))
		require.Nil(t, detail(t, s, "amazon-uk", "a").Cancel, "the shipment is the answer")
	})
}

// The request that was declined is closed there: what the channel was asked for it is nothing to ask for the cancellation with.
func TestAnOrderMayBeCancelledAfterTheRequestWasDeclined(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		sends(t, s, "ebay-uk")
		_, row := asked(t, s, "ebay-uk")
		allow(t, s, row)
		require.NoError(t, s.Orders.CancelSent(ctx, row, channel.Cancellation{Decline: true}, channel.CancelAnswer{Pending: "5001"}))
		cancelAgain(t, s, row, "c1")
		call, err := s.Orders.PrepareCancel(ctx, row)
		require.NoError(t, err)
		require.True(t, call.Whole && !call.Decline && call.State.Due())
		require.Empty(t, call.Pending)
		require.Equal(t, order.CauseBuyer, call.Cause)
	})
}

// The order is open on the channel until that shows the cancellation: nothing replaces it but a version.
func TestAllowingACancelledOrderDeclinesNothing(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		sends(t, s, "ebay-uk")
		_, row := asked(t, s, "ebay-uk")
		cancelAgain(t, s, row, "c1")
		out, err := s.Orders.Allow(ctx, row, "anna", nil)
		require.NoError(t, err)
		require.Contains(t, out.Refused, "the order is cancelled: nothing of it is to be packed")
		require.NoError(t, s.Packages.SavePackagesAnyway(ctx, row, "anna", []shipment.Package{pack("P1", content("a-1", 1))}))
		out, err = s.Packages.ProcessPackage(ctx, row, "P1")
		require.NoError(t, err)
		require.Contains(t, out.Refused, "the order is cancelled")
		call, err := s.Orders.PrepareCancel(ctx, row)
		require.NoError(t, err)
		require.True(t, call.State.Due() && call.Whole)
		require.False(t, call.Decline)
	})
}

// The call is under way while the person cancels: what eBay answers to it is about the request.
func TestTheAnswerToADeclineIsNotTheCancellationsThatReplacedIt(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		sends(t, s, "ebay-uk")
		_, row := asked(t, s, "ebay-uk")
		allow(t, s, row)
		decline, err := s.Orders.PrepareCancel(ctx, row)
		require.NoError(t, err)
		cancelAgain(t, s, row, "c1")
		require.NoError(t, s.Orders.CancelSent(ctx, row, decline.Cancellation, channel.CancelAnswer{Pending: "5001"}))
		f := channel.Refusal(channel.Config, "rejectCancellation", "215001", "not signed")
		require.NoError(t, s.Orders.CancelFailed(ctx, row, decline.Cancellation, f))
		shown := detail(t, s, "ebay-uk", "a").Cancel
		require.Equal(t, order.CancelAsked, shown.State)
		require.Nil(t, shown.Fault)
		parked, err := s.Orders.ParkCancel(ctx, row, decline.Asked, epoch, f)
		require.NoError(t, err)
		require.False(t, parked, "it would wait for a person with the fault of a call that was not its own")
		require.Equal(t, order.CancelAsked, detail(t, s, "ebay-uk", "a").Cancel.State)
		call, err := s.Orders.PrepareCancel(ctx, row)
		require.NoError(t, err)
		require.Empty(t, call.Pending)
	})
}
