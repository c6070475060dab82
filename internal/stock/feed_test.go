package stock_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/stock"
)

func TestWhatGoesAheadOfAFeed(t *testing.T) {
	t.Parallel()
	late := stock.FeedPatience.Microseconds() + 10
	for name, tc := range map[string]struct {
		queued           stock.Queued
		version          int64
		quantity         int
		now              int64
		undecided, ahead bool
	}{
		"sold out":                         {stock.Queued{Version: 5, Quantity: 3}, 6, 0, 20, true, true},
		"sold":                             {stock.Queued{Version: 5, Quantity: 3}, 6, 2, 20, true, true},
		"more":                             {stock.Queued{Version: 5, Quantity: 3}, 6, 4, 20, true, false},
		"as in the feed":                   {stock.Queued{Version: 5, Quantity: 3}, 5, 3, 20, false, false},
		"left to the feed":                 {stock.Queued{Version: 5, Quantity: 3, Left: 6}, 6, 4, 20, false, false},
		"left to the feed, and sold":       {stock.Queued{Version: 5, Quantity: 3, Left: 6}, 7, 2, 20, true, true},
		"gone ahead":                       {stock.Queued{Version: 5, Quantity: 3, Ahead: 6}, 6, 2, 20, false, true},
		"gone ahead, and sold":             {stock.Queued{Version: 5, Quantity: 3, Ahead: 6}, 7, 1, 20, true, true},
		"late":                             {stock.Queued{Version: 5, Quantity: 3, SentAt: 10}, 5, 3, late, true, true},
		"late, left to the feed":           {stock.Queued{Version: 5, Quantity: 3, SentAt: 10, Left: 6}, 6, 4, late, true, true},
		"late, and it has gone ahead":      {stock.Queued{Version: 5, Quantity: 3, SentAt: 10, Ahead: 6}, 6, 4, late, false, true},
		"a moment before it would be late": {stock.Queued{Version: 5, Quantity: 3, SentAt: 10}, 5, 3, late - 1, false, false},
	} {
		require.Equal(t, tc.undecided, tc.queued.Undecided(tc.version, tc.now), name)
		require.Equal(t, tc.ahead, tc.queued.GoesAhead(tc.quantity, tc.now), name)
	}
}
