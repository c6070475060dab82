package console

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/wording"
	"github.com/towpath/towpath/starter"
)

// noon is a moment of the charts' tests.
var noon = time.Date(2026, 5, 4, 12, 20, 0, 0, time.UTC)

// hoursUntil returns the hours of a day until a moment, each with as many orders as its place says.
func hoursUntil(now time.Time, n int) (list []starter.Hour) {
	for i := range n {
		list = append(list, starter.Hour{Start: now.Truncate(time.Hour).Add(time.Duration(i-n+1) * time.Hour), Orders: i})
	}
	return list
}

// The chart's words have the same figures as its bars, for who does not see them.
func TestChartsSayWhatTheyShow(t *testing.T) {
	t.Parallel()
	hours := hoursUntil(noon, hoursShown)
	hours[3].Faults = 2
	hours[23].Lags.Add(stock.LagStep(900*time.Millisecond), 10, 900*time.Millisecond)
	hours[22].Lags.Add(stock.LagStep(90*time.Second), 1, 90*time.Second)
	all := chartsOf(hours)
	require.Len(t, all.Charts, 3)
	require.Equal(t, "276 orders in 24 hours, 23 since 2026-05-04 12:00Z, most in the hour from 2026-05-04 12:00Z: 23", all.Charts[0].Words)
	require.Equal(t, "2 failed calls in 24 hours, 0 since 2026-05-04 12:00Z, most in the hour from 2026-05-03 16:00Z: 2", all.Charts[1].Words)
	require.Equal(t, "11 levels accepted in 24 hours; since 2026-05-04 12:00Z: half within 900 ms, 99 of 100 within 900 ms, the worst 900 ms; "+
		"slowest in the hour from 2026-05-04 11:00Z: half within 1 min 30 s, 99 of 100 within 1 min 30 s, the worst 1 min 30 s", all.Charts[2].Words)
	bars := all.Charts[0].Bars
	require.Len(t, bars, 24)
	require.Empty(t, bars[0].Path, "nothing was saved in that hour")
	require.Equal(t, "M184 40v-39h7v39z", bars[23].Path, "the most is as high as the chart")
	require.True(t, bars[23].Part)
	require.False(t, bars[22].Part)
	require.Equal(t, "2026-05-04 11:00Z: 22 orders", bars[22].Title)
	require.NotEmpty(t, all.Charts[2].Bars[23].Median)
	require.Equal(t, noon.Truncate(time.Hour), all.Hours[0].Start, "the table begins with the present hour")
	require.Equal(t, 900*time.Millisecond, all.Hours[0].Half)
	none := chartsOf(make([]starter.Hour, 3))
	require.Contains(t, none.Charts[0].Words, "0 orders in 3 hours")
	require.Contains(t, none.Charts[2].Words, "no level accepted")
}

// Hours that have ended are read once: after that only what still may change is.
func TestEndedHoursAreReadOnce(t *testing.T) {
	t.Parallel()
	var cache hoursCache
	var from []time.Time
	read := func(_ context.Context, first, to time.Time) (list []starter.Hour, err error) {
		from = append(from, first)
		for at := first.Truncate(time.Hour); !at.After(to); at = at.Add(time.Hour) {
			list = append(list, starter.Hour{Start: at, Orders: len(from)})
		}
		return list, nil
	}
	get := func(now time.Time) []starter.Hour {
		hours, err := cache.get(context.Background(), now, read)
		require.NoError(t, err)
		require.Len(t, hours, hoursShown)
		require.Equal(t, now.Truncate(time.Hour), hours[hoursShown-1].Start)
		return hours
	}
	get(noon)
	require.Equal(t, noon.Truncate(time.Hour).Add(-23*time.Hour), from[0])
	get(noon.Add(hoursHold / 2))
	require.Len(t, from, 1, "what was read a moment ago holds")
	get(noon.Add(time.Minute))
	require.Equal(t, noon.Truncate(time.Hour), from[1], "only the present hour")
	next := noon.Truncate(time.Hour).Add(time.Hour + time.Minute)
	hours := get(next)
	require.Equal(t, noon.Truncate(time.Hour), from[2], "and once more after its end")
	require.Equal(t, 3, hours[hoursShown-2].Orders)
	get(next.Add(10 * time.Minute))
	require.Equal(t, noon.Truncate(time.Hour), from[3], "until a transaction that began in it has ended")
	get(next.Add(11 * time.Minute))
	require.Equal(t, next.Truncate(time.Hour), from[4])
	get(next.Add(40 * time.Hour))
	require.Equal(t, next.Add(40*time.Hour).Truncate(time.Hour).Add(-23*time.Hour), from[5], "after a long rest all of them")
	get(noon)
	require.Equal(t, noon.Truncate(time.Hour).Add(-23*time.Hour), from[6], "a clock that was set back")
}

