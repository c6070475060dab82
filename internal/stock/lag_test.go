package stock_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/stock"
)

// Of 100 levels, 98 within a second and two after a minute and more, half are within the second and 99 of 100 are not.
func TestLagsTellHowLongMostWaited(t *testing.T) {
	t.Parallel()
	var l stock.Lags
	require.Zero(t, l.Within(0.5), "nothing was counted")
	l.Add(stock.LagStep(time.Second), 98, 900*time.Millisecond)
	l.Add(stock.LagStep(time.Minute+1), 1, time.Minute+1)
	l.Add(stock.LagStep(30*time.Hour), 1, 30*time.Hour)
	require.Equal(t, 100, l.Levels)
	require.Equal(t, time.Second, l.Within(0.5))
	require.Equal(t, time.Second, l.Within(0.98))
	require.Equal(t, 2*time.Minute, l.Within(0.99))
	require.Equal(t, 30*time.Hour, l.Within(1), "what is above the last step is the worst itself")
	var few stock.Lags
	few.Add(stock.LagStep(700*time.Millisecond), 3, 700*time.Millisecond)
	require.Equal(t, 700*time.Millisecond, few.Within(0.99), "never above the worst")
	l.Merge(few)
	require.Equal(t, 103, l.Levels)
	require.Equal(t, 30*time.Hour, l.Worst)
}

func TestALagFallsIntoTheStepThatIsNotBelowIt(t *testing.T) {
	t.Parallel()
	for lag, step := range map[time.Duration]time.Duration{
		0: 250 * time.Millisecond, 250 * time.Millisecond: 250 * time.Millisecond, 250*time.Millisecond + 1: 500 * time.Millisecond,
		3 * time.Second: 5 * time.Second, 24 * time.Hour: 24 * time.Hour, 24*time.Hour + 1: math.MaxInt64,
	} {
		require.Equal(t, step, stock.LagStep(lag), lag)
	}
}

// A level lags from its oldest unaccepted change to the acknowledgement, and counts once, however often the answer is saved.
func TestALevelLagsUntilItIsAccepted(t *testing.T) {
	t.Parallel()
	var level stock.Track
	level.Change(1_000_000)
	level.Change(2_000_000)
	before := level
	sent := stock.Sending{Version: 1, SentAt: 1_500_000, AckedAt: 4_000_000}
	level.Sent(sent)
	lag, accepted := level.Lagged(before)
	require.True(t, accepted)
	require.Equal(t, 3*time.Second, lag)
	before = level
	level.Sent(sent)
	_, accepted = level.Lagged(before)
	require.False(t, accepted, "the same answer again")
	level.Sent(stock.Sending{Version: 2, SentAt: 4_500_000, Failed: true})
	_, accepted = level.Lagged(before)
	require.False(t, accepted, "it did not get through")
	level.Sent(stock.Sending{Version: 2, SentAt: 5_000_000, AckedAt: 6_000_000})
	lag, accepted = level.Lagged(before)
	require.True(t, accepted)
	require.Equal(t, 4500*time.Millisecond, lag, "the second change was saved after the first call had read the level")
}
