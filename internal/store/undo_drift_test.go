package store_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/internal/store/storetest"
)

// undecided counts the levels of which it is not known yet who set them.
func undecided(t *testing.T, s *store.Store) (n int) {
	t.Helper()
	require.NoError(t, s.DB.Read(ctx, `SELECT COUNT(*) FROM drifts WHERE named_at = 0`, func(rows *sql.Rows) error { return rows.Scan(&n) }))
	return n
}

// Of an account that observes, another tool may set all levels but those of a sample; of what goes back, all.
func TestOnlyASampleIsWatchedForASecondWriter(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		const account = "amazon-uk"
		receive(t, s, "a", "A", 10)
		receive(t, s, "b", "B", 10)
		receive(t, s, "c", "C", 10)
		link(t, s, "A", "B", "C")
		require.Len(t, push(t, s, account), 3)
		_, err := s.Settings.Observe(ctx, account)
		require.NoError(t, err)
		_, err = s.Settings.GoLiveSample(ctx, account, []string{account + ":A", account + ":C"}, settings.Live{By: "ann"})
		require.NoError(t, err)
		require.Len(t, push(t, s, account), 2)
		readBack(t, s, account, map[string]int{"A": 3, "B": 3, "C": 10})
		require.Equal(t, 1, undecided(t, s))
		scanned(t, s, account)
		require.Equal(t, []string{account + ":A"}, named(t, s, account))
		require.Equal(t, map[string]int{account + ":A": 10}, push(t, s, account), "the sample's is sent once more")

		readBack(t, s, account, map[string]int{"B": 4, "C": 4})
		require.Equal(t, 1, undecided(t, s))
		_, err = s.Settings.Undo(ctx, account, time.Now().Add(-time.Hour))
		require.NoError(t, err)
		require.Zero(t, undecided(t, s))
		push(t, s, account)
		readBack(t, s, account, map[string]int{"B": 5, "C": 5})
		require.Zero(t, undecided(t, s), "what goes back is not watched")
	})
}
