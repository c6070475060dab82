package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

func listed(sku, id, ref string, n int) channel.Listed {
	return channel.Listed{SKU: sku, ListingID: id, Ref: ref, Title: "A " + id, State: channel.ListingLive, ChannelStatus: "BUYABLE", Quantity: n, Price: 1250, Currency: "GBP"}
}

// imported saves a complete import of one page.
func imported(t testing.TB, s *store.Store, account, run string, listings ...channel.Listed) links.ListingsResult {
	t.Helper()
	res, err := s.Links.SaveListings(ctx, links.ListingsPage{Account: account, RunID: run, SeenAt: epoch, Listings: listings, Last: true})
	require.NoError(t, err)
	return res
}

// view reads a view's rows in pages of two, as the command line does.
func view(t testing.TB, s *store.Store, v links.LinkView, account string) []links.LinkRow {
	t.Helper()
	var out []links.LinkRow
	after := ""
	for {
		rows, err := s.Links.LinkRows(ctx, links.LinkFilter{View: v, Account: account, After: after, Limit: 2})
		require.NoError(t, err)
		out = append(out, rows...)
		if len(rows) < 2 {
			return out
		}
		after = rows[1].Cursor
	}
}

func TestAnImportKeepsEveryListingAndMarksWhatIsGone(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		first := []channel.Listed{
			listed("lamp", "v1", "i1", 3), listed("lamp", "v2", "i2", 4), // one SKU on two variants
			listed("", "v3", "i3", 1), listed("", "v4", "i4", 1), // the seller gave no SKU
			listed("rope", "v5", "i5", channel.UnknownQuantity), {Title: "nothing to know it by"}, listed("rope", "v5", "i5", 7),
		}
		res := imported(t, s, "shopify-uk", "run-1", first...)
		require.Equal(t, message.Counts{Seen: 7, Saved: 3, Same: 1, Skipped: 2, Errors: 1}, res.Counts)
		require.Equal(t, message.Counts{Seen: 7, Same: 4, Skipped: 2, Errors: 1}, imported(t, s, "shopify-uk", "run-2", first...).Counts)
		lamps, err := s.Links.Listings(ctx, "shopify-uk", "lamp")
		require.NoError(t, err)
		require.Len(t, lamps, 2)
		require.Equal(t, int64(1250), lamps[0].Price)
		require.Equal(t, "GBP", lamps[0].Currency)

		res = imported(t, s, "shopify-uk", "run-3", first[1], first[2])
		require.Equal(t, 3, res.Gone)
		unmade := view(t, s, links.LinksUnlinked, "shopify-uk")
		require.Len(t, unmade, 2)
		require.Equal(t, "v3", unmade[0].Listing.ListingID, "a listing without SKU is shown by what the channel calls it")
		require.Equal(t, 1, imported(t, s, "shopify-uk", "run-4", first[1], first[2], first[4]).Counts.Saved, "one that comes back is news")
		items, err := s.Runs.Items(ctx, "run-1", runs.ItemError, "", 0)
		require.NoError(t, err)
		require.Len(t, items, 1)
	})
}

// A run that did not reach its last page must not mark listings as gone.
func TestAnImportThatWasCutBackorderedMarksNothingGone(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		imported(t, s, "shopify-uk", "run-1", listed("lamp", "v1", "i1", 3), listed("rope", "v2", "i2", 3))
		res, err := s.Links.SaveListings(ctx, links.ListingsPage{Account: "shopify-uk", RunID: "run-2", SeenAt: epoch, Listings: []channel.Listed{listed("lamp", "v1", "i1", 3)}})
		require.NoError(t, err)
		require.Zero(t, res.Gone)
		require.Len(t, view(t, s, links.LinksUnlinked, "shopify-uk"), 2)
	})
}

