package stock_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/stock"
)

func TestRiskyIsToZeroOrAboveFiveTimesWhatIsListed(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		listed, after int
		risky         bool
	}{
		{10, 0, true}, {10, 1, false}, {10, 50, false}, {10, 51, true}, {0, 0, false}, {0, 1, true}, {1, 5, false}, {1, 6, true},
		{stock.UnknownListed, 0, false}, {stock.UnknownListed, 900, false},
	} {
		require.Equal(t, tc.risky, stock.Risky(tc.listed, tc.after), "%d to %d", tc.listed, tc.after)
	}
	require.Equal(t, 20, stock.Many(0))
	require.Equal(t, 20, stock.Many(419))
	require.Equal(t, 21, stock.Many(420))
	require.Equal(t, 5000, stock.Many(100_000))
}

func TestOnlyWhatNoSaleCausedMayBeHeld(t *testing.T) {
	t.Parallel()
	for _, c := range []stock.Cause{stock.ByImport, stock.ByCount, stock.BySetting, stock.ByLink} {
		require.True(t, c.MayBrake(), c)
	}
	for _, c := range []stock.Cause{stock.BySale, stock.ByStock, "", "live"} {
		require.False(t, c.MayBrake(), c)
	}
}

// Whatever is sold, received and changed in the settings while a mistake is held: the sent level is what it would be
// without the mistake, and never below zero; once released, it is the real one.
func TestTheBrakeHoldsTheDifferenceAndNothingElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		real := stock.Offer{Raw: rapid.IntRange(-5, 60).Draw(t, "raw"), Buffer: rapid.IntRange(0, 5).Draw(t, "buffer"),
			Cap: rapid.SampledFrom([]int{0, 7, 40, stock.NoCap}).Draw(t, "cap")}
		right, hold := real, stock.NoHold // right: the level as it would be without the held change
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			before := real
			if rapid.Bool().Draw(t, "a sale or goods") {
				n := rapid.IntRange(-8, 8).Draw(t, "units")
				real.Raw, right.Raw = real.Raw+n, right.Raw+n
			} else {
				real.Raw = rapid.IntRange(-5, 400).Draw(t, "raw after")
				real.Buffer = rapid.IntRange(0, 5).Draw(t, "buffer after")
				real.Cap = rapid.SampledFrom([]int{0, 7, 40, stock.NoCap}).Draw(t, "cap after")
				hold = stock.Brake(before.Level(hold), before, real, hold)
				if hold == stock.NoHold {
					right = real
				}
			}
			require.Equal(t, right.Level(stock.NoHold), real.Level(hold), "right %+v, real %+v, hold %+v", right, real, hold)
			require.GreaterOrEqual(t, real.Level(hold), 0)
		}
		require.Equal(t, stock.Listed(real.Raw, real.Buffer, real.Cap), real.Level(stock.NoHold))
	})
}

func TestACorrectionReleasesByItself(t *testing.T) {
	t.Parallel()
	was := stock.Offer{Raw: 12, Cap: stock.NoCap}
	empty := stock.Offer{Cap: stock.NoCap}
	hold := stock.Brake(12, was, empty, stock.NoHold)
	require.Equal(t, stock.Hold{Units: -12, Cap: stock.NotHeld}, hold)
	sold := stock.Offer{Raw: -3, Cap: stock.NoCap}
	require.Equal(t, 9, sold.Level(hold), "three are sold meanwhile")
	require.Equal(t, stock.NoHold, stock.Brake(9, sold, stock.Offer{Raw: 10, Cap: stock.NoCap}, hold))
}

func TestANewLinkGoesOnWithWhatItsListingLists(t *testing.T) {
	t.Parallel()
	none := stock.Offer{Buffer: 2, Cap: stock.NoCap}
	hold := stock.BrakeNew(12, none)
	require.Equal(t, 12, none.Level(hold))
	none.Raw -= 12 // all of it is sold
	require.Equal(t, 0, none.Level(hold))
	require.Equal(t, stock.NoHold, stock.BrakeNew(12, stock.Offer{Raw: 20, Cap: stock.NoCap}))
	require.Equal(t, stock.NoHold, stock.BrakeNew(stock.UnknownListed, none))
}
