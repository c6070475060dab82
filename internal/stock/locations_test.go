package stock_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/stock"
)

// Going through the parts one by one gives the same result as all parts of a location at once.
func TestPartByPartIsTheLeastOfEachLocation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var got stock.ByLocation
		var locations [][]stock.PartLevel
		for i := range rapid.IntRange(0, 4).Draw(t, "locations") {
			var parts []stock.PartLevel
			for j := range rapid.IntRange(1, 4).Draw(t, "parts") {
				s := part(rapid.IntRange(0, 20).Draw(t, "free"), rapid.IntRange(0, 9).Draw(t, "short"), rapid.IntRange(1, 3).Draw(t, "per"))
				parts = append(parts, s)
				got.Add(fmt.Sprint("at ", i), fmt.Sprint("part ", j), s.Offers())
			}
			locations = append(locations, parts)
			require.Equal(t, stock.Offers(parts), got[i].Units)
		}
		require.Equal(t, stock.Raw(locations), got.Sum())
		require.Len(t, got, len(locations))
	})
	var none stock.ByLocation
	none.Add("", "", 5)
	require.Zero(t, none.Sum(), "an account without stock locations offers nothing")
}
