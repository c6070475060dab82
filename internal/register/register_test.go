package register_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/register"
)

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func TestWhichRunsGoOnFailAndTellTheUsual(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		run                   register.Run
		goesOn, failed, known bool
	}{
		"it began":                  {register.Run{StartedAt: noon.Add(-time.Minute)}, true, false, false},
		"it began a day ago":        {register.Run{StartedAt: noon.Add(-24 * time.Hour)}, true, false, false},
		"it was killed":             {register.Run{StartedAt: noon.Add(-24*time.Hour - 1)}, false, false, false},
		"a publication takes days":  {register.Run{Kind: register.Listings, StartedAt: noon.Add(-99 * time.Hour)}, true, false, false},
		"it ended":                  {register.Run{StartedAt: noon.Add(-time.Minute), EndedAt: noon}, false, false, true},
		"a publication ended":       {register.Run{Kind: register.Listings, StartedAt: noon.Add(-time.Minute), EndedAt: noon}, false, false, true},
		"it ended with a fault":     {register.Run{StartedAt: noon.Add(-time.Minute), EndedAt: noon, FaultID: "f"}, false, true, false},
		"it ended with errors":      {register.Run{StartedAt: noon.Add(-time.Minute), EndedAt: noon, Counts: message.Counts{Errors: 1}}, false, true, true},
		"its clock was turned back": {register.Run{StartedAt: noon.Add(time.Minute), EndedAt: noon}, false, false, false},
	} {
		require.Equal(t, tc.goesOn, tc.run.GoesOn(noon), name)
		require.Equal(t, tc.failed, tc.run.Failed(), name)
		require.Equal(t, tc.run.EndedAt.Equal(noon), tc.run.Ended(), name)
		took, known := tc.run.Took()
		require.Equal(t, tc.known, known, name)
		if known {
			require.Equal(t, time.Minute, took, name)
		}
	}
	require.Error(t, register.Run{}.Check())
	require.NoError(t, register.Run{ID: "run-1"}.Check())
}

func TestARunOfShipmentsWithoutAWorkflowSendsAgain(t *testing.T) {
	t.Parallel()
	require.True(t, register.Run{Kind: register.Shipments}.SendsAgain())
	require.False(t, register.Run{Kind: register.Shipments, WorkflowID: "shipment/1"}.SendsAgain())
	require.False(t, register.Run{Kind: register.Stock}.SendsAgain())
}

func TestTheLastResultOfAnItemCounts(t *testing.T) {
	t.Parallel()
	item := func(run, reference, kind string, status register.Status) register.Item {
		return register.Item{RunID: run, Reference: reference, Type: kind, Status: status}
	}
	require.Equal(t, []register.Item{
		item("r1", "A", "order", register.Done), item("r2", "A", "order", register.Pending), item("r1", "A", "package", register.Skipped), item("r1", "B", "order", register.Done),
	}, register.Last([]register.Item{
		item("r1", "A", "order", register.Error), item("r2", "A", "order", register.Pending), item("", "C", "order", register.Done),
		item("r1", "A", "package", register.Skipped), item("r1", "B", "order", register.Done), item("r1", "A", "order", register.Done),
	}))
	require.Empty(t, register.Last(nil))
}
