package stock_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/stock"
)

func TestASampleIsWhatChangesLeastAndSellsOn(t *testing.T) {
	t.Parallel()
	list := []stock.Candidate{
		{"sold-out", 0, 5}, {"to-zero", 5, 0}, {"unknown", stock.UnknownListed, 5}, {"risky", 2, 40},
		{"b", 10, 12}, {"same", 4, 4}, {"same-more", 9, 9}, {"a", 12, 10}, {"far", 10, 20},
	}
	require.Equal(t, []string{"same-more", "same", "b", "a", "far"}, stock.ChooseSample(list, 9))
	require.Equal(t, []string{"same-more", "same"}, stock.ChooseSample(list, 2))
	require.Empty(t, stock.ChooseSample(list, -1))
}
