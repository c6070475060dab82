package activities_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
)

// sweep runs the duties of a sweep once.
func (s *shop) sweep() {
	s.t.Helper()
	a := activities.Sweep{Environment: s.environment, Starter: s.caller}
	do[message.SweepResult](s, a.SweepOnce, message.SweepInput{OlderThan: time.Hour, Speed: 1})
}

// scannedLater records a scan of orders that has found these, and began when all sales of now are known.
func (s *shop) scannedLater(found ...order.Snapshot) {
	s.t.Helper()
	now := time.Now().UTC()
	_, err := s.store.Orders.SavePage(s.t.Context(), orders.Page{Account: account, RunID: "scan", SeenAt: now, Orders: found})
	require.NoError(s.t, err)
	later := now.Add(time.Hour)
	require.NoError(s.t, s.store.Runs.EndRun(s.t.Context(), runs.Run{ID: fmt.Sprint("scan-", now.UnixNano()), Kind: runs.RunOrders, Account: account,
		Endpoint: channel.Production, WorkflowID: "scan", StartedAt: later, EndedAt: later}))
}

// A second tool overwrites levels at the marketplace while buyers buy, and pages come in another order: the read-back and the
// next scan name exactly those, and Towpath's levels go out again.
func TestAReadBackNamesWhatASecondToolHasSet(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	var skus []string
	for i := range 60 {
		skus = append(skus, fmt.Sprintf("SKU-%02d", i))
	}
	s.list(10, skus...)
	s.imports("run-1")
	require.Equal(t, 60, s.push())
	confirmed := 0
	polltest.Until(t, "the marketplace shows what it has accepted", func() bool {
		confirmed += s.check("check").Confirmed
		s.push() // what was not shown in time
		return confirmed >= 60
	})
	s.imports("run-1b")
	s.sweep()
	require.Empty(t, s.drift(), "nobody else has written")
	require.Zero(t, s.push(), "nothing is sent when nothing has changed")

	var overwritten []market.QuantityChange
	for i, sku := range skus[:12] {
		overwritten = append(overwritten, market.QuantityChange{SKU: sku, Quantity: 3 + 20*(i%2)})
	}
	_, err := s.market.SetQuantities(t.Context(), overwritten)
	require.NoError(t, err)
	for _, sku := range skus[20:25] {
		buy(s, sku, 2)
	}
	require.NoError(t, s.faults.Set(faults.Rates{ReorderedPage: 1}))
	for _, page := range s.imports("run-2") {
		require.Nil(t, page.Fault)
	}
	s.sweep()
	require.Empty(t, s.drift(), "the sales are not known yet")
	var sold []order.Snapshot
	for i, sku := range skus[20:25] {
		sold = append(sold, order.Snapshot{ID: fmt.Sprint("order-", i), Reference: fmt.Sprint("order-", i), Fulfilment: order.FulfilmentUnshipped, Paid: true,
			PlacedAt: time.Now().UTC(), Lines: []order.SnapshotLine{{ID: "1", SKU: sku, Quantity: 2}}})
	}
	s.scannedLater(sold...)
	s.sweep()
	require.Equal(t, skus[:12], s.drift())
	require.Equal(t, 17, s.push(), "the twelve, and the five of which was sold")
	s.shows(skus[0], 10)
	s.shows(skus[1], 10)
	s.shows(skus[20], 8)
}

// drift returns the channel SKUs of levels that somebody else has set.
func (s *shop) drift() (skus []string) {
	s.t.Helper()
	list, err := s.store.Levels.Drifts(s.t.Context(), account, "", 100)
	require.NoError(s.t, err)
	for _, d := range list {
		skus = append(skus, d.ChannelSKU)
	}
	return skus
}

// Listings are read back when that is due, and not before a person has imported them.
func TestListingsAreReadBackWhenDue(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.sweep()
	require.Zero(t, s.caller.readBacks, "the first import is a person's")
	imported := func(id string, ago time.Duration) {
		at := time.Now().Add(-ago)
		require.NoError(t, s.store.Runs.EndRun(t.Context(), runs.Run{ID: id, Kind: runs.RunLinks, Account: account, Endpoint: channel.Production, WorkflowID: id, StartedAt: at, EndedAt: at}))
	}
	imported("long ago", channel.LeastReadBack+time.Minute)
	s.sweep()
	require.Equal(t, 1, s.caller.readBacks)
	imported("just now", time.Minute)
	s.sweep()
	require.Equal(t, 1, s.caller.readBacks)
}
