package store_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store"
)

// What was sent says so until its answer is there, and its level is sent again; what was not sent needs nothing later.
func TestWhatWasSentIsKnown(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 3))
		require.NoError(t, s.SaveLinks(ctx, []store.Link{
			{Account: "ebay-uk", ChannelSKU: "MUG-1", SKU: "MUG-1", ListingRef: "ref-MUG-1"},
			{Account: "ebay-uk", ChannelSKU: "MUG-2", SKU: "MUG-2", ListingRef: "ref-MUG-2"},
			{Account: "ebay-uk", ChannelSKU: "MUG-3", SKU: "ELSE", ListingRef: "ref-ELSE"},
		}))
		receive(t, s, "r1", "MUG-1", 4)
		push(t, s, "ebay-uk")
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		goods, _, err := s.GoodsToCheck(ctx, "run-1", "", 10)
		require.NoError(t, err)
		require.Equal(t, map[string]string{"MUG-3": "ELSE"}, goods[0].Taken)
		_, err = s.SaveChecks(ctx, "run-1", []store.ItemVerdict{
			{Product: "MUG", SKU: "MUG-1", Step: listing.Validated, Plan: "put", Hash: "1"}, {Product: "MUG", SKU: "MUG-2", Step: listing.Validated, Hash: "2"},
		})
		require.NoError(t, err)
		sent := []store.SentSKU{{Product: "MUG", SKU: "MUG-1", Level: true}}
		require.NoError(t, s.Sending(ctx, "run-1", sent))
		marked := func() map[string]bool {
			goods, _, err := s.GoodsToSubmit(ctx, "run-1", "", 10)
			require.NoError(t, err)
			require.Equal(t, map[string]string{"MUG-1": "put"}, goods[0].Plans)
			return goods[0].Sent
		}
		require.Equal(t, map[string]bool{"MUG-1": true}, marked())
		require.NoError(t, s.NotSent(ctx, "run-1", sent))
		require.Empty(t, marked())
		require.NoError(t, s.Sending(ctx, "run-1", sent))
		accept(t, s, "run-1", "MUG-1", "MUG-2")
		all, err := s.AcceptedListings(ctx, "ebay-uk", later(), 10)
		require.NoError(t, err)
		require.Len(t, all, 2)
		for _, a := range all {
			require.Equal(t, a.SKU == "MUG-2", a.SentAt.IsZero(), a.SKU)
		}
		levels, err := s.DirtyLevels(ctx, "ebay-uk", 10)
		require.NoError(t, err)
		require.Len(t, levels, 1, "only with MUG-1 went a quantity")
		require.Equal(t, "MUG-1", levels[0].ChannelSKU)

		for range 7 {
			_, err = s.SaveListedSteps(ctx, []store.ListedStep{{AcceptedListing: all[0], Unapplied: true}})
			require.NoError(t, err)
		}
		lost := item(t, s, "run-1", "MUG-1")
		require.Equal(t, store.CodeNotListed, lost.Code)
		require.Contains(t, lost.Issues[0].Message, "never applied")
	})
}