func TestALinkFollowsItsListing(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		sku := "ebay-uk:lamp"
		push(t, s, "ebay-uk")
		require.False(t, imported(t, s, "ebay-uk", "run-1", listed(sku, "111", "ref-lamp", 0)).Dirty)

		res := imported(t, s, "ebay-uk", "run-2", listed(sku, "222", "offer-2", 0))
		require.True(t, res.Dirty, "the level must be sent to the new offer")
		levels, err := s.Levels.DirtyLevels(ctx, "ebay-uk", 10)
		require.NoError(t, err)
		require.Len(t, levels, 1)
		require.Equal(t, "offer-2", levels[0].ListingRef)
		push(t, s, "ebay-uk")

		imported(t, s, "ebay-uk", "run-3", listed(sku, "222", "offer-2", 0), listed(sku, "333", "offer-3", 0))
		require.Equal(t, "offer-2", view(t, s, links.LinksLinked, "ebay-uk")[0].ListingRef, "a listing that is still there keeps its link")
		require.False(t, imported(t, s, "ebay-uk", "run-4", listed(sku, "444", "offer-4", 0), listed(sku, "555", "offer-5", 0)).Dirty,
			"nobody guesses which of two a link means")
	})
}

// A listing that Amazon fulfils must never get a level of ours, before and after it is linked.
func TestAListingThatTheChannelFulfilsIsNeverPushed(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		fba := listed("amazon-uk:lamp", "B0LAMP", "LAMP", 9)
		fba.ChannelFulfils = true
		imported(t, s, "amazon-uk", "run-1", fba)
		link(t, s, "lamp", "rope")
		require.NotContains(t, push(t, s, "amazon-uk"), "amazon-uk:lamp")
		receive(t, s, "a", "lamp", 5)
		require.Empty(t, push(t, s, "amazon-uk"))
		require.Len(t, view(t, s, links.LinksFBA, "amazon-uk"), 1)

		own := fba
		own.ChannelFulfils = false
		require.True(t, imported(t, s, "amazon-uk", "run-2", own).Dirty)
		require.Equal(t, map[string]int{"amazon-uk:lamp": 5}, push(t, s, "amazon-uk"))
		imported(t, s, "amazon-uk", "run-3", fba)
		receive(t, s, "b", "lamp", 5)
		require.Empty(t, push(t, s, "amazon-uk"))
	})
}

func TestTheListsShowWhatIsLinkedAndWhatLacksALink(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp", "rope", "sail")
		require.NoError(t, s.Products.SaveVariants(ctx, []products.Variant{{SKU: "lamp", Title: "Lamp"}, {SKU: "oar", Title: "Oar"}, {SKU: "buoy", Title: "Buoy"}}))
		imported(t, s, "ebay-uk", "run-1", listed("ebay-uk:lamp", "1", "ref-lamp", 3), listed("anchor/1", "2", "r", 3), listed("anchor/2", "3", "r", 3))
		linked := view(t, s, links.LinksLinked, "ebay-uk")
		require.Len(t, linked, 3)
		require.Equal(t, "Lamp", linked[0].Product)
		require.Equal(t, "1", linked[0].Listing.ListingID)
		require.True(t, linked[0].Waiting)
		require.Nil(t, linked[1].Listing)
		require.Len(t, view(t, s, links.LinksLinked, ""), 9)
		missing := view(t, s, links.LinksMissing, "ebay-uk")
		require.Equal(t, []string{"buoy", "oar"}, []string{missing[0].SKU, missing[1].SKU})
		require.Len(t, missing, 2)
		counts, err := s.Links.LinkCounts(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Equal(t, links.LinkCounts{Account: "ebay-uk", Listings: 3, Linked: 3, Unlinked: 2, Missing: 2}, counts)
		_, err = s.Links.LinkRows(ctx, links.LinkFilter{View: links.LinksLinked, After: "nowhere"})
		require.ErrorIs(t, err, store.ErrBadCursor)
	})
}

