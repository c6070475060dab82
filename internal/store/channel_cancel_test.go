package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

// cancelHere saves an order of three lamps and two mugs on an account and cancels units of it; no lines: all.
func cancelHere(t testing.TB, s *store.Store, account string, lines ...order.LineQuantity) (order.Snapshot, int64) {
	t.Helper()
	link(t, s, "LAMP", "MUG")
	receive(t, s, "r1", "LAMP", 10)
	receive(t, s, "r2", "MUG", 10)
	o := sale(account, "a", 0, units("LAMP", 3), units("MUG", 2))
	save(t, s, account, o)
	row := rowID(t, s, account, "a")
	cancelAgain(t, s, row, "c1", lines...)
	return o, row
}

func cancelAgain(t testing.TB, s *store.Store, row int64, id string, lines ...order.LineQuantity) {
	t.Helper()
	require.NoError(t, s.Orders.SaveCancellation(ctx, row, orders.Cancellation{ID: id, Lines: lines}))
	out, err := s.Orders.ApplyCancellation(ctx, row, id)
	require.NoError(t, err)
	require.Empty(t, out.Refused)
}

func sends(t testing.TB, s *store.Store, account string) {
	t.Helper()
	set(t, s, account, func(a *accounts.Account) { a.Cancelling = channel.Cancelling{Send: true, Cause: order.CauseStock} })
}

func cancelledAll(o *order.Snapshot) {
	o.Fulfilment = order.FulfilmentCancelled
	for i := range o.Lines {
		o.Lines[i].Cancelled = o.Lines[i].Quantity
	}
}

func TestACancellationThatIsNotSentIsAnIncidentUntilTheChannelShowsIt(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		o, row := cancelHere(t, s, "shopify-uk")
		d := detail(t, s, "shopify-uk", "a")
		require.Equal(t, order.CancelByHand, d.Cancel.State)
		require.Equal(t, []string{"#a"}, openOnes(t, s, incident.Uncancelled)[""].Sample)
		found, err := s.Orders.Find(ctx, orders.OrderFilter{Uncancelled: true})
		require.NoError(t, err)
		require.Len(t, found, 1)
		call, err := s.Orders.PrepareCancel(ctx, row)
		require.NoError(t, err)
		require.False(t, call.State.Due(), "no call is made")

		save(t, s, "shopify-uk", version(o, 1, func(*order.Snapshot) {}))
		require.Len(t, openOnes(t, s, incident.Uncancelled), 1, "a version that shows it as open settles nothing")
		save(t, s, "shopify-uk", version(o, 2, cancelledAll))
		require.Equal(t, order.CancelSettled, detail(t, s, "shopify-uk", "a").Cancel.State)
		require.Empty(t, openOnes(t, s, incident.Uncancelled))
	})
}

func TestACancellationOnAnAccountThatSendsItIsCalledOnceAndSettledByTheOrder(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		sends(t, s, "shopify-uk")
		o, row := cancelHere(t, s, "shopify-uk")
		require.Empty(t, openOnes(t, s, incident.Uncancelled), "nobody is asked for what is sent")
		due, err := s.Orders.DueCancels(ctx, time.Now().Add(time.Minute), time.Now().Add(-time.Hour), 0, 10)
		require.NoError(t, err)
		require.Len(t, due, 1, "a crash before the workflow's start leaves it to the sweep")

		call, err := s.Orders.PrepareCancel(ctx, row)
		require.NoError(t, err)
		require.Equal(t, order.CancelAsked, call.State)
		require.Equal(t, channel.Cancellation{OrderID: "a", Whole: true, Cause: order.CauseStock,
			Lines: []order.LineQuantity{{LineID: "a-1", Quantity: 3}, {LineID: "a-2", Quantity: 2}}}, call.Cancellation)
		due, err = s.Orders.DueCancels(ctx, time.Now().Add(time.Minute), time.Now().Add(-time.Hour), 0, 10)
		require.NoError(t, err)
		require.Empty(t, due, "a workflow has it")

		require.NoError(t, s.Orders.CancelSent(ctx, row, channel.Cancellation{}, channel.CancelAnswer{Pending: "job-1", RequestID: "r-1"}))
		call, err = s.Orders.PrepareCancel(ctx, row)
		require.NoError(t, err)
		require.Equal(t, "job-1", call.Pending)
		save(t, s, "shopify-uk", version(o, 2, cancelledAll))
		call, err = s.Orders.PrepareCancel(ctx, row)
		require.NoError(t, err)
		require.Equal(t, order.CancelSettled, call.State)
		require.NoError(t, s.Orders.CancelSent(ctx, row, channel.Cancellation{}, channel.CancelAnswer{}))
		require.Equal(t, order.CancelSettled, detail(t, s, "shopify-uk", "a").Cancel.State, "a late answer opens nothing again")
	})
}

