package store_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/private"
	"github.com/towpath/towpath/internal/store"
)

// A store in a file holds buyers' addresses: nobody else on the machine can read it, nor what an earlier version left
// readable, nor the files that SQLite keeps beside it.
func TestAStoreInAFileIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "store.db")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	require.NoError(t, os.Chmod(file, 0o644))
	s, err := store.Open(ctx, "sqlite:"+file, keyring.ForSimulations())
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() })
	require.NoError(t, s.Migrate(ctx))

	files := 0
	require.NoError(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		require.NoError(t, err)
		require.Equal(t, private.FileMode, info.Mode().Perm(), path)
		files++
		return nil
	}))
	require.Equal(t, 6, files, "the store and the keys, each with its log and the log's index")
}
