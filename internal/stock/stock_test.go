package stock_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/stock"
)

func TestReservingNeverPromisesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		onHand := rapid.IntRange(0, 100).Draw(t, "on hand")
		l := stock.Level{OnHand: onHand, Reserved: rapid.IntRange(0, onHand).Draw(t, "reserved")}
		n := rapid.IntRange(0, 200).Draw(t, "n")
		reserved, backordered := l.Reserve(n)
		require.Equal(t, n, reserved+backordered)
		require.LessOrEqual(t, reserved, l.Free())
		require.True(t, backordered == 0 || reserved == l.Free(), "backordered only when nothing is free")
	})
}

func TestListedIsAvailableLessBufferWithinTheCap(t *testing.T) {
	t.Parallel()
	require.Equal(t, 7, stock.Listed(10, 3, stock.NoCap))
	require.Equal(t, 5, stock.Listed(10, 0, 5))
	require.Equal(t, 0, stock.Listed(2, 3, stock.NoCap), "a buffer larger than what is free lists nothing, not less")
}
