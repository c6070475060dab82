package starter_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/starter"
)

// signals is a Temporal that notes who was signalled, and refuses some.
type signals struct {
	client.Client
	mu     sync.Mutex
	to     []string
	refuse string
}

func (s *signals) SignalWorkflow(_ context.Context, workflowID, _, _ string, _ any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if workflowID == s.refuse {
		return errors.New("no connection")
	}
	s.to = append(s.to, workflowID)
	return nil
}

// parks packs the first line of an order and parks it since a moment, after a fault with a code.
func (d *fixture) parks(t *testing.T, account, id, code string, since time.Time) (row int64, workflowID string) {
	t.Helper()
	ctx := t.Context()
	d.sell(t, account, id)
	detail := d.detail(t, account, id)
	row, workflowID = detail.Key.RowID, message.ShipmentWorkflowID(account, id, "P1")
	require.NoError(t, d.store.Packages.SavePackages(ctx, row, []shipment.Package{{ID: "P1", Label: "L" + id, Carrier: "DHL", TrackingNumber: "T" + id, ShippedAt: epoch,
		Contents: []shipment.Content{{LineID: detail.Lines[0].LineID, Quantity: 1}}}}))
	_, err := d.store.Packages.ProcessPackage(ctx, row, "P1")
	require.NoError(t, err)
	d.fails(t, row, workflowID, code, since)
	return row, workflowID
}

// fails lets a call for the package fail, and parks it.
func (d *fixture) fails(t *testing.T, row int64, workflowID, code string, since time.Time) {
	t.Helper()
	f := channel.NewFault(channel.Unavailable, "confirmShipment", "")
	f.Code = code
	_, err := d.store.Packages.PreparePackage(t.Context(), row, "P1", workflowID)
	require.NoError(t, err)
	require.NoError(t, d.store.Packages.PackageFailed(t.Context(), row, "P1", f, time.Time{}))
	parked, err := d.store.Packages.Park(t.Context(), packages.Waiting{OrderRow: row, PackageID: "P1", WorkflowID: workflowID, Since: since, Fault: f})
	require.NoError(t, err)
	require.True(t, parked)
}

// One, a sample and all are asked, by account and code; each order tells what became of its package.
func TestParkedPackagesAreSentAgainAndEachTellsItsResult(t *testing.T) {
	t.Parallel()
	d, ctx := newFixture(t), t.Context()
	temporal := &signals{}
	d.Temporal = temporal
	good, a := d.parks(t, "amazon-uk", "1", "25001", epoch.Add(1*time.Minute))
	bad, b := d.parks(t, "amazon-uk", "2", "25001", epoch.Add(2*time.Minute))
	_, c := d.parks(t, "ebay-uk", "3", "30500", epoch.Add(3*time.Minute))
	require.Equal(t, shipment.RequiresSync, d.row(t, "amazon-uk", "1").Fulfilment)

	ask := func(ask starter.ShipmentsAsk) []starter.SyncedShipment {
		temporal.to = nil
		list, err := d.SyncShipments(ctx, ask)
		require.NoError(t, err)
		require.Len(t, temporal.to, len(list))
		return list
	}
	require.Equal(t, a, ask(starter.ShipmentsAsk{Sample: 1})[0].WorkflowID, "the one that waits longest")
	require.Equal(t, c, ask(starter.ShipmentsAsk{Account: "ebay-uk"})[0].WorkflowID)
	require.Equal(t, b, ask(starter.ShipmentsAsk{Chosen: []string{b, "shipment/nobody"}})[0].WorkflowID)
	require.Empty(t, ask(starter.ShipmentsAsk{Chosen: []string{}}), "nothing was selected")
	require.Empty(t, ask(starter.ShipmentsAsk{Code: "30500", Account: "amazon-uk"}))
	list := ask(starter.ShipmentsAsk{Code: "25001"})
	require.Len(t, list, 2)

	var told []int
	following := d.follow(t, list, func(done, _ int) { told = append(told, done) })
	require.NoError(t, d.store.Incidents.Unpark(ctx, a))
	_, err := d.store.Packages.PreparePackage(ctx, good, "P1", a)
	require.NoError(t, err)
	_, err = d.store.Packages.PackageConfirmed(ctx, good, "P1", channel.Confirmation{})
	require.NoError(t, err)
	require.NoError(t, d.store.Incidents.Unpark(ctx, b))
	d.fails(t, bad, b, "34500", epoch.Add(time.Hour))
	require.NoError(t, <-following)
	require.Equal(t, starter.ShipmentPrepared, list[0].Outcome)
	require.Equal(t, "Prepared: the channel has it", list[0].Words())
	require.Equal(t, starter.ShipmentParked, list[1].Outcome)
	require.Equal(t, "Requires shipment synchronization again: unavailable 34500 in confirmShipment", list[1].Words())
	require.Equal(t, 2, told[len(told)-1])
	found, err := d.store.Runs.List(ctx, runs.RunFilter{ID: list[0].RunID, Limit: 1})
	require.NoError(t, err)
	require.Equal(t, runs.RunShipments, found[0].Kind)
	require.Equal(t, message.Counts{Seen: 2, Saved: 1, Errors: 1}, found[0].Counts)
	require.True(t, found[0].Ended())
	items, err := d.store.Runs.Items(ctx, list[0].RunID, runs.ItemError, "", 10)
	require.NoError(t, err)
	require.Equal(t, d.row(t, "amazon-uk", "2").Reference+"/P1", items[0].Reference)
	require.Equal(t, list[1].Fault.ID, items[0].FaultID)
	require.Equal(t, shipment.PartiallyFulfilled, d.row(t, "amazon-uk", "1").Fulfilment, "its second line is still to be packed")
}

