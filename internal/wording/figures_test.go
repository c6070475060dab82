package wording_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/wording"
)

func TestFigures(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{
		"7":                      wording.Number(7),
		"1,234,567":              wording.Number(1_234_567),
		"-1,000":                 wording.Number(int64(-1000)),
		"-12":                    wording.Number(-12),
		"10,204":                 wording.AtLeast(10_204, false),
		"1,000+":                 wording.AtLeast(1000, true),
		"1 unit is":              wording.Count(1, "unit is", "units are"),
		"0 units are":            wording.Count(0, "unit is", "units are"),
		"1 item":                 wording.Plural(1, "item"),
		"1,200 items":            wording.Plural(1200, "item"),
		"+3":                     wording.Change(3),
		"0":                      wording.Change(0),
		"-3":                     wording.Change(-3),
		"50%":                    wording.Percent(0.5),
		"20":                     wording.Rate(20),
		"2.5":                    wording.Rate(2.5),
		"0.00556":                wording.Rate(0.005556),
		"12.50 GBP":              wording.Amount(1250, "GBP"),
		"-1,234,567.05 GBP":      wording.Amount(-123_456_705, "GBP"),
		"-0.05 EUR":              wording.Amount(-5, "EUR"),
		"1,250 JPY":              wording.Amount(1250, "JPY"),
		"5,000 UGX":              wording.Amount(5000, "UGX"),
		"":                       wording.Amount(1250, ""),
		"-1,250 XYZ minor units": wording.Amount(-1250, "XYZ"),
	} {
		require.Equal(t, want, got)
	}
}

func TestTimes(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		0: "just now", -time.Second: "just now", -5 * time.Second: "5 s ago", 90 * time.Second: "in 1 min 30 s", -12 * time.Minute: "12 min ago",
		-3*time.Hour - 4*time.Minute: "3 h 4 min ago", 26 * time.Hour: "in 26 h", -72 * time.Hour: "3 days ago",
	} {
		require.Equal(t, want, wording.Away(now.Add(d), now))
	}
	require.Empty(t, wording.Away(time.Time{}, now))
	require.Equal(t, "due", wording.Due(now, now))
	require.Equal(t, "in 2 s", wording.Due(now.Add(2*time.Second), now))
	require.Empty(t, wording.Due(time.Time{}, now))
	require.Equal(t, "340 ms", wording.Took(340*time.Millisecond))
	require.Equal(t, "1.2 s", wording.Took(1250*time.Millisecond))
	require.Equal(t, "44 s", wording.Took(44*time.Second))
	require.Equal(t, "0 ms", wording.Between(now, now.Add(-time.Second)), "clocks of two machines may differ")
	require.Empty(t, wording.Between(now, time.Time{}))
	require.Equal(t, "2026-03-04 05:06:07Z", wording.Moment(now))
	require.Equal(t, "2026-03-04", wording.Day(now))
	require.Empty(t, wording.Moment(time.Time{})+wording.Day(time.Time{}))
}
