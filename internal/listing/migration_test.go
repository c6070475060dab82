package listing_test

import (
	"testing"

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
