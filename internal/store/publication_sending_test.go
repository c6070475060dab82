package store_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/storetest"
)

// A sent item is marked as sent until its answer is saved, and its level is sent again; an item that was not sent
// needs nothing later.
func TestWhatWasSentIsKnown(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 3))
		require.NoError(t, s.Links.SaveLinks(ctx, []links.Link{
			{Account: "ebay-uk", ChannelSKU: "MUG-1", SKU: "MUG-1", ListingRef: "ref-MUG-1"},
			{Account: "ebay-uk", ChannelSKU: "MUG-2", SKU: "MUG-2", ListingRef: "ref-MUG-2"},
			{Account: "ebay-uk", ChannelSKU: "MUG-3", SKU: "ELSE", ListingRef: "ref-ELSE"},
		}))
		receive(t, s, "r1", "MUG-1", 4)
		push(t, s, "ebay-uk")
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		goods, _, err := s.Publications.GoodsToCheck(ctx, "run-1", "", 10)
		require.NoError(t, err)
		require.Equal(t, map[string]string{"MUG-3": "ELSE"}, goods[0].LinkedElsewhere)
		_, err = s.Publications.SaveChecks(ctx, "run-1", []publications.ItemVerdict{
			{Product: "MUG", SKU: "MUG-1", Step: listing.Validated, Plan: "put", Hash: "1"}, {Product: "MUG", SKU: "MUG-2", Step: listing.Validated, Hash: "2"},
		})
		require.NoError(t, err)
		sent := []publications.SentSKU{{Product: "MUG", SKU: "MUG-1", Level: true}}
		require.NoError(t, s.Publications.Sending(ctx, "run-1", sent))
		marked := func() map[string]bool {
			goods, _, err := s.Publications.GoodsToSubmit(ctx, "run-1", "", 10)
			require.NoError(t, err)
			require.Equal(t, map[string]string{"MUG-1": "put"}, goods[0].Plans)
			return goods[0].Sent
		}
		require.Equal(t, map[string]bool{"MUG-1": true}, marked())
		require.NoError(t, s.Publications.NotSent(ctx, "run-1", sent))
		require.Empty(t, marked())
		require.NoError(t, s.Publications.Sending(ctx, "run-1", sent))
		accept(t, s, "run-1", "MUG-1", "MUG-2")
		all, err := s.Publications.AcceptedListings(ctx, "ebay-uk", later(), 10)
		require.NoError(t, err)
		require.Len(t, all, 2)
		for _, a := range all {
			require.Equal(t, a.SKU == "MUG-2", a.SentAt.IsZero(), a.SKU)
		}
		levels, err := s.Levels.DirtyLevels(ctx, "ebay-uk", 10)
		require.NoError(t, err)
		require.Len(t, levels, 1, "only with MUG-1 went a quantity")
		require.Equal(t, "MUG-1", levels[0].ChannelSKU)

		for range 7 {
			_, err = s.Publications.SaveListedSteps(ctx, []publications.ListedStep{{AcceptedListing: all[0], Unapplied: true}})
			require.NoError(t, err)
		}
		lost := item(t, s, "run-1", "MUG-1")
		require.Equal(t, publication.CodeNotListed, lost.Code)
		require.Contains(t, lost.Issues[0].Message, "never applied")
	})
}
