package stock

import (
	"math"
	"slices"
	"time"
)

// lagSteps are the steps by which lags are counted, the last one apart: it has no end.
var lagSteps = []time.Duration{
	250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// LagStep returns the step in which a lag is counted: the shortest duration of a fixed series that is not below it, or the longest there is.
func LagStep(lag time.Duration) time.Duration {
	i, _ := slices.BinarySearch(lagSteps, lag)
	if i == len(lagSteps) {
		return math.MaxInt64
	}
	return lagSteps[i]
}

// Lagged returns how long the oldest change of a level had waited when its channel accepted it: from the moment at which it was saved to the
// acknowledgement, pauses and what the brake held included. before is the level's track until then; false: this accepted nothing new.
func (t Track) Lagged(before Track) (lag time.Duration, accepted bool) {
	if t.Clean <= before.Clean || before.DirtySince == 0 {
		return 0, false
	}
	return time.Duration(max(0, t.AcceptedAt-before.DirtySince)) * time.Microsecond, true
}

// Lags counts the lags of some levels by their steps.
type Lags struct {
	Levels int
	Worst  time.Duration
	steps  map[time.Duration]int
}

// Add counts n levels whose lag is within a step; worst is the longest lag among them.
func (l *Lags) Add(step time.Duration, n int, worst time.Duration) {
	if l.steps == nil {
		l.steps = map[time.Duration]int{}
	}
	l.Levels, l.Worst, l.steps[step] = l.Levels+n, max(l.Worst, worst), l.steps[step]+n
}

// Merge counts what others have counted, too.
func (l *Lags) Merge(others Lags) {
	for step, n := range others.steps {
		l.Add(step, n, 0)
	}
	l.Worst = max(l.Worst, others.Worst)
}

// Within returns the lag that a share of the levels (0.5: half of them) did not exceed, rounded up to a step, and never above the worst; 0: there are
// none.
func (l *Lags) Within(share float64) time.Duration {
	left := int(math.Ceil(share * float64(l.Levels)))
	if left == 0 {
		return 0
	}
	for _, step := range lagSteps {
		if left -= l.steps[step]; left <= 0 {
			return min(step, l.Worst)
		}
	}
	return l.Worst
}
