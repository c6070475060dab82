package store_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/publications"
	"github.com/towpath/towpath/internal/store/storetest"
)

// A price is looked at, and replaced by another one before it is released: what was not looked at stays held.
func TestOnlyThePriceThatWasShownIsReleased(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		saveGoods(t, s, sized("MUG", 2))
		publish(t, s, "run-1", "ebay-uk", listing.Selection{})
		hold := func(sku string, wanted int64) {
			_, err := s.Publications.SaveChecks(ctx, "run-1", []publications.ItemVerdict{{Product: "MUG", SKU: sku, Step: listing.Validated, Skipped: "held",
				Change: listing.Change{Price: listing.Price{Amount: wanted, Currency: "GBP"}}, Braked: listing.OneOfMany}})
			require.NoError(t, err)
		}
		hold("MUG-1", 949)
		hold("MUG-2", 949)
		shown, err := s.Publications.HeldPrices(ctx, "ebay-uk", "", 10)
		require.NoError(t, err)
		hold("MUG-1", 49)
		hold("MUG-2", 949)
		released, changed, err := s.Publications.ReleaseShown(ctx, "ebay-uk", []publications.SKUPrice{{SKU: "MUG-1", Wanted: 949, Currency: "GBP"}})
		require.NoError(t, err)
		require.Empty(t, released)
		require.Equal(t, 1, changed)
		released, changed, err = s.Publications.ReleaseHeldBy(ctx, "ebay-uk", shown[1].Since)
		require.NoError(t, err)
		require.Equal(t, []publications.SKUPrice{{SKU: "MUG-2", Wanted: 949, Currency: "GBP"}}, released)
		require.Equal(t, 1, changed)
		released, changed, err = s.Publications.ReleaseShown(ctx, "ebay-uk", []publications.SKUPrice{{SKU: "MUG-1", Wanted: 49, Currency: "GBP"}})
		require.NoError(t, err)
		require.Len(t, released, 1)
		require.Zero(t, changed)
	})
}
