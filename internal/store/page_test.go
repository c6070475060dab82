package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

func TestPageReservesAndDirtiesEveryAccount(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp", "rope")
		receive(t, s, "a", "lamp", 3)
		for _, a := range []string{"amazon-uk", "ebay-uk", "shopify-uk"} {
			push(t, s, a)
		}
		res := save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("lamp", 2), units("lamp", 2), units("rope", 1)))
		require.Equal(t, message.Counts{Seen: 1, Saved: 1}, res.Counts)
		require.Equal(t, []string{"amazon-uk", "ebay-uk", "shopify-uk"}, res.Dirty)
		require.Len(t, res.Outbox, 1)
		require.True(t, res.Outbox[0].New)

		d := detail(t, s, "amazon-uk", "1")
		require.Equal(t, order.Open, d.State)
		require.Equal(t, order.Units{Reserved: 2}, d.Lines[0].Units)
		require.Equal(t, order.Units{Reserved: 1, Backordered: 1}, d.Lines[1].Units)
		require.Equal(t, order.Units{Backordered: 1}, d.Lines[2].Units)
		require.Equal(t, map[string]int{"amazon-uk:lamp": 0, "amazon-uk:rope": 0}, push(t, s, "amazon-uk"))

		ready, err := s.Packages.ReadyOrders(context.Background(), time.Now().Add(time.Hour), 0, 10)
		require.NoError(t, err)
		require.Empty(t, ready, "units are backordered")
		receive(t, s, "b", "lamp", 5)
		receive(t, s, "c", "rope", 1)
		require.Equal(t, order.Units{Reserved: 5}, sumUnits(detail(t, s, "amazon-uk", "1")))
		require.Equal(t, map[string]int{"amazon-uk:lamp": 4, "amazon-uk:rope": 0}, push(t, s, "amazon-uk"))
		ready, err = s.Packages.ReadyOrders(context.Background(), time.Now().Add(time.Hour), 0, 10)
		require.NoError(t, err)
		require.Len(t, ready, 1)
		require.Len(t, ready[0].Lines, 3)
	})
}

// A page may be saved again after a crash between its commit and the acknowledgement.
func TestPageReplayChangesNothing(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 3)
		o := sale("amazon-uk", "1", 1, units("lamp", 2))
		first := save(t, s, "amazon-uk", o)
		push(t, s, "amazon-uk")
		before, err := s.Books.All(ctx)
		require.NoError(t, err)
		again := save(t, s, "amazon-uk", o, o)
		require.Equal(t, message.Counts{Seen: 2, Same: 2}, again.Counts)
		require.Equal(t, first.Outbox, again.Outbox, "it is not delivered yet")
		after, err := s.Books.All(ctx)
		require.NoError(t, err)
		require.Equal(t, before, after)

		require.NoError(t, s.Orders.MarkDelivered(ctx, again.Outbox))
		require.Empty(t, save(t, s, "amazon-uk", o).Outbox)
		older := o
		older.UpdatedAt, older.Paid = o.UpdatedAt.Add(-time.Minute), false
		require.Equal(t, 1, save(t, s, "amazon-uk", older).Counts.Same)
		require.Equal(t, order.Open, detail(t, s, "amazon-uk", "1").State)
	})
}

func TestEqualVersionWithOtherContentsIsSaved(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		link(t, s, "lamp")
		o := sale("ebay-uk", "1", 1, units("lamp", 1))
		o.Paid = false
		res := save(t, s, "ebay-uk", o)
		require.Equal(t, order.AwaitingPayment, res.Outbox[0].State)
		require.NoError(t, s.Orders.MarkDelivered(ctx, res.Outbox))
		o.Paid = true
		res = save(t, s, "ebay-uk", o)
		require.Len(t, res.Outbox, 1)
		require.Equal(t, order.Open, res.Outbox[0].State)
		require.False(t, res.Outbox[0].New)
		pending, err := s.Orders.Pending(ctx, time.Now().Add(time.Hour), orders.OutboxEntry{}, 10)
		require.NoError(t, err)
		require.Len(t, pending, 1)
		require.Equal(t, []any{res.Outbox[0].Key, res.Outbox[0].Version, order.Open, false},
			[]any{pending[0].Key, pending[0].Version, pending[0].State, pending[0].New})
		require.NoError(t, s.Orders.MarkDelivered(ctx, pending))
		pending, err = s.Orders.Pending(ctx, time.Now().Add(time.Hour), orders.OutboxEntry{}, 10)
		require.NoError(t, err)
		require.Empty(t, pending)
	})
}

