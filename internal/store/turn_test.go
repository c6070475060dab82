package store_test

import (
	"database/sql"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/storetest"
)

// A turn is several calls, and each of them revises a listing: of a listing with more variations than a call takes, the rest is left for the next turn.
func TestATurnRevisesEachListingOnce(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		var skus []string
		var shown []channel.Listed
		for i := range 30 {
			sku := fmt.Sprintf("V%02d", i)
			skus, shown = append(skus, sku), append(shown, listed("ebay-uk:"+sku, "110", "ref-"+sku, 0))
		}
		for _, sku := range []string{"A", "B"} {
			skus, shown = append(skus, sku), append(shown, listed("ebay-uk:"+sku, "of "+sku, "ref-"+sku, 0))
		}
		link(t, s, skus...)
		imported(t, s, "ebay-uk", "run", shown...)
		for _, sku := range skus {
			receive(t, s, "open-"+sku, sku, 5)
		}
		list, err := s.Levels.DirtyLevels(ctx, "ebay-uk", 100)
		require.NoError(t, err)
		slices.Reverse(list) // A and B first
		list, err = s.Levels.SpendRevisions(ctx, "ebay-uk", list, stock.Turn{Calls: 8, PerCall: 25}, ten, epoch)
		require.NoError(t, err)
		require.Len(t, list, 27)
		calls := map[int]int{}
		for i, d := range list {
			calls[d.Call]++
			require.True(t, i == 0 || list[i-1].Call <= d.Call, "the levels of a call follow each other")
		}
		require.Len(t, calls, 2, calls)
		require.LessOrEqual(t, max(calls[0], calls[1]), 25)
		used := 0
		require.NoError(t, s.Read(ctx, `SELECT used FROM listing_revisions WHERE listing = '110'`, func(rows *sql.Rows) error { return rows.Scan(&used) }))
		require.Equal(t, 1, used)
		require.Len(t, next(t, s, "ebay-uk", 100), 32, "the rest waits for the next turn alone")
	})
}
