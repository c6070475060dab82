package main

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/store/storetest"
)

// Case G0, and its kind: an empty text is no wildcard, whatever the command does with it.
func TestAnEmptyArgumentIsRefused(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	for _, line := range [][]string{
		{"order", ""}, {"cancel", "", "--account", "ebay-uk"}, {"process", " ", "--package", "-"}, {"return", "", "--line", "1", "--quantity", "1", "--restock"},
		{"retry", ""}, {"buyers", "show", "\t"}, {"accounts", "pause", ""}, {"runs", "stop", ""}, {"links", "remove", "", "--account", "ebay-uk"}, {"stock", ""},
		{"retry", "--account", ""}, {"cancel", "1", "--account", ""}, {"levels", "release", "--account", ""},
	} {
		code, out, errs := b.run(line...)
		require.Equal(t, exitUsage, code, "%q: %s", line, errs)
		require.Contains(t, errs, "empty", "%q", line)
		require.Empty(t, out, "%q", line)
	}
}

// Case F2: status exited with 0 on a full disk.
func TestStatusSaysThatTheStoreCantBeWritten(t *testing.T) {
	t.Parallel()
	b := newFixture(t)
	require.NoError(t, storetest.Exec(context.Background(), b.store.DB, `DROP TABLE trial_writes`))
	for _, command := range []string{"status", "incidents"} {
		code, out, errs := b.run(command)
		require.Equal(t, exitAttention, code, errs)
		if command == "status" {
			require.Contains(t, out, "the store can't be written")
		}
	}
}