func TestSkippedOrdersAreKeptWithTheirReason(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 9)
		push(t, s, "ebay-uk")
		with := func(id string, change func(*order.Snapshot)) order.Snapshot {
			o := sale("ebay-uk", id, 1, units("lamp", 1))
			change(&o)
			return o
		}
		res := save(t, s, "ebay-uk",
			with("fba", func(o *order.Snapshot) { o.ChannelFulfils = true }),
			with("odd", func(o *order.Snapshot) { o.Fulfilment, o.Lines = order.FulfilmentUnmapped, nil }))
		require.Equal(t, message.Counts{Seen: 2, Skipped: 2}, res.Counts)
		require.Empty(t, res.Outbox)
		require.Empty(t, push(t, s, "ebay-uk"))
		res = save(t, s, "ebay-uk",
			with("gone", func(o *order.Snapshot) { o.Fulfilment = order.FulfilmentCancelled }),
			with("sent", func(o *order.Snapshot) { o.Fulfilment = order.FulfilmentShipped }))
		require.Equal(t, 2, res.Counts.Skipped)
		require.Equal(t, map[string]int{"ebay-uk:lamp": 9}, push(t, s, "ebay-uk"), "the sale took from the channel's own listing")
		for id, reason := range map[string]order.Reason{"fba": order.ReasonFulfilled, "odd": order.ReasonUnmapped, "gone": order.ReasonCancelled, "sent": order.ReasonShipped} {
			d := detail(t, s, "ebay-uk", id)
			require.Equal(t, order.Skipped, d.State)
			require.Equal(t, reason, d.Reason)
			require.Zero(t, sumUnits(d))
		}
		// An unmapped status that becomes a known one is applied then.
		again := with("odd", func(o *order.Snapshot) { o.UpdatedAt = o.UpdatedAt.Add(time.Minute) })
		res = save(t, s, "ebay-uk", again)
		require.Len(t, res.Outbox, 1)
		require.True(t, res.Outbox[0].New)
		require.Equal(t, order.Units{Reserved: 1}, sumUnits(detail(t, s, "ebay-uk", "odd")))

		unpaid := sale("late-uk", "u", 1, units("lamp", 1))
		unpaid.Paid = false
		require.Equal(t, 1, save(t, s, "late-uk", unpaid).Counts.Skipped)
		require.Equal(t, order.ReasonUnpaid, detail(t, s, "late-uk", "u").Reason)
	})
}

func TestUnmappedLinesParkAndAreMappedLater(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		receive(t, s, "a", "lamp", 1)
		res := save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("lamp", 2), units("", 1)))
		require.Equal(t, message.Counts{Seen: 1, Saved: 1, Unlinked: 1}, res.Counts)
		d := detail(t, s, "amazon-uk", "1")
		require.Equal(t, order.Units{Unlinked: 2}, d.Lines[0].Units)
		require.Equal(t, "no link for SKU amazon-uk:lamp on account amazon-uk", d.Lines[0].UnlinkedReason)
		require.Equal(t, "listing has no SKU", d.Lines[1].UnlinkedReason)
		require.Zero(t, level(t, s, "lamp").Reserved)

		link(t, s, "lamp")
		d = detail(t, s, "amazon-uk", "1")
		require.Equal(t, order.Units{Reserved: 1, Backordered: 1}, d.Lines[0].Units)
		require.Equal(t, "lamp", d.Lines[0].SKU)
		require.Equal(t, order.Units{Unlinked: 1}, d.Lines[1].Units)
		require.Equal(t, 1, level(t, s, "lamp").Backordered)
	})
}

