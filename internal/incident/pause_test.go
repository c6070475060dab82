package incident_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/incident"
)

// While a kind of work is paused, the pause is what asks for a person; what waits for its end says so, and is good to know. What waits for
// another reason asks as before.
func TestWhatWaitsForAPauseIsToldByThePauseAlone(t *testing.T) {
	t.Parallel()
	facts := func(pausedWork []string, reason string) incident.Facts {
		paused := incident.Incident{Kind: incident.Paused, Account: "ebay-uk", Subjects: 1, Sample: []string{"stock take"}, Since: noon, Open: true}
		if reason == "" && len(pausedWork) > 0 {
			paused.Code = pausedWork[0]
		}
		return incident.Facts{
			Accounts: []incident.Account{{ID: "ebay-uk", PausedReason: reason, PausedWork: pausedWork,
				Failing: []incident.FailingRuns{{Kind: "coverage", Work: "orders", Words: "3 in a row"}, {Kind: "levels", Work: "listings", Words: "3 in a row"}},
				Stalled: []incident.StalledItems{{Endpoint: "production", Items: 2, Example: "MUG", WaitingFor: "the channel's answer", Normal: "up to 10m0s"}}}},
			Incidents: []incident.Incident{paused,
				{Kind: incident.Parked, Account: "ebay-uk", Code: incident.CodePaused, Subjects: 2, Open: true},
				{Kind: incident.Parked, Account: "ebay-uk", Code: "25001", Subjects: 1, Open: true}},
		}
	}
	const packages, refused, coverage, levels, stalled = "parked/ebay-uk/account-paused", "parked/ebay-uk/25001", "failing/ebay-uk/coverage", "failing/ebay-uk/levels", "stalled/ebay-uk/production"
	for name, tc := range map[string]struct {
		work         []string
		reason       string
		asks         []string // besides the pause
		waits        []string
		words, helps string
	}{
		"shipments are paused": {[]string{"shipments"}, "", []string{"paused/ebay-uk/shipments", refused, coverage, levels, stalled}, []string{packages},
			"; waiting for the pause of shipments to end", "towpath accounts resume ebay-uk --only shipments"},
		"listings are paused": {[]string{"listings"}, "", []string{"paused/ebay-uk/listings", packages, refused, coverage}, []string{levels, stalled},
			"; waiting for the pause of listings to end", "towpath accounts resume ebay-uk --only listings"},
		"orders are paused": {[]string{"orders"}, "", []string{"paused/ebay-uk/orders", packages, refused, levels, stalled}, []string{coverage},
			"; waiting for the pause of orders to end", "towpath accounts resume ebay-uk --only orders"},
		"all is paused": {nil, "stock take", []string{"paused/ebay-uk", refused}, []string{packages, coverage, levels, stalled},
			"; waiting for the account's pause to end", "towpath accounts resume ebay-uk"},
	} {
		var asks, waits []string
		for _, n := range incident.Triage(facts(tc.work, tc.reason)) {
			if n.Waits() {
				asks = append(asks, n.Name().String())
				require.NotContains(t, n.Title, " to end", name)
				continue
			}
			waits = append(waits, n.Name().String())
			require.Contains(t, n.Title, tc.words, name)
			require.Equal(t, tc.helps, n.Command, name)
		}
		require.ElementsMatch(t, tc.asks, asks, name)
		require.ElementsMatch(t, tc.waits, waits, name)
	}
}

// What failed in an account that a person has paused was cured, or not, without him: only a pause by a fault explains faults.
func TestAPersonsPauseExplainsNoFaults(t *testing.T) {
	t.Parallel()
	paused := incident.Need{Kind: incident.Paused, Account: "a", State: incident.Open, Acts: incident.You}
	require.True(t, paused.Waits())
	require.False(t, paused.Explains("a", "30500"))
	paused.FaultID = "f"
	require.True(t, paused.Explains("a", "30500"))
	require.False(t, paused.Explains("b", "30500"))
}
