package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

func found(id string, skus ...string) listing.Found {
	f := listing.Found{ID: id, Title: "Title of " + id, Format: "FIXED_PRICE", Site: "UK"}
	for _, sku := range skus {
		i := listing.Item{SKU: sku, Quantity: 4}
		if len(skus) > 1 {
			i.Variation = "Size=" + sku
		}
		f.Items = append(f.Items, i)
	}
	return f
}

// reported saves a whole report of ebay-uk.
func reported(t testing.TB, s *store.Store, run string, listings ...listing.Found) links.FoundResult {
	t.Helper()
	res, err := s.Links.SaveFound(ctx, links.FoundPage{Account: "ebay-uk", RunID: run, SeenAt: epoch, Listings: listings, Last: true})
	require.NoError(t, err)
	return res
}

func foundRows(t testing.TB, s *store.Store) map[string]links.FoundListing {
	t.Helper()
	rows, err := s.Links.FoundListings(ctx, "ebay-uk")
	require.NoError(t, err)
	byID := map[string]links.FoundListing{}
	for _, r := range rows {
		byID[r.ID] = r
	}
	return byID
}

func unmanaged(t testing.TB, s *store.Store, sku string) map[string]bool {
	t.Helper()
	rows, err := s.Links.Listings(ctx, "ebay-uk", sku)
	require.NoError(t, err)
	out := map[string]bool{}
	for _, r := range rows {
		out[r.ListingID] = r.Unmanaged
	}
	return out
}

func TestAReportAndAnImportLeaveEachOtherAlone(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		first := []listing.Found{found("1", "KET"), found("2", "TOW-S", "TOW-M", ""), found("3", ""), found("4", "LAMP")}
		require.Equal(t, message.Counts{Seen: 4, Saved: 4}, reported(t, s, "file-1", first...).Counts)
		require.Equal(t, links.FoundResult{Counts: message.Counts{Seen: 4, Same: 4}}, reported(t, s, "file-2", first...), "the same report changes nothing")
		rows := foundRows(t, s)
		for _, f := range first {
			require.Equal(t, f, rows[f.ID].Found)
		}

		// The API has listing 4 and one more; that the report's other listings are not in it does not mark them gone.
		require.Zero(t, imported(t, s, "ebay-uk", "run-1", listed("LAMP", "4", "off-4", 6), listed("OAR", "5", "off-5", 1)).Gone)
		require.Equal(t, map[string]bool{"1": true}, unmanaged(t, s, "KET"))
		require.Equal(t, map[string]bool{"4": false}, unmanaged(t, s, "LAMP"))
		require.True(t, foundRows(t, s)["4"].Managed)
		managed, err := s.Links.ManagedSKUs(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Equal(t, map[string]string{"LAMP": "4", "OAR": "5"}, managed)

		// The next report has one listing less. It does not have OAR either, but OAR is from the API and stays.
		require.Equal(t, 1, reported(t, s, "file-3", first[0], first[1], first[3]).Gone)
		require.Equal(t, map[string]bool{"2": true}, unmanaged(t, s, ""))
		require.Equal(t, map[string]bool{"5": false}, unmanaged(t, s, "OAR"))
		require.Equal(t, map[string]bool{"4": false}, unmanaged(t, s, "LAMP"))
		require.Equal(t, 1, imported(t, s, "ebay-uk", "run-2", listed("LAMP", "4", "off-4", 6)).Gone)
		require.Equal(t, map[string]bool{"1": true}, unmanaged(t, s, "KET"))
	})
}

