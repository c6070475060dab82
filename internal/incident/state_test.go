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
	trying := need(30)
	trying[0].State = incident.Retrying
	_, fewer := mark.Fewer(trying)
	require.False(t, fewer, "those that are tried again are not gone")
	_, fewer = incident.Mark{Name: mark.Name}.Fewer(need(30))
	require.False(t, fewer, "nobody has acknowledged it")
}
