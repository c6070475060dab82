package activities_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/runs"
)

// buy sells n units on the marketplace.
func buy(s *shop, sku string, n int) {
	s.t.Helper()
	placed, err := s.market.Place(s.t.Context(), market.Purchase{
		BookID: "book-1", Currency: "GBP", Paid: true, Buyer: market.Buyer{Name: "A Buyer", Line1: "1 Lane", City: "Hull", PostalCode: "HU1", Country: "GB"},
		Lines: []market.PurchaseLine{{SKU: sku, Title: "A " + sku, Quantity: n, UnitPrice: 1000}},
	})
	require.NoError(s.t, err)
	require.Empty(s.t, placed.Refused)
}

// imports reads all pages and returns their outcomes.
func (s *shop) imports(run string) []activities.ListingsOutput {
	s.t.Helper()
	a := activities.Links{Environment: s.environment, Pushes: s.caller}
	var pages []activities.ListingsOutput
	for in := (activities.ListingsInput{Account: account, RunID: run}); ; {
		out := do[activities.ListingsOutput](s, a.ImportListings, in)
		pages = append(pages, out)
		if out.Fault != nil || out.Next == "" {
			return pages
		}
		in.Cursor, in.Sofar = out.Next, in.Sofar.Add(out.Counts)
	}
}

func TestAnImportTeachesLinksWhatAmazonKnows(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	var skus []string
	for i := range 45 {
		skus = append(skus, "SKU-"+string(rune('A'+i/26))+string(rune('A'+i%26)))
	}
	s.list(7, skus...)
	require.NoError(t, s.market.List(t.Context(), []market.Listing{{SKU: "FBA-1", Title: "Mug", Price: 100, Quantity: 5, FBA: true}}))
	require.NoError(t, s.store.Links.SaveLinks(t.Context(), []links.Link{{Account: account, ChannelSKU: "FBA-1", SKU: "SKU-AA"}}))
	pages := s.imports("run-1")
	require.Len(t, pages, 3)
	require.Nil(t, pages[2].Fault)
	require.Equal(t, 1, s.caller.woken, "product types were read: the levels go out with them")

	rows, err := s.store.Links.LinkRows(t.Context(), links.LinkFilter{View: links.LinksLinked, Account: account, Limit: 100})
	require.NoError(t, err)
	require.Len(t, rows, 46)
	for _, r := range rows {
		require.NotNil(t, r.Listing, r.ChannelSKU)
		require.Equal(t, r.Listing.Ref, r.ListingRef)
		require.Equal(t, channel.ListingLive, r.Listing.State)
	}
	require.Equal(t, 45, s.push(), "the level of what Amazon ships itself is not ours to set")
	found, err := s.store.Runs.List(t.Context(), runs.RunFilter{ID: "run-1"})
	require.NoError(t, err)
	require.Equal(t, 46, found[0].Counts.Seen)
	require.False(t, found[0].EndedAt.IsZero())

	_, err = s.market.EndListings(t.Context(), skus[:1])
	require.NoError(t, err)
	pages = s.imports("run-2")
	require.Equal(t, 1, pages[2].Gone)
}

// The import of a paused account makes no call; a failed import reports what the channel said.
func TestAnImportStopsWhereItsAccountIsPaused(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.list(7, "LAMP")
	s.faults.Next(faults.Unavailable, "searchListingsItems", 1)
	pages := s.imports("run-1")
	require.Equal(t, channel.Unavailable, pages[0].Fault.Class)
	_, err := s.store.Accounts.Pause(t.Context(), account, "stock take")
	require.NoError(t, err)
	pages = s.imports("run-2")
	require.Equal(t, activities.CodePaused, pages[0].Fault.Code)
	calls, err := s.store.Runs.RunCalls(t.Context(), "run-2", 10)
	require.NoError(t, err)
	require.Empty(t, calls)
}