func TestTestEndpointNeverTouchesStock(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		require.NoError(t, s.Links.SaveLinks(context.Background(), []links.Link{{Account: "sandbox", ChannelSKU: "sandbox:lamp", SKU: "lamp"}}))
		receive(t, s, "a", "lamp", 5)
		push(t, s, "sandbox")
		o := sale("sandbox", "1", 1, units("lamp", 2))
		save(t, s, "sandbox", o)
		o.UpdatedAt, o.Fulfilment = o.UpdatedAt.Add(time.Minute), order.FulfilmentShipped
		o.Lines[0].Shipped = 2
		require.Equal(t, "test endpoint", detail(t, s, "sandbox", "1").Lines[0].UnlinkedReason)
		save(t, s, "sandbox", o)
		require.Equal(t, order.Completed, detail(t, s, "sandbox", "1").State)
		require.Equal(t, 5, level(t, s, "lamp").Free())
		require.Empty(t, push(t, s, "sandbox"))
	})
}

func TestUnusableOrdersCostNobodyElse(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		twice := sale("amazon-uk", "bad", 1, units("lamp", 1), units("lamp", 1))
		twice.Lines[1].ID = twice.Lines[0].ID
		good := sale("amazon-uk", "good", 1, order.SnapshotLine{SKU: "lamp", Title: "nul \x00 and bytes \xff", Quantity: 1})
		res := save(t, s, "amazon-uk", twice, good, order.Snapshot{})
		require.Equal(t, message.Counts{Seen: 3, Saved: 1, Errors: 2}, res.Counts)
		items, err := s.Runs.Items(context.Background(), "run", runs.ItemError, "", 10)
		require.NoError(t, err)
		require.Len(t, items, 2)
		_, err = s.Orders.SavePage(context.Background(), orders.Page{Account: "nobody"})
		require.ErrorIs(t, err, store.ErrNotFound)
		_, err = s.Orders.SavePage(context.Background(), orders.Page{Account: "amazon-uk", Orders: make([]order.Snapshot, orders.MaxPageOrders+1)})
		require.ErrorContains(t, err, "smaller pages")
	})
}

func TestWatermarkMovesByCompareAndSet(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		last := true
		scan := func(from, to time.Time) time.Time {
			_, err := s.Orders.SavePage(ctx, orders.Page{Account: "ebay-uk", Last: last, OldWatermark: from, NewWatermark: to})
			require.NoError(t, err)
			a, err := s.Accounts.Account(ctx, "ebay-uk")
			require.NoError(t, err)
			return a.Watermark
		}
		require.Equal(t, epoch, scan(time.Time{}, epoch))
		require.Equal(t, epoch, scan(time.Time{}, epoch.Add(time.Hour)), "another scan has moved it")
		require.Equal(t, epoch, scan(epoch, epoch.Add(-time.Hour)), "never back")
		require.NoError(t, s.Settings.SaveAccounts(ctx, storetest.Accounts()))
		last = false
		require.Equal(t, epoch, scan(epoch, epoch.Add(time.Hour)), "more pages follow")
		last = true
		require.Equal(t, epoch.Add(time.Hour), scan(epoch, epoch.Add(time.Hour)))
	})
}

