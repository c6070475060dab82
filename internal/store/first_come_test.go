package store_test

import (
	"database/sql"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/ledger"
	"github.com/towpath/towpath/internal/store/storetest"
)

// The store reads only as many of the lines that wait as it needs: it must read the first ones of order.FirstCome, and of the lines
// that lose units the last ones.
func TestUnitsGoToTheFirstLinesAndAreTakenFromTheLast(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		for i, minute := range []int{5, 3, 5, 1, 3, 5} {
			o := sale("amazon-uk", fmt.Sprintf("o%d", i), minute, units("lamp", 1), units("lamp", 1))
			o.Lines[0].ID, o.Lines[1].ID = o.Lines[1].ID, o.Lines[0].ID // their position counts, not their id
			save(t, s, "amazon-uk", o)                                  // not in the order in which they were placed
		}
		read := func() (lines []*order.Line) {
			require.NoError(t, s.Read(ctx, `SELECT l.order_id, l.line_id, l.position, o.placed_at, l.reserved FROM order_lines l JOIN orders o ON o.id = l.order_id`, func(rows *sql.Rows) error {
				l := &order.Line{}
				err := rows.Scan(&l.OrderID, &l.LineID, &l.Position, &l.PlacedAt, &l.Units.Reserved)
				lines = append(lines, l)
				return err
			}))
			slices.SortFunc(lines, order.FirstCome)
			return lines
		}
		require.Len(t, read(), 12)
		filled := func(n int) {
			for i, l := range read() {
				require.Equal(t, i < n, l.Units.Reserved == 1, "line %s of %d", l.LineID, n)
			}
		}
		for n := range 12 {
			receive(t, s, fmt.Sprint("in", n), "lamp", 1)
			filled(n + 1)
		}
		for n := 12; n > 0; n-- {
			_, err := s.Ledger.ApplyStock(ctx, []stock.Change{{Key: fmt.Sprint("out", n), SKU: "lamp", Location: "main", Kind: stock.Adjust, Quantity: -1}})
			require.NoError(t, err)
			filled(n - 1)
		}
	})
}

func TestOrdersThatLoseUnitsAreToldNewestFirst(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		link(t, s, "lamp")
		receive(t, s, "in", "lamp", 6)
		save(t, s, "amazon-uk", sale("amazon-uk", "A", 9, units("lamp", 3)))
		save(t, s, "ebay-uk", sale("ebay-uk", "B", 2, units("lamp", 1), units("lamp", 2)))
		done, err := s.Ledger.ApplyStock(ctx, []stock.Change{{Key: "count", SKU: "lamp", Location: "main", Kind: stock.Count, Quantity: 1}})
		require.NoError(t, err)
		require.Equal(t, []ledger.Backordered{
			{Account: "amazon-uk", Reference: "#A", LineID: "A-1", SKU: "lamp", Units: 3},
			{Account: "ebay-uk", Reference: "#B", LineID: "B-2", SKU: "lamp", Units: 2},
		}, done.Backordered)
	})
}
