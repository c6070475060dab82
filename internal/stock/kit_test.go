package stock_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/stock"
)

func shelf(free, backordered, per int) stock.Shelf {
	return stock.Shelf{Level: stock.Level{OnHand: free}, Backordered: backordered, Per: per}
}

func TestALevelIsTheSumOfEachLocationsLeastPart(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name      string
		locations [][]stock.Shelf
		raw       int
	}{
		{"no location", nil, 0},
		{"a SKU of its own", [][]stock.Shelf{{shelf(10, 2, 1)}}, 8},
		{"at two locations", [][]stock.Shelf{{shelf(10, 0, 1)}, {shelf(0, 3, 1)}}, 7},
		{"a kit: the least part", [][]stock.Shelf{{shelf(10, 0, 1), shelf(3, 0, 1)}}, 3},
		{"a kit with two of a part", [][]stock.Shelf{{shelf(10, 0, 1), shelf(5, 0, 2)}}, 2},
		{"parts in two warehouses make nothing", [][]stock.Shelf{{shelf(10, 0, 1), shelf(0, 0, 1)}, {shelf(0, 0, 1), shelf(10, 0, 1)}}, 0},
		{"each warehouse has its own kits", [][]stock.Shelf{{shelf(4, 0, 1), shelf(2, 0, 1)}, {shelf(1, 0, 1), shelf(9, 0, 1)}}, 3},
		{"half a kit too few is one too few", [][]stock.Shelf{{shelf(10, 0, 1), shelf(0, 1, 2)}}, -1},
		{"what lacks a part is not offered in a kit", [][]stock.Shelf{{shelf(5, 2, 1), shelf(9, 2, 1)}}, 3},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.raw, stock.Raw(tc.locations))
		})
	}
}

// The number of kits that a location can make can be packed, and one more can't.
func TestMakesIsExactlyWhatCanBePacked(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var parts []stock.Shelf
		for range rapid.IntRange(1, 4).Draw(t, "parts") {
			parts = append(parts, shelf(rapid.IntRange(0, 30).Draw(t, "free"), 0, rapid.IntRange(1, 4).Draw(t, "per")))
		}
		n := stock.Makes(parts)
		enough := func(n int) bool {
			for _, p := range parts {
				if p.Free() < n*p.Per {
					return false
				}
			}
			return true
		}
		require.True(t, enough(n))
		require.False(t, enough(n+1))
	})
}
