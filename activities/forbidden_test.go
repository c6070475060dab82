package activities_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/internal/store/settings"
)

// enumerating is a refusing connection to a channel that can list the ids of its orders.
type enumerating struct{ *refusing }

func (e enumerating) OrderIDs(ctx context.Context, _ channel.IDsQuery) (channel.IDsPage, error) {
	return channel.IDsPage{}, e.ask(ctx)
}

// A role for reports, or for past orders, may be missing while new orders can be read: not to read them would oversell. A scan that is refused
// itself pauses the reading of orders, and nothing else.
func TestOnlyAScansOwnRefusalPausesTheReadingOfOrders(t *testing.T) {
	t.Parallel()
	window := backfill.Range{From: time.Now().UTC().Add(-48 * time.Hour).Truncate(time.Second), To: time.Now().UTC().Truncate(time.Second)}
	ids := func(s *shop, budget channel.Operation) *channel.Fault {
		a := &activities.Coverage{Environment: s.environment}
		return do[activities.ListIDsOutput](s, a.ListOrderIDs, activities.ListIDsInput{Account: account, RunID: "ids", Started: time.Now(), Window: window, Budget: budget}).Fault
	}
	for name, tc := range map[string]struct {
		ask    func(*shop) *channel.Fault
		pauses bool
	}{
		"a backfill": {func(s *shop) *channel.Fault {
			a := &activities.Orders{Environment: s.environment, Lifecycles: s.caller, Pushes: s.caller}
			return do[activities.BackfillOutput](s, a.BackfillPage, activities.BackfillPageInput{Account: account, RunID: "past", Records: backfill.Orders, Window: window}).Fault
		}, false},
		"a list of ids": {func(s *shop) *channel.Fault { return ids(s, channel.OpOrders) }, false},
		"a report":      {func(s *shop) *channel.Fault { return ids(s, channel.OpReport) }, false},
		"a scan": {func(s *shop) *channel.Fault {
			a := &activities.Orders{Environment: s.environment, Lifecycles: s.caller, Pushes: s.caller}
			return do[activities.PageOutput](s, a.SyncOrdersPage, activities.PageInput{Account: account, RunID: "scan", Started: time.Now()}).Fault
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, conn := openRefusing(t, func(context.Context) error {
				f := channel.NewFault(channel.Config, "readOrders", "")
				f.Status, f.Code = 403, "Unauthorized"
				return f
			})
			s.environment.Connections[account] = enumerating{conn}
			require.Equal(t, 403, tc.ask(s).Status)
			require.Equal(t, 1, conn.calls)
			acc, err := s.store.Accounts.Account(t.Context(), account)
			require.NoError(t, err)
			require.False(t, acc.Paused)
			if !tc.pauses {
				require.Empty(t, acc.PausedWork)
				return
			}
			require.Equal(t, "orders paused", acc.PausedText())
			require.Contains(t, acc.PausedWork[0].Reason, "the channel forbids it: ")
		})
	}
}

// shipping is a channel that refuses the account every package.
type shipping struct{ channel.Connection }

func (shipping) ConfirmShipment(context.Context, channel.Shipment) (channel.Confirmation, error) {
	f := channel.NewFault(channel.Config, "confirmShipment", "")
	f.Status, f.Code = 403, "Unauthorized"
	return channel.Confirmation{}, f
}

// One order may be refused for what it is. Once three packages wait after the same refusal it is the account that is refused: the next one is
// not even sent, and no other kind of work is held up.
func TestThreePackagesThatWaitAfterTheSameRefusalPauseShipments(t *testing.T) {
	t.Parallel()
	s, ctx := openStore(t, channel.EBay), t.Context()
	_, err := s.store.Settings.GoLive(ctx, account, settings.Live{By: "test"})
	require.NoError(t, err)
	s.environment.Connections[account] = shipping{}
	require.NoError(t, s.store.Links.SaveLinks(ctx, []links.Link{{Account: account, ChannelSKU: "LAMP", SKU: "lamp"}}))
	_, err = s.store.Ledger.ApplyStock(ctx, []stock.Change{{Key: "open", SKU: "lamp", Location: "main", Kind: stock.Opening, Quantity: 9}})
	require.NoError(t, err)
	a := &activities.Shipments{Environment: s.environment}
	sent := func(id string) (message.OrderKey, *channel.Fault) {
		s.saveOrders(placedOrder(id, order.FulfilmentUnshipped))
		found, err := s.store.Orders.Find(ctx, orders.OrderFilter{Account: account, Reference: id, Limit: 1})
		require.NoError(t, err)
		key := found[0].Key
		p := shipment.Package{ID: "P1", Label: "L" + id, Carrier: "Royal Mail", TrackingNumber: "T" + id, ShippedAt: time.Now(), Contents: []shipment.Content{{LineID: id + "-1", Quantity: 1}}}
		require.NoError(t, s.store.Packages.SavePackages(ctx, key.RowID, []shipment.Package{p}))
		_, err = s.store.Packages.ProcessPackage(ctx, key.RowID, "P1")
		require.NoError(t, err)
		return key, do[activities.SendOutput](s, a.SendPackage, activities.SendInput{Order: key, PackageID: "P1"}).Fault
	}
	paused := func() string {
		acc, err := s.store.Accounts.Account(ctx, account)
		require.NoError(t, err)
		return acc.PausedText()
	}
	for _, id := range []string{"1", "2", "3"} {
		key, fault := sent(id)
		require.Equal(t, "Unauthorized", fault.Code)
		require.Empty(t, paused(), "fewer than three wait")
		parked, err := s.store.Packages.Park(ctx, packages.Waiting{OrderRow: key.RowID, PackageID: "P1", WorkflowID: message.ShipmentWorkflowID(account, id, "P1"),
			HandsOver: "default-test-workflow-id", Since: time.Now(), Fault: fault})
		require.NoError(t, err)
		require.True(t, parked)
	}
	_, fault := sent("4")
	require.Equal(t, "Unauthorized", fault.Code)
	require.Equal(t, "shipments paused", paused())
	_, fault = sent("5")
	require.Equal(t, activities.CodePaused, fault.Code)
}
