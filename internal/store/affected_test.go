package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/runs"
	"github.com/towpath/towpath/internal/store/storetest"
)

// Failing runs are explained by what their own items met, not by the fault that ended a run before they began to fail.
func TestFailingRunsAreExplainedByTheirOwnFaults(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		old, met := channel.NewFault(channel.Unavailable, "token", ""), channel.NewFault(channel.Missing, "inventorySetQuantities", "")
		met.Hit = channel.Hit{RunID: "push-3", SKU: "lamp"}
		require.NoError(t, s.Runs.SaveFaults(ctx, "shopify-uk", []*channel.Fault{old, met}))
		at := func(minute int) time.Time { return epoch.Add(time.Duration(minute) * time.Minute) }
		endRun(t, s, "push-1", "shopify-uk", runs.RunStock, at(1), 0, old.ID)
		failing := incident.Name{Kind: incident.Failing, Account: "shopify-uk", Code: "stock"}
		a, known, err := s.Affected(ctx, failing, 5)
		require.NoError(t, err)
		require.True(t, known)
		require.Equal(t, old.ID, a.FaultID)

		endRun(t, s, "push-2", "shopify-uk", runs.RunStock, at(2), 0, "")
		endRun(t, s, "push-3", "shopify-uk", runs.RunStock, at(3), 1, "")
		endRun(t, s, "push-4", "shopify-uk", runs.RunStock, at(4), 1, "")
		a, _, err = s.Affected(ctx, failing, 5)
		require.NoError(t, err)
		require.Equal(t, 2, a.Items)
		require.Equal(t, met.ID, a.FaultID, "the newest run met nothing that was kept: the one before did")
	})
}

// Of an account that has failed for years the newest runs are counted, and it is said that there are more.
func TestRunsThatHaveFailedForYearsAreCountedToALimit(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		manyRuns(t, s, 4_000)
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE runs SET errors = 1 WHERE account = 'ebay-uk' AND kind = 'stock'`))
		a, _, err := s.Affected(ctx, incident.Name{Kind: incident.Failing, Account: "ebay-uk", Code: "stock"}, 3)
		require.NoError(t, err)
		require.True(t, a.More)
		require.Equal(t, 500, a.Items)
		require.Len(t, a.Sample, 3)
		require.NoError(t, storetest.Exec(ctx, s.DB, `UPDATE runs SET errors = 0, fault_id = '' WHERE id = 'run-3901'`)) // run-3901 is one of them
		a, _, err = s.Affected(ctx, incident.Name{Kind: incident.Failing, Account: "ebay-uk", Code: "stock"}, 3)
		require.NoError(t, err)
		require.False(t, a.More)
		require.Equal(t, 16, a.Items)
	})
}
