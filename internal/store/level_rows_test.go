package store_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
)

func TestLevelsAreListedByWhatIsWrongWithThem(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		require.NoError(t, s.SaveVariants(ctx, []store.Variant{{SKU: "LAMP", Title: "Brass lamp"}, {SKU: "ROPE", Title: "Rope"}, {SKU: "SPARE", Title: "Spare 100% rope"}}))
		link(t, s, "LAMP", "ROPE")
		for _, sku := range []string{"LAMP", "ROPE", "SPARE"} {
			receive(t, s, "in "+sku, sku, 2)
		}
		save(t, s, "amazon-uk", sale("amazon-uk", "A1", 1, units("LAMP", 3)))

		counts, err := s.LevelCounts(ctx, "")
		require.NoError(t, err)
		require.Equal(t, map[store.LevelView]int{"": 3, store.LevelsBackordered: 1, store.LevelsNoneFree: 1, store.LevelsHeld: 0, store.LevelsUnlisted: 1}, counts)
		found := func(f store.LevelFilter) (skus []string) {
			rows, err := s.LevelRows(ctx, f)
			require.NoError(t, err)
			for _, r := range rows {
				skus = append(skus, r.SKU)
			}
			return skus
		}
		require.Equal(t, []string{"LAMP"}, found(store.LevelFilter{View: store.LevelsBackordered}))
		require.Equal(t, []string{"LAMP"}, found(store.LevelFilter{View: store.LevelsNoneFree}))
		require.Equal(t, []string{"SPARE"}, found(store.LevelFilter{View: store.LevelsUnlisted}))
		require.Empty(t, found(store.LevelFilter{View: store.LevelsHeld}))
		require.Equal(t, []string{"ROPE", "SPARE"}, found(store.LevelFilter{Search: "rope"}))
		require.Equal(t, []string{"SPARE"}, found(store.LevelFilter{Search: "100%"}), "a sign stands for itself")
		require.Equal(t, []string{"ROPE"}, found(store.LevelFilter{After: "LAMP", Limit: 1}))
		counts, err = s.LevelCounts(ctx, "rope")
		require.NoError(t, err)
		require.Equal(t, 2, counts[""])
	})
}

// What a change did is read back by its key, with the orders that it touched and nothing else.
func TestWhatAChangeMovedIsReadBack(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		require.NoError(t, s.SaveVariants(ctx, []store.Variant{{SKU: "LAMP", Title: "Lamp"}}))
		link(t, s, "LAMP")
		receive(t, s, "in", "LAMP", 5)
		save(t, s, "amazon-uk", sale("amazon-uk", "A1", 1, units("LAMP", 4)))
		_, err := s.ApplyStock(ctx, []stock.Change{{Key: "c1", SKU: "LAMP", Location: "main", Kind: stock.Count, Quantity: 3, By: "Ann", Note: "shelf"}})
		require.NoError(t, err)
		moved, err := s.StockMoved(ctx, "c1")
		require.NoError(t, err)
		require.Len(t, moved, 2)
		require.Equal(t, stock.Count, moved[0].Kind)
		require.Equal(t, -2, moved[0].OnHand)
		require.Equal(t, stock.Release, moved[1].Kind)
		require.Equal(t, "#A1", moved[1].Reference)
		none, err := s.StockMoved(ctx, "never")
		require.NoError(t, err)
		require.Empty(t, none)
	})
}

func TestWhereSKUsAreSold(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		require.NoError(t, s.SaveVariants(ctx, []store.Variant{{SKU: "MUG", Title: "Mug"}, {SKU: "LID", Title: "Lid"}, {SKU: "SET", Title: "Set"}, {SKU: "NONE", Title: "None"}}))
		_, err := s.SaveKits(ctx, []catalogue.Kit{{SKU: "SET", Parts: []catalogue.Part{{SKU: "MUG", Quantity: 2}, {SKU: "LID", Quantity: 1}}}})
		require.NoError(t, err)
		link(t, s, "SET")
		receive(t, s, "mug", "MUG", 7)
		receive(t, s, "lid", "LID", 2)
		before := s.Statements()
		out, err := s.Offered(ctx, []string{"MUG", "SET", "NONE"})
		require.NoError(t, err)
		require.EqualValues(t, 4, s.Statements()-before)
		require.Equal(t, 7, out["MUG"].Free())
		require.Empty(t, out["MUG"].Parts)
		require.Equal(t, []store.OfferedPlace{{Location: "main", Free: 2, Limit: "LID"}}, out["SET"].Places)
		require.Equal(t, []store.KitPart{{SKU: "LID", Quantity: 1}, {SKU: "MUG", Quantity: 2}}, out["SET"].Parts)
		require.Len(t, out["SET"].Links, 3)
		require.Equal(t, &store.Offered{}, out["NONE"])
	})
}
