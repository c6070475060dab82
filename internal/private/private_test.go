package private_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/private"
)

func mode(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	return info.Mode().Perm()
}

// A new database and one that an earlier version made readable for everyone are their owner's alone, with their logs.
func TestADatabaseIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "towpath.db")
	require.NoError(t, private.Database(file))
	require.Equal(t, private.FileMode, mode(t, file))

	require.NoError(t, os.WriteFile(file, []byte("orders"), 0o644))
	require.NoError(t, os.Chmod(file, 0o644))
	require.NoError(t, os.WriteFile(file+"-wal", nil, 0o644))
	require.NoError(t, private.Database(file))
	require.Equal(t, private.FileMode, mode(t, file))
	require.Equal(t, private.FileMode, mode(t, file+"-wal"))
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "orders", string(text))
}

func TestAFolderIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "a", "b")
	require.NoError(t, private.Folder(folder))
	require.Equal(t, private.FolderMode, mode(t, folder))
	require.NoError(t, os.Chmod(folder, 0o755))
	require.NoError(t, private.Folder(folder))
	require.Equal(t, private.FolderMode, mode(t, folder))
}

// What the owner may not do is not added.
func TestRightsAreOnlyTaken(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "f")
	require.NoError(t, private.Restrict(file), "there is nothing to protect")
	require.NoError(t, os.WriteFile(file, nil, 0o444))
	require.NoError(t, os.Chmod(file, 0o444))
	require.NoError(t, private.Restrict(file))
	require.Equal(t, fs.FileMode(0o400), mode(t, file))
}
