package store_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/postgrestest"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/storetest"
)

func counted(key, sku string, n int) stock.Change {
	return stock.Change{Key: key, SKU: sku, Location: "main", Kind: stock.Count, Quantity: n, By: "ann", Note: "spring count"}
}

func TestACountSaysWhatIsThere(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		apply := func(c stock.Change) ledger.StockDone {
			done, err := s.Ledger.ApplyStock(ctx, []stock.Change{c})
			require.NoError(t, err)
			return done
		}
		require.Equal(t, 7, apply(counted("a", "lamp", 7)).Changes[0].Now)
		save(t, s, "amazon-uk", sale("amazon-uk", "old", 1, units("lamp", 2)), sale("amazon-uk", "new", 2, units("lamp", 3)))
		done := apply(counted("b", "lamp", 4))
		require.Equal(t, [2]int{7, 4}, [2]int{done.Changes[0].Was, done.Changes[0].Now})
		require.Equal(t, []ledger.Backordered{{Account: "amazon-uk", Reference: "#new", LineID: "new-1", SKU: "lamp", Units: 1}}, done.Backordered)
		again := apply(counted("b", "lamp", 4))
		require.False(t, again.Changes[0].DoneAt.IsZero())
		require.Empty(t, again.Backordered)
		_, err := s.Ledger.ApplyStock(ctx, []stock.Change{counted("b", "lamp", 5)})
		require.ErrorIs(t, err, stock.ErrKeyUsed)
		require.ErrorContains(t, err, "count of lamp at main, 4")
		require.Equal(t, 4, apply(counted("c", "lamp", 4)).Changes[0].Now, "nothing differs, and it is noted")

		moves, err := s.Ledger.Movements(ctx, "lamp", "main", 0, 2)
		require.NoError(t, err)
		require.Equal(t, "ann spring count 4 0", fmt.Sprint(moves[0].By, " ", moves[0].Note, " ", moves[0].Stated, " ", moves[0].OnHand))
		older, err := s.Ledger.Movements(ctx, "lamp", "", moves[1].ID, 100)
		require.NoError(t, err)
		require.Equal(t, stock.Opening, older[len(older)-1].Kind)
		require.Equal(t, "#new", moves[1].Reference+older[0].Reference, "of the count and of what it cost the order, the order has one")
		balanced(t, s)
	})
}

func TestOnlyFreeUnitsCanBeMoved(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		receive(t, s, "a", "lamp", 5)
		save(t, s, "amazon-uk", sale("amazon-uk", "1", 1, units("lamp", 2)))
		move := func(n int) error {
			_, err := s.Ledger.ApplyStock(ctx, []stock.Change{
				{Key: fmt.Sprint(n, "/from"), SKU: "lamp", Location: "main", Kind: stock.Move, Quantity: -n},
				{Key: fmt.Sprint(n, "/to"), SKU: "lamp", Location: "annex", Kind: stock.Move, Quantity: n}})
			return err
		}
		require.ErrorContains(t, move(4), "lamp at main has 3 free (5 on hand, 2 reserved): 4 can't be moved away")
		require.NoError(t, move(3))
		rows, err := s.Ledger.Stock(ctx, "lamp", "", 0)
		require.NoError(t, err)
		require.Equal(t, [2]int{3, 2}, [2]int{rows[0].OnHand, rows[1].OnHand})
		balanced(t, s)
	})
}

