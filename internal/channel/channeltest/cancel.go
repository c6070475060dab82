package channeltest

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
)

// whole returns the cancellation of everything of an order.
func whole(o market.Order) channel.Cancellation {
	c := channel.Cancellation{OrderID: o.ID, Whole: true, Cause: order.CauseStock}
	for _, l := range o.Lines {
		c.Lines = append(c.Lines, order.LineQuantity{LineID: l.ID, Quantity: l.Unshipped()})
	}
	return c
}

// setUpCancels skips the test where the adapter cancels nothing.
func setUpCancels(t *testing.T, b Adapter) *fixture {
	t.Helper()
	if b.Operations.Cancel == "" {
		t.Skip("the adapter sends no cancellations")
	}
	return setUp(t, b)
}

// canceller returns the connection of an account that sends its cancellations.
func (s *fixture) canceller() channel.Canceller {
	s.t.Helper()
	a := s.account
	a.Cancelling.Send = true
	conn, err := s.adapter.Open(a)
	require.NoError(s.t, err)
	canceller, ok := conn.(channel.Canceller)
	require.True(s.t, ok)
	return canceller
}

// finish repeats a cancellation until the channel shows it as done.
func (s *fixture) finish(conn channel.Canceller, c channel.Cancellation) {
	s.t.Helper()
	polltest.Until(s.t, "the cancellation is done", func() bool {
		answer, err := conn.CancelOrder(s.t.Context(), c)
		require.NoError(s.t, err)
		c.Pending = answer.Pending
		return answer.Done
	})
}

// givenUp requires how many units of an order the ledger has as cancelled, each once.
func (s *fixture) givenUp(id string, units int) {
	s.t.Helper()
	entries, err := s.market.Entries(s.t.Context(), 0, 100_000)
	require.NoError(s.t, err)
	total := 0
	for _, e := range entries {
		if (e.Kind == market.EntryGiveUp || e.Kind == market.EntryCancel) && e.OrderID == id {
			total += e.Quantity
		}
	}
	require.Equal(s.t, units, total)
}

func cancelWhole(t *testing.T, b Adapter) {
	s := setUpCancels(t, b)
	s.list(2)
	o := s.buy(true, "SKU-1", "SKU-2")
	before, err := s.market.Listing(t.Context(), "SKU-1")
	require.NoError(t, err)
	conn := s.canceller()
	s.finish(conn, whole(o))
	s.finish(conn, whole(o)) // once more, as after a crash
	s.givenUp(o.ID, 6)
	after, err := s.market.Listing(t.Context(), "SKU-1")
	require.NoError(t, err)
	require.Equal(t, before.Quantity, after.Quantity, "what is listed is for Towpath to say")
	m := s.scanner()
	m.until("the scan shows the order as cancelled", func() bool { return m.known[o.ID].Fulfilment == order.FulfilmentCancelled })
}

func cancelLost(t *testing.T, b Adapter) {
	s := setUpCancels(t, b)
	s.list(1)
	o := s.buy(true, "SKU-1")
	conn := s.canceller()
	s.faults.Next(faults.Lost, b.Operations.Cancel, 1)
	_, err := conn.CancelOrder(t.Context(), whole(o))
	require.True(t, fault(t, err).Ambiguous, "it may have been cancelled")
	s.finish(conn, whole(o))
	s.givenUp(o.ID, 3)
}

func cancelShipped(t *testing.T, b Adapter) {
	s := setUpCancels(t, b)
	s.list(1)
	o := s.buy(true, "SKU-1")
	_, err := s.conn.ConfirmShipment(t.Context(), remainingPackage(o, 1))
	require.NoError(t, err)
	conn, c := s.canceller(), whole(o)
	var refused *channel.Fault
	polltest.Until(t, "the channel refuses", func() bool {
		answer, err := conn.CancelOrder(t.Context(), c)
		if err != nil {
			refused = fault(t, err)
			return true
		}
		c.Pending = answer.Pending
		return false
	})
	require.Equal(t, channel.Conflict, refused.Class)
	require.Equal(t, channel.CodeNotCancellable, refused.Code)
	s.givenUp(o.ID, 0)
}

func cancelMissing(t *testing.T, b Adapter) {
	s := setUpCancels(t, b)
	_, err := s.canceller().CancelOrder(t.Context(), channel.Cancellation{OrderID: b.NoSuchOrder, Whole: true, Cause: order.CauseBuyer})
	require.Equal(t, channel.Missing, fault(t, err).Class)
}

func cancelPart(t *testing.T, b Adapter) {
	s := setUpCancels(t, b)
	s.list(2)
	o := s.buy(true, "SKU-1", "SKU-2")
	c := whole(o)
	c.Whole, c.Lines = false, c.Lines[:1]
	_, err := s.canceller().CancelOrder(t.Context(), c)
	require.Equal(t, channel.CodeWholeOnly, fault(t, err).Code)
	s.givenUp(o.ID, 0)
}

// setUpRequests skips the test where buyers ask nobody on the channel.
func setUpRequests(t *testing.T, b Adapter) (*fixture, market.Order) {
	t.Helper()
	if !slices.Contains(faults.On(faults.BuyerCancels), b.Account.Kind) {
		t.Skip("the channel has no requests of buyers")
	}
	s := setUpCancels(t, b)
	s.list(2)
	asked := s.buyFaulty(faults.BuyerCancels, true)
	return s, asked
}

func approveRequest(t *testing.T, b Adapter) {
	s, o := setUpRequests(t, b)
	conn, c := s.canceller(), whole(o)
	c.Cause = order.CauseBuyer
	s.finish(conn, c)
	s.finish(conn, c)
	s.givenUp(o.ID, 6)
	m := s.scanner()
	m.until("the scan shows the order as cancelled, and no request", func() bool {
		return m.known[o.ID].Fulfilment == order.FulfilmentCancelled && !m.known[o.ID].BuyerCancels
	})
}

func declineRequest(t *testing.T, b Adapter) {
	s, o := setUpRequests(t, b)
	conn, c := s.canceller(), channel.Cancellation{OrderID: o.ID, Decline: true}
	if !b.Account.Kind.TakesDeclines() {
		_, err := conn.CancelOrder(t.Context(), c)
		require.Equal(t, channel.CodeNothingAsked, fault(t, err).Code)
		return
	}
	s.finish(conn, c)
	s.finish(conn, c)
	s.givenUp(o.ID, 0)
	m := s.scanner()
	m.until("the scan shows the order without the request", func() bool {
		known, ok := m.known[o.ID]
		return ok && !known.BuyerCancels && allOpen(known, o)
	})
	_, err := s.conn.ConfirmShipment(t.Context(), remainingPackage(o, 1))
	require.NoError(t, err)
}
