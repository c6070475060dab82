package store_test

import (
	"context"
	"testing"
	"time"

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
		require.Equal(t, map[stock.LevelView]int{"": 3, stock.LevelsBackordered: 1, stock.LevelsNoneFree: 1, stock.LevelsHeld: 0, stock.LevelsUnlisted: 1}, counts)
		found := func(f ledger.LevelFilter) (skus []string) {
			rows, err := s.Ledger.LevelRows(ctx, f)
			require.NoError(t, err)
			for _, r := range rows {
				skus = append(skus, r.SKU)
			}
			return skus
		}
		require.Equal(t, []string{"LAMP"}, found(ledger.LevelFilter{View: stock.LevelsBackordered}))
		require.Equal(t, []string{"LAMP"}, found(ledger.LevelFilter{View: stock.LevelsNoneFree}))
		require.Equal(t, []string{"SPARE"}, found(ledger.LevelFilter{View: stock.LevelsUnlisted}))
		require.Empty(t, found(ledger.LevelFilter{View: stock.LevelsHeld}))
		require.Equal(t, []string{"ROPE", "SPARE"}, found(ledger.LevelFilter{Search: "rope"}))
		require.Equal(t, []string{"SPARE"}, found(ledger.LevelFilter{Search: "100%"}), "a sign stands for itself")
		require.Equal(t, []string{"ROPE"}, found(ledger.LevelFilter{After: "LAMP", Limit: 1}))
		counts, err = s.Ledger.LevelCounts(ctx, "rope")
		require.NoError(t, err)
		require.Equal(t, map[stock.LevelView]int{"": 2, stock.LevelsBackordered: 0, stock.LevelsNoneFree: 0, stock.LevelsHeld: 0, stock.LevelsUnlisted: 1}, counts)
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE links SET held_at = 1 WHERE sku = 'ROPE' AND account = 'ebay-uk'`))
		require.Equal(t, []string{"ROPE"}, found(ledger.LevelFilter{View: stock.LevelsHeld}))
		require.Empty(t, found(ledger.LevelFilter{View: stock.LevelsHeld, After: "ROPE"}))
		receive(t, s, "more LAMP", "LAMP", 1)
		require.Empty(t, found(ledger.LevelFilter{View: stock.LevelsBackordered}))
		require.Equal(t, []string{"LAMP"}, found(ledger.LevelFilter{View: stock.LevelsNoneFree}), "all three are promised")
	})
}

func TestSKUsThatNeedSomebodyAreListedAndCounted(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		var variants []products.Variant
		for _, sku := range []string{"FREE", "FULL", "GONE", "KIT", "SPARE", "WAITS"} {
			variants = append(variants, products.Variant{SKU: sku, Title: "A " + sku})
		}
		require.NoError(t, s.Products.SaveVariants(ctx, variants))
		_, err := s.Products.SaveKits(ctx, []catalogue.Kit{{SKU: "KIT", Parts: []catalogue.Part{{SKU: "FREE", Quantity: 2}}}})
		require.NoError(t, err)
		link(t, s, "FREE", "FULL", "GONE", "KIT", "WAITS")
		receive(t, s, "free", "FREE", 5)
		receive(t, s, "full", "FULL", 2)
		receive(t, s, "waits", "WAITS", 1)
		_, err = s.Ledger.ApplyStock(ctx, []stock.Change{{Key: "depot", SKU: "WAITS", Location: "depot", Kind: stock.Receipt, Quantity: 4}})
		require.NoError(t, err)
		save(t, s, "amazon-uk", sale("amazon-uk", "A1", 1, units("WAITS", 3), units("FULL", 2)))

		listed := func(f ledger.StockFilter) (skus []string) {
			rows, err := s.Ledger.StockList(ctx, f)
			require.NoError(t, err)
			for _, r := range rows {
				skus = append(skus, r.SKU)
			}
			return skus
		}
		require.Equal(t, []string{"FREE", "FULL", "GONE", "KIT", "SPARE", "WAITS"}, listed(ledger.StockFilter{}))
		require.Equal(t, []string{"FULL", "GONE", "WAITS"}, listed(ledger.StockFilter{Problems: true}))
		require.Equal(t, []string{"FULL"}, listed(ledger.StockFilter{Problems: true, Limit: 1}))
		require.Equal(t, []string{"WAITS"}, listed(ledger.StockFilter{Problems: true, After: "GONE"}))
		totals, err := s.Ledger.StockTotals(ctx, ledger.StockFilter{})
		require.NoError(t, err)
		require.Equal(t, ledger.StockTotals{SKUs: 6, OnHand: 12, Reserved: 3, Free: 9, Backordered: 2, Problems: 3}, totals)
		totals, err = s.Ledger.StockTotals(ctx, ledger.StockFilter{Search: "nothing"})
		require.NoError(t, err)
		require.Equal(t, ledger.StockTotals{}, totals)
		rows, err := s.Ledger.StockList(ctx, ledger.StockFilter{Search: "WAITS"})
		require.NoError(t, err)
		require.Equal(t, []ledger.StockSum{{SKU: "WAITS", Title: "A WAITS", Locations: 2, OnHand: 5, Reserved: 1, Free: 4, Backordered: 2, Links: 3}}, rows)
	})
}

func TestUnlinkedUnitsAreCountedWithoutTestEndpoints(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("ghost", 2)), sale("amazon-uk", "2", 9, units("ghost", 4)))
		save(t, s, "sandbox", sale("sandbox", "3", 1, units("ghost", 8)))
		n, err := s.Ledger.UnlinkedUnits(ctx, epoch.Add(5*time.Minute))
		require.NoError(t, err)
		require.Equal(t, 2, n)
		n, err = s.Ledger.UnlinkedUnits(ctx, epoch.Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, 6, n)
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
