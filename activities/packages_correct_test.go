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
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/packages"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/settings"
)

// labels is a channel that takes corrections of packages and notes what each says. during is called while a call is under way; fail is its error.
type labels struct {
	channel.Connection
	told   []told
	during func()
	fail   error
}

// told is what a correction says: the carrier, the tracking number, and the one that the channel had.
type told struct{ carrier, number, was string }

func (l *labels) CorrectShipment(_ context.Context, s channel.Shipment, was string) (channel.Confirmation, error) {
	l.told = append(l.told, told{s.Carrier, s.TrackingNumber, was})
	if l.during != nil {
		l.during()
	}
	return channel.Confirmation{}, l.fail
}

// labelled is a shop whose channel has a package under the number T1, sent by its order's lifecycle.
type labelled struct {
	*shop
	channel *labels
	key     message.OrderKey
}

func openLabelled(t *testing.T) labelled {
	t.Helper()
	s, ctx := openStore(t, channel.Amazon), t.Context()
	_, err := s.store.Settings.GoLive(ctx, account, settings.Live{By: "test"})
	require.NoError(t, err)
	require.NoError(t, s.store.Links.SaveLinks(ctx, []links.Link{{Account: account, ChannelSKU: "LAMP", SKU: "lamp"}}))
	_, err = s.store.Ledger.ApplyStock(ctx, []stock.Change{{Key: "open", SKU: "lamp", Location: "main", Kind: stock.Opening, Quantity: 9}})
	require.NoError(t, err)
	s.saveOrders(placedOrder("1", order.FulfilmentUnshipped))
	found, err := s.store.Orders.Find(ctx, orders.OrderFilter{Account: account, Reference: "1", Limit: 1})
	require.NoError(t, err)
	row := found[0].Key.RowID
	p := shipment.Package{ID: "P1", Label: "L1", Carrier: "Royal Mail", TrackingNumber: "T1", ShippedAt: time.Now().Add(-time.Hour), Contents: []shipment.Content{{LineID: "1-1", Quantity: 1}}}
	require.NoError(t, s.store.Packages.SavePackages(ctx, row, []shipment.Package{p}))
	_, err = s.store.Packages.ProcessPackage(ctx, row, "P1")
	require.NoError(t, err)
	_, err = s.store.Packages.PreparePackage(ctx, row, "P1", message.OrderWorkflowID(account, "1"))
	require.NoError(t, err)
	_, err = s.store.Packages.PackageConfirmed(ctx, row, "P1", channel.Confirmation{})
	require.NoError(t, err)
	l := labelled{s, &labels{}, found[0].Key}
	s.environment.Connections[account] = l.channel
	return l
}

func (l labelled) correct(c shipment.Correction) {
	l.t.Helper()
	out, err := l.store.Packages.Correct(l.t.Context(), l.key.RowID, "P1", c, channel.Amazon)
	require.NoError(l.t, err)
	require.True(l.t, out.Tell)
}

// tell tells the channel of the correction, as the workflow for it does.
func (l labelled) tell() *channel.Fault {
	l.t.Helper()
	a := &activities.Shipments{Environment: l.environment}
	return do[activities.SendOutput](l.shop, a.SendPackage, activities.SendInput{Order: l.key, PackageID: "P1", Corrected: true}).Fault
}

// confirmed reports whether the package counts as confirmed where it is told what became of it, and is no longer to be corrected.
func (l labelled) confirmed() bool {
	l.t.Helper()
	states, err := l.store.Packages.States(l.t.Context(), []int64{l.key.RowID})
	require.NoError(l.t, err)
	left, err := l.store.Packages.Uncorrected(l.t.Context(), 9)
	require.NoError(l.t, err)
	is := states[l.key.RowID]["P1"] == shipment.Confirmed
	require.Equal(l.t, is, len(left) == 0, "what is not confirmed is found by the sweep")
	return is
}

// The number is right by then, and the carrier alone was wrong: it is told as well, and until then the package is on its way.
func TestAnotherCarrierDuringTheCallOfACorrectionIsToldToo(t *testing.T) {
	t.Parallel()
	l := openLabelled(t)
	run := runs.Run{ID: "sync", Kind: runs.RunShipments, Account: account, StartedAt: time.Now()}
	ended := func() (counts message.Counts, ended bool) {
		require.NoError(t, l.store.Packages.SettleSyncs(t.Context()))
		found, err := l.store.Runs.List(t.Context(), runs.RunFilter{ID: run.ID, Limit: 1})
		require.NoError(t, err)
		return found[0].Counts, found[0].Ended()
	}
	l.correct(shipment.Correction{TrackingNumber: "T2"})
	require.NoError(t, l.store.Packages.StartSync(t.Context(), run, []packages.Synced{{OrderRow: l.key.RowID, PackageID: "P1", Reference: "1", Since: time.Now()}}))
	l.channel.during = func() { l.correct(shipment.Correction{Carrier: "DHL"}) }
	require.Nil(t, l.tell())
	require.Equal(t, []told{{"Royal Mail", "T2", "T1"}}, l.channel.told)
	require.False(t, l.confirmed(), "the channel has the first carrier")
	_, over := ended()
	require.False(t, over, "the run that sends it is not over")

	l.channel.during = nil
	require.Nil(t, l.tell())
	require.Equal(t, told{"DHL", "T2", "T2"}, l.channel.told[1])
	require.True(t, l.confirmed())
	counts, over := ended()
	require.True(t, over)
	require.Equal(t, message.Counts{Seen: 1, Saved: 1}, counts)
	require.Nil(t, l.tell())
	require.Len(t, l.channel.told, 2, "the channel has what is right")
}

