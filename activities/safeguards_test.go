package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/settings"
)

// The safeguards of section H of the cases: each of them could be removed without a test noticing.

// book is a connection whose orders come in pages, each with a watermark of its own.
type book struct {
	channel.Connection
	pages map[string]channel.OrdersPage // by cursor
}

func (b book) Orders(_ context.Context, q channel.OrdersQuery) (channel.OrdersPage, error) {
	return b.pages[q.Cursor], nil
}

func placedOrder(id string, state order.Fulfilment) order.Snapshot {
	placed := time.Now().Add(-time.Hour).UTC().Truncate(time.Second)
	return order.Snapshot{ID: id, Reference: id, PlacedAt: placed, UpdatedAt: placed, Paid: true, Fulfilment: state, ChannelStatus: "new", Currency: "GBP",
		Lines: []order.SnapshotLine{{ID: id + "-1", SKU: "LAMP", Title: "A lamp", Quantity: 1}}}
}

// A scan that dies after its first page starts again from the same watermark.
func TestTheWatermarkMovesOnlyWithTheLastPage(t *testing.T) {
	t.Parallel()
	s := openStore(t, channel.EBay)
	at := func(hour int) time.Time { return time.Date(2026, 11, 1, hour, 0, 0, 0, time.UTC) }
	pages := map[string]channel.OrdersPage{"": {Watermark: at(1)}}
	s.environment.Connections[account] = book{pages: pages}
	a := &activities.Orders{Environment: s.environment, Lifecycles: s.caller, Pushes: s.caller}
	read := func(cursor string) time.Time {
		out := do[activities.PageOutput](s, a.SyncOrdersPage, activities.PageInput{Account: account, RunID: "run" + cursor, Started: at(1), Cursor: cursor})
		require.Nil(t, out.Fault)
		acc, err := s.store.Accounts.Account(t.Context(), account)
		require.NoError(t, err)
		return acc.Watermark
	}
	require.Equal(t, at(1), read(""))
	pages[""] = channel.OrdersPage{Orders: []order.Snapshot{placedOrder("1", order.FulfilmentUnshipped)}, Next: "2", Watermark: at(2)}
	pages["2"] = channel.OrdersPage{Orders: []order.Snapshot{placedOrder("2", order.FulfilmentUnshipped)}, Watermark: at(3)}
	require.Equal(t, at(1), read(""), "more pages follow")
	require.Equal(t, at(3), read("2"))
}

// partly is a fake caller that reaches only some lifecycles, and notes what it was to deliver.
type partly struct {
	*noted
	running map[string]bool
	away    map[string]bool // by the channel's order id
	asked   map[string]orders.OutboxEntry
}

func (p *partly) RunningLifecycles(context.Context) (map[string]bool, error) { return p.running, nil }

func (p *partly) Sending(context.Context, message.OrderKey) (bool, error) { return false, nil }

func (p *partly) Deliver(_ context.Context, entries []orders.OutboxEntry) (delivered []orders.OutboxEntry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range entries {
		p.asked[e.Key.OrderID] = e
		if !p.away[e.Key.OrderID] {
			delivered = append(delivered, e)
		}
	}
	return delivered
}

func (s *shop) saveOrders(list ...order.Snapshot) {
	s.t.Helper()
	_, err := s.store.Orders.SavePage(s.t.Context(), orders.Page{Account: account, RunID: "r", SeenAt: time.Now(), Orders: list})
	require.NoError(s.t, err)
}

// What was not delivered stays pending, so that the next sweep delivers it.
func TestWhatWasNotDeliveredIsNotMarked(t *testing.T) {
	t.Parallel()
	list := []order.Snapshot{placedOrder("reached", order.FulfilmentUnshipped), placedOrder("away", order.FulfilmentUnshipped)}
	for name, deliver := range map[string]func(s *shop, caller *partly){
		"by a scan": func(s *shop, caller *partly) {
			s.environment.Connections[account] = book{pages: map[string]channel.OrdersPage{"": {Orders: list}}}
			a := &activities.Orders{Environment: s.environment, Lifecycles: caller, Pushes: caller}
			do[activities.PageOutput](s, a.SyncOrdersPage, activities.PageInput{Account: account, RunID: "run", Started: time.Now()})
		},
		"by the sweep": func(s *shop, caller *partly) {
			s.saveOrders(list...)
			sweep := &activities.Sweep{Environment: s.environment, Starter: caller}
			do[message.SweepResult](s, sweep.SweepOnce, message.SweepInput{OlderThan: -time.Hour})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openStore(t, channel.EBay)
			deliver(s, &partly{noted: s.caller, away: map[string]bool{"away": true}, asked: map[string]orders.OutboxEntry{}})
			pending, err := s.store.Orders.Pending(t.Context(), time.Now().Add(time.Hour), orders.OutboxEntry{}, 10)
			require.NoError(t, err)
			require.Len(t, pending, 1)
			require.Equal(t, "away", pending[0].Key.OrderID)
		})
	}
}

// The sweep tells lifecycles that run of orders that have ended, and of packages that were processed and never sent.
func TestTheSweepTellsOfEndedOrdersAndForgottenPackages(t *testing.T) {
	t.Parallel()
	s := openStore(t, channel.EBay)
	ctx := t.Context()
	_, err := s.store.Settings.GoLive(ctx, account, settings.Live{By: "test"})
	require.NoError(t, err)
	require.NoError(t, s.store.Links.SaveLinks(ctx, []links.Link{{Account: account, ChannelSKU: "LAMP", SKU: "lamp"}}))
	_, err = s.store.Ledger.ApplyStock(ctx, []stock.Change{{Key: "open", SKU: "lamp", Location: "main", Kind: stock.Opening, Quantity: 9}})
	require.NoError(t, err)
	gone := placedOrder("ended", order.FulfilmentCancelled)
	s.saveOrders(placedOrder("packed", order.FulfilmentUnshipped), gone)
	find := func(id string) orders.OrderRow {
		rows, err := s.store.Orders.Find(ctx, orders.OrderFilter{Account: account, Reference: id, Limit: 1})
		require.NoError(t, err)
		return rows[0]
	}
	require.True(t, find("ended").State.Terminal())
	row := find("packed").Key.RowID
	p := shipment.Package{ID: "P1", Carrier: "Royal Mail", TrackingNumber: "T1", Contents: []shipment.Content{{LineID: "packed-1", Quantity: 1}}}
	require.NoError(t, s.store.Packages.SavePackages(ctx, row, []shipment.Package{p}))
	_, err = s.store.Packages.ProcessPackage(ctx, row, "P1")
	require.NoError(t, err)
	// Nothing is pending: only what follows can find them.
	all, err := s.store.Orders.Pending(ctx, time.Now().Add(time.Hour), orders.OutboxEntry{}, 10)
	require.NoError(t, err)
	require.NoError(t, s.store.Orders.MarkDelivered(ctx, all))

	running := map[string]bool{message.OrderWorkflowID(account, "ended"): true, message.OrderWorkflowID(account, "packed"): true}
	caller := &partly{noted: s.caller, running: running, asked: map[string]orders.OutboxEntry{}}
	sweep := &activities.Sweep{Environment: s.environment, Starter: caller}
	out := do[message.SweepResult](s, sweep.SweepOnce, message.SweepInput{OlderThan: -time.Hour})
	require.Equal(t, 1, out.Unsent)
	require.Len(t, caller.asked, 2)
	require.Equal(t, order.Skipped, caller.asked["ended"].State)
	require.Equal(t, []string{"P1"}, caller.asked["packed"].Unsent)
}
