package stock_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/stock"
)

func TestOnHandNow(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		means  stock.Means
		figure int
		since  stock.Since
		want   int
	}{
		{"nothing happened", stock.MeansOnHand, 7, stock.Since{}, 7},
		{"on hand: open orders lie on the shelf", stock.MeansOnHand, 7, stock.Since{StillOpen: 3}, 7},
		{"available: open orders lie on the shelf besides", stock.MeansAvailable, 7, stock.Since{StillOpen: 3}, 10},
		{"on hand, two packed since", stock.MeansOnHand, 7, stock.Since{StillOpen: 1, Packed: 2, Changes: -2}, 5},
		{"available, two packed since: they were open then", stock.MeansAvailable, 7, stock.Since{StillOpen: 1, Packed: 2, Changes: -2}, 8},
		{"available, one packed since of an order placed later", stock.MeansAvailable, 7, stock.Since{Changes: -1}, 6},
		{"five received since", stock.MeansAvailable, 7, stock.Since{StillOpen: 2, Changes: 5}, 14},
		{"one cancelled since lies on the shelf", stock.MeansAvailable, 7, stock.Since{Cancelled: 1}, 8},
		{"oversold on the channel", stock.MeansAvailable, -2, stock.Since{StillOpen: 5}, 3},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := stock.OnHandNow(tc.means, tc.figure, tc.since)
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
		})
	}
	_, err := stock.OnHandNow(stock.MeansAvailable, -4, stock.Since{StillOpen: 1})
	require.ErrorContains(t, err, "-4 available comes to -3 on hand (1 open then, +0 since): count it instead")
}

// The test plays changes of a shelf and its orders before and after the moment at which a figure was read; whatever
// happens, both meanings of the figure lead to the units that are on the shelf now.
func TestBothMeaningsGiveTheUnitsOnHand(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		shelf := rapid.IntRange(20, 60).Draw(t, "shelf")
		open := map[bool]int{} // by whether the order was placed before the figure was read
		play := func(before bool, steps int, packed, cancelled *int) (changes int) {
			for range steps {
				old := rapid.Bool().Draw(t, "of an old order")
				switch rapid.SampledFrom([]string{"place", "pack", "cancel", "receive", "lose"}).Draw(t, "event") {
				case "place":
					if open[true]+open[false] < shelf {
						open[before]++
					}
				case "pack":
					if open[old] > 0 {
						open[old]--
						shelf--
						changes--
						if old {
							*packed++
						}
					}
				case "cancel":
					if open[old] > 0 {
						open[old]--
						if old {
							*cancelled++
						}
					}
				case "receive":
					shelf++
					changes++
				case "lose":
					if shelf > open[true]+open[false] {
						shelf--
						changes--
					}
				}
			}
			return changes
		}
		var ignored int
		play(true, rapid.IntRange(0, 20).Draw(t, "steps before"), &ignored, &ignored)
		onHand, available := shelf, shelf-open[true]
		var s stock.Since
		s.Changes = play(false, rapid.IntRange(0, 20).Draw(t, "steps since"), &s.Packed, &s.Cancelled)
		s.StillOpen = open[true]
		for means, figure := range map[stock.Means]int{stock.MeansOnHand: onHand, stock.MeansAvailable: available} {
			got, err := stock.OnHandNow(means, figure, s)
			require.NoError(t, err)
			require.Equal(t, shelf, got, means)
		}
	})
}

func TestWhichMovementsAnAvailableFigureLeavesOut(t *testing.T) {
	t.Parallel()
	early, late := time.Unix(100, 0).UTC(), time.Unix(200, 0).UTC()
	var s stock.Since
	s.Moved(stock.Ship, true, false, -3, -3, early)
	s.Moved(stock.Ship, false, false, -5, -5, early)
	s.Moved(stock.Release, true, true, 0, -2, early)
	s.Moved(stock.Release, true, false, 0, -7, early)
	s.Moved(stock.Release, false, true, 0, -7, early)
	s.Moved(stock.Receipt, false, false, 10, 0, late)
	require.Equal(t, stock.Since{Packed: 3, Cancelled: 2, Changes: 2}, s)
	s.Moved(stock.Opening, false, false, 1, 0, late)
	s.Moved(stock.Count, false, false, 1, 0, early)
	require.Equal(t, stock.Since{Packed: 3, Cancelled: 2, Changes: 4, Counted: late}, s)
}

func TestACountDidNotFindWhatHadLeftBefore(t *testing.T) {
	t.Parallel()
	require.True(t, stock.CountedWithout(11, 10))
	require.False(t, stock.CountedWithout(10, 10))
	require.False(t, stock.CountedWithout(0, 10), "never counted")
}
