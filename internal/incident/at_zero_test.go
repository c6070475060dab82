package incident_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/incident"
)

// What stays ended is told with the switch to set or with the channel's refusal, and once: where all switches are off, that is what is told.
func TestWhatStaysEndedIsTold(t *testing.T) {
	t.Parallel()
	of := func(a incident.Account) incident.Need {
		a.ID = "ebay-uk"
		needs := incident.Triage(incident.Facts{Accounts: []incident.Account{a}})
		require.Len(t, needs, 1)
		return needs[0]
	}
	one := of(incident.Account{Ended: incident.StaysEnded{Listings: 1, Sample: []string{"MUG"}}})
	require.Equal(t, incident.StayEnded, one.Kind)
	require.Equal(t, incident.You, one.Acts)
	require.Contains(t, one.Title, "1 listing that Towpath ended at 0 has stock again and stays ended: set `relist: true`")
	require.Equal(t, "towpath accounts show ebay-uk", one.Command)
	refused := of(incident.Account{Ended: incident.StaysEnded{Listings: 3, Refused: 2}})
	require.Contains(t, refused.Title, "3 listings that Towpath ended at 0 have stock again and are off sale: the channel refused to put up 2 of them again")
	require.Contains(t, refused.Command, "towpath errors --account ebay-uk")
	require.Equal(t, incident.Towpath, of(incident.Account{PausedReason: "stock take", Ended: incident.StaysEnded{Listings: 1}}).Acts)
	off := of(incident.Account{Off: incident.SwitchedOff{Off: true, Ended: 1}, Ended: incident.StaysEnded{Listings: 1}})
	require.Equal(t, incident.ChangesOff, off.Kind)
	require.Empty(t, incident.Triage(incident.Facts{Accounts: []incident.Account{{ID: "e"}}}))
}