// follow follows shipments until all are done.
func (d *fixture) follow(t *testing.T, list []starter.SyncedShipment, tell func(done, all int)) <-chan error {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- d.FollowShipments(t.Context(), list, tell) }()
	return ended
}

// What Temporal does not take waits as before, and says so; what is never answered is on its way when patience ends.
func TestAPackageThatCouldNotBeAskedSaysSo(t *testing.T) {
	t.Parallel()
	d := newFixture(t)
	_, a := d.parks(t, "amazon-uk", "1", "25001", epoch)
	_, b := d.parks(t, "amazon-uk", "2", "25001", epoch.Add(time.Minute))
	d.Temporal = &signals{refuse: a}
	list, err := d.SyncShipments(t.Context(), starter.ShipmentsAsk{})
	require.NoError(t, err)
	require.Equal(t, starter.ShipmentNotAsked, list[0].Outcome)
	require.Contains(t, list[0].Words(), "no connection")
	require.Equal(t, b, list[1].WorkflowID)
	ctx, cancel := context.WithCancel(t.Context())
	require.NoError(t, d.FollowShipments(ctx, list, func(done, _ int) {
		require.Equal(t, 1, done)
		cancel()
	}))
	require.Equal(t, starter.ShipmentSending, list[1].Outcome)
}

// The lists select orders by how far their packages are.
func TestOrdersAreFoundByHowFarTheirPackagesAre(t *testing.T) {
	t.Parallel()
	d, ctx := newFixture(t), t.Context()
	d.sell(t, "amazon-uk", "none")
	d.parks(t, "amazon-uk", "parked", "25001", epoch)
	_, w := d.parks(t, "amazon-uk", "way", "25001", epoch)
	require.NoError(t, d.store.Incidents.Unpark(ctx, w))
	_, some := d.parks(t, "amazon-uk", "some", "25001", epoch)
	require.NoError(t, d.store.Incidents.Unpark(ctx, some))
	row := d.row(t, "amazon-uk", "some").Key.RowID
	_, err := d.store.Packages.PreparePackage(ctx, row, "P1", some)
	require.NoError(t, err)
	_, err = d.store.Packages.PackageConfirmed(ctx, row, "P1", channel.Confirmation{})
	require.NoError(t, err)
	find := func(p shipment.Progress) (ids []string) {
		rows, err := d.store.Orders.Find(ctx, orders.OrderFilter{Shipments: p})
		require.NoError(t, err)
		for _, o := range rows {
			require.Equal(t, p, o.Fulfilment)
			ids = append(ids, o.Key.OrderID)
		}
		return ids
	}
	require.Equal(t, []string{"parked"}, find(shipment.RequiresSync))
	require.Equal(t, []string{"way"}, find(shipment.FulfillmentPending))
	require.Equal(t, []string{"some"}, find(shipment.PartiallyFulfilled))
	require.Empty(t, find(shipment.Prepared))
	require.NoError(t, d.store.Orders.SaveCancellation(ctx, row, orders.Cancellation{ID: "rest"}))
	_, err = d.store.Orders.ApplyCancellation(ctx, row, "rest")
	require.NoError(t, err)
	require.Equal(t, []string{"some"}, find(shipment.Prepared), "what is not shipped is cancelled")
}

// What is parked is sent again with the right number; eBay, which has no call for it, says so when it has the package, and nothing changes.
func TestALabelIsCorrectedWhereTheChannelAllowsIt(t *testing.T) {
	t.Parallel()
	d, ctx := newFixture(t), t.Context()
	temporal := &signals{}
	d.Temporal = temporal
	row, workflowID := d.parks(t, "ebay-uk", "1", "32300", epoch)
	right := shipment.Correction{TrackingNumber: "RIGHT"}
	for range 2 {
		out, err := d.CorrectPackage(ctx, d.row(t, "ebay-uk", "1"), "P1", right)
		require.NoError(t, err)
		require.False(t, out.Tell)
	}
	require.Equal(t, []string{workflowID}, temporal.to, "once: the second time nothing changed")
	_, err := d.CorrectPackage(ctx, d.row(t, "ebay-uk", "1"), "P9", right)
	require.ErrorContains(t, err, `no package "P9"`)
	require.NoError(t, d.store.Incidents.Unpark(ctx, workflowID))
	_, err = d.store.Packages.PreparePackage(ctx, row, "P1", workflowID)
	require.NoError(t, err)
	_, err = d.CorrectPackage(ctx, d.row(t, "ebay-uk", "1"), "P1", shipment.Correction{TrackingNumber: "OTHER"})
	require.ErrorContains(t, err, "retry it first")
	_, err = d.store.Packages.PackageConfirmed(ctx, row, "P1", channel.Confirmation{})
	require.NoError(t, err)
	_, err = d.CorrectPackage(ctx, d.row(t, "ebay-uk", "1"), "P1", shipment.Correction{TrackingNumber: "OTHER"})
	require.ErrorContains(t, err, "Seller Hub")
	require.Equal(t, "RIGHT", d.detail(t, "ebay-uk", "1").Packages[0].TrackingNumber)
}
