package coverage_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/coverage"
	"github.com/towpath/towpath/internal/wording"
)

// Hours count to the days of a time zone: also of one with half hours, on the day on which the clock goes back, and where a day begins at one.
func TestHoursCountToTheDaysOfATimeZone(t *testing.T) {
	t.Parallel()
	for zone, tc := range map[string]struct {
		from  time.Time
		hours int
		days  map[string]int
	}{
		"UTC":              {time.Date(2026, 10, 24, 0, 0, 0, 0, time.UTC), 48, map[string]int{"2026-10-24": 24, "2026-10-25": 24}},
		"Europe/London":    {time.Date(2026, 10, 24, 23, 0, 0, 0, time.UTC), 26, map[string]int{"2026-10-25": 25, "2026-10-26": 1}},
		"Asia/Kolkata":     {time.Date(2026, 10, 24, 18, 0, 0, 0, time.UTC), 25, map[string]int{"2026-10-24": 1, "2026-10-25": 24}},
		"America/Santiago": {time.Date(2026, 9, 6, 3, 0, 0, 0, time.UTC), 25, map[string]int{"2026-09-05": 1, "2026-09-06": 23, "2026-09-07": 1}},
	} {
		in, err := time.LoadLocation(zone)
		require.NoError(t, err)
		var hours []coverage.Tally
		for n := range tc.hours {
			at := tc.from.Add(time.Duration(n) * time.Hour)
			hours = append(hours, coverage.Tally{From: at, Until: at.Add(time.Hour), Has: 1})
		}
		got := map[string]int{}
		for _, d := range coverage.Days(hours, in) {
			got[wording.DayIn(d.From, in)] = d.Has
		}
		require.Equal(t, tc.days, got, zone)
	}
}

// The hour that there is twice when the clock goes back is told apart.
func TestAnHourNamesItsTimeZone(t *testing.T) {
	t.Parallel()
	london, err := time.LoadLocation("Europe/London")
	require.NoError(t, err)
	at := time.Date(2026, 10, 25, 0, 0, 0, 0, time.UTC)
	require.Equal(t, "2026-10-25 01:00 BST", wording.HourIn(at, london))
	require.Equal(t, "2026-10-25 01:00 GMT", wording.HourIn(at.Add(time.Hour), london))
	require.Equal(t, "2026-10-25 00:00Z", wording.HourIn(at, time.UTC))
}