// A level can't be set before the listing is migrated; then it is sent, with the offer.
func TestTheLevelOfAFoundListingIsSentOnceItIsMigrated(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		reported(t, s, "file-1", found("1", "KET"), found("2", "TOW-S", "TOW-M"), found("3", "BID"))
		require.NoError(t, s.Links.SaveLinks(ctx, []links.Link{{Account: "ebay-uk", ChannelSKU: "KET", SKU: "KET"}}))
		_, err := s.Ledger.ApplyStock(ctx, []stock.Change{{Key: "k", SKU: "KET", Location: "main", Kind: stock.Opening, Quantity: 9}})
		require.NoError(t, err)
		levels, err := s.Levels.DirtyLevels(ctx, "ebay-uk", 10)
		require.NoError(t, err)
		require.Empty(t, levels, "eBay knows no such SKU yet")

		n, err := s.Links.AskMigration(ctx, "ebay-uk", "ann", []string{"1", "2", "3", "none"})
		require.NoError(t, err)
		require.Equal(t, 3, n)
		asked, left, err := s.Links.AskedMigrations(ctx, "ebay-uk", 5)
		require.NoError(t, err)
		require.Equal(t, 3, left)
		require.Equal(t, channel.Unmanaged{ListingID: "2", SKUs: []string{"TOW-S", "TOW-M"}}, asked[1])

		page := links.MigrationPage{Account: "ebay-uk", RunID: "m", Asked: asked, Results: []channel.Migrated{
			{ListingID: "1", Offers: []channel.Offer{{SKU: "KET", Ref: "off-1"}}},
			{ListingID: "2", Before: true, Offers: []channel.Offer{{SKU: "TOW-S", Ref: "off-2"}}},
			{ListingID: "3", Fault: &channel.Fault{ID: "f3", Class: channel.Config, Code: "25718"}},
		}}
		for n := range 2 { // as after a kill behind the save: the same answer comes again
			saved, err := s.Links.SaveMigration(ctx, page)
			require.NoError(t, err)
			require.Equal(t, n == 0, saved.Dirty, "the link has its offer, and its level is sent once")
			require.Equal(t, message.MigrationCounts{Migrated: 1, Before: 1, Refused: 1, LeftOut: 1}, saved.Counts)
		}
		levels, err = s.Levels.DirtyLevels(ctx, "ebay-uk", 10)
		require.NoError(t, err)
		require.Len(t, levels, 1)
		require.Equal(t, []any{"off-1", 9}, []any{levels[0].ListingRef, levels[0].Quantity})
		rows := foundRows(t, s)
		require.True(t, rows["1"].Managed && rows["2"].Managed)
		require.Equal(t, []any{false, "25718", "f3", true}, []any{rows["3"].Managed, rows["3"].FaultCode, rows["3"].FaultID, rows["3"].AskedAt.IsZero()})
		require.Equal(t, map[string]bool{"2": true}, unmanaged(t, s, "TOW-M"), "eBay left it out")
		items, err := s.Runs.Items(ctx, "m", runs.ItemError, "", 10)
		require.NoError(t, err)
		require.Len(t, items, 2)
		require.Contains(t, items[1].Reason, "left it out when it migrated listing 2")

		skus, err := s.Links.MigratedUnread(ctx, "ebay-uk", "", 10)
		require.NoError(t, err)
		require.Equal(t, []string{"KET", "TOW-S"}, skus)
		require.NoError(t, s.Links.MigrationRead(ctx, "ebay-uk"))
		skus, err = s.Links.MigratedUnread(ctx, "ebay-uk", "", 10)
		require.NoError(t, err)
		require.Empty(t, skus)

		// What the channel reports as migrated once more is read back once more.
		_, err = s.Links.SaveMigration(ctx, page)
		require.NoError(t, err)
		skus, err = s.Links.MigratedUnread(ctx, "ebay-uk", "", 10)
		require.NoError(t, err)
		require.Equal(t, []string{"KET", "TOW-S"}, skus)

		// A listing that is done can't be confirmed again; a refused one may be requested again once it is changed.
		n, err = s.Links.AskMigration(ctx, "ebay-uk", "ann", []string{"1", "3"})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		_, err = s.Links.AskMigration(ctx, "ebay-uk", "", []string{"1"})
		require.ErrorContains(t, err, "who agrees")
	})
}

func TestAMigrationThatFailsIsTriedAgainThreeTimes(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		reported(t, s, "file-1", found("1", "KET"), found("2", "OAR"))
		_, err := s.Links.AskMigration(ctx, "ebay-uk", "ann", []string{"1", "2"})
		require.NoError(t, err)
		broken := &channel.Fault{ID: "f", Class: channel.Unavailable, Code: "25001"}
		for n := range 3 {
			asked, left, err := s.Links.AskedMigrations(ctx, "ebay-uk", 5)
			require.NoError(t, err)
			require.Equal(t, 2, left)
			saved, err := s.Links.SaveMigration(ctx, links.MigrationPage{Account: "ebay-uk", RunID: "m", Asked: asked, Results: []channel.Migrated{
				{ListingID: asked[0].ListingID, Fault: broken}, {ListingID: asked[1].ListingID, Fault: broken},
			}})
			require.NoError(t, err)
			require.Equal(t, n < 2, saved.Passes != nil)
			require.Equal(t, n == 2, saved.Counts.Refused == 2)
		}
		_, left, err := s.Links.AskedMigrations(ctx, "ebay-uk", 5)
		require.NoError(t, err)
		require.Zero(t, left)
	})
}

