package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/storetest"
)

// ten is a channel that lets a listing be revised ten times a day; the last one is kept for a level of 0.
var ten = stock.RevisionLimit{ADay: 10, Hour: time.Hour}

// spent returns the channel SKUs of eBay's dirty levels that are sent at a moment.
func spent(t *testing.T, s *store.Store, at time.Time) (skus []string) {
	t.Helper()
	list, err := s.Levels.DirtyLevels(ctx, "ebay-uk", 100)
	require.NoError(t, err)
	list, err = s.Levels.SpendRevisions(ctx, "ebay-uk", list, stock.Turn{Calls: 8, PerCall: 25}, ten, at)
	require.NoError(t, err)
	for _, l := range list {
		skus = append(skus, l.ChannelSKU)
	}
	return skus
}

// Issue 14, point 4: variations share their listing's revisions, levels wait when they are low, and go when they are due, or when they
// change to 0.
func TestLevelsShareTheRevisionsOfTheirListing(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "A", "B", "C")
		imported(t, s, "ebay-uk", "run", listed("ebay-uk:A", "110", "ref-A", 0), listed("ebay-uk:B", "110", "ref-B", 0), listed("ebay-uk:C", "120", "ref-C", 0))
		for _, sku := range []string{"A", "B", "C"} {
			receive(t, s, "open-"+sku, sku, 50)
		}
		at := epoch.Truncate(time.Hour)
		for range 5 {
			require.Equal(t, []string{"ebay-uk:A", "ebay-uk:B", "ebay-uk:C"}, spent(t, s, at), "one revision takes all of a listing's variations")
		}
		low, err := s.Levels.LowListings(ctx, "ebay-uk", ten, at)
		require.NoError(t, err)
		require.Equal(t, []levels.RevisedListing{{Account: "ebay-uk", Listing: "110", Used: 5, ADay: 10}, {Account: "ebay-uk", Listing: "120", Used: 5, ADay: 10}}, low)
		require.Empty(t, spent(t, s, at))
		require.Empty(t, next(t, s, "ebay-uk", 10), "they wait")
		require.Equal(t, []string{"amazon-uk:A", "amazon-uk:B", "amazon-uk:C"}, next(t, s, "amazon-uk", 10), "other channels do not")
		dirty, err := s.Levels.DirtyCount(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Equal(t, 3, dirty)

		receive(t, s, "sold-B", "B", -50)
		receive(t, s, "sold-C", "C", -1)
		require.Equal(t, []string{"ebay-uk:B"}, spent(t, s, at), "a level of 0 goes; another change is decided about anew")
		require.Equal(t, []string{"ebay-uk:B"}, next(t, s, "ebay-uk", 10))
		push(t, s, "ebay-uk")

		row := view(t, s, "linked", "ebay-uk")[2]
		require.Equal(t, "ebay-uk:C", row.ChannelSKU)
		require.Equal(t, at.Add(25*time.Hour/4), row.WaitsUntil, "25 hours, shared among the four that are left")
		require.Equal(t, 5, row.Revisions)

		n, err := s.Levels.ReleaseLater(ctx, row.WaitsUntil.Add(-time.Second))
		require.NoError(t, err)
		require.Zero(t, n)
		n, err = s.Levels.ReleaseLater(ctx, row.WaitsUntil)
		require.NoError(t, err)
		require.Equal(t, 2, n)
		require.Equal(t, []string{"ebay-uk:C"}, spent(t, s, row.WaitsUntil), "the other listing has used more")
		require.Equal(t, map[string]int{"ebay-uk:C": 49}, push(t, s, "ebay-uk"), "the newest value")
	})
}

// Publications never use what is kept for levels of 0, and two writers never spend the same revision.
func TestRevisionsAreSpentOnce(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		var sum sync.Map
		var together sync.WaitGroup
		for i := range 16 {
			together.Go(func() {
				kept, err := s.Levels.CountRevisions(ctx, "ebay-uk", []string{"120", "110", "110"}, ten, epoch)
				if err == nil && len(kept) == 0 {
					sum.Store(i, true)
				}
				if err != nil || len(kept) == 1 {
					sum.Store(i, fmt.Sprint(kept, err))
				}
			})
		}
		together.Wait()
		counted := 0
		sum.Range(func(_, v any) bool {
			require.Equal(t, true, v)
			counted++
			return true
		})
		require.Equal(t, 9, counted)
		low, err := s.Levels.LowListings(ctx, "ebay-uk", ten, epoch)
		require.NoError(t, err)
		require.Equal(t, 9, low[0].Used)
		low, err = s.Levels.LowListings(ctx, "ebay-uk", ten, epoch.Add(27*time.Hour))
		require.NoError(t, err)
		require.Empty(t, low)

		n, err := s.Levels.ForgetRevisions(ctx, epoch, 100)
		require.NoError(t, err)
		require.Zero(t, n)
		n, err = s.Levels.ForgetRevisions(ctx, epoch.Add(time.Second), 100)
		require.NoError(t, err)
		require.Equal(t, 2, n)
	})
}

// What the channel refuses because the listing was revised too often waits for an hour, and needs nobody; so do its other variations.
func TestALevelWhoseListingIsUsedUpIsNotRefused(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "A", "B")
		imported(t, s, "ebay-uk", "run", listed("ebay-uk:A", "110", "ref-A", 0), listed("ebay-uk:B", "110", "ref-B", 0))
		receive(t, s, "open-A", "A", 5)
		receive(t, s, "open-B", "B", 5)
		list, err := s.Levels.DirtyLevels(ctx, "ebay-uk", 1)
		require.NoError(t, err)
		list, err = s.Levels.SpendRevisions(ctx, "ebay-uk", list, stock.Turn{Calls: 8, PerCall: 25}, ten, epoch)
		require.NoError(t, err)
		fault := channel.NewFault(channel.Config, "levels", "revised too often")
		counts, err := s.Levels.SavePushes(ctx, "ebay-uk", "push", []levels.Push{{ChannelSKU: list[0].ChannelSKU, Version: list[0].Version, Quantity: 5, SentAt: epoch,
			Fault: fault, UsedUpAt: epoch, Until: epoch.Add(time.Hour), Used: 10}})
		require.NoError(t, err)
		require.Zero(t, counts)
		refused, err := s.Levels.RefusedLevels(ctx)
		require.NoError(t, err)
		require.Empty(t, refused)
		require.Equal(t, []string{"ebay-uk:B"}, next(t, s, "ebay-uk", 10))
		require.Empty(t, spent(t, s, epoch.Add(time.Minute)))
		low, err := s.Levels.LowListings(ctx, "ebay-uk", ten, epoch.Add(time.Minute))
		require.NoError(t, err)
		require.Equal(t, []levels.RevisedListing{{Account: "ebay-uk", Listing: "110", Used: 1, ADay: 10, UsedUpAt: epoch}}, low)
		n, err := s.Levels.ReleaseLater(ctx, epoch.Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, 2, n)
		require.Len(t, spent(t, s, epoch.Add(time.Hour)), 2)
		push(t, s, "ebay-uk")
		require.True(t, view(t, s, "linked", "ebay-uk")[0].WaitsUntil.IsZero())
	})
}
