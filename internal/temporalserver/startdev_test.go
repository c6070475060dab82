package temporalserver

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
)

// A server for comparisons works, and has nothing of what ours is tuned with.
func TestAServerLikeStartDevIsNotTuned(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "100% of #1?.db")
	s := start(t, Options{File: file, UIPort: NoUI, CountActions: true, StartDev: true})
	c := dial(t, s)
	w := work(t, c)
	t.Cleanup(w.Stop)
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "greeting/1", TaskQueue: queue}, greeting, "world")
	require.NoError(t, err)
	require.NoError(t, run.Get(t.Context(), nil))
	require.Equal(t, int64(2), s.Counts().Actions)

	require.NoFileExists(t, visibilityFile(file), "searches are in the one file, too")
	require.NoFileExists(t, file+"-wal", "SQLite's own journal is used")
	db := admin(t, startDevPersistence(file).DataStores[mainStore].SQL)
	for _, index := range []string{"by_task_queue", "by_keyword_10", "default_idx"} {
		require.ErrorContains(t, db.Exec("CREATE INDEX "+index+" ON executions_visibility (status)"), "already exists")
	}
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}
