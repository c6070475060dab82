package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/storetest"
)

// parts lists n SKUs with ten units each, and pushes their levels.
func parts(t testing.TB, s *store.Store, n int) (skus []string) {
	t.Helper()
	for i := range n {
		skus = append(skus, fmt.Sprintf("sku-%02d", i))
	}
	change(t, s, "open", "", 10, skus...)
	link(t, s, skus...)
	for _, a := range []string{"amazon-uk", "ebay-uk", "shopify-uk"} {
		require.Len(t, push(t, s, a), n)
	}
	return skus
}

// change changes the stock on hand of the SKUs by a difference, with a cause.
func change(t testing.TB, s *store.Store, key string, cause stock.Cause, by int, skus ...string) {
	t.Helper()
	var changes []stock.Change
	for _, sku := range skus {
		changes = append(changes, stock.Change{Key: key + sku, SKU: sku, Location: "main", Kind: stock.Adjust, Quantity: by, Cause: cause})
	}
	_, err := s.Ledger.ApplyStock(context.Background(), changes)
	require.NoError(t, err)
}

func held(t testing.TB, s *store.Store, account string) []levels.HeldLevel {
	t.Helper()
	list, err := s.Levels.HeldLevels(context.Background(), account, "", 0)
	require.NoError(t, err)
	return list
}

func open(t testing.TB, s *store.Store, account string) map[incident.Kind]int {
	t.Helper()
	list, err := s.Incidents.List(context.Background(), account, false)
	require.NoError(t, err)
	out := map[incident.Kind]int{}
	for _, i := range list {
		out[i.Kind] += i.Subjects
	}
	return out
}

func TestACountThatEmptiesManyLevelsIsHeldAndSalesGoThrough(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		skus := parts(t, s, 30)
		change(t, s, "count", stock.ByCount, -10, skus[:21]...)
		require.Empty(t, push(t, s, "amazon-uk"), "nothing is sent for a count that empties 21 levels")
		require.Len(t, held(t, s, "amazon-uk"), 21)
		require.Equal(t, 21, open(t, s, "amazon-uk")[incident.Brake])
		offered, err := s.Products.Offered(ctx, skus[20:22])
		require.NoError(t, err)
		for n, sku := range skus[20:22] {
			l := offered[sku].Links[0]
			require.Equal(t, n == 0, l.Held, sku)
			require.Equal(t, 10, l.Sent, sku)
		}

		save(t, s, "ebay-uk", sale("ebay-uk", "1", 1, units(skus[0], 3)))
		require.Equal(t, map[string]int{"amazon-uk:" + skus[0]: 7}, push(t, s, "amazon-uk"), "the sale goes through, the count stays held")
		save(t, s, "ebay-uk", sale("ebay-uk", "2", 2, units(skus[0], 7)))
		require.Equal(t, map[string]int{"amazon-uk:" + skus[0]: 0}, push(t, s, "amazon-uk"), "a sell-out is sent at once")

		change(t, s, "found", stock.ByCount, 8, skus[1:5]...)
		require.Len(t, held(t, s, "amazon-uk"), 17, "a correction releases by itself")
		require.Equal(t, map[string]int{"amazon-uk:sku-01": 8, "amazon-uk:sku-02": 8, "amazon-uk:sku-03": 8, "amazon-uk:sku-04": 8}, push(t, s, "amazon-uk"))

		n, err := s.Levels.ReleaseHeld(ctx, "amazon-uk", []string{"amazon-uk:sku-05"})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, map[string]int{"amazon-uk:sku-05": 0}, push(t, s, "amazon-uk"))
		n, err = s.Levels.ReleaseHeld(ctx, "amazon-uk", nil)
		require.NoError(t, err)
		require.Equal(t, 16, n)
		require.Len(t, push(t, s, "amazon-uk"), 16)
		require.Zero(t, open(t, s, "amazon-uk")[incident.Brake])
		require.Equal(t, 17, open(t, s, "ebay-uk")[incident.Brake], "each account is released for itself")
	})
}

func TestFewRiskyLevelsAreSent(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		skus := parts(t, s, 30)
		change(t, s, "count", stock.ByCount, -10, skus[:20]...)
		require.Len(t, push(t, s, "amazon-uk"), 20)
		require.Empty(t, held(t, s, ""))
		change(t, s, "by hand", stock.ByStock, -10, skus[20:]...)
		require.Len(t, push(t, s, "amazon-uk"), 10, "what a person books by hand is meant")
	})
}

