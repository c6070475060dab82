package stock_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/stock"
)

func TestWhatMayBeListedBeforeOrdersAreRead(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		wanted, should, has int
		want                int
		lower               bool
	}{
		"two were bought there, one elsewhere":            {9, 10, 8, 7, true},
		"all that is left was bought there":               {1, 3, 1, 0, true},
		"nothing is left":                                 {0, 5, 2, 0, true},
		"more is offered: what was bought waits":          {12, 10, 8, 10, false},
		"as it is":                                        {10, 10, 8, 8, false},
		"oversold":                                        {0, 2, -1, 0, false},
		"somebody has put units there":                    {7, 5, 9, 7, true},
		"somebody has put units there, and more are left": {9, 5, 7, 9, false},
	} {
		quantity, lower := stock.Lowered(tc.wanted, tc.should, tc.has)
		require.Equal(t, tc.want, quantity, name)
		require.Equal(t, tc.lower, lower, name)
	}
}

// A worker that is killed after the call and before it is saved does it all again. It never lists more than the first time, nor more than is there for
// buyers of the channel.
func TestLoweringTwiceNeverListsMore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		should := rapid.IntRange(0, 50).Draw(t, "should have")
		bought := rapid.IntRange(0, should).Draw(t, "bought there, unseen")
		wanted := rapid.IntRange(0, 60).Draw(t, "wanted, without those")
		has := should - bought
		first, lower := stock.Lowered(wanted, should, has)
		if lower {
			require.LessOrEqual(t, first, max(wanted-bought, 0), "what is left after the unseen ones")
			has = first
		}
		second, again := stock.Lowered(wanted, should, has)
		if again {
			require.Less(t, second, has)
		}
	})
}
