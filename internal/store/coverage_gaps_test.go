package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/coverage"
	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/coverages"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/storetest"
)

// A gap whose backfill is paused, was stopped or has failed is not being read, and neither is one that waits for a paused backfill: a person has to
// let it go on. No second backfill is started meanwhile.
func TestAnInterruptedBackfillBringsNothing(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		settle(t, s, "r1", "lost")
		b, asked, err := s.Coverage.Follow(ctx, "ebay-uk")
		require.NoError(t, err)
		require.True(t, asked)
		shows := func(want coverage.State, code string, of backfill.Standing) {
			t.Helper()
			require.NoError(t, s.Backfills.Mark(ctx, b.ID, of))
			_, asked, err := s.Coverage.Follow(ctx, "ebay-uk")
			require.NoError(t, err)
			require.False(t, asked, "no second backfill")
			require.Equal(t, want, stands(t, s), of)
			open := openOnes(t, s, incident.Missing)
			require.Len(t, open, 1)
			require.Contains(t, open, code)
			list, err := s.Coverage.Missing(ctx, "ebay-uk", 0)
			require.NoError(t, err)
			require.Equal(t, want, list[0].Stands())
		}
		shows(coverage.Interrupted, incident.CodeInterrupted, backfill.Failed)
		shows(coverage.Interrupted, incident.CodeInterrupted, backfill.Stopped)
		shows(coverage.Interrupted, incident.CodeInterrupted, backfill.Paused)

		settle(t, s, "r2", "lost", "new")
		shows(coverage.Interrupted, incident.CodeInterrupted, backfill.Paused)
		require.Equal(t, 2, openOnes(t, s, incident.Missing)[incident.CodeInterrupted].Subjects)
		list, err := s.Coverage.Missing(ctx, "ebay-uk", 0)
		require.NoError(t, err)
		require.Equal(t, []any{"new", "", b.ID}, []any{list[0].OrderID, list[0].Backfill, list[0].Behind}, "it waits for the paused one")
		require.Equal(t, []any{"lost", b.ID, ""}, []any{list[1].OrderID, list[1].Backfill, list[1].Behind})

		shows(coverage.Backfilling, incident.CodeBackfilling, backfill.Running)
		require.NoError(t, s.Backfills.Mark(ctx, b.ID, backfill.Stopped))
		_, asked, err = s.Coverage.Follow(ctx, "ebay-uk")
		require.NoError(t, err)
		require.True(t, asked, "one that was stopped holds up no new gap")
		require.Equal(t, coverage.Interrupted, stands(t, s))
	})
}

// Orders that no backfill has brought, however many, keep no new one from being read, and all are counted. A gap with more orders than a list has
// is one gap.
func TestOldMissingOrdersHoldUpNoNewOne(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		const many = db.MaxLimit + 50
		old := make([]coverage.Listed, many)
		for i := range old {
			old[i] = coverage.Listed{ID: fmt.Sprintf("old-%05d", i), PlacedAt: twoHours.From.Add(time.Duration(i) * time.Millisecond)}
		}
		read := func(run string, window backfill.Range, listed []coverage.Listed) {
			require.NoError(t, s.Coverage.SavePage(ctx, "ebay-uk", run, true, listed, nil))
			_, err := s.Coverage.Settle(ctx, "ebay-uk", coverages.Reading{Run: run, Window: window})
			require.NoError(t, err)
		}
		read("r1", twoHours, old)
		b, asked, err := s.Coverage.Follow(ctx, "ebay-uk")
		require.NoError(t, err)
		require.True(t, asked)
		require.Equal(t, many, openOnes(t, s, incident.Missing)[incident.CodeBackfilling].Subjects)
		require.NoError(t, s.Backfills.Mark(ctx, b.ID, backfill.Done))
		_, asked, err = s.Coverage.Follow(ctx, "ebay-uk")
		require.NoError(t, err)
		require.False(t, asked, "each of them was read")

		next := backfill.Range{From: twoHours.To, To: twoHours.To.Add(time.Hour)}
		read("r2", next, []coverage.Listed{{ID: "new", PlacedAt: next.From}})
		b, asked, err = s.Coverage.Follow(ctx, "ebay-uk")
		require.NoError(t, err)
		require.True(t, asked)
		require.Equal(t, next, b.Range)
		open := openOnes(t, s, incident.Missing)
		require.Equal(t, []any{many, "old-00000"}, []any{open[""].Subjects, open[""].Sample[0]})
		require.Equal(t, []any{1, []string{"new"}}, []any{open[incident.CodeBackfilling].Subjects, open[incident.CodeBackfilling].Sample})
		list, err := s.Coverage.Missing(ctx, "ebay-uk", 1)
		require.NoError(t, err)
		require.Equal(t, "new", list[0].OrderID, "the newest first")
	})
}

// What is said of missing orders ends with them: when they are forgotten, or the account is not compared any more.
func TestNothingIsSaidOfForgottenOrders(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		settle(t, s, "r1", "lost")
		require.Len(t, openOnes(t, s, incident.Missing), 1)
		_, err := s.Coverage.Forget(ctx, twoHours.From)
		require.NoError(t, err)
		require.Len(t, openOnes(t, s, incident.Missing), 1, "it is not old enough")
		_, err = s.Coverage.Forget(ctx, twoHours.To)
		require.NoError(t, err)
		require.Empty(t, openOnes(t, s, incident.Missing))

		settle(t, s, "r2", "lost")
		require.Len(t, openOnes(t, s, incident.Missing), 1)
		for range 2 {
			require.NoError(t, s.Coverage.Drop(ctx, "ebay-uk"))
		}
		require.Empty(t, openOnes(t, s, incident.Missing))
		hours, err := s.Coverage.Hours(ctx, "ebay-uk", twoHours.From)
		require.NoError(t, err)
		require.Empty(t, hours)
		check, err := s.Coverage.Check(ctx, "ebay-uk")
		require.NoError(t, err)
		require.Zero(t, check)
	})
}