// A listing that was migrated during an import is not marked gone because its page was read before.
func TestAnImportDoesNotMissWhatIsMigratedMeanwhile(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		reported(t, s, "file-1", found("1", "KET"))
		require.NoError(t, s.Runs.StartRun(ctx, runs.Run{ID: "run-1", Kind: runs.RunLinks, Account: "ebay-uk", StartedAt: time.Now().Add(-time.Minute)}))
		_, err := s.Links.AskMigration(ctx, "ebay-uk", "ann", []string{"1"})
		require.NoError(t, err)
		asked, _, err := s.Links.AskedMigrations(ctx, "ebay-uk", 5)
		require.NoError(t, err)
		_, err = s.Links.SaveMigration(ctx, links.MigrationPage{Account: "ebay-uk", RunID: "m", Asked: asked, Results: []channel.Migrated{
			{ListingID: "1", Offers: []channel.Offer{{SKU: "KET", Ref: "off-1"}}},
		}})
		require.NoError(t, err)
		require.Zero(t, imported(t, s, "ebay-uk", "run-1").Gone)
		require.Equal(t, map[string]bool{"1": false}, unmanaged(t, s, "KET"))
	})
}

// refused saves that the channel has refused to migrate listings.
func refused(t testing.TB, s *store.Store, ids ...string) {
	t.Helper()
	page := links.MigrationPage{Account: "ebay-uk", RunID: "m"}
	for _, id := range ids {
		page.Asked = append(page.Asked, channel.Unmanaged{ListingID: id})
		page.Results = append(page.Results, channel.Migrated{ListingID: id, Fault: &channel.Fault{ID: "f" + id, Class: channel.Config, Code: "25718"}})
	}
	_, err := s.Links.SaveMigration(ctx, page)
	require.NoError(t, err)
}

// A refusal stays with a listing that would be refused again, and goes with what has changed.
func TestAReportShowsWhatHasChanged(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		reported(t, s, "file-1", found("1", "A"), found("2", "B", "C"), found("3", "D"), found("4", "E"))
		refused(t, s, "1", "2", "3")
		title, items, back := found("1", "A"), found("2", "B", "F"), found("3", "D")
		title.Title = "Another title"
		require.Equal(t, message.Counts{Seen: 4, Saved: 2, Same: 2}, reported(t, s, "file-2", title, items, back, found("4", "E")).Counts)
		rows := foundRows(t, s)
		require.Equal(t, []any{title, "f1", "25718"}, []any{rows["1"].Found, rows["1"].FaultID, rows["1"].FaultCode})
		require.Equal(t, []any{items, "", ""}, []any{rows["2"].Found, rows["2"].FaultID, rows["2"].FaultCode})
		require.Empty(t, unmanaged(t, s, "C"), "it is no longer sold")
		require.Equal(t, map[string]bool{"2": true}, unmanaged(t, s, "F"))

		// What is not in the report is gone: its migration is no longer waited for, and nobody can ask for it.
		n, err := s.Links.AskMigration(ctx, "ebay-uk", "ann", []string{"3"})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, 1, reported(t, s, "file-3", title, items, found("4", "E")).Gone)
		_, left, err := s.Links.AskedMigrations(ctx, "ebay-uk", 5)
		require.NoError(t, err)
		require.Zero(t, left)
		n, err = s.Links.AskMigration(ctx, "ebay-uk", "ann", []string{"3"})
		require.NoError(t, err)
		require.Zero(t, n)
		require.Equal(t, message.Counts{Seen: 4, Saved: 1, Same: 3}, reported(t, s, "file-4", title, items, back, found("4", "E")).Counts)
		require.Equal(t, "25718", foundRows(t, s)["3"].FaultCode)
	})
}

// The end of a report counts for all of its parts, and for listings that the channel's API knows.
func TestTheEndOfAReport(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		reported(t, s, "file-1", found("1", "A", "B"), found("2", "C"), found("3", "D"))
		require.Zero(t, imported(t, s, "ebay-uk", "run-1", listed("D", "3", "off-3", 1)).Gone)
		part := links.FoundPage{Account: "ebay-uk", RunID: "file-2", SeenAt: epoch, Listings: []listing.Found{found("1", "A")}}
		res, err := s.Links.SaveFound(ctx, part)
		require.NoError(t, err)
		require.Zero(t, res.Gone)
		require.Len(t, unmanaged(t, s, "B"), 1, "the report goes on")
		part.Listings, part.Last = []listing.Found{found("2", "C")}, true
		res, err = s.Links.SaveFound(ctx, part)
		require.NoError(t, err)
		require.Equal(t, 1, res.Gone)
		require.NotContains(t, foundRows(t, s), "3")
		require.Empty(t, unmanaged(t, s, "B"))
		require.Equal(t, map[string]bool{"3": false}, unmanaged(t, s, "D"), "the API has it")

		// The API shows it no more, and a report does.
		require.Equal(t, 1, imported(t, s, "ebay-uk", "run-2").Gone)
		require.Empty(t, unmanaged(t, s, "D"))
		reported(t, s, "file-3", found("3", "D"))
		require.Equal(t, map[string]bool{"3": true}, unmanaged(t, s, "D"))
	})
}
