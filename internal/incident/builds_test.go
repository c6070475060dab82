package incident_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/incident"
)

func TestWorkersThatGetNoNewWorkNeedAPerson(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		builds         incident.Builds
		title, command string
	}{
		"no build is current": {incident.Builds{Running: []string{"1.4.0"}},
			"no build of the workers is current: new scans, orders and pushes wait, though build 1.4.0 runs", "towpath workers promote 1.4.0"},
		"the current one is gone": {incident.Builds{Current: "1.4.0", Running: []string{"1.5.0"}},
			"build 1.4.0 is current, and none of its workers runs: new scans, orders and pushes wait, though build 1.5.0 runs", "towpath workers promote 1.5.0"},
		"settings were left out": {incident.Builds{Current: "1.4.0", Running: []string{""}},
			"build 1.4.0 is current, and none of its workers runs: new scans, orders and pushes wait, though workers that report no build run",
			"towpath workers promote --unversioned"},
		"there is a choice": {incident.Builds{Current: "1.3.0", Running: []string{"", "1.4.0", "1.5.0"}},
			"build 1.3.0 is current, and none of its workers runs: new scans, orders and pushes wait, though builds 1.4.0, 1.5.0 and workers that report no build run",
			"towpath workers"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			needs := incident.ForYou(incident.Triage(incident.Facts{Builds: c.builds}))
			require.Len(t, needs, 1)
			require.Equal(t, incident.Idle, needs[0].Kind)
			require.Equal(t, c.title, needs[0].Title)
			require.Equal(t, c.command, needs[0].Command)
		})
	}
}

func TestWorkersOfTheCurrentBuildNeedNobody(t *testing.T) {
	t.Parallel()
	for _, builds := range []incident.Builds{
		{}, {Running: []string{""}}, {Running: []string{"", "1.4.0"}}, {Current: "1.4.0"}, {Current: "1.4.0", Running: []string{"1.4.0", "1.5.0"}},
	} {
		require.Empty(t, incident.Triage(incident.Facts{Builds: builds}), builds)
	}
}
