package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// readBack imports what a channel shows of its levels, all asked for now.
func readBack(t *testing.T, s *store.Store, account string, shown map[string]int) {
	t.Helper()
	now := time.Now().UTC()
	page := links.ListingsPage{Account: account, RunID: "read-back", SeenAt: now, Look: levels.Look{AskedAt: now, SalesWithin: time.Microsecond}}
	for sku, n := range shown {
		page.Listings = append(page.Listings, channel.Listed{SKU: account + ":" + sku, ListingID: sku, Ref: "ref-" + sku, State: channel.ListingLive, Quantity: n})
	}
	_, err := s.Links.SaveListings(ctx, page)
	require.NoError(t, err)
}

// scanned ends a scan of orders that begins now.
func scanned(t *testing.T, s *store.Store, account string) {
	t.Helper()
	now := time.Now().UTC().Add(time.Second)
	run := runs.Run{ID: fmt.Sprint("scan-", now.UnixNano()), Account: account, Kind: runs.RunOrders, StartedAt: now, EndedAt: now}
	require.NoError(t, s.Runs.StartRun(ctx, run))
	require.NoError(t, s.Runs.EndRun(ctx, run))
}

func named(t *testing.T, s *store.Store, account string) (skus []string) {
	t.Helper()
	_, err := s.Levels.NameDrifts(ctx, account)
	require.NoError(t, err)
	list, err := s.Levels.Drifts(ctx, account, "", 1000)
	require.NoError(t, err)
	for _, d := range list {
		skus = append(skus, d.ChannelSKU)
	}
	return skus
}

// Of 400 levels a second tool overwrites 50, while others are sold, cancelled, changed and sent: exactly those 50 are named.
func TestExactlyWhatSomebodyElseHasSetIsNamed(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		const account = "ebay-uk"
		var skus []string
		shown := map[string]int{}
		for i := range 400 {
			sku := fmt.Sprintf("s%03d", i)
			skus = append(skus, sku)
			shown[sku] = 20
			receive(t, s, "in-"+sku, sku, 20)
		}
		link(t, s, skus...)
		require.Len(t, push(t, s, account), 400)

		var want []string
		for i, sku := range skus {
			switch {
			case i < 50:
				shown[sku] = 7 + 20*(i%2) // lower and higher
				want = append(want, account+":"+sku)
			case i < 100: // bought, and the scan has not seen it when the listing is read
				shown[sku] = 18
			case i < 110: // no quantity
				shown[sku] = channel.UnknownQuantity
			}
		}
		for _, sku := range skus[110:130] { // sent while the channel is asked, and shown before the answer is saved
			receive(t, s, "more-"+sku, sku, 5)
			shown[sku] = 25
		}
		readBack(t, s, account, shown)
		require.Empty(t, named(t, s, account), "nobody is suspected before the sales are known")
		push(t, s, account)
		for i, sku := range skus[50:100] {
			page := pageOf(account, sale(account, fmt.Sprint("order-", i), i, units(sku, 2)))
			page.SeenAt = time.Now().UTC()
			_, err := s.Orders.SavePage(ctx, page)
			require.NoError(t, err)
		}
		scanned(t, s, account)
		require.Equal(t, want, named(t, s, account))
		list, err := s.Levels.Drifts(ctx, account, "", 1)
		require.NoError(t, err)
		require.Equal(t, []any{"20", "7", 1, listing.FieldLevel}, []any{list[0].Ours, list[0].Theirs, list[0].Times, list[0].Field})
		writers, err := s.Levels.SecondWriters(ctx, "")
		require.NoError(t, err)
		require.Equal(t, []levels.SecondWriter{{Account: account, Levels: 50, Times: 50}}, writers)
		require.Len(t, push(t, s, account), 100, "the 50 are corrected, and the 50 that were sold are sent")
		readBack(t, s, account, map[string]int{skus[0]: 20, skus[60]: 18})
		scanned(t, s, account)
		require.Len(t, named(t, s, account), 50, "what is right again is no news")
	})
}

