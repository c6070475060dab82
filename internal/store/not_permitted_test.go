package store_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/storetest"
)

// Only what the account's settings forbid counts, and only that of the last production run.
func TestWhatTheLastRunWasNotPermittedToDo(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		none, err := s.Publications.NotPermitted(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Empty(t, none.Run, "nothing was published")
		saveGoods(t, s, sized("MUG", 3), sized("JUG", 1), sized("POT", 1))
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		_, err = s.Publications.SaveChecks(ctx, "run-1", []publications.ItemVerdict{
			{Product: "MUG", SKU: "MUG-1", Issues: fails(listing.CodeNotPermitted, listing.Validation)},
			{Product: "MUG", SKU: "MUG-2", Issues: fails("price-missing", listing.Validation)},
			{Product: "POT", Issues: fails(listing.CodeNotPermitted, listing.Validation)},
			{Product: "JUG", SKU: "JUG-1", Step: listing.Validated, Hash: "h"},
		})
		require.NoError(t, err)
		_, err = s.Publications.EndPublication(ctx, "run-1", nil)
		require.NoError(t, err)
		found, err := s.Publications.NotPermitted(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Equal(t, "run-1", found.Run)
		require.Equal(t, 2, found.Items, "a variant, and a product as a whole")
		require.Equal(t, []string{"MUG-1", "POT"}, found.Sample)
		require.False(t, found.Since.IsZero())
		require.False(t, found.AtLeast)
		publish(t, s, "run-2", "ebay-uk", listing.Selection{}, func(p *publications.Publication) { p.Endpoint = channel.Test })
		found, err = s.Publications.NotPermitted(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Equal(t, 2, found.Items, "a test run does not take the place of it")
		publish(t, s, "run-3", "ebay-uk", listing.Selection{})
		found, err = s.Publications.NotPermitted(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Equal(t, "run-3", found.Run)
		require.Zero(t, found.Items)
	})
}
