package incident_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/incident"
)

func TestOperatorsCanLookEveryKindUp(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "operating.md"))
	require.NoError(t, err)
	_, table, found := strings.Cut(string(text), "## Needs you")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "\n## ")
	at := 0
	for _, kind := range incident.Kinds() {
		next := strings.Index(table[at:], "`"+string(kind)+"`")
		require.GreaterOrEqual(t, next, 0, "docs/operating.md has no row for %s, or in another order", kind)
		at += next
	}
}

// Cases F1, F1b and F3: failing runs, refused levels and an idle house are needs; their order is that of what is lost.
func TestTheMostUrgentComesFirst(t *testing.T) {
	t.Parallel()
	account := incident.Account{ID: "ebay-uk",
		Failing: []incident.FailingRuns{{Kind: "orders", Words: "36 errors in the last 100 runs", Runs: 36, Since: noon, Fault: "unavailable"}},
		Refused: []incident.RefusedLevels{{Code: "25710", Levels: 16, Sample: []string{"A"}, Since: noon}}, Late: incident.LateOrders{Orders: 2, Sample: []string{"#1"}, Since: noon}}
	facts := incident.Facts{Unwritable: "no space left on device", Builds: incident.Builds{Asked: true}, Accounts: []incident.Account{account},
		Incidents: []incident.Incident{{Kind: incident.Unlinked, Account: "ebay-uk", Subjects: 1, Since: noon.Add(-time.Hour), Open: true}}}
	var kinds []incident.Kind
	for _, n := range incident.ForYou(incident.Triage(facts)) {
		kinds = append(kinds, n.Kind)
	}
	require.Equal(t, []incident.Kind{incident.Unwritable, incident.Idle, incident.Failing, incident.Late, incident.Unlinked, incident.Refused}, kinds)
	account.Refused[0].Test, account.Late.Test, account.PausedReason = true, true, "stock take"
	require.Empty(t, incident.ForYou(incident.Triage(incident.Facts{Accounts: []incident.Account{account}})),
		"nobody buys at a test endpoint, and a paused account is told once")
}
