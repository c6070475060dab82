package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// later is a time after everything that a test has saved.
func later() time.Time { return time.Now().Add(time.Hour) }

// item returns an item of a run.
func item(t testing.TB, s *store.Store, run, reference string) publications.PublicationItem {
	t.Helper()
	page, err := s.Publications.PublicationItems(context.Background(), publications.ItemFilter{Run: run, Limit: 1000})
	require.NoError(t, err)
	for _, i := range page.Items {
		if i.Reference == reference {
			return i
		}
	}
	require.Fail(t, "no item "+reference)
	return publications.PublicationItem{}
}

func TestWhatTheChannelShowsOfAcceptedListings(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 3))
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		accept(t, s, "run-1", "MUG-1", "MUG-2", "MUG-3")
		early, err := s.Publications.AcceptedListings(ctx, "ebay-uk", epoch, 10)
		require.NoError(t, err)
		require.Empty(t, early)
		all, err := s.Publications.AcceptedListings(ctx, "ebay-uk", later(), 10)
		require.NoError(t, err)
		require.Len(t, all, 3)
		require.Equal(t, "MUG-1", all[0].ChannelSKU)

		steps := []publications.ListedStep{{AcceptedListing: all[0], Step: listing.Live}, {AcceptedListing: all[1], Step: listing.Listed}, {AcceptedListing: all[2]}}
		counts, err := s.Publications.SaveListedSteps(ctx, steps)
		require.NoError(t, err)
		require.Equal(t, publication.ListedCounts{Live: 1, Listed: 1, Waiting: 1}, counts)
		require.Equal(t, listing.Live, item(t, s, "run-1", "MUG-1").Step)
		require.Equal(t, listing.Accepted, item(t, s, "run-1", "MUG").Step, "as far as the least of its variants")
		for range 5 {
			counts, err = s.Publications.SaveListedSteps(ctx, steps)
			require.NoError(t, err)
			require.Equal(t, publication.ListedCounts{Waiting: 1}, counts)
		}
		counts, err = s.Publications.SaveListedSteps(ctx, steps)
		require.NoError(t, err)
		require.Equal(t, publication.ListedCounts{GivenUp: 1}, counts, "the seventh time")
		lost := item(t, s, "run-1", "MUG-3")
		require.Equal(t, runs.ItemError, lost.Status)
		require.Equal(t, publication.CodeNotListed, lost.Code)
		require.Equal(t, listing.Response, lost.Stage)
		require.Len(t, lost.Issues, 1)
		product := item(t, s, "run-1", "MUG")
		require.Equal(t, runs.ItemDone, product.Status, "the error is its variant's")
		require.Equal(t, "1 of 3 variants are in error", product.Reason)
		require.Equal(t, listing.Listed, product.Step, "as far as the least of those that are done")
		p, err := s.Publications.Publication(ctx, "run-1")
		require.NoError(t, err)
		require.Equal(t, message.PublicationCounts{Items: 5, Done: 4, Refused: 1}, p.Counts)
		list, err := s.Runs.List(ctx, runs.RunFilter{ID: "run-1"})
		require.NoError(t, err)
		require.Equal(t, message.PublicationRun(p.Counts), list[0].Counts)
		left, err := s.Publications.AcceptedListings(ctx, "ebay-uk", later(), 10)
		require.NoError(t, err)
		require.Empty(t, left)
	})
}

// An item that is accepted again is read back again, and an old answer does not count for it.
func TestOnlyTheNewestAcceptedItemIsReadBack(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 1))
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		accept(t, s, "run-1", "MUG-1")
		old, err := s.Publications.AcceptedListings(ctx, "ebay-uk", later(), 10)
		require.NoError(t, err)
		publish(t, s, "run-2", "ebay-uk", listing.Selection{})
		accept(t, s, "run-2", "MUG-1")
		counts, err := s.Publications.SaveListedSteps(ctx, []publications.ListedStep{{AcceptedListing: old[0], Step: listing.Live}})
		require.NoError(t, err)
		require.Zero(t, counts)
		all, err := s.Publications.AcceptedListings(ctx, "ebay-uk", later(), 10)
		require.NoError(t, err)
		require.Len(t, all, 1)
		require.Equal(t, item(t, s, "run-2", "MUG-1").ID, all[0].Item)
		_, err = s.Publications.SaveListedSteps(ctx, []publications.ListedStep{{AcceptedListing: all[0], Step: listing.Live}})
		require.NoError(t, err)
		require.Equal(t, listing.Live, item(t, s, "run-2", "MUG").Step, "with all its variants")
	})
}

