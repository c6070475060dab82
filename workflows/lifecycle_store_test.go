package workflows_test

import (
	"context"
	gosync "sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
	"github.com/towpath/towpath/workflows"
)

// counter is a channel that refuses some packages, and counts the calls for each.
type counter struct {
	channel.Connection
	mu      gosync.Mutex
	refuses map[string]bool
	calls   map[string]int
}

// ConfirmShipment refuses a package as eBay does with a line that it does not know.
func (c *counter) ConfirmShipment(_ context.Context, s channel.Shipment) (channel.Confirmation, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[s.PackageID]++
	if c.refuses[s.PackageID] {
		return channel.Confirmation{}, channel.Refusal(channel.Invalid, "createShippingFulfillment", "32300", "")
	}
	return channel.Confirmation{RequestID: "r-" + s.PackageID}, nil
}

func (c *counter) accept() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refuses = nil
}

// twoPackages saves an order with two processed packages.
func twoPackages(t *testing.T, s *store.Store) message.OrderKey {
	t.Helper()
	ctx := t.Context()
	require.NoError(t, s.Links.SaveLinks(ctx, []links.Link{{Account: "ebay-uk", ChannelSKU: "lamp", SKU: "LAMP", ListingRef: "1"}}))
	_, err := s.Ledger.ApplyStock(ctx, []stock.Change{{Key: "k", SKU: "LAMP", Location: "main", Kind: stock.Receipt, Quantity: 2}})
	require.NoError(t, err)
	now := time.Now().UTC()
	saved, err := s.Orders.SavePage(ctx, orders.Page{Account: "ebay-uk", RunID: "r", SeenAt: now, Orders: []order.Snapshot{{
		ID: key.OrderID, Reference: key.OrderID, PlacedAt: now, UpdatedAt: now, Paid: true, Fulfilment: order.FulfilmentUnshipped, ChannelStatus: "new", Currency: "GBP",
		Lines: []order.SnapshotLine{{ID: "1", SKU: "lamp", Title: "A lamp", Quantity: 2, UnitPrice: 100, Total: 200}},
	}}})
	require.NoError(t, err)
	require.Len(t, saved.Outbox, 1)
	of := saved.Outbox[0].Key
	for _, id := range []string{"P1", "P2"} {
		p := shipment.Package{ID: id, Label: "L", Carrier: "Royal Mail", TrackingNumber: "T" + id, ShippedAt: now, Contents: []shipment.Content{{LineID: "1", Quantity: 1}}}
		require.NoError(t, s.Packages.SavePackages(ctx, of.RowID, []shipment.Package{p}))
		out, err := s.Packages.ProcessPackage(ctx, of.RowID, id)
		require.NoError(t, err)
		require.Empty(t, out.Refused)
	}
	return of
}

// Case A4 with real activities and both databases: P1 is refused for good and P2 is good. P2 is confirmed at once and P1 parked; a
// retry of P1, when the channel has changed its mind, sends P1 and nothing else.
func TestAPackageIsParkedNotItsOrder(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		of := twoPackages(t, s)
		calls := &counter{refuses: map[string]bool{"P1": true}, calls: map[string]int{}}
		ships := &activities.Shipments{Environment: activities.Environment{Store: s, Connections: activities.Connections{"ebay-uk": calls}}}
		env := newEnv(t)
		env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: message.OrderWorkflowID(of.Account.ID, of.OrderID)})
		env.RegisterWorkflowWithOptions(workflows.ShipmentSync, workflow.RegisterOptions{Name: message.WorkflowShipmentSync})
		for name, do := range map[message.Activity]any{
			message.ActivitySendPackage: ships.SendPackage, message.ActivityParkPackage: ships.ParkPackage, message.ActivityUnparkPackage: ships.UnparkPackage,
		} {
			env.RegisterActivityWithOptions(do, activity.RegisterOptions{Name: string(name)})
		}
		states := func() (found []shipment.State, parked []string) {
			d, err := s.Orders.Detail(t.Context(), of.RowID)
			require.NoError(t, err)
			for _, p := range d.Packages {
				found = append(found, p.State)
			}
			for _, p := range d.Parked {
				parked = append(parked, p.WorkflowID+" "+p.Package)
			}
			return found, parked
		}
		waits := message.ShipmentWorkflowID(of.Account.ID, of.OrderID, "P1")
		env.RegisterDelayedCallback(func() {
			found, parked := states()
			require.Equal(t, []shipment.State{shipment.Parked, shipment.Confirmed}, found)
			require.Equal(t, []string{waits + " P1"}, parked)
			require.Equal(t, map[string]int{"P1": 1, "P2": 1}, calls.calls)
			calls.accept()
			require.NoError(t, env.SignalWorkflowByID(waits, message.SignalRetry, nil))
		}, time.Hour)
		env.RegisterDelayedCallback(func() {
			found, parked := states()
			require.Equal(t, []shipment.State{shipment.Confirmed, shipment.Confirmed}, found)
			require.Empty(t, parked)
			env.SignalWorkflow(message.SignalChannelChanged, message.OrderChange{State: order.Completed, Version: 2})
		}, 2*time.Hour)
		in := current(t, order.Processed, "P1", "P2")
		in.Order = of
		env.ExecuteWorkflow(workflows.OrderLifecycle, in)
		require.NoError(t, env.GetWorkflowError())
		require.Equal(t, map[string]int{"P1": 2, "P2": 1}, calls.calls)
	})
}
