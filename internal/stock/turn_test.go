package stock_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/stock"
)

func TestAListingIsInOneCallOfATurn(t *testing.T) {
	t.Parallel()
	turn := stock.Turn{Calls: 2, PerCall: 3}
	for _, tc := range []struct {
		whole []string
		want  []int
	}{
		{nil, []int{}},
		{[]string{"a", "b", "c", "d"}, []int{0, 0, 0, 1}},
		{[]string{"a", "b", "b", "c", "c"}, []int{0, 0, 0, 1, 1}},
		{[]string{"a", "b", "b", "b", "c"}, []int{0, 1, 1, 1, 0}},
		{[]string{"a", "a", "a", "a", "b"}, []int{0, 0, 0, -1, 1}},
		{[]string{"a", "a", "b", "b", "c", "c"}, []int{0, 0, 1, 1, 0, -1}},
		{[]string{"a", "b", "c", "d", "e", "f", "g"}, []int{0, 0, 0, 1, 1, 1, -1}},
	} {
		require.Equal(t, tc.want, turn.Deal(tc.whole), tc.whole)
	}
}

func TestATurnIsDealtWithinItsLimits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		turn := stock.Turn{Calls: rapid.IntRange(1, 8).Draw(t, "calls"), PerCall: rapid.IntRange(1, 25).Draw(t, "per call")}
		whole := rapid.SliceOf(rapid.Map(rapid.IntRange(0, 40), func(n int) string { return fmt.Sprint(n) })).Draw(t, "whole")
		calls := turn.Deal(whole)
		require.Len(t, calls, len(whole))
		filled, of := make([]int, turn.Calls), map[string]int{}
		for i, call := range calls {
			if call < 0 {
				continue
			}
			filled[call]++
			if other, there := of[whole[i]]; there {
				require.Equal(t, other, call, "listing %s is in two calls", whole[i])
			}
			of[whole[i]] = call
		}
		require.LessOrEqual(t, slices.Max(filled), turn.PerCall)
		if len(whole) > 0 {
			require.GreaterOrEqual(t, calls[0], 0, "the first level is always sent")
		}
	})
}