// A test on Amazon only validates, with a production account and with an account that is itself for tests: it makes no links, and
// nothing of it is listed. A test on eBay or Shopify really lists.
func TestAPreviewListsNothing(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 1))
		test := func(run, account, through string) ([]links.Link, []publications.AcceptedListing) {
			publish(t, s, run, account, listing.Selection{}, func(p *publications.Publication) { p.Endpoint, p.Through = channel.Test, through })
			accept(t, s, run, "MUG-1")
			require.Equal(t, runs.ItemDone, item(t, s, run, "MUG-1").Status)
			list, err := s.Links.List(ctx, through, "", 10)
			require.NoError(t, err)
			accepted, err := s.Publications.AcceptedListings(ctx, through, later(), 10)
			require.NoError(t, err)
			return list, accepted
		}
		for run, through := range map[string]string{"run-1": "amazon-uk", "run-2": "sandbox"} {
			list, accepted := test(run, through, through)
			require.Empty(t, list, through)
			require.Empty(t, accepted, through)
		}

		// eBay's sandbox is an account of its own, with links and listings of its own.
		set(t, s, "late-uk", func(a *accounts.Account) { a.Endpoint = channel.Test })
		list, accepted := test("run-3", "ebay-uk", "late-uk")
		require.Equal(t, []links.Link{{Account: "late-uk", ChannelSKU: "MUG-1", SKU: "MUG-1", ListingRef: "ref-MUG-1"}}, list)
		require.Len(t, accepted, 1)
	})
}

// An accepted listing that has a link keeps it, and its level is sent to the new place.
func TestAcceptedListingsAreLinkedOnce(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 2))
		require.NoError(t, s.Links.SaveLinks(ctx, []links.Link{{Account: "ebay-uk", ChannelSKU: "MUG-1", SKU: "MUG-1", ListingRef: "old"}}))
		receive(t, s, "r1", "MUG-1", 4)
		push(t, s, "ebay-uk")
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		accept(t, s, "run-1", "MUG-1", "MUG-2")
		levels, err := s.Levels.DirtyLevels(ctx, "ebay-uk", 10)
		require.NoError(t, err)
		refs := map[string]int{}
		for _, l := range levels {
			refs[l.ListingRef] = l.Quantity
		}
		require.Equal(t, map[string]int{"ref-MUG-1": 4, "ref-MUG-2": 0}, refs)
	})
}

// Giving up listings of several runs counts all these runs anew, in as many statements as one.
func TestStatementsDoNotGrowWithTheRunsThatAreCountedAnew(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		keys := []string{"MUG", "CUP", "JUG"}
		for _, key := range keys {
			saveGoods(t, s, sized(key, 1))
			publish(t, s, "run-"+key, "ebay-uk", listing.Selection{Products: []string{key}})
			accept(t, s, "run-"+key, key+"-1")
		}
		all, err := s.Publications.AcceptedListings(ctx, "ebay-uk", later(), 10)
		require.NoError(t, err)
		require.Len(t, all, 3)
		giveUp := func(accepted ...publications.AcceptedListing) int64 {
			var steps []publications.ListedStep
			for _, a := range accepted {
				steps = append(steps, publications.ListedStep{AcceptedListing: a})
			}
			for range 6 {
				_, err := s.Publications.SaveListedSteps(ctx, steps)
				require.NoError(t, err)
			}
			before := s.Statements()
			counts, err := s.Publications.SaveListedSteps(ctx, steps)
			require.NoError(t, err)
			require.Equal(t, publication.ListedCounts{GivenUp: len(accepted)}, counts)
			return s.Statements() - before
		}
		require.Equal(t, giveUp(all[0]), giveUp(all[1:]...))
		for _, key := range keys {
			p, err := s.Publications.Publication(ctx, "run-"+key)
			require.NoError(t, err)
			require.Equal(t, message.PublicationCounts{Items: 3, Done: 1, Refused: 2}, p.Counts, "the category is done, the product and its variant are in error")
			list, err := s.Runs.List(ctx, runs.RunFilter{ID: "run-" + key})
			require.NoError(t, err)
			require.Equal(t, message.PublicationRun(p.Counts), list[0].Counts)
		}
	})
}
