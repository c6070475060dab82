package stock_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/stock"
)

func TestEnteredUnitsAreDistinguishedFromThoseOfOrders(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		moved stock.Moved
		want  stock.Sums
	}{
		"a receipt of a simulated warehouse": {stock.Moved{Kind: stock.Receipt, OnHand: 5}, stock.Sums{OnHand: 5, Entered: 5}},
		"a figure of a moment":               {stock.Moved{Kind: stock.Count, Dated: true, OnHand: -2}, stock.Sums{OnHand: -2, Entered: -2, Counted: -2}},
		"a count by a person":                {stock.Moved{Kind: stock.Count, Named: true, OnHand: -2}, stock.Sums{OnHand: -2, Entered: -2, Counted: -2}},
		"an order's reservation":             {stock.Moved{Kind: stock.Reserve, ByOrder: true, Reserved: 3}, stock.Sums{Reserved: 3}},
		"an order's shipment":                {stock.Moved{Kind: stock.Ship, ByOrder: true, OnHand: -3, Reserved: -3}, stock.Sums{OnHand: -3, Reserved: -3}},
		"a return that somebody signed":      {stock.Moved{Kind: stock.Return, ByOrder: true, Named: true, OnHand: 1}, stock.Sums{OnHand: 1, Entered: 1, Counted: 1}},
		"a return of a simulated warehouse":  {stock.Moved{Kind: stock.Return, ByOrder: true, OnHand: 1}, stock.Sums{OnHand: 1, Entered: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sums stock.Sums
			sums.Add(tc.moved)
			require.Equal(t, tc.want, sums)
		})
	}
	var sums stock.Sums
	sums.Add(stock.Moved{Kind: stock.Receipt, OnHand: 5})
	sums.Add(stock.Moved{Kind: stock.Ship, ByOrder: true, OnHand: -2})
	require.Equal(t, stock.Sums{OnHand: 3, Entered: 5}, sums)
}
