package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/settings"
)

// An account that lists each location by itself goes live and that is undone: each location has what it had before, less what was sold from there.
func TestEachLocationGoesBackToWhatItListed(t *testing.T) {
	t.Parallel()
	s, conn := openLocated(t)
	ctx := t.Context()
	_, err := s.store.Settings.Observe(ctx, account)
	require.NoError(t, err)
	conn.has = map[string]int{"main": 4, "attic": 2} // by an older tool
	_, err = s.store.Links.SaveListings(ctx, links.ListingsPage{Account: account, RunID: "read", SeenAt: time.Now(), Last: true,
		Listings: []channel.Listed{{SKU: "A", ListingID: "A", Ref: "A", State: channel.ListingLive, Quantity: 6, At: map[string]int{"main": 4, "attic": 2}}}})
	require.NoError(t, err)
	_, err = s.store.Settings.GoLive(ctx, account, settings.Live{By: "ann"})
	require.NoError(t, err)
	require.Equal(t, 1, s.push())
	require.Equal(t, map[string]int{"main": 10, "attic": 5}, conn.has)
	conn.has["main"] -= 3
	s.scan(order.Snapshot{ID: "1", PlacedAt: time.Now(), UpdatedAt: time.Now(), Fulfilment: order.FulfilmentUnshipped, Paid: true, Currency: "GBP",
		Lines: []order.SnapshotLine{{ID: "1-1", SKU: "A", Quantity: 3, Location: "main"}}})

	out, err := s.store.Settings.Undo(ctx, account, time.Now().Add(-time.Hour))
	require.NoError(t, err)
	require.Equal(t, []any{1, 0}, []any{out.Links, len(out.Unknown)})
	back, err := s.store.Levels.GoingBack(ctx, account)
	require.NoError(t, err)
	require.Equal(t, 3, back[0].Quantity)
	require.Equal(t, 1, s.push())
	require.Equal(t, map[string]int{"main": 1, "attic": 2}, conn.has)
}
