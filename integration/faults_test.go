package integration

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/store"
)

// Every way in which a channel can misbehave, on half of all calls while orders flow, and then no more: nothing is
// lost and nothing is done twice. What gave up is parked and shown, and goes on when a person says so.
func TestNoFaultOfAChannelLosesOrDoublesAnything(t *testing.T) {
	t.Parallel()
	for _, kind := range faults.Kinds {
		t.Run(string(kind), func(t *testing.T) {
			dir := t.TempDir()
			p, _ := startRunning(t, dir, "--orders", smallBook(t, dir, 36, true), "--speed", "max", "--exit-when-done")
			faulty(p, dir, kind)
			for retryParked(t, dir) {
			}
			requireClean(t, p)
			require.Contains(t, p.out.String(), "36 placed, 36 saved, 0 lost")
		})
	}
}

// faulty switches a fault on at every marketplace until each has had some, and then off.
func faulty(p *program, dir string, kind faults.Kind) {
	enough := int64(6)
	if kind == faults.Hang { // each costs a call's whole deadline
		enough = 2
	}
	accounts := marketplaces(p.t, dir).Accounts
	for _, a := range accounts {
		_, err := faults.Switch(p.t.Context(), a.Address, rates(kind, 0.5))
		require.NoError(p.t, err)
	}
	for _, a := range accounts {
		p.eventually("faults of "+a.ID, func() bool {
			s, err := faults.Show(p.t.Context(), a.Address)
			require.NoError(p.t, err)
			return s.Injected[kind] >= enough
		})
		_, err := faults.Switch(p.t.Context(), a.Address, faults.Rates{})
		require.NoError(p.t, err)
	}
}

func rates(kind faults.Kind, p float64) faults.Rates {
	var r faults.Rates
	for k, rate := range map[faults.Kind]*float64{
		faults.Throttle: &r.Throttle, faults.Unavailable: &r.Unavailable, faults.Slow: &r.Slow, faults.Hang: &r.Hang, faults.Reset: &r.Reset,
		faults.Lost: &r.Lost, faults.Malformed: &r.Malformed, faults.Truncated: &r.Truncated, faults.Huge: &r.Huge,
	} {
		if k == kind {
			*rate = p
		}
	}
	r.SlowMillis = 20_000_000 // a second at the highest speed
	return r
}

// retryParked is an operator who sends on whatever waits for him, as `towpath status` shows it; false when nothing
// runs any more. What has gone on by itself meanwhile can't be told to: that is no failure.
func retryParked(t *testing.T, dir string) bool {
	t.Helper()
	stdout, stderr, code := towpath(t, dir, "status", "-o", "json")
	if code == 2 && strings.Contains(stderr, "run towpath-dev in this folder") {
		return false
	}
	if code != 0 && code != 3 {
		t.Logf("status: %s", stderr) // it is being stopped: the next one finds nothing
		return true
	}
	var now struct{ Parked []store.Parked }
	decode(t, stdout, &now)
	require.Equal(t, len(now.Parked) > 0, code == 3, "status exits 3 when something waits for a person")
	for _, k := range now.Parked {
		require.NotNil(t, k.Fault)
		towpath(t, dir, "retry", k.WorkflowID)
	}
	return true
}
