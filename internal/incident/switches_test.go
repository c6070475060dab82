package incident_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/incident"
)

// The words are those of eBay sellers' tools: "EndListings, RelistListings, ReviseListings all turned off". They need a person once something waits.
func TestAllThreeOffNeedsAPersonOnlyWhenSomethingWaits(t *testing.T) {
	t.Parallel()
	of := func(a incident.Account) incident.Need {
		a.ID = "ebay-uk"
		needs := incident.Triage(incident.Facts{Accounts: []incident.Account{a}})
		require.Len(t, needs, 1)
		require.Equal(t, incident.ChangesOff, needs[0].Kind)
		return needs[0]
	}
	quiet := of(incident.Account{Off: incident.SwitchedOff{Off: true}})
	require.Equal(t, incident.Towpath, quiet.Acts)
	require.Contains(t, quiet.Title, "all turned off: quantities are set and new products published")
	waits := of(incident.Account{Off: incident.SwitchedOff{Off: true, Refused: 3, Ended: 1, Sample: []string{"MUG-RED"}}})
	require.Equal(t, incident.You, waits.Acts)
	require.Equal(t, 4, waits.Subjects)
	require.Contains(t, waits.Title, "3 items of the last publication and 1 ended listing that has stock again wait: allow")
	require.Equal(t, "towpath items --account ebay-uk --status error", waits.Command)
	one := of(incident.Account{Off: incident.SwitchedOff{Off: true, Ended: 1}})
	require.Contains(t, one.Title, "and 1 ended listing that has stock again waits: allow")
	require.Equal(t, "towpath accounts show ebay-uk", one.Command)
	many := of(incident.Account{Off: incident.SwitchedOff{Off: true, Refused: 1000, AtLeast: true}, Observing: false})
	require.Contains(t, many.Title, "1000 items or more")
	needs := incident.Triage(incident.Facts{Accounts: []incident.Account{{ID: "e", Observing: true, Off: incident.SwitchedOff{Off: true, Refused: 3}}}})
	require.Empty(t, incident.ForYou(needs), "an account that observes publishes nothing anyway")
	require.Empty(t, incident.Triage(incident.Facts{Accounts: []incident.Account{{ID: "e", Off: incident.SwitchedOff{Refused: 3}}}}), "not all are off")
}
