package main

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestListingsAreStruckOffAndPutBack(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.observed(3)
	code, out, errs := b.run("links", "strike", "MUG-01", "--account", "amazon-uk", "--reason", "not sold there any more")
	require.Zero(t, code, errs)
	require.Contains(t, out, "amazon-uk: 1 listing is struck off")
	code, out, _ = b.run("links", "strike", "MUG-01", "MUG-02", "--account", "amazon-uk", "--reason", "again")
	require.Zero(t, code)
	require.Contains(t, out, "Struck off before: MUG-01.")
	code, out, _ = b.run("links", "struck", "--account", "amazon-uk")
	require.Zero(t, code)
	require.Contains(t, out, "not sold there any more")
	for _, line := range strings.Split(out, "\n") {
		require.LessOrEqual(t, len([]rune(line)), 100, line)
	}
	code, out, _ = b.run("links", "put-back", "MUG-01", "MUG-00", "--account", "amazon-uk")
	require.Zero(t, code)
	require.Contains(t, out, "1 listing is put back")
	require.Contains(t, out, "Were not struck off: MUG-00.")
	list, err := b.store.Levels.StruckListings(context.Background(), "amazon-uk", "", 9)
	require.NoError(t, err)
	require.Len(t, list, 1)
}

func TestNothingIsStruckOffWithoutListingOrReason(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	b.observed(3)
	code, _, errs := b.run("links", "strike", "MUG-01", "MUG-77", "--account", "amazon-uk", "--reason", "gone")
	require.Equal(t, 2, code)
	require.Contains(t, errs, `no listing "MUG-77"`)
	code, _, errs = b.run("links", "strike", "MUG-01", "--account", "amazon-uk")
	require.Equal(t, 2, code)
	require.Contains(t, errs, "--reason")
	code, _, _ = b.run("links", "strike", "MUG-01", "--reason", "gone")
	require.Equal(t, 2, code)
	list, err := b.store.Levels.StruckListings(context.Background(), "", "", 9)
	require.NoError(t, err)
	require.Empty(t, list, "nothing half done")
}
