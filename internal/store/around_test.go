package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/explain"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/storetest"
)

func TestASKUIsShownAsItWasAndHowItWasOversold(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		receive(t, s, "open", "A", 1)
		link(t, s, "A")
		before := time.Now().UTC()
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE movements SET at = at - 3600000000`))
		save(t, s, "ebay-uk", sale("ebay-uk", "1", 1, units("A", 1)))
		save(t, s, "shopify-uk", sale("shopify-uk", "2", 2, units("A", 1)))
		sent := time.Now().UTC()
		list, err := s.Levels.DirtyLevels(ctx, "shopify-uk", 9)
		require.NoError(t, err)
		require.Len(t, list, 1)
		_, err = s.Levels.SavePushes(ctx, "shopify-uk", "push", []levels.Push{{ChannelSKU: list[0].ChannelSKU, Version: list[0].Version, Quantity: list[0].Quantity, SentAt: sent, AckedAt: sent.Add(time.Second)}})
		require.NoError(t, err)

		k, err := s.Ledger.Around(ctx, "A", before)
		require.NoError(t, err)
		require.Equal(t, []explain.Level{{Location: "main", OnHand: 1, OnHandNow: 1, ReservedNow: 1, Backordered: 1}}, k.Levels, "nothing was reserved then")
		require.Len(t, k.Sales, 2)
		require.Len(t, k.Pushes, 1)
		require.Equal(t, sent.Add(time.Second).Truncate(time.Microsecond), k.Pushes[0].AckedAt)
		over := explain.Oversales(k)
		require.Len(t, over, 1)
		require.Equal(t, "#2", over[0].Sale.Reference)
		require.Equal(t, "#1", over[0].Before.Reference)
		require.Equal(t, explain.StageSaved, over[0].Stage, "the page with the first was read at epoch, and saved now")

		receive(t, s, "later", "A", 1)
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE movements SET at = at + 172800000000 WHERE id = (SELECT MAX(id) FROM movements WHERE kind = 'reserve')`))
		k, err = s.Ledger.Around(ctx, "A", before)
		require.NoError(t, err)
		require.Len(t, k.Sales, 2)
		require.Len(t, explain.Oversales(k), 1, "it got stock two days later")

		k, err = s.Ledger.Around(ctx, "A", before.AddDate(0, -2, 0))
		require.NoError(t, err)
		require.Empty(t, k.Sales)
		require.Zero(t, k.Levels[0].OnHand, "it had not come in yet")
		k, err = s.Ledger.Around(ctx, "nothing", before)
		require.NoError(t, err)
		require.Empty(t, k.Levels)
	})
}

// A sale that never had stock and was cancelled is shown, too.
func TestACancelledSaleWithoutStockIsExplained(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		receive(t, s, "open", "A", 1)
		link(t, s, "A")
		save(t, s, "ebay-uk", sale("ebay-uk", "1", 1, units("A", 1)))
		second := sale("shopify-uk", "2", 2, units("A", 1))
		save(t, s, "shopify-uk", second)
		save(t, s, "shopify-uk", version(second, 3, func(o *order.Snapshot) { o.Fulfilment = order.FulfilmentCancelled }))
		k, err := s.Ledger.Around(ctx, "A", time.Now().UTC())
		require.NoError(t, err)
		require.Len(t, k.Sales, 2)
		over := explain.Oversales(k)
		require.Len(t, over, 1)
		require.Equal(t, 1, over[0].Sale.Cancelled)
		require.Contains(t, over[0].Says, "1 unit of it was cancelled since")
	})
}
