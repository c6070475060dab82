package listing_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/listing"
)

func TestHowAMigrationEnds(t *testing.T) {
	t.Parallel()
	require.Equal(t, listing.MigratedNow, listing.Migration{Tries: 2}.End())
	require.Equal(t, listing.MigratedBefore, listing.Migration{Before: true}.End())
	require.Equal(t, listing.MigrationAgain, listing.Migration{Failed: true, Tries: 1}.End())
	require.Equal(t, listing.MigrationOff, listing.Migration{Failed: true, Tries: 2}.End(), "the third time")
	require.Equal(t, listing.MigrationOff, listing.Migration{Failed: true, Permanent: true}.End())
	require.Equal(t, []string{"B"}, listing.LeftOut([]string{"A", "B"}, []string{"A"}))
	require.Empty(t, listing.LeftOut([]string{"A", "B"}, nil), "it names no offers")
}

func TestHowFarAMigrationIs(t *testing.T) {
	t.Parallel()
	asked, early, late := noon.Add(-time.Hour), noon.Add(-time.Minute), noon
	for name, tc := range map[string]struct {
		before listing.Progress
		answer listing.Migration
		after  listing.Progress
		end    listing.Migrated
		reason string
	}{
		"migrated": {listing.Progress{AskedAt: asked}, listing.Migration{}, listing.Progress{Tries: 1, MigratedAt: late}, listing.MigratedNow, ""},
		"the answer comes twice": {listing.Progress{Tries: 1, MigratedAt: early}, listing.Migration{},
			listing.Progress{Tries: 2, MigratedAt: early}, listing.MigratedNow, ""},
		"it was before": {listing.Progress{AskedAt: asked}, listing.Migration{Before: true},
			listing.Progress{Tries: 1, MigratedAt: late}, listing.MigratedBefore, "it was migrated before"},
		"it is read back anew": {listing.Progress{AskedAt: asked, MigratedAt: early, ReadAt: early}, listing.Migration{Before: true},
			listing.Progress{Tries: 1, MigratedAt: early}, listing.MigratedBefore, "it was migrated before"},
		"refused": {listing.Progress{AskedAt: asked}, listing.Migration{Failed: true, Permanent: true},
			listing.Progress{Tries: 1}, listing.MigrationOff, "the channel did not migrate it"},
		"failed": {listing.Progress{AskedAt: asked, Tries: 1}, listing.Migration{Failed: true},
			listing.Progress{AskedAt: asked, Tries: 2}, listing.MigrationAgain, "the channel failed: it is tried again"},
		"failed for the third time": {listing.Progress{AskedAt: asked, Tries: 2}, listing.Migration{Failed: true},
			listing.Progress{Tries: 3}, listing.MigrationOff, "the channel did not migrate it"},
		"a failure does not undo it": {listing.Progress{AskedAt: asked, MigratedAt: early, ReadAt: early}, listing.Migration{Failed: true, Permanent: true},
			listing.Progress{Tries: 1, MigratedAt: early, ReadAt: early}, listing.MigrationOff, "the channel did not migrate it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := tc.before
			end := p.Take(tc.answer, late)
			require.Equal(t, tc.end, end)
			require.Equal(t, tc.reason, end.Reason())
			require.Equal(t, tc.after, p)
		})
	}
}