func TestChannelCancellationIsNotCountedTwice(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 5)
		o := sale("amazon-uk", "1", 1, units("lamp", 5))
		save(t, s, "amazon-uk", o)
		row := rowID(t, s, "amazon-uk", "1")
		require.NoError(t, s.Orders.SaveCancellation(ctx, row, orders.Cancellation{ID: "c", Lines: []order.LineQuantity{{LineID: "1-1", Quantity: 2}}}))
		for range 2 {
			out, err := s.Orders.ApplyCancellation(ctx, row, "c")
			require.NoError(t, err)
			require.Empty(t, out.Refused)
		}
		push(t, s, "amazon-uk")
		o.UpdatedAt, o.Lines[0].Cancelled = o.UpdatedAt.Add(time.Minute), 2
		save(t, s, "amazon-uk", o)
		require.Equal(t, order.Units{Reserved: 3, Cancelled: 2}, sumUnits(detail(t, s, "amazon-uk", "1")))
		require.Equal(t, map[string]int{"amazon-uk:lamp": 2}, push(t, s, "amazon-uk"), "the channel may have restocked its listing")
		o.UpdatedAt, o.Lines[0].Cancelled, o.Fulfilment = o.UpdatedAt.Add(time.Minute), 3, order.FulfilmentPartlyShipped
		save(t, s, "amazon-uk", o)
		require.Equal(t, order.Units{Reserved: 2, Cancelled: 3}, sumUnits(detail(t, s, "amazon-uk", "1")))
		o.UpdatedAt, o.Fulfilment = o.UpdatedAt.Add(time.Minute), order.FulfilmentCancelled
		res := save(t, s, "amazon-uk", o)
		require.Equal(t, order.Cancelled, res.Outbox[0].State)
		require.Equal(t, 5, level(t, s, "lamp").Free())
	})
}

// Stock that a page frees goes to the orders that waited for it, before the page's own new orders.
func TestReleasedUnitsGoToTheLongestWaiting(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 2)
		first := sale("amazon-uk", "first", 1, units("lamp", 2))
		save(t, s, "amazon-uk", first)
		save(t, s, "ebay-uk", sale("ebay-uk", "later", 3, units("lamp", 1)), sale("ebay-uk", "waits", 2, units("lamp", 1)))
		first.UpdatedAt, first.Lines[0].Cancelled = first.UpdatedAt.Add(time.Hour), 1
		save(t, s, "amazon-uk", sale("amazon-uk", "new", 9, units("lamp", 1)), first)
		require.Equal(t, order.Units{Reserved: 1}, sumUnits(detail(t, s, "ebay-uk", "waits")))
		require.Equal(t, order.Units{Backordered: 1}, sumUnits(detail(t, s, "ebay-uk", "later")))
		require.Equal(t, order.Units{Backordered: 1}, sumUnits(detail(t, s, "amazon-uk", "new")))
	})
}

func TestShippedWithoutUs(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 2)
		o := sale("amazon-uk", "1", 1, units("lamp", 3))
		save(t, s, "amazon-uk", o)
		o.UpdatedAt, o.Fulfilment, o.Lines[0].Shipped = o.UpdatedAt.Add(time.Minute), order.FulfilmentShipped, 3
		res := save(t, s, "amazon-uk", o)
		require.Equal(t, order.Completed, res.Outbox[0].State)
		require.Equal(t, order.Units{Shipped: 3}, sumUnits(detail(t, s, "amazon-uk", "1")))
		l := level(t, s, "lamp")
		require.Zero(t, l.OnHand+l.Reserved+l.Backordered)
	})
}

func TestQuantityThatChangesOnTheChannel(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp", "rope")
		receive(t, s, "a", "lamp", 9)
		o := sale("shopify-uk", "1", 1, units("lamp", 4))
		save(t, s, "shopify-uk", o)
		o.UpdatedAt, o.Lines[0].Quantity = o.UpdatedAt.Add(time.Minute), 6
		o.Lines = append(o.Lines, order.SnapshotLine{ID: "1-2", SKU: "shopify-uk:rope", Quantity: 1})
		save(t, s, "shopify-uk", o)
		d := detail(t, s, "shopify-uk", "1")
		require.Equal(t, order.Units{Reserved: 6}, d.Lines[0].Units)
		require.Equal(t, order.Units{Backordered: 1}, d.Lines[1].Units)
		o.UpdatedAt, o.Lines[0].Quantity = o.UpdatedAt.Add(time.Minute), 1
		save(t, s, "shopify-uk", o)
		d = detail(t, s, "shopify-uk", "1")
		require.Equal(t, order.Units{Reserved: 1}, d.Lines[0].Units)
		require.Equal(t, 1, d.Lines[0].Quantity)
		require.Equal(t, 8, level(t, s, "lamp").Free())
	})
}
