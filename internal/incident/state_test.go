package incident_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/incident"
)

// An acknowledgement of forty holds for thirty, but then not for thirty-nine: those that came are new.
func TestAnAcknowledgementFollowsDownwards(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	need := func(n int) []incident.Need {
		return []incident.Need{{Kind: incident.Refused, Account: "amazon-uk", Code: "8541", Subjects: n, Since: noon, Acts: incident.You}}
	}
	mark := incident.Mark{Name: need(1)[0].Name(), Acknowledged: &incident.Acknowledgement{By: "ann", At: noon.Add(time.Minute), Reason: "the supplier mends it", Subjects: 40}}
	for _, tc := range []struct {
		name  string
		needs []incident.Need
		n     int
		fewer bool
	}{
		{"as many", need(40), 40, false},
		{"some are gone", need(30), 30, true},
		{"more: it lapses", need(41), 0, false},
		{"none: it is forgotten", nil, 0, false},
	} {
		n, fewer := mark.Fewer(tc.needs)
		require.Equal(t, []any{tc.n, tc.fewer}, []any{n, fewer}, tc.name)
	}
	trying := mark
	trying.Attempt, trying.Trying = &incident.Attempt{By: "ann", At: noon.Add(time.Hour)}, 10
	_, fewer := trying.Fewer(incident.WithMarks(need(30), []incident.Mark{trying}))
	require.False(t, fewer, "those that are tried again may come back")
	failing := mark
	failing.Name = incident.Name{Kind: incident.Failing, Account: "amazon-uk", Code: "stock"}
	window := need(5)
	window[0].Kind, window[0].Code = incident.Failing, "stock"
	_, fewer = failing.Fewer(window)
	require.False(t, fewer, "a window of runs moves")
	_, fewer = incident.Mark{Name: mark.Name}.Fewer(need(30))
	require.False(t, fewer, "nobody has acknowledged it")
}
