package backfill_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/towpath/towpath/internal/backfill"
)

var monday = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// Whatever a channel has and however often it ends a search, the windows follow one another without a gap, none is longer than the
// channel allows, every order is in one of them, and the walk ends.
func TestWindowsCoverTheRangeOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := backfill.Search{
			Longest: time.Duration(rapid.IntRange(12*3600, 90*86400).Draw(t, "longest")) * time.Second,
			Most:    rapid.IntRange(1, 50).Draw(t, "most"),
			Page:    rapid.IntRange(1, 20).Draw(t, "page"),
			First:   time.Duration(rapid.IntRange(1, 30*86400).Draw(t, "first")) * time.Second,
		}
		r := backfill.Range{From: monday, To: monday.Add(time.Duration(rapid.IntRange(1, 400*86400).Draw(t, "span")) * time.Second)}
		var placed []time.Time
		for range rapid.IntRange(0, 100).Draw(t, "orders") {
			placed = append(placed, monday.Add(time.Duration(rapid.Int64Range(0, int64(r.To.Sub(r.From))-1).Draw(t, "at"))))
		}
		ended := func() bool { return rapid.IntRange(0, 9).Draw(t, "ended") == 0 }
		w, seen, at := backfill.Begin(r, s), 0, r.From
		for steps := 0; ; steps++ {
			require.Less(t, steps, 100_000, "it ends")
			window, more := w.Window()
			if !more {
				break
			}
			require.Equal(t, at, window.From, "no gap and no overlap")
			require.True(t, window.From.Before(window.To))
			require.LessOrEqual(t, window.To.Sub(window.From), max(s.Longest, time.Minute))
			found := 0
			for _, p := range placed {
				if !p.Before(window.From) && p.Before(window.To) {
					found++
				}
			}
			if found > s.Most || ended() {
				if half, ok := w.Halved(); ok {
					shorter, _ := half.Window()
					require.Less(t, shorter.To.Sub(shorter.From), window.To.Sub(window.From))
					w = half
					continue
				}
			}
			seen += found
			at = window.To
			w = w.Passed(found, s)
		}
		require.Equal(t, r.To, at)
		require.Equal(t, len(placed), seen)
		require.Equal(t, 1.0, w.Share())
	})
}

func TestEmptyYearsAreReadInFewSearches(t *testing.T) {
	t.Parallel()
	s := backfill.Search{Longest: 365 * 24 * time.Hour, Most: 1000, Page: 100, First: 7 * 24 * time.Hour}
	w := backfill.Begin(backfill.Range{From: monday.AddDate(-10, 0, 0), To: monday}, s)
	searches := 0
	for _, more := w.Window(); more; _, more = w.Window() {
		w = w.Passed(0, s)
		searches++
	}
	require.LessOrEqual(t, searches, 14)
}

func TestWhichRangesAreRead(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 29, 18, 30, 30, 0, time.UTC)
	read := func(from, to string) backfill.Range {
		r, err := backfill.Parse(from, to, time.UTC, now)
		require.NoError(t, err)
		return r
	}
	require.Equal(t, backfill.Range{From: monday, To: monday.AddDate(0, 0, 1)}, read("2026-11-23", "2026-11-23"), "one whole day")
	require.Equal(t, now.Add(-2*time.Minute), read("2026-11-23", "2026-11-29").To, "today ends before what the scans read")
	require.Equal(t, backfill.Range{From: monday.Add(-time.Hour), To: monday}, read("2026-11-23T01:00:00+02:00", "2026-11-23T00:00:00Z"))
	require.Equal(t, 2016, read("2016-11-29", "2026-11-28").From.Year(), "ten years")
	for _, bad := range [][3]string{
		{"2026-11-24", "2026-11-23", "is not before --to"},
		{"2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z", "is not before --to"},
		{"2026-11-30", "2026-12-01", "--from 2026-11-30 is in the future"},
		{"2026-11-23", "2026-11-30", "--to 2026-11-30 is in the future: the last day that can be read is 2026-11-29"},
		{"2016-11-01", "2026-11-28", "more than ten years"},
		{"", "2026-11-28", "--from is missing"},
		{"2026-11-28", "", "--to is missing"},
		{"yesterday", "2026-11-28", `--from "yesterday" is not a day`},
		{"2026-13-01", "2026-11-28", "is not a day"},
		{"2026-11-29T18:29:00Z", "2026-11-29", "less than two minutes ago"},
	} {
		_, err := backfill.Parse(bad[0], bad[1], time.UTC, now)
		require.ErrorContains(t, err, bad[2])
	}
}

