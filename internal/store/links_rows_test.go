package store_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/storetest"
)

// However many links, listings and reported listings are new, changed, gone or follow others: the number of statements is the same.
func TestStatementsDoNotGrowWithListings(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		count := func(name string, n int) []int64 {
			sku := func(i int) string { return fmt.Sprintf("%s-%d", name, i) }
			var ties, others []links.Link
			var first, second []channel.Listed
			var report, less []listing.Found
			for i := range n {
				ties = append(ties, links.Link{Account: "ebay-uk", ChannelSKU: sku(i), SKU: sku(i), ListingRef: "r"})
				others = append(others, links.Link{Account: "ebay-uk", ChannelSKU: sku(i), SKU: sku(n - i)})
				first = append(first, listed(sku(i), "a"+sku(i), "r", 1))
				second = append(second, listed(sku(i), "b"+sku(i), "new"+sku(i), 1))
				report = append(report, found("f"+sku(i), "f"+sku(i)))
				less = append(less, found("g"+sku(i), "g"+sku(i)))
			}
			var out []int64
			for _, step := range []func(){
				func() { require.NoError(t, s.Links.SaveLinks(ctx, ties)) },
				func() { require.NoError(t, s.Links.SaveLinks(ctx, ties)) },
				func() { imported(t, s, "ebay-uk", name+"1", first...) },
				func() { imported(t, s, "ebay-uk", name+"1", first...) },
				func() {
					res := imported(t, s, "ebay-uk", name+"2", second...)
					require.Equal(t, n, res.Gone)
					require.True(t, res.Dirty)
				},
				func() { require.NoError(t, s.Links.SaveLinks(ctx, others)) },
				func() { reported(t, s, name+"3", report...) },
				func() { reported(t, s, name+"4", report...) },
				func() { require.Equal(t, n, reported(t, s, name+"5", less...).Gone) },
			} {
				before := s.Statements()
				step()
				out = append(out, s.Statements()-before)
			}
			imported(t, s, "ebay-uk", name+"6")
			reported(t, s, name+"6")
			return out
		}
		small, large := count("s", 2), count("l", 40)
		require.Equal(t, small, large)
		t.Log(small)
	})
}

// A link with several listings is one row of a list, with the listing that it refers to.
func TestALinkOfSeveralListingsIsOneRow(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp", "oar", "rope")
		imported(t, s, "ebay-uk", "run-1", listed("ebay-uk:lamp", "1", "other", 1), listed("ebay-uk:lamp", "2", "ref-lamp", 2),
			listed("ebay-uk:lamp", "3", "third", 3), listed("ebay-uk:oar", "4", "ref-oar", 4))
		rows := view(t, s, links.LinksLinked, "ebay-uk")
		require.Len(t, rows, 3)
		require.Equal(t, []string{"2", "4"}, []string{rows[0].Listing.ListingID, rows[1].Listing.ListingID})
		require.Nil(t, rows[2].Listing)
		imported(t, s, "ebay-uk", "run-2", listed("ebay-uk:lamp", "3", "third", 3))
		require.Equal(t, "3", view(t, s, links.LinksLinked, "ebay-uk")[0].Listing.ListingID, "one that is still there")
	})
}
