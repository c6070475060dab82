package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/internal/store/storetest"
)

const ended = "ebay-uk:sku-00"

// toEnd are the listings that are at 0 and due.
func toEnd(t *testing.T, s *store.Store) []string {
	t.Helper()
	skus, err := s.Levels.ToEnd(t.Context(), "ebay-uk", time.Now().Add(time.Hour), 10)
	require.NoError(t, err)
	return skus
}

// toPutUp are the listings that were ended and have changed, with their levels.
func toPutUp(t *testing.T, s *store.Store, may bool) map[string]int {
	t.Helper()
	list, err := s.Levels.ToPutUp(t.Context(), "ebay-uk", may, time.Now(), 10)
	require.NoError(t, err)
	out := map[string]int{}
	for _, e := range list {
		out[e.ChannelSKU] = e.Quantity
		require.Equal(t, "group", e.Whole)
	}
	return out
}

// saveEnded saves the answer of a channel that has ended the listing.
func saveEnded(t *testing.T, s *store.Store) int {
	t.Helper()
	n, err := s.Levels.SaveEnded(t.Context(), "ebay-uk", "run", []levels.ZeroOutcome{{ChannelSKU: ended, Whole: "group"}})
	require.NoError(t, err)
	return n
}

// Each step may be repeated, and is only taken when it is due: at 0 as the channel has accepted it, nothing newer, all of the listing. While a listing is ended its level is not
// sent; put up again under another id it is sent.
func TestAListingIsEndedAtZeroAndPutUpAgain(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		skus := parts(t, s, 2)
		require.NoError(t, s.Links.SaveLinks(ctx, []links.Link{{Account: "ebay-uk", ChannelSKU: ended, SKU: "sku-00", ListingRef: "offer-1"}}))
		_, err := s.Links.SaveListings(ctx, links.ListingsPage{Account: "ebay-uk", RunID: "import", SeenAt: time.Now(), Listings: []channel.Listed{
			{SKU: ended, Ref: "offer-1", ListingID: "110", State: channel.ListingLive, Quantity: 10},
		}})
		require.NoError(t, err)
		push(t, s, "ebay-uk")
		require.Empty(t, toEnd(t, s))
		_, err = s.Ledger.ApplyStock(ctx, []stock.Change{{Key: "sold", SKU: "sku-00", Location: "main", Kind: stock.Count, Quantity: 0, Cause: stock.ByStock}})
		require.NoError(t, err)
		require.Empty(t, toEnd(t, s), "the channel has not accepted it")
		push(t, s, "ebay-uk")
		require.Equal(t, []string{ended}, toEnd(t, s))
		none, err := s.Levels.ToEnd(ctx, "ebay-uk", time.Time{}, 10)
		require.NoError(t, err)
		require.Empty(t, none, "an account that ends nothing")

		started, err := s.Levels.StartEnding(ctx, "ebay-uk", "group", []string{ended, "ebay-uk:sku-01"}, time.Now().Add(time.Hour))
		require.NoError(t, err)
		require.False(t, started, "the other has stock")
		require.Empty(t, toEnd(t, s), "not asked again as it is")
		require.Zero(t, saveEnded(t, s), "what we did not ask for is not ours")
		change(t, s, "more", stock.ByStock, 1, "sku-00")
		change(t, s, "less", stock.ByStock, -1, "sku-00")
		push(t, s, "ebay-uk")
		for range 2 {
			require.Equal(t, []string{ended}, toEnd(t, s))
			started, err = s.Levels.StartEnding(ctx, "ebay-uk", "group", []string{ended}, time.Now().Add(time.Hour))
			require.NoError(t, err)
			require.True(t, started)
		}
		require.Equal(t, 1, saveEnded(t, s))
		require.Zero(t, saveEnded(t, s))
		require.Empty(t, toEnd(t, s))
		require.Empty(t, toPutUp(t, s, true))
		shown, err := s.Links.Listings(ctx, "ebay-uk", ended)
		require.NoError(t, err)
		require.Equal(t, listing.StateEnded, shown[0].State)

		change(t, s, "back", stock.ByStock, 5, skus...)
		require.NotContains(t, push(t, s, "ebay-uk"), ended, "it is not sent while it is ended")
		require.Equal(t, map[string]int{ended: 5}, toPutUp(t, s, false))
		list, err := s.Levels.ToPutUp(ctx, "ebay-uk", false, time.Now(), 10)
		require.NoError(t, err)
		stays := levels.UpOutcome{ChannelSKU: ended, Version: list[0].Version, Quantity: 5}
		_, err = s.Levels.SavePutUp(ctx, "ebay-uk", "run", []levels.UpOutcome{stays})
		require.NoError(t, err)
		require.Empty(t, toPutUp(t, s, false), "nobody is told twice")
		stay, err := s.Levels.StayEnded(ctx, 5)
		require.NoError(t, err)
		require.Equal(t, 1, stay["ebay-uk"].Listings)
		detail, err := s.Ledger.StockDetail(ctx, "sku-00")
		require.NoError(t, err)
		require.False(t, detail.Lists[1].EndedAt.IsZero())
		rows, err := s.Links.LinkRows(ctx, links.LinkFilter{View: links.LinksLinked, Account: "ebay-uk", Limit: 5})
		require.NoError(t, err)
		require.False(t, rows[0].EndedAt.IsZero())
		require.True(t, rows[1].EndedAt.IsZero())

		require.Equal(t, map[string]int{ended: 5}, toPutUp(t, s, true), "once it may be")
		up := levels.UpOutcome{ChannelSKU: ended, Version: stays.Version, Quantity: 5, Up: true, ListingID: "220"}
		for range 2 {
			_, err = s.Levels.SavePutUp(ctx, "ebay-uk", "run", []levels.UpOutcome{up})
			require.NoError(t, err)
		}
		require.Empty(t, toPutUp(t, s, true))
		require.Equal(t, 5, push(t, s, "ebay-uk")[ended], "its level is sent once more")
		shown, err = s.Links.Listings(ctx, "ebay-uk", ended)
		require.NoError(t, err)
		live := map[string]int{}
		for _, l := range shown {
			if l.GoneAt.IsZero() && l.State == listing.StateLive {
				live[l.ListingID] = l.Quantity
			}
		}
		require.Equal(t, map[string]int{"220": 5}, live)
	})
}

// An account that observes ends nothing, but for its sample.
func TestAnAccountThatObservesEndsNothing(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		parts(t, s, 2)
		_, err := s.Ledger.ApplyStock(ctx, []stock.Change{
			{Key: "none-0", SKU: "sku-00", Location: "main", Kind: stock.Count, Quantity: 0, Cause: stock.ByStock},
			{Key: "none-1", SKU: "sku-01", Location: "main", Kind: stock.Count, Quantity: 0, Cause: stock.ByStock},
		})
		require.NoError(t, err)
		push(t, s, "ebay-uk")
		require.Len(t, toEnd(t, s), 2)
		_, err = s.Settings.Observe(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Empty(t, toEnd(t, s))
		_, err = s.Settings.GoLiveSample(ctx, "ebay-uk", []string{ended}, settings.Live{By: "ann"})
		require.NoError(t, err)
		push(t, s, "ebay-uk")
		require.Equal(t, []string{ended}, toEnd(t, s))
	})
}
