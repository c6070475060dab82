package coverage_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/coverage"
)

func TestOnlyWhatHasSettledIsCompared(t *testing.T) {
	t.Parallel()
	pace := coverage.Pace{Every: time.Hour, Settles: time.Hour}
	now := at(300) // 17:00
	p := coverage.Progress{Scanned: at(-59), Watermark: at(299)}
	cases := map[string]struct {
		with   func(*coverage.Progress)
		window backfill.Range
		due    bool
	}{
		"the first time, from the first scan":             {func(*coverage.Progress) {}, backfill.Range{From: at(-59), To: at(239)}, true},
		"then from the hour that was not over":            {func(p *coverage.Progress) { p.Until = at(130) }, backfill.Range{From: at(120), To: at(239)}, true},
		"not before the time":                             {func(p *coverage.Progress) { p.Until = at(180) }, backfill.Range{}, false},
		"what the scans have not read is not missing":     {func(p *coverage.Progress) { p.Until, p.Watermark = at(60), at(200) }, backfill.Range{From: at(60), To: at(140)}, true},
		"while the scans stand still":                     {func(p *coverage.Progress) { p.Until, p.Watermark = at(140), at(200) }, backfill.Range{}, false},
		"no scan yet":                                     {func(p *coverage.Progress) { p.Scanned = time.Time{} }, backfill.Range{}, false},
		"the first scan goes on":                          {func(p *coverage.Progress) { p.Watermark = time.Time{} }, backfill.Range{}, false},
		"after an outage a day at a time":                 {func(p *coverage.Progress) { p.Scanned, p.Until = at(-100_000), at(-3000) }, backfill.Range{From: at(-3000), To: at(-1560)}, true},
		"what is older than the hours that are kept, not": {func(p *coverage.Progress) { p.Scanned = at(-100_000) }, backfill.Range{From: at(240 - 35*24*60), To: at(240 - 34*24*60)}, true},
	}
	for name, tc := range cases {
		of := p
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.with(&of)
			window, due := coverage.Next(of, pace, now)
			require.Equal(t, tc.due, due)
			require.Equal(t, tc.window, window)
		})
	}
	for name, tc := range map[string]struct {
		until, unknown time.Time
		window         backfill.Range
		due            bool
	}{
		"what is not known is asked for again, with what has settled since": {at(60), at(120), backfill.Range{From: at(60), To: at(239)}, true},
		"not at once":                    {at(60), at(200), backfill.Range{}, false},
		"a day more than is not known":   {at(-3000), at(-1500), backfill.Range{From: at(-3000), To: at(-60)}, true},
		"at most a week of what is not":  {at(-20_000), at(-60), backfill.Range{From: at(-60 - 7*24*60), To: at(239)}, true},
		"the same before any comparison": {time.Time{}, at(-60), backfill.Range{From: at(-60 - 7*24*60), To: at(239)}, true},
		"what is known by now":           {at(120), at(60), backfill.Range{From: at(120), To: at(239)}, true},
	} {
		of := coverage.Progress{Scanned: at(-100_000), Watermark: at(299), Until: tc.until, Unknown: tc.unknown}
		window, due := coverage.Next(of, pace, now)
		require.Equal(t, tc.due, due, name)
		require.Equal(t, tc.window, window, name)
	}

	failed := coverage.Progress{Scanned: at(-59), Watermark: at(299), Until: at(60), Tried: at(241)}
	for kind, again := range map[time.Duration]time.Duration{time.Hour: time.Hour, 24 * time.Hour: 6 * time.Hour} {
		pace := coverage.PaceAt(kind, 1)
		require.Equal(t, again, pace.Again)
		pace.Every = time.Hour
		failed.Tried = now.Add(1 - again)
		_, due := coverage.Next(failed, pace, now)
		require.False(t, due, "one that failed is not repeated at once")
		failed.Tried = now.Add(-again)
		_, due = coverage.Next(failed, pace, now)
		require.True(t, due)
	}

	p.Until = at(239)
	window, ok := coverage.Again(p, pace, now)
	require.True(t, ok)
	require.Equal(t, backfill.Range{From: at(-59), To: at(239)}, window)
	p.Scanned = at(-10_000)
	window, ok = coverage.Again(p, pace, now)
	require.True(t, ok)
	require.Equal(t, backfill.Range{From: at(239 - 24*60).Add(time.Hour - 1).Truncate(time.Hour), To: at(239)}, window)
	p.Until = at(-6000)
	window, ok = coverage.Again(p, pace, now)
	require.True(t, ok)
	require.Equal(t, backfill.Range{From: at(-6000), To: at(-6000 + 24*60)}, window, "one that is behind goes on where it is: no hour is passed over")
}
