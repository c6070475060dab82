package activities_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/store/runs"
)

// Amazon accepts changes that it never applies: unless they were read back, the listing would sell units that are not
// there.
func TestALevelThatAmazonAcceptedAndNeverAppliedIsSentAgain(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	var skus []string
	for i := range 23 { // more than fit into one call
		skus = append(skus, fmt.Sprintf("SKU-%d", i))
	}
	s.list(7, skus...)
	require.NoError(t, s.faults.Set(faults.Rates{NeverLive: 0.5}))
	require.Equal(t, 23, s.push())
	lost := int(s.faults.Counts()[faults.NeverLive])
	require.Positive(t, lost)
	require.NoError(t, s.faults.Set(faults.Rates{}))
	polltest.Until(t, "every level is live but the lost ones", func() bool {
		live := 0
		for _, sku := range skus {
			l, err := s.market.Listing(t.Context(), sku)
			require.NoError(t, err)
			live += l.Quantity / 7
		}
		return live == len(skus)-lost
	})

	// A lower quantity than the accepted one is read twice.
	require.Equal(t, message.CheckCounts{Confirmed: 23 - lost, Waiting: lost, Missed: lost}, s.check("check-1").Add(s.check("check-1")))
	require.Positive(t, s.caller.woken, "the push is woken")
	require.Equal(t, lost, s.push())
	for _, sku := range skus {
		s.shows(sku, 7)
	}
	require.Equal(t, message.CheckCounts{Confirmed: lost}, s.check("check-2"))
	require.Zero(t, s.check("check-3"), "what was confirmed is not read again")

	found, err := s.store.Runs.List(t.Context(), runs.RunFilter{Kind: runs.RunLevels})
	require.NoError(t, err)
	require.Len(t, found, 3)
	calls, err := s.store.Runs.RunCalls(t.Context(), "check-1", 100)
	require.NoError(t, err)
	require.NotEmpty(t, calls)
	require.NotEmpty(t, calls[0].RequestID)
}

// The sweep starts a check of levels only if some should have taken effect by now.
func TestTheSweepChecksLevelsOnlyWhenSomeAreDue(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	sweep := &activities.Sweep{Environment: s.environment, Starter: s.caller}
	s.list(7, "LAMP")
	check := func(speed float64) int {
		s.caller.checked = 0
		out := do[message.SweepResult](s, sweep.SweepOnce, message.SweepInput{OlderThan: time.Hour, Speed: speed})
		require.Equal(t, out.Checked, s.caller.checked)
		return out.Checked
	}
	require.Zero(t, check(1), "nothing was accepted")
	require.Equal(t, 1, s.push())
	require.Zero(t, check(1), "Amazon gets its time")
	require.Equal(t, 1, check(1e12))
	s.shows("LAMP", 7)
	s.check("check")
	require.Zero(t, check(1e12), "it was confirmed")
}

// Between acceptance and check a buyer has bought units: units whose order no scan has read yet must not be listed
// again.
func TestAPurchaseMeanwhileIsNotListedAgain(t *testing.T) {
	t.Parallel()
	s := openShop(t)
	s.list(7, "LAMP")
	s.push()
	s.shows("LAMP", 7)
	buy(s, "LAMP", 2)
	require.Equal(t, message.CheckCounts{Waiting: 1}, s.check("check"))
	require.Zero(t, s.push())
	s.shows("LAMP", 5)
}