// A run's bar tells how it ended by a sign too, not by its colour alone.
func TestRunsAreBars(t *testing.T) {
	t.Parallel()
	list := []runs.Run{
		{ID: "goes-on", StartedAt: noon.Add(-time.Second)},
		{ID: "failed", StartedAt: noon.Add(-time.Minute), EndedAt: noon.Add(-50 * time.Second), FaultID: "f", FaultClass: channel.Timeout},
		{ID: "errors", StartedAt: noon.Add(-2 * time.Minute), EndedAt: noon.Add(-80 * time.Second)},
		{ID: "a/b", StartedAt: noon.Add(-3 * time.Minute), EndedAt: noon.Add(-3*time.Minute + 300*time.Millisecond)},
	}
	list[2].Counts.Errors = 2
	b := barsOf(runs.RunStock, list, noon)
	require.Equal(t, "2 of 4 runs went well, 2026-05-04 12:17:00Z to 2026-05-04 12:19:59Z; the longest took 40 s", b.Words)
	require.Len(t, b.Bars, 4)
	require.Equal(t, "/runs/a%2Fb", b.Bars[0].Href, "the oldest first")
	require.Empty(t, b.Bars[0].Mark)
	require.False(t, b.Bars[0].Notable)
	signs := map[string]bool{}
	for _, bar := range b.Bars[1:] {
		require.NotEmpty(t, bar.Mark)
		require.True(t, bar.Notable)
		signs[strings.TrimLeft(bar.Mark, "M0123456789. ")] = true
	}
	require.Len(t, signs, 3, "each end has a sign of its own")
	require.Equal(t, "2026-05-04 12:19:00Z, 10 s: failed: timeout", b.Bars[2].Title)
}

func TestOverviewHasChartsAndBars(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.product("lamp", "Lamp", 10)
	b.save("ebay-uk", "run-1", sale("12-345", time.Now(), "lamp"))
	b.pushed("ebay-uk")
	body := b.page("/")
	for _, want := range []string{
		`aria-label="Orders saved per hour: 1 order in 24 hours`, `aria-label="Failed calls per hour: 0 failed calls in 24 hours`, `1 level accepted in 24 hours`,
		`<a href="/runs/run-1" tabindex="-1" class="ok-bar"><title>`, "1 of 1 run went well", "The figures of each hour", "no end is known",
	} {
		require.Contains(t, body, want)
	}
	require.Regexp(t, `<time datetime="[^"]+" data-away>\d+ s ago</time> <span class="at">\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`, body, "an absolute time stands beside each relative one")
	require.NotRegexp(t, `(?i)\sstyle=`, body)
}

// Of many accounts those that ask for attention have cards, and every other one has a row.
func TestOfManyAccountsTheOnesThatAskForAttentionHaveCards(t *testing.T) {
	t.Parallel()
	var o overview
	for i := range cardsShown + 1 {
		a := accountCard{Condition: wording.Said{Tone: wording.Good}, Bars: []*runBars{{}, {}}}
		if a.ID = string(rune('a' + i)); i == 9 {
			a.Condition.Tone = wording.Bad
		}
		o.Accounts = append(o.Accounts, a)
	}
	o.spread()
	require.Len(t, o.Accounts, cardsOfMany)
	require.Len(t, o.Rest, cardsShown+1-cardsOfMany)
	require.Equal(t, "j", o.Accounts[0].ID)
	require.Equal(t, "a", o.Accounts[1].ID)
	require.Len(t, o.Accounts[0].Bars, 1)
	few := overview{Accounts: make([]accountCard, cardsShown)}
	few.spread()
	require.Len(t, few.Accounts, cardsShown)
	require.Empty(t, few.Rest)
}
