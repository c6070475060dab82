package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
)

// later is after everything that a test has saved.
func later() time.Time { return time.Now().Add(time.Hour) }

// item finds an item of a run.
func item(t testing.TB, s *store.Store, run, reference string) store.PublicationItem {
	t.Helper()
	page, err := s.PublicationItems(context.Background(), store.ItemFilter{Run: run, Limit: 1000})
	require.NoError(t, err)
	for _, i := range page.Items {
		if i.Reference == reference {
			return i
		}
	}
	require.Fail(t, "no item "+reference)
	return store.PublicationItem{}
}

func TestWhatTheChannelShowsOfAcceptedListings(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 3))
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		accept(t, s, "run-1", "MUG-1", "MUG-2", "MUG-3")
		early, err := s.AcceptedListings(ctx, "ebay-uk", epoch, 10)
		require.NoError(t, err)
		require.Empty(t, early)
		all, err := s.AcceptedListings(ctx, "ebay-uk", later(), 10)
		require.NoError(t, err)
		require.Len(t, all, 3)
		require.Equal(t, "MUG-1", all[0].ChannelSKU)

		steps := []store.ListedStep{{AcceptedListing: all[0], Step: listing.Live}, {AcceptedListing: all[1], Step: listing.Listed}, {AcceptedListing: all[2]}}
		counts, err := s.SaveListedSteps(ctx, steps)
		require.NoError(t, err)
		require.Equal(t, store.ListedCounts{Live: 1, Listed: 1, Waiting: 1}, counts)
		require.Equal(t, listing.Live, item(t, s, "run-1", "MUG-1").Step)
		require.Equal(t, listing.Accepted, item(t, s, "run-1", "MUG").Step, "as far as the least of its variants")
		for range 5 {
			counts, err = s.SaveListedSteps(ctx, steps)
			require.NoError(t, err)
			require.Equal(t, store.ListedCounts{Waiting: 1}, counts)
		}
		counts, err = s.SaveListedSteps(ctx, steps)
		require.NoError(t, err)
		require.Equal(t, store.ListedCounts{GivenUp: 1}, counts, "the seventh time")
		lost := item(t, s, "run-1", "MUG-3")
		require.Equal(t, store.ItemError, lost.Status)
		require.Equal(t, store.CodeNotListed, lost.Code)
		require.Equal(t, listing.Response, lost.Stage)
		require.Len(t, lost.Issues, 1)
		product := item(t, s, "run-1", "MUG")
		require.Equal(t, store.ItemDone, product.Status, "the error is its variant's")
		require.Equal(t, "1 of 3 variants are in error", product.Reason)
		require.Equal(t, listing.Listed, product.Step, "as far as the least of those that are done")
		p, err := s.Publication(ctx, "run-1")
		require.NoError(t, err)
		require.Equal(t, message.PublicationCounts{Items: 5, Done: 4, Refused: 1}, p.Counts)
		runs, err := s.Runs(ctx, store.RunFilter{ID: "run-1"})
		require.NoError(t, err)
		require.Equal(t, p.Counts.Run(), runs[0].Counts)
		left, err := s.AcceptedListings(ctx, "ebay-uk", later(), 10)
		require.NoError(t, err)
		require.Empty(t, left)
	})
}

// What is accepted anew is asked for anew, and an old answer does not count for it.
func TestOnlyTheNewestAcceptedItemIsReadBack(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 1))
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		accept(t, s, "run-1", "MUG-1")
		old, err := s.AcceptedListings(ctx, "ebay-uk", later(), 10)
		require.NoError(t, err)
		publish(t, s, "run-2", "ebay-uk", listing.Selection{})
		accept(t, s, "run-2", "MUG-1")
		counts, err := s.SaveListedSteps(ctx, []store.ListedStep{{AcceptedListing: old[0], Step: listing.Live}})
		require.NoError(t, err)
		require.Zero(t, counts)
		all, err := s.AcceptedListings(ctx, "ebay-uk", later(), 10)
		require.NoError(t, err)
		require.Len(t, all, 1)
		require.Equal(t, item(t, s, "run-2", "MUG-1").ID, all[0].Item)
		_, err = s.SaveListedSteps(ctx, []store.ListedStep{{AcceptedListing: all[0], Step: listing.Live}})
		require.NoError(t, err)
		require.Equal(t, listing.Live, item(t, s, "run-2", "MUG").Step, "with all its variants")
	})
}

// A test on a production account only validates: it makes no links, and nothing of it is to be seen.
func TestAPreviewListsNothing(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 1))
		publish(t, s, "run-1", "amazon-uk", listing.Selection{}, func(p *store.Publication) { p.Endpoint = channel.Test })
		accept(t, s, "run-1", "MUG-1")
		require.Equal(t, store.ItemDone, item(t, s, "run-1", "MUG-1").Status)
		links, err := s.Links(ctx, "amazon-uk", "", 10)
		require.NoError(t, err)
		require.Empty(t, links)
		all, err := s.AcceptedListings(ctx, "amazon-uk", later(), 10)
		require.NoError(t, err)
		require.Empty(t, all)

		// A sandbox is an account of its own, with links and listings of its own.
		publish(t, s, "run-2", "amazon-uk", listing.Selection{}, func(p *store.Publication) { p.Endpoint, p.Through = channel.Test, "sandbox" })
		accept(t, s, "run-2", "MUG-1")
		links, err = s.Links(ctx, "sandbox", "", 10)
		require.NoError(t, err)
		require.Equal(t, []store.Link{{Account: "sandbox", ChannelSKU: "MUG-1", SKU: "MUG-1", ListingRef: "ref-MUG-1"}}, links)
		all, err = s.AcceptedListings(ctx, "sandbox", later(), 10)
		require.NoError(t, err)
		require.Len(t, all, 1)
	})
}

// An accepted listing that has a link keeps it, and its level is sent to the new place.
func TestAcceptedListingsAreLinkedOnce(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 2))
		require.NoError(t, s.SaveLinks(ctx, []store.Link{{Account: "ebay-uk", ChannelSKU: "MUG-1", SKU: "MUG-1", ListingRef: "old"}}))
		receive(t, s, "r1", "MUG-1", 4)
		push(t, s, "ebay-uk")
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		accept(t, s, "run-1", "MUG-1", "MUG-2")
		levels, err := s.DirtyLevels(ctx, "ebay-uk", 10)
		require.NoError(t, err)
		refs := map[string]int{}
		for _, l := range levels {
			refs[l.ListingRef] = l.Quantity
		}
		require.Equal(t, map[string]int{"ref-MUG-1": 4, "ref-MUG-2": 0}, refs)
	})
}