// An answer for a link that was removed does not count for the link that replaced it.
func TestALinkThatIsCreatedAgainIsNotCleanedByAnOldPush(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		flying, err := s.Levels.DirtyLevels(ctx, "ebay-uk", 1)
		require.NoError(t, err)
		removed, err := s.Links.RemoveLink(ctx, "ebay-uk", "ebay-uk:lamp")
		require.NoError(t, err)
		require.True(t, removed)
		_, err = s.Links.LinkUse(ctx, "ebay-uk", "ebay-uk:lamp")
		require.ErrorIs(t, err, store.ErrNotFound)

		link(t, s, "rope")
		require.NoError(t, s.Links.SaveLinks(ctx, []links.Link{{Account: "ebay-uk", ChannelSKU: "ebay-uk:lamp", SKU: "rope"}}))
		_, err = s.Levels.SavePushes(ctx, "ebay-uk", "push", []levels.Push{{ChannelSKU: "ebay-uk:lamp", Version: flying[0].Version, Quantity: 5, SentAt: epoch, AckedAt: epoch}})
		require.NoError(t, err)
		require.Contains(t, push(t, s, "ebay-uk"), "ebay-uk:lamp")
	})
}

func TestRemovingALinkKeepsWhatItHasMapped(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 5)
		save(t, s, "ebay-uk", sale("ebay-uk", "e1", 1, units("lamp", 2)))
		push(t, s, "ebay-uk")
		use, err := s.Links.LinkUse(ctx, "ebay-uk", "ebay-uk:lamp")
		require.NoError(t, err)
		require.Equal(t, [3]int{1, 0, 3}, [3]int{use.Orders, use.Unlinked, use.Listed})
		_, err = s.Links.SaveListings(ctx, links.ListingsPage{Account: "ebay-uk", RunID: "run", SeenAt: epoch.Add(time.Hour), Listings: []channel.Listed{listed("ebay-uk:lamp", "1", "r", 8)}})
		require.NoError(t, err)
		use, err = s.Links.LinkUse(ctx, "ebay-uk", "ebay-uk:lamp")
		require.NoError(t, err)
		require.Equal(t, 8, use.Listed, "the channel shows another level since")
		_, err = s.Links.RemoveLink(ctx, "ebay-uk", "ebay-uk:lamp")
		require.NoError(t, err)
		require.Equal(t, 2, detail(t, s, "ebay-uk", "e1").Units.Reserved)
		save(t, s, "ebay-uk", sale("ebay-uk", "e2", 2, units("lamp", 1)))
		require.Equal(t, 1, detail(t, s, "ebay-uk", "e2").Units.Unlinked)
		link(t, s, "lamp")
		require.Equal(t, 1, detail(t, s, "ebay-uk", "e2").Units.Reserved)
	})
}

// A line that is saved at the same moment as its link must find the link, or be found by it: the line of a new order,
// and also the line of a known order that is saved only now that it is paid.
func TestNoLineStaysParkedWhenItsLinkIsSavedMeanwhile(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		const races, account = 60, "late-uk"
		id := func(kind string, i int) string { return fmt.Sprintf("%s-%d", kind, i) }
		var unpaid, paid []order.Snapshot
		for i := range races {
			o := sale(account, id("known", i), i, units(id("sku", i), 1))
			paid = append(paid, o)
			o.Paid, o.UpdatedAt = false, o.UpdatedAt.Add(-time.Minute)
			unpaid = append(unpaid, o)
		}
		save(t, s, account, unpaid...)
		for i := range races {
			sku := id("sku", i)
			var group errgroup.Group
			for _, o := range []order.Snapshot{paid[i], sale(account, id("new", i), i, units(sku, 1))} {
				group.Go(func() error {
					_, err := s.Orders.SavePage(ctx, orders.Page{Account: account, RunID: "run", SeenAt: epoch, Orders: []order.Snapshot{o}})
					return err
				})
			}
			group.Go(func() error {
				return s.Links.SaveLinks(ctx, []links.Link{{Account: account, ChannelSKU: account + ":" + sku, SKU: sku}})
			})
			require.NoError(t, group.Wait())
		}
		for i := range races {
			for _, kind := range []string{"new", "known"} {
				require.Zero(t, detail(t, s, account, id(kind, i)).Units.Unlinked, "order %s", id(kind, i))
			}
		}
		balanced(t, s)
	})
}

