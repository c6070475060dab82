package remedy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/remedy"
)

// runs returns a history, the newest last: good runs, then failed ones, then good ones again.
func runs(good, bad int, more ...int) []bool {
	var out []bool
	for i, n := range append([]int{good, bad}, more...) {
		for range n {
			out = append(out, i%2 == 0)
		}
	}
	return out
}

// The vendors' help pages: one or two errors in 100 are nothing to worry about; many in a row are.
func TestHealthFollowsTheHelpPages(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		recent []bool
		want   remedy.Health
	}{
		"no runs": {nil, remedy.Health{State: remedy.OK, Words: "no runs yet"}},
		"all well": {runs(100, 0), remedy.Health{State: remedy.OK, Of: 100,
			Words: "no errors in the last 100 runs: all is well"}},
		"one in 100": {runs(60, 1, 39), remedy.Health{State: remedy.Isolated, Errors: 1, Of: 100,
			Words: "1 error in the last 100 runs: nothing to worry about, up to 2 in 100 are usual"}},
		"a couple in 100": {runs(30, 1, 30, 1, 38), remedy.Health{State: remedy.Isolated, Errors: 2, Of: 100,
			Words: "2 errors in the last 100 runs: nothing to worry about, up to 2 in 100 are usual"}},
		"the very first failed": {runs(0, 1), remedy.Health{State: remedy.Isolated, Errors: 1, Of: 1, InARow: 1,
			Words: "1 error in the last run: nothing to worry about, up to 2 in 100 are usual"}},
		"more than a couple": {runs(10, 1, 10, 1, 10, 1, 67), remedy.Health{State: remedy.Degraded, Errors: 3, Of: 100,
			Words: "3 errors in the last 100 runs: to be watched, up to 2 in 100 are usual"}},
		"two in a row": {runs(98, 2), remedy.Health{State: remedy.Degraded, Errors: 2, Of: 100, InARow: 2,
			Words: "2 errors in the last 100 runs, the newest 2 in a row: to be watched, one more makes it 3 in a row"}},
		"three in a row": {runs(97, 3), remedy.Health{State: remedy.Failing, Errors: 3, Of: 100, InARow: 3,
			Words: "3 errors in the last 100 runs, the newest 3 in a row: needs attention, as 3 or more in a row seldom pass by themselves"}},
		"on and off": {runs(88, 1, 1, 2, 1, 1, 1, 1, 4), remedy.Health{State: remedy.Failing, Errors: 5, Of: 100,
			Words: "5 errors in the last 100 runs: needs attention, as 5 of them are among the last 20 runs (5 are too many)"}},
		"a cause that was mended": {runs(80, 12, 5), remedy.Health{State: remedy.Degraded, Errors: 12, Of: 97,
			Words: "12 errors in the last 97 runs: to be watched, but the newest 5 went well"}},
		"an outage that is over": {runs(50, 20, 30), remedy.Health{State: remedy.Degraded, Errors: 20, Of: 100,
			Words: "20 errors in the last 100 runs: to be watched, up to 2 in 100 are usual"}},
		"an outage long ago is forgotten": {runs(0, 50, 100), remedy.Health{State: remedy.OK, Of: 100,
			Words: "no errors in the last 100 runs: all is well"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tc.want, remedy.HealthOf(tc.recent))
		})
	}
}

// A scripted life: what is said after each run, as an operator reads it while trouble comes and goes.
func TestHealthOfALifeRunByRun(t *testing.T) {
	t.Parallel()
	var recent []bool
	for _, step := range []struct {
		times int
		well  bool
		state remedy.State
		words string
	}{
		{99, true, remedy.OK, "no errors in the last 99 runs: all is well"},
		{1, false, remedy.Isolated, "1 error in the last 100 runs: nothing to worry about"},
		{1, false, remedy.Degraded, "2 errors in the last 100 runs, the newest 2 in a row: to be watched, one more makes it 3 in a row"},
		{1, false, remedy.Failing, "3 errors in the last 100 runs, the newest 3 in a row: needs attention"},
		{1, true, remedy.Degraded, "3 errors in the last 100 runs: to be watched"},
		{1, false, remedy.Degraded, "4 errors in the last 100 runs: to be watched"},
		{2, true, remedy.Degraded, "4 errors in the last 100 runs: to be watched"},
		{1, false, remedy.Failing, "5 errors in the last 100 runs: needs attention, as 5 of them are among the last 20 runs"},
		{4, true, remedy.Failing, "5 errors in the last 100 runs: needs attention, as 5 of them are among the last 20 runs"},
		{1, true, remedy.Degraded, "5 errors in the last 100 runs: to be watched, but the newest 5 went well"},
		{9, true, remedy.Degraded, "5 errors in the last 100 runs: to be watched"},
		{79, true, remedy.Degraded, "4 errors in the last 100 runs: to be watched"},
		{2, true, remedy.Isolated, "2 errors in the last 100 runs: nothing to worry about"},
		{5, true, remedy.OK, "no errors in the last 100 runs: all is well"},
	} {
		for range step.times {
			recent = append(recent, step.well)
		}
		h := remedy.HealthOf(recent)
		require.Equal(t, step.state, h.State, "after %d runs: %s", len(recent), h.Words)
		require.Contains(t, h.Words, step.words, "after %d runs", len(recent))
	}
	paused := remedy.HealthOf(recent).WhilePaused()
	require.Equal(t, remedy.Paused, paused.State)
	require.Equal(t, "paused; before, no errors in the last 100 runs: all is well", paused.Words)
}

func TestTheWorstStateIsTheOneThatAsksForMost(t *testing.T) {
	t.Parallel()
	states := []remedy.State{remedy.OK, remedy.Isolated, remedy.Degraded, remedy.Paused, remedy.Failing}
	for i, a := range states {
		for j, b := range states {
			require.Equal(t, i > j, a.Worse(b), "%s, %s", a, b)
		}
	}
}