func TestARefusedCancellationIsParkedAndGoesOnWhenItIsRetried(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		sends(t, s, "shopify-uk")
		o, row := cancelHere(t, s, "shopify-uk")
		fault := channel.Refusal(channel.Conflict, "orderCancel", channel.CodeNotCancellable, "shipped")
		require.NoError(t, s.Orders.CancelFailed(ctx, row, channel.Cancellation{}, fault))
		parked, err := s.Orders.ParkCancel(ctx, row, time.Time{}, epoch, fault)
		require.NoError(t, err)
		require.True(t, parked)
		require.Equal(t, 1, openOnes(t, s, incident.Uncancelled)[channel.CodeNotCancellable].Subjects)
		require.Empty(t, openOnes(t, s, incident.Parked), "it is no package")
		require.Len(t, detail(t, s, "shopify-uk", "a").Parked, 1)

		require.NoError(t, s.Orders.UnparkCancel(ctx, row))
		require.Empty(t, openOnes(t, s, incident.Uncancelled))
		require.Empty(t, detail(t, s, "shopify-uk", "a").Parked)
		call, err := s.Orders.PrepareCancel(ctx, row)
		require.NoError(t, err)
		require.True(t, call.State.Due())

		_, err = s.Orders.ParkCancel(ctx, row, time.Time{}, epoch, fault)
		require.NoError(t, err)
		save(t, s, "shopify-uk", version(o, 2, cancelledAll))
		require.Empty(t, openOnes(t, s, incident.Uncancelled))
		require.Empty(t, detail(t, s, "shopify-uk", "a").Parked)
		due, err := s.Orders.DueCancels(ctx, epoch, epoch, 0, 10)
		require.NoError(t, err)
		require.Equal(t, []message.OrderKey{detail(t, s, "shopify-uk", "a").Key}, due, "its workflow waits, and is told by the sweep")
		require.NoError(t, s.Orders.UnparkCancel(ctx, row))
		due, err = s.Orders.DueCancels(ctx, epoch, epoch, 0, 10)
		require.NoError(t, err)
		require.Empty(t, due)
		parked, err = s.Orders.ParkCancel(ctx, row, time.Time{}, epoch, fault)
		require.NoError(t, err)
		require.False(t, parked, "what is settled is not parked")
	})
}

func TestUnitsThatAreCancelledOneAfterTheOtherAreOneCancellation(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		sends(t, s, "amazon-uk")
		_, row := cancelHere(t, s, "amazon-uk", order.LineQuantity{LineID: "a-2", Quantity: 2})
		call, err := s.Orders.PrepareCancel(ctx, row)
		require.NoError(t, err)
		require.False(t, call.Whole)
		require.Equal(t, []order.LineQuantity{{LineID: "a-2", Quantity: 2}}, call.Lines)
		cancelAgain(t, s, row, "c2")
		call, err = s.Orders.PrepareCancel(ctx, row)
		require.NoError(t, err)
		require.True(t, call.Whole)
	})
}

// eBay's orders never show which units were cancelled: nothing would close the incident.
func TestAPartThatEBayCanNeverShowIsNotAsked(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		_, row := cancelHere(t, s, "ebay-uk", order.LineQuantity{LineID: "a-1", Quantity: 1})
		require.Nil(t, detail(t, s, "ebay-uk", "a").Cancel)
		cancelAgain(t, s, row, "c2")
		require.Equal(t, order.CancelByHand, detail(t, s, "ebay-uk", "a").Cancel.State)
	})
}