// A file with available units is imported later: open orders are not subtracted twice, and what was packed, received
// or counted since is not undone.
func TestAFigureOfAnEarlierMoment(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		kit(t, s, "pair", "lamp", 2)
		link(t, s, "lamp", "rope", "pair")
		receive(t, s, "a", "lamp", 20)
		read := time.Now()
		before := int(read.Sub(epoch).Minutes()) - 10
		save(t, s, "amazon-uk", sale("amazon-uk", "1", before, units("lamp", 3)), sale("amazon-uk", "2", before, units("pair", 1)),
			sale("amazon-uk", "3", before, units("lamp", 1)), sale("amazon-uk", "late", before+600, units("lamp", 2)))
		process(t, s, rowID(t, s, "amazon-uk", "1"), pack("p", content("1-1", 2)))
		process(t, s, rowID(t, s, "amazon-uk", "late"), pack("q", content("late-1", 1)))
		require.NoError(t, s.Orders.SaveCancellation(ctx, rowID(t, s, "amazon-uk", "3"), orders.Cancellation{ID: "c"}))
		_, err := s.Orders.ApplyCancellation(ctx, rowID(t, s, "amazon-uk", "3"), "c")
		require.NoError(t, err)
		receive(t, s, "b", "lamp", 5)

		file := counted("f", "lamp", 10)
		file.AsOf, file.Means = read, stock.MeansAvailable
		tried, err := s.Ledger.TryStock(ctx, []stock.Change{file})
		require.NoError(t, err)
		// Then: 10 available + 3 open, 2 in the kit, 1 cancelled since = 16. Since: -2 and -1 packed, +5 received.
		require.Equal(t, [2]int{22, 18}, [2]int{tried.Changes[0].Was, tried.Changes[0].Now})
		require.Equal(t, 22, level(t, s, "lamp").OnHand, "only tried")
		done, err := s.Ledger.ApplyStock(ctx, []stock.Change{file})
		require.NoError(t, err)
		require.Equal(t, 18, done.Changes[0].Now)
		require.Equal(t, 14, done.Changes[0].Free, "10 available, 1 cancelled, 5 received, 2 sold since")

		older := counted("g", "lamp", 3)
		older.AsOf = read.Add(-time.Hour)
		done, err = s.Ledger.ApplyStock(ctx, []stock.Change{older})
		require.NoError(t, err)
		require.Contains(t, done.Changes[0].Kept, "it was counted later")
		less := counted("h", "rope", -3)
		less.Means, less.AsOf = stock.MeansAvailable, read
		done, err = s.Ledger.ApplyStock(ctx, []stock.Change{less})
		require.NoError(t, err)
		require.Contains(t, done.Changes[0].Refused, "count it instead")
		balanced(t, s)
	})
}

// A count of many SKUs, each with fewer units than are reserved, costs as many statements as a count of a few.
func TestCountingCostsTheSameStatements(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		count := func(name string, n int) int64 {
			var open, less []stock.Change
			var skus []string
			for i := range n {
				sku := fmt.Sprintf("%s%d", name, i)
				skus = append(skus, sku)
				open, less = append(open, counted("o"+sku, sku, 3)), append(less, counted("l"+sku, sku, 1))
			}
			link(t, s, skus...)
			_, err := s.Ledger.ApplyStock(ctx, open)
			require.NoError(t, err)
			for i, sku := range skus {
				save(t, s, "amazon-uk", sale("amazon-uk", name+fmt.Sprint(i), 1, units(sku, 3)))
			}
			before := s.Statements()
			done, err := s.Ledger.ApplyStock(ctx, less)
			require.NoError(t, err)
			require.Len(t, done.Backordered, n)
			levels, err := s.Levels.DirtyLevels(ctx, "amazon-uk", n)
			require.NoError(t, err)
			require.Len(t, levels, n)
			return s.Statements() - before
		}
		few, many := count("f", 2), count("m", 60)
		require.Equal(t, few, many)
		require.LessOrEqual(t, many, int64(20))
	})
}

// BenchmarkCount counts 100,000 SKUs with three links each, in batches, and drains the levels of one account.
func BenchmarkCount(b *testing.B) {
	for name, address := range map[string]func() string{
		"sqlite":   func() string { return "sqlite:" + filepath.Join(b.TempDir(), "store.db") },
		"postgres": func() string { return postgrestest.URL(b) },
	} {
		b.Run(name, func(b *testing.B) {
			s := storetest.Fresh(b, address())
			const all, batch = 100_000, 5_000
			var skus []string
			for i := range all {
				skus = append(skus, fmt.Sprintf("sku-%06d", i))
			}
			link(b, s, skus...)
			push(b, s, "amazon-uk")
			round := 0
			for b.Loop() {
				round++
				before := s.Statements()
				for i := 0; i < all; i += batch {
					var changes []stock.Change
					for _, sku := range skus[i : i+batch] {
						changes = append(changes, counted(fmt.Sprint(round, sku), sku, 5+round))
					}
					_, err := s.Ledger.ApplyStock(ctx, changes)
					require.NoError(b, err)
				}
				b.ReportMetric(float64(s.Statements()-before)/(all/batch), "statements/batch")
			}
			b.ReportMetric(float64(all*round)/b.Elapsed().Seconds(), "SKUs/s")
		})
	}
}