// A correction that was refused waits for a person, who gives another number: that one is told, and nothing is left as parked.
func TestASecondCorrectionOfAParkedOneIsTold(t *testing.T) {
	t.Parallel()
	l := openLabelled(t)
	l.correct(shipment.Correction{TrackingNumber: "T2"})
	l.channel.fail = channel.NewFault(channel.Invalid, "confirmShipment", "")
	a := &activities.Shipments{Environment: l.environment}
	park := activities.ParkInput{Order: l.key, PackageID: "P1", Since: time.Now(), Fault: l.tell(), Corrected: true}
	require.False(t, do[activities.ParkOutput](l.shop, a.ParkPackage, park).NoNeed)
	parked := func() int {
		list, err := l.store.Incidents.ParkedList(t.Context(), account)
		require.NoError(t, err)
		return len(list)
	}
	require.Equal(t, 1, parked())

	l.correct(shipment.Correction{TrackingNumber: "T3"})
	l.channel.fail = nil
	require.Nil(t, l.tell())
	require.Equal(t, []told{{"Royal Mail", "T2", "T1"}, {"Royal Mail", "T3", "T1"}}, l.channel.told)
	require.Zero(t, parked())
	require.True(t, l.confirmed())
}

// While the account is paused nothing is told, and the answer says so: the package has a sender, which is done with it, and no reason to think
// that it will tell the channel.
func TestACorrectionOnAPausedAccountIsNotCalledConfirmed(t *testing.T) {
	t.Parallel()
	l := openLabelled(t)
	l.correct(shipment.Correction{TrackingNumber: "T2"})
	_, err := l.store.Accounts.Pause(t.Context(), account, "holidays")
	require.NoError(t, err)
	fault := l.tell()
	require.NotNil(t, fault)
	require.Equal(t, activities.CodePaused, fault.Code)
	require.Empty(t, l.channel.told)
	require.False(t, l.confirmed())
	_, err = l.store.Accounts.Resume(t.Context(), account)
	require.NoError(t, err)
	require.Nil(t, l.tell())
	require.True(t, l.confirmed())
}

// What the channel does not show yet is sent again under the number that it has: under the right one, of which it is not told yet, Shopify would
// make a second fulfilment.
func TestWhatIsSentAgainBeforeItsCorrectionIsToldIsNoSecondShipment(t *testing.T) {
	t.Parallel()
	s := shopsOfAllChannels[channel.Shopify](t)
	ctx := t.Context()
	_, err := s.store.Settings.GoLive(ctx, account, settings.Live{By: "test"})
	require.NoError(t, err)
	require.NoError(t, s.market.List(ctx, []market.Listing{{SKU: "MUG", Title: "A mug", Price: 1000, Quantity: 9}}))
	require.NoError(t, s.store.Links.SaveLinks(ctx, []links.Link{{Account: account, ChannelSKU: "MUG", SKU: "MUG"}}))
	_, err = s.store.Ledger.ApplyStock(ctx, []stock.Change{{Key: "open", SKU: "MUG", Location: "main", Kind: stock.Opening, Quantity: 9}})
	require.NoError(t, err)
	row, _ := s.soldToPlanted()
	a := &activities.Shipments{Environment: s.environment}
	send := func(in activities.SendInput) {
		in.Order, in.PackageID = row.Key, "P1"
		require.Nil(t, do[activities.SendOutput](s, a.SendPackage, in).Fault)
	}
	send(activities.SendInput{})
	out, err := s.store.Packages.Correct(ctx, row.Key.RowID, "P1", shipment.Correction{TrackingNumber: "RIGHT", ShippedAt: time.Now()}, channel.Shopify)
	require.NoError(t, err)
	require.True(t, out.Tell)
	send(activities.SendInput{Unshown: true})
	send(activities.SendInput{Corrected: true})
	truth, err := s.market.Order(ctx, row.Key.OrderID)
	require.NoError(t, err)
	require.Len(t, truth.Shipments, 1)
	require.Equal(t, "RIGHT", truth.Shipments[0].TrackingNumber)
}
