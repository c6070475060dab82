package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/internal/store/storetest"
)

func TestAnAccountThatObservesReservesAndSendsNothing(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		changed, err := s.Settings.Observe(ctx, "amazon-uk")
		require.NoError(t, err)
		require.True(t, changed)
		change(t, s, "open", "", 10, "A")
		link(t, s, "A")
		save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("A", 2)))
		require.Equal(t, 2, level(t, s, "A").Reserved)
		n, err := s.Levels.DirtyCount(ctx, "amazon-uk")
		require.NoError(t, err)
		require.Zero(t, n)
		require.Empty(t, push(t, s, "amazon-uk"))
		woken, err := s.Levels.DirtyAccounts(ctx, time.Now().Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, []string{"ebay-uk", "shopify-uk"}, woken)

		require.NoError(t, s.Settings.SaveAccounts(ctx, storetest.Accounts()))
		changed, err = s.Settings.GoLive(ctx, "amazon-uk", settings.Live{By: "test"})
		require.NoError(t, err)
		require.True(t, changed, "saving the settings again leaves it observing")
		changed, err = s.Settings.GoLive(ctx, "amazon-uk", settings.Live{By: "test"})
		require.NoError(t, err)
		require.False(t, changed)
		require.Equal(t, map[string]int{"amazon-uk:A": 8}, push(t, s, "amazon-uk"))
	})
}

// An older tool has reported it to the channel: it must not be sent again when the account goes live.
func TestAHeldPackageThatTheChannelShowsAsShippedIsConfirmed(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		_, err := s.Settings.Observe(ctx, "amazon-uk")
		require.NoError(t, err)
		change(t, s, "open", "", 10, "A")
		link(t, s, "A")
		first := sale("amazon-uk", "1", 1, units("A", 2))
		save(t, s, "amazon-uk", first, sale("amazon-uk", "2", 1, units("A", 3)))
		for _, id := range []string{"1", "2"} {
			process(t, s, rowID(t, s, "amazon-uk", id), pack("p"+id, content(id+"-1", detail(t, s, "amazon-uk", id).Lines[0].Quantity)))
		}
		held, err := s.Settings.HeldPackages(ctx, "amazon-uk", 0, 0)
		require.NoError(t, err)
		require.Len(t, held, 2)

		first.Fulfilment, first.UpdatedAt = order.FulfilmentShipped, first.UpdatedAt.Add(time.Hour)
		save(t, s, "amazon-uk", first)
		d := detail(t, s, "amazon-uk", "1")
		require.Equal(t, shipment.Confirmed, d.Packages[0].State)
		require.Equal(t, order.Completed, d.State)
		require.Zero(t, d.Packages[0].Attempts)

		out, err := s.Packages.ForgetPackage(ctx, held[1].RowID, held[1].PackageID, "ann")
		require.NoError(t, err)
		require.Equal(t, order.Shipped, out.State)
		_, err = s.Packages.ForgetPackage(ctx, held[1].RowID, held[1].PackageID, "bob")
		require.NoError(t, err)
		held, err = s.Settings.HeldPackages(ctx, "amazon-uk", 0, 0)
		require.NoError(t, err)
		require.Empty(t, held)
		require.Equal(t, 5, level(t, s, "A").OnHand)
	})
}

func TestTheDiffComparesWhatIsListedWithWhatWouldBe(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		_, err := s.Settings.Observe(ctx, "amazon-uk")
		require.NoError(t, err)
		change(t, s, "open", "", 10, "same", "up", "down")
		link(t, s, "same", "up", "down", "zero", "unknown", "fba")
		var listings []channel.Listed
		for sku, n := range map[string]int{"same": 10, "up": 3, "down": 12, "zero": 4, "fba": 7, "stranger": 1} {
			listings = append(listings, channel.Listed{SKU: "amazon-uk:" + sku, ListingID: sku, Ref: "ref-" + sku, Title: sku, State: channel.ListingLive, Quantity: n, ChannelFulfils: sku == "fba"})
		}
		listings = append(listings, channel.Listed{ListingID: "nameless", State: channel.ListingLive})
		_, err = s.Links.SaveListings(ctx, links.ListingsPage{Account: "amazon-uk", RunID: "r", SeenAt: time.Now(), Listings: listings, Last: true})
		require.NoError(t, err)

		d, err := s.Levels.Diff(ctx, "amazon-uk", levels.DiffFilter{Limit: 3})
		require.NoError(t, err)
		require.Equal(t, map[stock.Difference]int{stock.Same: 1, stock.Up: 1, stock.Down: 1, stock.ToZero: 1, stock.NotOurs: 2, stock.Unlinked: 1, stock.Unknown: 1}, d.Counts)
		require.True(t, d.Imported && d.Stocked)
		require.Equal(t, []int{5, 1, 20}, []int{d.Listings, d.Risky, d.Bears})
		var seen []string
		for {
			for _, r := range d.Rows {
				seen = append(seen, r.ListingID+r.SKU)
			}
			if d.After == "" {
				break
			}
			d, err = s.Levels.Diff(ctx, "amazon-uk", levels.DiffFilter{Limit: 3, After: d.After})
			require.NoError(t, err)
		}
		require.Equal(t, []string{"nameless", "down", "fbafba", "same", "stranger", "unknown", "up", "zero"}, seen)
		d, err = s.Levels.Diff(ctx, "amazon-uk", levels.DiffFilter{Only: stock.ToZero})
		require.NoError(t, err)
		require.Len(t, d.Rows, 1)
		require.True(t, d.Rows[0].Risky)
		_, err = s.Levels.Diff(ctx, "amazon-uk", levels.DiffFilter{After: "x"})
		require.ErrorIs(t, err, store.ErrBadCursor)
	})
}

// An incident is written together with the change that causes it, and closed together with the change that ends it.
func TestIncidentsFollowTheirFacts(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		_, err := s.Accounts.Pause(ctx, "ebay-uk", "stock take")
		require.NoError(t, err)
		save(t, s, "ebay-uk", sale("ebay-uk", "1", 1, units("A", 3)), sale("ebay-uk", "2", 2, units("B", 1)))
		save(t, s, "sandbox", sale("sandbox", "3", 1, units("A", 3)))
		require.NoError(t, s.Incidents.Park(ctx, incidents.Parked{WorkflowID: "w", Account: "ebay-uk", Reference: "1", Since: epoch,
			Fault: &channel.Fault{ID: "f", Class: channel.Config, Code: "account-paused"}}))
		require.Equal(t, map[incident.Kind]int{incident.Paused: 1, incident.Unlinked: 4, incident.Parked: 1}, open(t, s, ""))

		change(t, s, "open", "", 10, "A", "B")
		link(t, s, "A")
		require.Equal(t, 1, open(t, s, "")[incident.Unlinked])
		link(t, s, "B")
		require.NoError(t, s.Incidents.Unpark(ctx, "w"))
		_, err = s.Accounts.Resume(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Empty(t, open(t, s, ""))
		all, err := s.Incidents.List(ctx, "ebay-uk", true)
		require.NoError(t, err)
		require.Len(t, all, 3, "what was is remembered")

		change(t, s, "count", stock.ByCount, -9, "A")
		require.Equal(t, map[incident.Kind]int{incident.Backordered: 2}, open(t, s, ""), "a count takes two reserved units away")
		change(t, s, "found", stock.ByStock, 9, "A")
		require.Empty(t, open(t, s, ""))
	})
}
