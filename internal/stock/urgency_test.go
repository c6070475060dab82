package stock_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/stock"
)

func TestWhatOversellsIsUrgent(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		accepted, level int
		want            stock.Urgency
	}{
		{5, 0, stock.SoldOut}, {stock.UnknownListed, 0, stock.SoldOut}, {0, 0, stock.SoldOut},
		{5, 4, stock.Falling}, {5, 5, stock.Falling}, {stock.UnknownListed, 4, stock.Falling},
		{4, 5, stock.Rising}, {0, 1, stock.Rising},
	} {
		require.Equal(t, tc.want, stock.UrgencyOf(tc.accepted, tc.level), "%d accepted, %d now", tc.accepted, tc.level)
	}
}