func TestReopeningAnOrderEndsItsCancellationOnTheChannel(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		_, row := cancelHere(t, s, "shopify-uk")
		out, err := s.Orders.Reopen(ctx, row, false)
		require.NoError(t, err)
		require.Empty(t, out.Refused)
		require.Equal(t, order.CancelSettled, detail(t, s, "shopify-uk", "a").Cancel.State)
		require.Empty(t, openOnes(t, s, incident.Uncancelled))
		cancelAgain(t, s, row, "c2")
		require.Equal(t, order.CancelByHand, detail(t, s, "shopify-uk", "a").Cancel.State)
		sends(t, s, "shopify-uk")
		require.NoError(t, s.Orders.AskAgain(ctx, row))
		require.Equal(t, order.CancelAsked, detail(t, s, "shopify-uk", "a").Cancel.State)
	})
}

func TestABuyersRequestIsTheCause(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		sends(t, s, "amazon-uk")
		link(t, s, "LAMP")
		o := sale("amazon-uk", "a", 0, units("LAMP", 1))
		o.BuyerCancels = true
		save(t, s, "amazon-uk", o)
		cancelAgain(t, s, rowID(t, s, "amazon-uk", "a"), "c1")
		require.Equal(t, order.CauseBuyer, detail(t, s, "amazon-uk", "a").Cancel.Cause)
	})
}

// A channel that carries a cancellation out may change its own quantity too: Amazon adds the units to what it lists.
func TestACancellationThatTheChannelShowsSendsTheLevelsOnceMore(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		sends(t, s, "amazon-uk")
		o, _ := cancelHere(t, s, "amazon-uk")
		push(t, s, "amazon-uk")
		save(t, s, "amazon-uk", version(o, 1, func(*order.Snapshot) {}))
		require.Empty(t, push(t, s, "amazon-uk"), "nothing has happened there")
		saved := save(t, s, "amazon-uk", version(o, 2, cancelledAll))
		require.Contains(t, saved.Dirty, "amazon-uk", "its push is woken")
		require.Len(t, push(t, s, "amazon-uk"), 2)
		save(t, s, "amazon-uk", version(o, 3, cancelledAll))
		require.Empty(t, push(t, s, "amazon-uk"), "once")
	})
}

// What the channel works on is not forgotten when more is cancelled here meanwhile: it would be asked for twice.
func TestWhatTheChannelWorksOnIsKeptWhenMoreIsCancelled(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		sends(t, s, "amazon-uk")
		_, row := cancelHere(t, s, "amazon-uk", order.LineQuantity{LineID: "a-2", Quantity: 2})
		require.NoError(t, s.Orders.CancelSent(ctx, row, channel.Cancellation{}, channel.CancelAnswer{Pending: "feed-1"}))
		cancelAgain(t, s, row, "c2")
		call, err := s.Orders.PrepareCancel(ctx, row)
		require.NoError(t, err)
		require.Equal(t, "feed-1", call.Pending)
		require.Equal(t, order.CancelAsked, call.State)
	})
}

// Its feed may be lost: only what the channel was asked with stands between a retry and another call.
func TestACancellationThatIsNotShownIsSentOnceMoreWhenItIsRetried(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		sends(t, s, "amazon-uk")
		_, row := cancelHere(t, s, "amazon-uk")
		require.NoError(t, s.Orders.CancelSent(ctx, row, channel.Cancellation{}, channel.CancelAnswer{Pending: "done.feed-1"}))
		parked, err := s.Orders.ParkCancel(ctx, row, time.Time{}, epoch, channel.Refusal(channel.Conflict, "cancel", channel.CodeCancelNotShown, ""))
		require.NoError(t, err)
		require.True(t, parked)
		require.NoError(t, s.Orders.UnparkCancel(ctx, row))
		call, err := s.Orders.PrepareCancel(ctx, row)
		require.NoError(t, err)
		require.True(t, call.State.Due())
		require.Empty(t, call.Pending)
	})
}
