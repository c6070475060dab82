package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/ebay"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	simulated "github.com/towpath/towpath/internal/simulator/ebay"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/settings"
)

// openHub returns a shop on eBay that only observes, with listings that were made in Seller Hub and that a report has
// listed.
func openHub(t *testing.T, listings ...simulated.SellerHub) *shop {
	t.Helper()
	ctx := t.Context()
	s := openStore(t, channel.EBay)
	conn, err := ebay.Open(s.trade(simulated.Handler, simulated.MarketOptions(account), channel.Account{
		Kind: channel.EBay, Marketplace: "EBAY_GB", Credentials: map[string]string{"clientId": "id", "clientSecret": "secret", "refreshToken": "grant"},
	}))
	require.NoError(t, err)
	s.environment.Connections[account] = conn

	page := links.FoundPage{Account: account, RunID: "file", Last: true}
	var ids []string
	for _, h := range listings {
		all, err := h.Listings()
		require.NoError(t, err)
		require.NoError(t, s.market.List(ctx, all))
		f := listing.Found{ID: h.ListingID, Title: h.Title, Format: "FIXED_PRICE"}
		for _, i := range h.Items {
			f.Items = append(f.Items, listing.Item{SKU: i.SKU, Quantity: i.Quantity})
			require.NoError(t, s.store.Links.SaveLinks(ctx, []links.Link{{Account: account, ChannelSKU: i.SKU, SKU: i.SKU}}))
			_, err := s.store.Ledger.ApplyStock(ctx, []stock.Change{{Key: i.SKU, SKU: i.SKU, Location: "main", Kind: stock.Opening, Quantity: 7}})
			require.NoError(t, err)
		}
		page.Listings, ids = append(page.Listings, f), append(ids, f.ID)
	}
	_, err = s.store.Links.SaveFound(ctx, page)
	require.NoError(t, err)
	_, err = s.store.Links.AskMigration(ctx, account, "ann", ids)
	require.NoError(t, err)
	return s
}

func kettle(id, sku string) simulated.SellerHub {
	return simulated.SellerHub{ListingID: id, Title: "Kettle", Items: []simulated.SellerHubItem{{SKU: sku, Price: 3450, Quantity: 14}}}
}

// migrate migrates all requested listings, as ListingMigration would.
func (s *shop) migrate() (message.MigrationCounts, *channel.Fault) {
	s.t.Helper()
	a := activities.Migration{Environment: s.environment, Pushes: s.caller}
	var sum message.MigrationCounts
	for {
		out := do[activities.MigrateOutput](s, a.MigrateListings, activities.MigrateInput{Account: account, RunID: "m"})
		if sum = sum.Add(out.Counts); out.Fault != nil || out.Left == 0 {
			return sum, out.Fault
		}
	}
}

func TestAMigrationGivesLinksTheirOffersAndLeavesLevelsAlone(t *testing.T) {
	t.Parallel()
	auction := kettle("107", "BID")
	auction.Auction = true
	s := openHub(t, kettle("101", "A"), kettle("102", "B"), kettle("103", "C"), kettle("104", "D"), kettle("105", "E"), kettle("106", "F"), auction)
	counts, fault := s.migrate()
	require.Nil(t, fault, "an account that observes may migrate: a person has agreed to it")
	require.Equal(t, message.MigrationCounts{Migrated: 6, Refused: 1}, counts)
	a := activities.Migration{Environment: s.environment, Pushes: s.caller}
	read := do[activities.ReadMigratedOutput](s, a.ReadMigrated, activities.ReadMigratedInput{Account: account, RunID: "m"})
	require.Nil(t, read.Fault)
	require.Empty(t, read.Next)
	s.env.RegisterActivity(a.EndMigration)
	_, err := s.env.ExecuteActivity(a.EndMigration, activities.EndMigrationInput{Account: message.Account{ID: account, Channel: channel.EBay}, RunID: "m", Counts: counts})
	require.NoError(t, err)

	rows, err := s.store.Links.LinkRows(t.Context(), links.LinkFilter{View: links.LinksLinked, Account: account, Limit: 10})
	require.NoError(t, err)
	for _, r := range rows {
		require.Equal(t, r.SKU == "BID", r.ListingRef == "", r.SKU)
		require.Equal(t, r.SKU == "BID", r.Listing.Unmanaged, r.SKU)
		require.Equal(t, r.SKU != "BID", r.Listing.ChannelStatus == "PUBLISHED, ACTIVE", r.SKU)
		require.Equal(t, 14, r.Listing.Quantity, "no level is sent by a migration")
	}
	list, err := s.store.Runs.List(t.Context(), runs.RunFilter{Kind: runs.RunMigration})
	require.NoError(t, err)
	require.Equal(t, message.Counts{Seen: 7, Saved: 6, Errors: 1}, list[0].Counts)

	// Once the account is live, the levels are sent with the offers; the auction's level can't be sent.
	_, err = s.store.Settings.GoLive(t.Context(), account, settings.Live{By: "ann"})
	require.NoError(t, err)
	require.Equal(t, 6, s.push())
	s.shows("A", 7)
}

// A worker that is killed after the call repeats it: the repetition finds what eBay has done.
func TestAMigrationWhoseAnswerIsLostIsFoundByTheNext(t *testing.T) {
	t.Parallel()
	s := openHub(t, kettle("101", "A"), kettle("102", "B"))
	s.faults.Next(faults.Lost, "bulkMigrateListing", 1)
	_, fault := s.migrate()
	require.True(t, fault.Ambiguous)
	counts, fault := s.migrate()
	require.Nil(t, fault)
	require.Equal(t, message.MigrationCounts{Before: 2}, counts)
	counts, fault = s.migrate()
	require.Nil(t, fault)
	require.Zero(t, counts, "nothing is left")

	_, err := s.store.Accounts.Pause(t.Context(), account, "stock take")
	require.NoError(t, err)
	_, fault = s.migrate()
	require.Equal(t, activities.CodePaused, fault.Code)
}
