package channeltest

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator/market"
)

// offered returns all pages of listings for q, by SKU.
func (s *fixture) offered(q channel.ListingsQuery) map[string]channel.Listed {
	s.t.Helper()
	found := map[string]channel.Listed{}
	for range 1000 {
		page, err := s.conn.Listings(s.t.Context(), q)
		require.NoError(s.t, err)
		require.NotEmpty(s.t, page.RequestID)
		for _, l := range page.Listings {
			require.NotContains(s.t, found, l.SKU, "read twice")
			found[l.SKU] = l
		}
		if page.Next == "" {
			return found
		}
		require.NotEqual(s.t, q.Cursor, page.Next, "the cursor does not move")
		q.Cursor = page.Next
	}
	require.Fail(s.t, "the listings have no end")
	return nil
}

func everyListing(t *testing.T, b Adapter) {
	s := setUp(t, b)
	const n = 60
	listings := s.list(n)
	found := s.offered(channel.ListingsQuery{})
	require.Len(t, found, n)
	for _, l := range listings {
		got := found[l.SKU]
		require.Equal(t, b.level(l, 1).ListingRef, got.Ref, "a level can be pushed with it")
		require.Equal(t, channel.ListingLive, got.State)
		require.Equal(t, 100_000, got.Quantity)
		require.Contains(t, got.Title, l.Title)
		require.Equal(t, l.Price, got.Price)
		require.NotEmpty(t, got.Currency)
		require.NotEmpty(t, got.ListingID)
		require.False(t, got.ChannelFulfils)
	}
}

func listingsBySKU(t *testing.T, b Adapter) {
	s := setUp(t, b)
	s.list(30)
	wanted := []string{"SKU-2", b.UnknownLevel.SKU, "SKU-20"}
	found := s.offered(channel.ListingsQuery{SKUs: wanted})
	require.Len(t, found, 2, "SKU-2 is not every SKU that begins so, and the unknown one is left out")
	require.Contains(t, found, "SKU-2")
	require.Contains(t, found, "SKU-20")

	var most []string
	for i := range channel.MaxListed {
		most = append(most, fmt.Sprintf("SKU-%d", i+1))
	}
	require.Len(t, s.offered(channel.ListingsQuery{SKUs: most}), channel.MaxListed)
	_, err := s.conn.Listings(t.Context(), channel.ListingsQuery{SKUs: append(most, "one more")})
	require.Equal(t, channel.Invalid, fault(t, err).Class)
}

func listingsOfTheChannel(t *testing.T, b Adapter) {
	if !b.Fulfils {
		t.Skip("the channel fulfils nothing itself")
	}
	s := setUp(t, b)
	require.NoError(t, s.market.List(t.Context(), []market.Listing{{SKU: "FBA-1", Title: "Mug", Price: 100, Quantity: 5, FBA: true}}))
	require.True(t, s.offered(channel.ListingsQuery{})["FBA-1"].ChannelFulfils)
}
