package coverage_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/coverage"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func at(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }

func TestEachHourHasWhatTheChannelListsAndWhatIsMissing(t *testing.T) {
	t.Parallel()
	listed := []coverage.Listed{
		{"before", at(-1)}, {"first", at(0)}, {"lost", at(59)}, {"lost", at(59)}, {"third", at(179)}, {"end", at(190)}, {"after", at(240)},
	}
	known := map[string]bool{"first": true, "third": true}
	got := coverage.Compare(backfill.Range{From: noon, To: at(190)}, listed, known)
	require.Equal(t, []coverage.Hour{
		{From: noon, Until: at(60), Has: 2, Missing: []coverage.Listed{{"lost", at(59)}}},
		{From: at(60), Until: at(120)},
		{From: at(120), Until: at(180), Has: 1},
		{From: at(180), Until: at(190)},
	}, got)

	part := coverage.Compare(backfill.Range{From: at(23), To: at(60)}, []coverage.Listed{{"too early", at(22)}, {"x", at(23)}}, nil)
	require.Equal(t, []coverage.Hour{{From: noon, Until: at(60), Has: 1, Missing: []coverage.Listed{{"x", at(23)}}}}, part)
}

// Whatever a channel lists, in any order and repeated: every order of the window is in exactly the hour in which it was placed, and it is
// missing if and only if it is not known.
func TestNoOrderIsCountedTwiceOrInAnotherHour(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		window := backfill.Range{From: at(rapid.IntRange(0, 90).Draw(t, "from"))}
		window.To = window.From.Add(time.Duration(rapid.IntRange(1, 300).Draw(t, "minutes")) * time.Minute)
		truth, known := map[string]time.Time{}, map[string]bool{}
		var listed []coverage.Listed
		for n := range rapid.IntRange(0, 40).Draw(t, "orders") {
			id, placed := fmt.Sprint("o", n), at(rapid.IntRange(-30, 420).Draw(t, "placed"))
			known[id] = rapid.Bool().Draw(t, "known")
			for range rapid.IntRange(1, 2).Draw(t, "times") {
				listed = append(listed, coverage.Listed{ID: id, PlacedAt: placed})
			}
			if !placed.Before(window.From) && placed.Before(window.To) {
				truth[id] = placed
			}
		}
		listed = rapid.Permutation(listed).Draw(t, "listed")
		has, missing := 0, map[string]time.Time{}
		next := window.From.Truncate(time.Hour)
		for _, h := range coverage.Compare(window, listed, known) {
			require.Equal(t, next, h.From, "no hour is left out")
			next = h.From.Add(time.Hour)
			has += h.Has
			for _, o := range h.Missing {
				require.Equal(t, h.From, o.PlacedAt.Truncate(time.Hour))
				missing[o.ID] = o.PlacedAt
			}
		}
		require.False(t, next.Before(window.To))
		require.Equal(t, len(truth), has)
		for id, placed := range truth {
			_, lost := missing[id]
			require.Equal(t, !known[id], lost, id)
			require.True(t, known[id] || missing[id].Equal(placed))
		}
	})
}

// Gaps cover all that is missing, each order once; none is longer than a day, and hours without a missing order split them.
func TestGapsCoverWhatIsMissing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var left []coverage.Listed
		for n := range rapid.IntRange(0, 30).Draw(t, "orders") {
			left = append(left, coverage.Listed{ID: fmt.Sprint("o", n), PlacedAt: at(rapid.IntRange(0, 3*24*60).Draw(t, "placed"))})
		}
		var last time.Time
		for len(left) > 0 {
			gap, in, found := coverage.FirstGap(left, at(5*24*60))
			require.True(t, found)
			require.NotEmpty(t, in)
			require.False(t, gap.From.Before(last), "they do not overlap")
			require.LessOrEqual(t, gap.To.Sub(gap.From), 24*time.Hour)
			hours := map[time.Time]bool{}
			for _, o := range in {
				require.False(t, o.PlacedAt.Before(gap.From))
				require.True(t, o.PlacedAt.Before(gap.To))
				hours[o.PlacedAt.Truncate(time.Hour)] = true
			}
			require.Len(t, hours, int(gap.To.Sub(gap.From)/time.Hour), "every hour of a gap lacks an order")
			last = gap.To
			n := len(left)
			left = slices.DeleteFunc(left, func(o coverage.Listed) bool { return slices.Contains(in, o) })
			require.Len(t, left, n-len(in))
			require.False(t, slices.ContainsFunc(left, func(o coverage.Listed) bool { return o.PlacedAt.Before(gap.To) }))
		}
		_, _, found := coverage.FirstGap(nil, at(0))
		require.False(t, found)
		gap, _, _ := coverage.FirstGap([]coverage.Listed{{"x", at(10)}}, at(20))
		require.Equal(t, backfill.Range{From: noon, To: at(20)}, gap, "nobody has compared the rest of the hour")
	})
}