// The parts of an import are one change: the brake must also hold the first ones, and an import that is killed in the
// middle leaves them held until it is run again.
func TestThePartsOfAnImportAreDecidedTogether(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		skus := parts(t, s, 30)
		for i := 0; i < 24; i += 6 {
			change(t, s, "import", stock.ByImport, -10, skus[i:i+6]...)
			require.Empty(t, push(t, s, "amazon-uk"), "part %d", i)
		}
		require.Zero(t, open(t, s, "amazon-uk")[incident.Brake], "nobody is called before the import is complete")
		dirty, err := s.Levels.DecideHeld(ctx, time.Hour)
		require.NoError(t, err)
		require.Empty(t, dirty, "the sweep leaves an import its time")
		dirty, err = s.Levels.DecideHeld(ctx, 0)
		require.NoError(t, err)
		require.Empty(t, dirty)
		require.Equal(t, 24, open(t, s, "amazon-uk")[incident.Brake])

		change(t, s, "few", stock.ByImport, 60, skus[24:]...)
		_, err = s.Levels.DecideHeld(ctx, 0)
		require.NoError(t, err)
		require.Len(t, held(t, s, "amazon-uk"), 30, "those that are held already count")
	})
}

func TestASmallImportIsSentOnceItIsComplete(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		skus := parts(t, s, 5)
		change(t, s, "import", stock.ByImport, -10, skus...)
		dirty, err := s.Levels.DecideHeld(context.Background(), 0)
		require.NoError(t, err)
		require.Equal(t, []string{"amazon-uk", "ebay-uk", "shopify-uk"}, dirty)
		require.Len(t, push(t, s, "amazon-uk"), 5)
	})
}

// A level that a sale has made dirty, and that was not sent yet, must not be held by the brake that comes after it.
func TestASaleThatWaitsIsNotHeldByWhatComesAfterIt(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		skus := parts(t, s, 21)
		save(t, s, "ebay-uk", sale("ebay-uk", "1", 1, units(skus[3], 4)))
		change(t, s, "count", stock.ByCount, 90, skus...)
		require.Equal(t, map[string]int{"amazon-uk:" + skus[3]: 6}, push(t, s, "amazon-uk"))
	})
}

func TestASettingAndALinkAreBrakedToo(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		skus := parts(t, s, 21)
		settings := storetest.Accounts()
		settings[0].Cap, settings[1].Buffer = 0, 10
		require.NoError(t, s.Settings.SaveAccounts(ctx, settings))
		require.Empty(t, push(t, s, "amazon-uk"), "cap 0")
		require.Empty(t, push(t, s, "ebay-uk"), "buffer 10")
		save(t, s, "shopify-uk", sale("shopify-uk", "1", 1, units(skus[0], 2)))
		require.Equal(t, map[string]int{"amazon-uk:" + skus[0]: 8}, push(t, s, "amazon-uk"))
		require.Equal(t, map[string]int{"ebay-uk:" + skus[0]: 8}, push(t, s, "ebay-uk"))
		require.NoError(t, s.Settings.SaveAccounts(ctx, storetest.Accounts()))
		require.Empty(t, held(t, s, ""), "the settings are put right")

		var listings []channel.Listed
		var list []links.Link
		for i := range 25 {
			sku := fmt.Sprintf("new-%02d", i)
			listings = append(listings, channel.Listed{SKU: sku, ListingID: sku, Ref: sku, State: channel.ListingLive, Quantity: 5})
			list = append(list, links.Link{Account: "amazon-uk", ChannelSKU: sku, SKU: "nothing-of-" + sku, ListingRef: sku})
		}
		_, err := s.Links.SaveListings(ctx, links.ListingsPage{Account: "amazon-uk", RunID: "r", SeenAt: time.Now(), Listings: listings, Last: true})
		require.NoError(t, err)
		push(t, s, "amazon-uk")
		for _, l := range list {
			require.NoError(t, s.Links.SaveLinksPart(ctx, []links.Link{l}))
		}
		_, err = s.Levels.DecideHeld(ctx, 0)
		require.NoError(t, err)
		require.Empty(t, push(t, s, "amazon-uk"), "25 listings of nothing would be emptied")
		require.Len(t, held(t, s, "amazon-uk"), 25)
		save(t, s, "amazon-uk", order.Snapshot{ID: "n1", Reference: "n1", PlacedAt: epoch, UpdatedAt: epoch, Paid: true, Fulfilment: order.FulfilmentUnshipped,
			Currency: "GBP", Lines: []order.SnapshotLine{{ID: "n1-1", SKU: "new-00", Quantity: 2}}})
		require.Equal(t, map[string]int{"new-00": 3}, push(t, s, "amazon-uk"), "what it lists less what was sold")
	})
}
