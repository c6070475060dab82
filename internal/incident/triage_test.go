package incident_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/incident"
)

func TestWhatNeedsAPersonComesFirstAndTheRestIsGoodToKnow(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	open := func(kind incident.Kind, account, code string, n int) incident.Incident {
		return incident.Incident{Kind: kind, Account: account, Code: code, Subjects: n, Since: noon, Open: true}
	}
	needs := incident.Triage(incident.Facts{
		NoTemporal: "the Temporal server at 127.0.0.1:7233 does not answer",
		Incidents: []incident.Incident{
			open(incident.Brake, "amazon-uk", "", 40), open(incident.Unlinked, "ebay-uk", "", 3), open(incident.Parked, "ebay-uk", "25001", 1),
			open(incident.Parked, "shopify-uk", incident.CodeObserving, 2), open(incident.Paused, "ebay-uk", "", 1),
			{Kind: incident.Backordered, Account: "amazon-uk", Subjects: 0},
		},
		Accounts: []incident.Account{
			{ID: "ebay-uk", PausedReason: "stock take", PausedAt: noon.Add(-time.Hour), Endings: []incident.End{{Text: "access ends in 3 days", Urgent: true}}},
			{ID: "shopify-uk", Observing: true, Held: 2, Unlinked: 1000, Endings: []incident.End{{Text: "access ends in 29 days"}}},
		},
	})
	var kinds []incident.Kind
	for _, n := range needs {
		kinds = append(kinds, n.Kind)
	}
	require.Equal(t, []incident.Kind{
		incident.Temporal, incident.Paused, incident.Parked, incident.Unlinked, incident.Brake, incident.Ending,
		incident.Ending, incident.Observing, incident.Listings,
	}, kinds)
	require.Len(t, incident.ForYou(needs), 6, "packages held for an observing account, and what is far off, wait for nobody")
	require.Equal(t, "paused: stock take", needs[1].Title)
	require.Equal(t, noon.Add(-time.Hour), needs[1].Since)
	require.Equal(t, "towpath retry --account ebay-uk --code 25001", needs[2].Command)
	require.Equal(t, "the Temporal server at 127.0.0.1:7233 does not answer; ebay-uk paused: stock take; ebay-uk 1 package is parked after 25001; and 3 more",
		incident.Sentence(needs))
	require.Contains(t, needs[7].Title, "2 packages are held")
}

// The account's page names no withheld fields: the sentence has to (case A2).
func TestWithheldFieldsAreNamed(t *testing.T) {
	t.Parallel()
	needs := incident.Triage(incident.Facts{Accounts: []incident.Account{{ID: "shopify-uk"}}, Incidents: []incident.Incident{
		{Kind: incident.Withheld, Account: "shopify-uk", Subjects: 2, Sample: []string{"email", "shippingAddress"}, Open: true}}})
	require.Len(t, needs, 1)
	require.Contains(t, needs[0].Title, "2 fields of orders from the app, which is not approved to read them: email, shippingAddress")
}

// Items that wait too long, and items in error, are shown with what to do; those on a test endpoint are only for
// information.
func TestWhatOfAPublicationNeedsAPerson(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	stalled := incident.StalledItems{Endpoint: "production", RunID: "r1", Items: 12, Example: "MUG-1", Since: noon, WaitingFor: "the channel's answer", Normal: "up to 10m0s, by the last 3 runs"}
	account := incident.Account{
		ID: "amazon-uk", Stalled: []incident.StalledItems{stalled},
		InError: []incident.InError{{Endpoint: "production", Code: "8541", Items: 1000}, {Endpoint: "test", Items: 1, Test: true}},
	}
	needs := incident.Triage(incident.Facts{Accounts: []incident.Account{account}})
	require.Len(t, needs, 3)
	require.Equal(t, "12 items are stalled on the production endpoint, waiting for the channel's answer; normal is up to 10m0s, by the last 3 runs", needs[0].Title)
	require.Equal(t, "towpath publish retry --account amazon-uk --endpoint production", needs[0].Command)
	require.Equal(t, "1000 items are in error on the production endpoint after 8541", needs[1].Title)
	require.Equal(t, "towpath items --account amazon-uk --endpoint production --status error", needs[1].Command)
	require.Len(t, incident.ForYou(needs), 2)
	account.PausedReason = "stock take"
	require.Equal(t, incident.Unpublished, incident.ForYou(incident.Triage(incident.Facts{Accounts: []incident.Account{account}}))[0].Kind, "what a paused account waits for is said once")
}

func TestNothingIsNeededWhenAllIsWell(t *testing.T) {
	t.Parallel()
	require.Empty(t, incident.Triage(incident.Facts{Accounts: []incident.Account{{ID: "ebay-uk"}}}))
	require.Empty(t, incident.Sentence(nil))
}