// What is set again and again is left alone after the third time, and a person is asked; a sale is sent all the same.
func TestAContestedLevelIsCorrectedNoMore(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		const account, lamp = "ebay-uk", "ebay-uk:lamp"
		receive(t, s, "1", "lamp", 20)
		receive(t, s, "2", "rug", 20)
		link(t, s, "lamp", "rug")
		require.Equal(t, map[string]int{lamp: 20, "ebay-uk:rug": 20}, push(t, s, account))
		_, err := s.Levels.Leave(ctx, account, listing.FieldLevel, []string{"ebay-uk:rug"}, "ann")
		require.NoError(t, err)
		for range 2 {
			readBack(t, s, account, map[string]int{"lamp": 50})
			readBack(t, s, account, map[string]int{"lamp": 50})
			scanned(t, s, account)
			require.Equal(t, []string{lamp}, named(t, s, account))
			require.Equal(t, map[string]int{lamp: 20}, push(t, s, account))
			doubted, err := s.Levels.DoubtedLevels(ctx, account, time.Now(), 10)
			require.NoError(t, err)
			require.Len(t, doubted, 1, "the correction is read back soon")
			_, err = s.Levels.SaveShown(ctx, account, "check", levels.Look{}, []levels.ShownLevel{{AcceptedLevel: doubted[0], Shown: 20}})
			require.NoError(t, err)
		}
		readBack(t, s, account, map[string]int{"lamp": 50})
		scanned(t, s, account)
		require.Equal(t, []string{lamp}, named(t, s, account))
		require.Empty(t, push(t, s, account), "it is contested")
		list, err := s.Levels.Drifts(ctx, "", "", 10)
		require.NoError(t, err)
		require.True(t, list[0].Contested)
		require.Equal(t, 3, list[0].Times)
		writers, err := s.Levels.SecondWriters(ctx, account)
		require.NoError(t, err)
		require.Equal(t, []levels.SecondWriter{{Account: account, Levels: 1, Times: 3, Contested: 1}}, writers)
		require.Equal(t, []string{lamp}, openIncident(t, s, incident.SecondWriter))

		page := pageOf(account, sale(account, "order", 1, units("lamp", 1)))
		_, err = s.Orders.SavePage(ctx, page)
		require.NoError(t, err)
		require.Equal(t, map[string]int{lamp: 19}, push(t, s, account), "what was sold goes out")

		n, err := s.Levels.Restore(ctx, account, listing.FieldLevel, nil)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, map[string]int{lamp: 19}, push(t, s, account))
		require.Empty(t, openIncident(t, s, incident.SecondWriter))
		require.Empty(t, named(t, s, account))
		require.Equal(t, []string{"ebay-uk:rug"}, openOf(t, s, incident.Left, "level"), "what is left stays left")
	})
}

// openIncident returns the sample of the open incident of a kind.
func openIncident(t *testing.T, s *store.Store, kind incident.Kind) (sample []string) {
	t.Helper()
	list, err := s.Incidents.List(ctx, "", false)
	require.NoError(t, err)
	for _, i := range list {
		if i.Kind == kind {
			sample = append(sample, i.Sample...)
		}
	}
	return sample
}

// A level that is set again between the correction and its check is noted too, and the check stops correcting what is contested.
func TestACheckOfACorrectionNoticesTheSecondWriter(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		const account, lamp = "ebay-uk", "ebay-uk:lamp"
		receive(t, s, "1", "lamp", 20)
		link(t, s, "lamp")
		push(t, s, account)
		readBack(t, s, account, map[string]int{"lamp": 50})
		scanned(t, s, account)
		require.Equal(t, []string{lamp}, named(t, s, account))
		for range 3 {
			if len(push(t, s, account)) == 0 {
				break
			}
			doubted, err := s.Levels.DoubtedLevels(ctx, account, time.Now(), 10)
			require.NoError(t, err)
			require.Len(t, doubted, 1)
			look := levels.Look{AskedAt: time.Now().UTC(), SalesWithin: time.Microsecond}
			_, err = s.Levels.SaveShown(ctx, account, "check", look, []levels.ShownLevel{{AcceptedLevel: doubted[0], Shown: 50}})
			require.NoError(t, err)
			push(t, s, account)
			scanned(t, s, account)
			named(t, s, account)
		}
		list, err := s.Levels.Drifts(ctx, account, "", 10)
		require.NoError(t, err)
		require.True(t, list[0].Contested)
	})
}
