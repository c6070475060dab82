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

// Faults are switched while the marketplaces run, by name; a mistake is told, and changes nothing.
func TestFaultsAreSwitchedByName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	said := refused(t, dir, 2, "faults")
	require.Contains(t, said, "no marketplaces run")
	p := start(t, dir, nil, "towpath-dev", "marketplaces", "--markets-port", "0", "--faults", "lost=0.25")
	p.eventually("marketplaces to run", func() bool { return strings.Contains(p.out.String(), "shopify-uk") })
	faultsOf := func(account string) faults.Rates {
		a, _ := marketplaces(t, dir).Account(account)
		s, err := faults.Show(t.Context(), a.Address)
		require.NoError(t, err)
		return s.Rates
	}
	require.Contains(t, refused(t, dir, 2, "faults", "set", "throttle=0.5", "lots=1"), "never-live")
	require.Contains(t, refused(t, dir, 2, "faults", "set", "--account", "ebay", "lost=1"), "ebay-uk")
	require.Equal(t, faults.Rates{Lost: 0.25}, faultsOf("ebay-uk"))
	said = refused(t, dir, 0, "faults", "set", "--account", "ebay-uk", "--operations", "getOrders", "--slow", "2s", "slow=0.5", "repeated-cursor=1")
	require.Contains(t, said, "repeated-cursor")
	require.Equal(t, faults.Rates{Lost: 0.25, Slow: 0.5, SlowMillis: 2000, RepeatedCursor: 1, Operations: []string{"getOrders"}}, faultsOf("ebay-uk"))
	require.Equal(t, faults.Rates{Lost: 0.25}, faultsOf("amazon-uk"))
	var shown []struct {
		Account string
		Rates   faults.Rates
	}
	decode(t, refused(t, dir, 0, "faults", "off", "-o", "json"), &shown)
	require.Len(t, shown, 3)
	require.Equal(t, faults.Rates{}, faultsOf("ebay-uk"))
	require.Zero(t, p.stop())
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
	r, err := faults.Rates{SlowMillis: 20_000_000}.With(kind, p) // slow: a second at the highest speed
	if err != nil {
		panic(err)
	}
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
