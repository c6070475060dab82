package stock_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/stock"
)

// A level is only compared with what the channel has accepted once it had the time to show it, and while no call is in doubt.
func TestWhenAChannelShowsAnotherLevel(t *testing.T) {
	t.Parallel()
	accepted := stock.Track{Dirty: 3, Clean: 3, Accepted: 3, AcceptedQuantity: 8, AcceptedAt: 100}
	with := func(change func(*stock.Track)) stock.Track {
		t := accepted
		change(&t)
		return t
	}
	for name, tc := range map[string]struct {
		track   stock.Track
		shown   int
		askedAt int64
		differs bool
	}{
		"another quantity":                 {accepted, 9, 200, true},
		"a lower one":                      {accepted, 7, 200, true},
		"as accepted":                      {accepted, 8, 200, false},
		"not yet shown":                    {accepted, 9, 150, false},
		"asked before it was accepted":     {accepted, 9, 90, false},
		"no quantity":                      {accepted, stock.UnknownListed, 200, false},
		"nothing accepted so far":          {stock.Track{Dirty: 1}, 9, 200, false},
		"shown since":                      {with(func(t *stock.Track) { t.ConfirmedAt = 120 }), 9, 121, true},
		"asked before it was shown":        {with(func(t *stock.Track) { t.ConfirmedAt = 130 }), 9, 125, false},
		"the channel fulfils it":           {with(func(t *stock.Track) { t.Theirs = true }), 9, 200, false},
		"a call without an answer":         {with(func(t *stock.Track) { t.TriedAt = 110 }), 9, 200, false},
		"one that may be carried out late": {with(func(t *stock.Track) { t.DoubtedAt = 110 }), 9, 200, false},
		"waits for a scan":                 {with(func(t *stock.Track) { t.StaleAt = 110 }), 9, 200, false},
		"changed here since":               {with(func(t *stock.Track) { t.Dirty = 4 }), 9, 200, true},
	} {
		g := stock.Glimpse{Track: tc.track, Shown: tc.shown, AskedAt: tc.askedAt, ShowsWithin: 50}
		require.Equal(t, tc.differs, g.Differs(), name)
	}
}

func TestWhatExplainsAnotherLevel(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		drift     stock.Drift
		explained bool
	}{
		"nothing":                         {stock.Drift{Ours: 8, Theirs: 5}, false},
		"sales":                           {stock.Drift{Ours: 8, Theirs: 5, Sold: 3}, true},
		"some of the sales":               {stock.Drift{Ours: 8, Theirs: 6, Sold: 3}, true},
		"fewer sales":                     {stock.Drift{Ours: 8, Theirs: 4, Sold: 3}, false},
		"oversold":                        {stock.Drift{Ours: 2, Theirs: 0, Sold: 5}, true},
		"more than was accepted":          {stock.Drift{Ours: 8, Theirs: 9, Sold: 3}, false},
		"cancelled units":                 {stock.Drift{Ours: 8, Theirs: 9, Cancelled: 1}, true},
		"a level that was sent since":     {stock.Drift{Ours: 8, Theirs: 20, Sent: []int{7, 20}}, true},
		"and sold after it":               {stock.Drift{Ours: 8, Theirs: 18, Sent: []int{20}, Sold: 2}, true},
		"none of the levels sent since":   {stock.Drift{Ours: 8, Theirs: 30, Sent: []int{7, 20}, Sold: 2}, false},
		"between two levels, and no sale": {stock.Drift{Ours: 8, Theirs: 15, Sent: []int{20}}, false},
	} {
		require.Equal(t, tc.explained, tc.drift.Explained(), name)
	}
	require.False(t, stock.Contested(2))
	require.True(t, stock.Contested(3))
}