func TestHowLongTheRestTakes(t *testing.T) {
	t.Parallel()
	require.Equal(t, 3*time.Minute, backfill.Left(0.25, time.Minute))
	require.Zero(t, backfill.Left(0, time.Minute), "nothing tells yet")
	require.Zero(t, backfill.Left(1, time.Minute))
	require.Positive(t, backfill.Left(1e-300, time.Hour), "no overflow")
	over := slices.DeleteFunc(backfill.Standings(), func(s backfill.Standing) bool { return !s.Over() })
	require.Equal(t, []backfill.Standing{backfill.Done, backfill.Stopped, backfill.Failed}, over)
}

// A day is as long as it is in the account's time zone.
func TestDaysOnWhichTheClockIsChanged(t *testing.T) {
	t.Parallel()
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	now := time.Date(2026, 11, 29, 18, 30, 30, 0, time.UTC)
	at := func(month time.Month, day, hour int) time.Time {
		return time.Date(2026, month, day, hour, 0, 0, 0, time.UTC)
	}
	for _, tc := range []struct {
		from, to   string
		begin, end time.Time
		says       string
	}{
		{"2026-03-29", "2026-03-29", at(3, 29, 0), at(3, 29, 23), "29 Mar 2026 00:00 GMT to 30 Mar 2026 00:00 BST"},
		{"2026-10-25", "2026-10-25", at(10, 24, 23), at(10, 26, 0), "25 Oct 2026 00:00 BST to 26 Oct 2026 00:00 GMT"},
		{"2026-07-01", "2026-07-02", at(6, 30, 23), at(7, 2, 23), "1 Jul 2026 00:00 to 3 Jul 2026 00:00 BST"},
		{"2026-11-01", "2026-11-01", at(11, 1, 0), at(11, 2, 0), "1 Nov 2026 00:00 to 2 Nov 2026 00:00 GMT"},
	} {
		r, err := backfill.Parse(tc.from, tc.to, london, now)
		require.NoError(t, err)
		require.Equal(t, backfill.Range{From: tc.begin, To: tc.end}, r, tc.from)
		require.Equal(t, tc.says, r.In(london))
	}
	require.Equal(t, "29 Mar 2026 00:00 to 29 Mar 2026 23:00 UTC", backfill.Range{From: at(3, 29, 0), To: at(3, 29, 23)}.String())
	r, err := backfill.Parse("2026-10-25", "2026-10-25T01:30:00+01:00", london, now)
	require.NoError(t, err)
	require.Equal(t, at(10, 25, 0).Add(30*time.Minute), r.To, "the first 01:30 of that day")
}

// In Santiago 6 September begins at 01:00: the last hour of the day before was not read.
func TestADayWithoutMidnightBeginsWhenTheClockIsChanged(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/Santiago")
	require.NoError(t, err)
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	changed := time.Date(2026, 9, 6, 4, 0, 0, 0, time.UTC)
	before, err := backfill.Parse("2026-09-05", "2026-09-05", zone, now)
	require.NoError(t, err)
	require.Equal(t, backfill.Range{From: changed.Add(-24 * time.Hour), To: changed}, before)
	of, err := backfill.Parse("2026-09-06", "2026-09-06", zone, now)
	require.NoError(t, err)
	require.Equal(t, backfill.Range{From: changed, To: changed.Add(23 * time.Hour)}, of)
}
