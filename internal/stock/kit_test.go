package stock_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/stock"
)

func part(free, backordered, per int) stock.PartLevel {
	return stock.PartLevel{Level: stock.Level{OnHand: free}, Backordered: backordered, Per: per}
}

func TestALevelIsTheSumOfEachLocationsLeastPart(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name      string
		locations [][]stock.PartLevel
		raw       int
	}{
		{"no location", nil, 0},
		{"a SKU of its own", [][]stock.PartLevel{{part(10, 2, 1)}}, 8},
		{"at two locations", [][]stock.PartLevel{{part(10, 0, 1)}, {part(0, 3, 1)}}, 7},
		{"a kit: the least part", [][]stock.PartLevel{{part(10, 0, 1), part(3, 0, 1)}}, 3},
		{"a kit with two of a part", [][]stock.PartLevel{{part(10, 0, 1), part(5, 0, 2)}}, 2},
		{"parts in two warehouses make nothing", [][]stock.PartLevel{{part(10, 0, 1), part(0, 0, 1)}, {part(0, 0, 1), part(10, 0, 1)}}, 0},
		{"each warehouse has its own kits", [][]stock.PartLevel{{part(4, 0, 1), part(2, 0, 1)}, {part(1, 0, 1), part(9, 0, 1)}}, 3},
		{"half a kit too few is one too few", [][]stock.PartLevel{{part(10, 0, 1), part(0, 1, 2)}}, -1},
		{"what lacks a part is not offered in a kit", [][]stock.PartLevel{{part(5, 2, 1), part(9, 2, 1)}}, 3},
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
		var parts []stock.PartLevel
		for range rapid.IntRange(1, 4).Draw(t, "parts") {
			parts = append(parts, part(rapid.IntRange(0, 30).Draw(t, "free"), 0, rapid.IntRange(1, 4).Draw(t, "per")))
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
