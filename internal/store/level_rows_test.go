package store_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/storetest"
)

func TestLevelsAreListedByWhatIsWrongWithThem(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		require.NoError(t, s.Products.SaveVariants(ctx, []products.Variant{{SKU: "LAMP", Title: "Brass lamp"}, {SKU: "ROPE", Title: "Rope"}, {SKU: "SPARE", Title: "Spare 100% rope"}}))
		link(t, s, "LAMP", "ROPE")
		for _, sku := range []string{"LAMP", "ROPE", "SPARE"} {
			receive(t, s, "in "+sku, sku, 2)
		}
		save(t, s, "amazon-uk", sale("amazon-uk", "A1", 1, units("LAMP", 3)))

		counts, err := s.Ledger.LevelCounts(ctx, "")
		require.NoError(t, err)
		require.Equal(t, map[ledger.LevelView]int{"": 3, ledger.LevelsBackordered: 1, ledger.LevelsNoneFree: 1, ledger.LevelsHeld: 0, ledger.LevelsUnlisted: 1}, counts)
		found := func(f ledger.LevelFilter) (skus []string) {
			rows, err := s.Ledger.LevelRows(ctx, f)
			require.NoError(t, err)
			for _, r := range rows {
				skus = append(skus, r.SKU)
			}
			return skus
		}
		require.Equal(t, []string{"LAMP"}, found(ledger.LevelFilter{View: ledger.LevelsBackordered}))
		require.Equal(t, []string{"LAMP"}, found(ledger.LevelFilter{View: ledger.LevelsNoneFree}))
		require.Equal(t, []string{"SPARE"}, found(ledger.LevelFilter{View: ledger.LevelsUnlisted}))
		require.Empty(t, found(ledger.LevelFilter{View: ledger.LevelsHeld}))
		require.Equal(t, []string{"ROPE", "SPARE"}, found(ledger.LevelFilter{Search: "rope"}))
		require.Equal(t, []string{"SPARE"}, found(ledger.LevelFilter{Search: "100%"}), "a sign stands for itself")
		require.Equal(t, []string{"ROPE"}, found(ledger.LevelFilter{After: "LAMP", Limit: 1}))
		counts, err = s.Ledger.LevelCounts(ctx, "rope")
		require.NoError(t, err)
		require.Equal(t, 2, counts[""])
	})
}

// The effects of a change are read back by its key, with the orders that it changed and no others.
func TestWhatAChangeMovedIsReadBack(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		require.NoError(t, s.Products.SaveVariants(ctx, []products.Variant{{SKU: "LAMP", Title: "Lamp"}}))
		link(t, s, "LAMP")
		receive(t, s, "in", "LAMP", 5)
		save(t, s, "amazon-uk", sale("amazon-uk", "A1", 1, units("LAMP", 4)))
		_, err := s.Ledger.ApplyStock(ctx, []stock.Change{{Key: "c1", SKU: "LAMP", Location: "main", Kind: stock.Count, Quantity: 3, By: "Ann", Note: "shelf"}})
		require.NoError(t, err)
		moved, err := s.Ledger.StockMoved(ctx, "c1")
		require.NoError(t, err)
		require.Len(t, moved, 2)
		require.Equal(t, stock.Count, moved[0].Kind)
		require.Equal(t, -2, moved[0].OnHand)
		require.Equal(t, stock.Release, moved[1].Kind)
		require.Equal(t, "#A1", moved[1].Reference)
		none, err := s.Ledger.StockMoved(ctx, "never")
		require.NoError(t, err)
		require.Empty(t, none)
	})
}

func TestWhereSKUsAreSold(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		require.NoError(t, s.Products.SaveVariants(ctx, []products.Variant{{SKU: "MUG", Title: "Mug"}, {SKU: "LID", Title: "Lid"}, {SKU: "SET", Title: "Set"}, {SKU: "NONE", Title: "None"}}))
		_, err := s.Products.SaveKits(ctx, []catalogue.Kit{{SKU: "SET", Parts: []catalogue.Part{{SKU: "MUG", Quantity: 2}, {SKU: "LID", Quantity: 1}}}})
		require.NoError(t, err)
		link(t, s, "SET")
		receive(t, s, "mug", "MUG", 7)
		receive(t, s, "lid", "LID", 2)
		before := s.Statements()
		out, err := s.Products.Offered(ctx, []string{"MUG", "SET", "NONE"})
		require.NoError(t, err)
		require.EqualValues(t, 4, s.Statements()-before)
		require.Equal(t, 7, out["MUG"].Free())
		require.Empty(t, out["MUG"].Parts)
		require.Equal(t, []products.OfferedPlace{{Location: "main", Free: 2, Limit: "LID"}}, out["SET"].Places)
		require.Equal(t, []products.KitPart{{SKU: "LID", Quantity: 1}, {SKU: "MUG", Quantity: 2}}, out["SET"].Parts)
		require.Len(t, out["SET"].Links, 3)
		require.Equal(t, &products.Offered{}, out["NONE"])
	})
}