// unchecked returns the levels that were accepted at the epoch and not read back, by channel SKU.
func unchecked(t testing.TB, s *store.Store, account string) map[string]levels.AcceptedLevel {
	t.Helper()
	list, err := s.Levels.UncheckedLevels(ctx, account, epoch.Add(time.Second), 100)
	require.NoError(t, err)
	out := map[string]levels.AcceptedLevel{}
	for _, l := range list {
		out[l.ChannelSKU] = l
	}
	return out
}

func TestAnAcceptedLevelIsReadBackOnce(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		const lamp, rope, sail = "amazon-uk:lamp", "amazon-uk:rope", "amazon-uk:sail"
		link(t, s, "lamp", "rope", "sail")
		receive(t, s, "a", "lamp", 5)
		push(t, s, "amazon-uk")
		early, err := s.Levels.UncheckedLevels(ctx, "amazon-uk", epoch, 10)
		require.NoError(t, err)
		require.Empty(t, early, "they may not be live so soon")
		got := unchecked(t, s, "amazon-uk")
		require.Len(t, got, 3)
		require.Equal(t, 5, got[lamp].Quantity)

		receive(t, s, "b", "sail", 1) // a newer level is on its way
		shown := []levels.ShownLevel{
			{AcceptedLevel: got[lamp], Shown: 5}, {AcceptedLevel: got[rope], Shown: 7}, {AcceptedLevel: got[sail], Shown: 9},
		}
		counts, err := s.Levels.SaveShown(ctx, "amazon-uk", "run", levels.Look{}, shown)
		require.NoError(t, err)
		require.Equal(t, message.CheckCounts{Confirmed: 1, Missed: 1}, counts)
		again, err := s.Levels.SaveShown(ctx, "amazon-uk", "run", levels.Look{}, shown)
		require.NoError(t, err)
		require.Equal(t, message.CheckCounts{}, again, "a repetition changes nothing")
		require.Empty(t, unchecked(t, s, "amazon-uk"))
		require.Equal(t, map[string]int{rope: 0, sail: 1}, push(t, s, "amazon-uk"))
		again, err = s.Levels.SaveShown(ctx, "amazon-uk", "run", levels.Look{}, shown)
		require.NoError(t, err)
		require.Equal(t, message.CheckCounts{}, again, "it was read before the newer level was accepted")
		require.Len(t, unchecked(t, s, "amazon-uk"), 2)
	})
}

// A listing that never shows its level must not be pushed for ever: after a while it waits for a person.
func TestALevelThatNeverShowsIsGivenUp(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 5)
		for try := 1; ; try++ {
			require.Len(t, push(t, s, "amazon-uk"), 1)
			level := unchecked(t, s, "amazon-uk")["amazon-uk:lamp"]
			counts, err := s.Levels.SaveShown(ctx, "amazon-uk", fmt.Sprint("run", try), levels.Look{}, []levels.ShownLevel{{AcceptedLevel: level, Missing: true}})
			require.NoError(t, err)
			if counts.GivenUp == 1 {
				require.Equal(t, 7, try)
				break
			}
			require.Equal(t, 1, counts.Missed)
		}
		require.Empty(t, push(t, s, "amazon-uk"))
		require.True(t, view(t, s, links.LinksLinked, "amazon-uk")[0].Refused)
		faults, err := s.Runs.Faults(ctx, runs.FaultFilter{Account: "amazon-uk"})
		require.NoError(t, err)
		require.Equal(t, levels.CodeNotShown, faults[0].Code)
		n, err := s.Levels.RetryPushes(ctx, "amazon-uk")
		require.NoError(t, err)
		require.Equal(t, 1, n, "`sync stock` lets it be sent again")
		require.Len(t, push(t, s, "amazon-uk"), 1)
	})
}
