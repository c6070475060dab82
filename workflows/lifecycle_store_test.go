package workflows_test

import (
	"context"
	gosync "sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/testsuite"
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

// sendsWith returns an environment for the lifecycle of an order whose packages are sent and parked by the real activities.
func sendsWith(t *testing.T, of message.OrderKey, e activities.Environment) *testsuite.TestWorkflowEnvironment {
	t.Helper()
	ships := &activities.Shipments{Environment: e}
	env := newEnv(t)
	env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: message.OrderWorkflowID(of.Account.ID, of.OrderID)})
	env.RegisterWorkflowWithOptions(workflows.ShipmentSync, workflow.RegisterOptions{Name: message.WorkflowShipmentSync})
	for name, do := range map[message.Activity]any{
		message.ActivitySendPackage: ships.SendPackage, message.ActivityParkPackage: ships.ParkPackage, message.ActivityUnparkPackage: ships.UnparkPackage,
	} {
		env.RegisterActivityWithOptions(do, activity.RegisterOptions{Name: string(name)})
	}
	return env
}

// A package that needs no sending any more ends its shipment sync also while its account may not send: the sync would try it again
// and again, as nothing parks it.
func TestAPackageThatNeedsNoSendingEndsAlsoWhileItsAccountIsPaused(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		of := twoPackages(t, s)
		calls := &counter{refuses: map[string]bool{"P1": true, "P2": true}, calls: map[string]int{}}
		env := sendsWith(t, of, activities.Environment{Store: s, Connections: activities.Connections{"ebay-uk": calls}})
		env.RegisterDelayedCallback(func() {
			_, err := s.Accounts.Pause(t.Context(), "ebay-uk", "holidays")
			require.NoError(t, err)
			for _, id := range []string{"P1", "P2"} {
				_, err = s.Packages.ForgetPackage(t.Context(), of.RowID, id, "Ann")
				require.NoError(t, err)
				require.NoError(t, env.SignalWorkflowByID(message.ShipmentWorkflowID(of.Account.ID, of.OrderID, id), message.SignalOrderChanged, nil))
			}
		}, time.Hour)
		env.RegisterDelayedCallback(func() {
			parked, err := s.Incidents.ParkedList(t.Context(), "")
			require.NoError(t, err)
			require.Empty(t, parked)
			env.SignalWorkflow(message.SignalChannelChanged, message.OrderChange{State: order.Completed, Version: 2})
		}, 2*time.Hour)
		in := current(t, order.Processed, "P1", "P2")
		in.Order = of
		env.ExecuteWorkflow(workflows.OrderLifecycle, in)
		require.True(t, env.IsWorkflowCompleted())
		require.NoError(t, env.GetWorkflowError())
		require.Equal(t, map[string]int{"P1": 1, "P2": 1}, calls.calls)
	})
}

// Case A4 with real activities and both databases: P1 is refused for good and P2 is good. P2 is confirmed at once and P1 parked; a
// retry of P1, when the channel has changed its mind, sends P1 and nothing else.
func TestAPackageIsParkedNotItsOrder(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		of := twoPackages(t, s)
		calls := &counter{refuses: map[string]bool{"P1": true}, calls: map[string]int{}}
		env := sendsWith(t, of, activities.Environment{Store: s, Connections: activities.Connections{"ebay-uk": calls}})
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
