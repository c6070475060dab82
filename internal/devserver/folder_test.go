package devserver

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/storetest"

	"github.com/towpath/towpath/internal/private"
)

func TestAFolderThatAnotherProcessHoldsIsLeftAlone(t *testing.T) {
	t.Parallel()
	for lock, run := range map[string]func(*Options) error{
		"platform.lock":     func(o *Options) error { return refused(t, o) },
		"marketplaces.lock": func(o *Options) error { return RunMarketplaces(t.Context(), o, io.Discard) },
	} {
		o := testOptions(t)
		o.Fresh = true
		untouched := earlier(t, o)
		f, err := openFolder(o.Data, lock)
		require.NoError(t, err)
		requireUsage(t, run(o), o.Data, "in use by another towpath-dev", "--data")
		untouched()
		f.close()
	}
}

// The marketplaces start anew only if no platform would continue with their old orders.
func TestMarketplacesForgetNothingUnderARunningPlatform(t *testing.T) {
	t.Parallel()
	o := testOptions(t)
	o.Fresh = true
	untouched := earlier(t, o)
	f, err := openFolder(o.Data, "platform.lock")
	require.NoError(t, err)
	defer f.close()
	requireUsage(t, RunMarketplaces(t.Context(), o, io.Discard), "in use by another towpath-dev")
	untouched()
}

func TestAFolderThatCannotBeUsedIsAUsageError(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(o *Options) (word string){
		"a file": func(o *Options) string {
			write(t, o.Data, "not a folder")
			return "not a directory"
		},
		"no place for the lock": func(o *Options) string {
			require.NoError(t, os.MkdirAll(filepath.Join(o.Data, "platform.lock"), 0o755))
			return "platform.lock"
		},
		"unreadable": func(o *Options) string {
			require.NoError(t, os.Mkdir(o.Data, 0o000))
			if os.Geteuid() == 0 { // root can read it anyway
				require.NoError(t, os.Mkdir(filepath.Join(o.Data, "platform.lock"), 0o700))
				return "data folder"
			}
			return "permission denied"
		},
	} {
		o := testOptions(t)
		word := spoil(o)
		requireUsage(t, refused(t, o), "data folder", word)
		require.NoFileExists(t, filepath.Join(o.Data, playedFile), name)
	}
}

// A merchant's own files are neither overwritten nor, with --fresh, removed.
func TestAFolderOfSomebodyElsesIsNotTouched(t *testing.T) {
	t.Parallel()
	for _, name := range []string{accountsFile, demoFile, catalogueFile, storeFile, temporalFile, marketsDir} {
		for _, fresh := range []bool{false, true} {
			o := testOptions(t)
			o.Fresh = fresh
			require.NoError(t, os.Mkdir(o.Data, 0o755))
			write(t, filepath.Join(o.Data, name), "mine")
			requireUsage(t, refused(t, o), o.Data, name, "--data")
			requireUsage(t, RunMarketplaces(t.Context(), o, io.Discard), o.Data, name)
			left, err := os.ReadDir(o.Data)
			require.NoError(t, err)
			require.Len(t, left, 1, "nothing was added, not even a lock")
			text, err := os.ReadFile(filepath.Join(o.Data, name))
			require.NoError(t, err)
			require.Equal(t, "mine", string(text))
		}
	}
}

func TestFreshRemovesOurFilesAlone(t *testing.T) {
	t.Parallel()
	o := testOptions(t)
	earlier(t, o)
	write(t, filepath.Join(o.Data, "notes.log"), "mine")
	write(t, filepath.Join(o.Data, platformLog), "ours")
	o.Fresh = true
	d := newDev(o, io.Discard)
	require.NoError(t, d.prepare(t.Context()))
	d.close()
	for _, name := range []string{storeFile, temporalFile, accountsFile, demoFile} {
		require.NoFileExists(t, filepath.Join(o.Data, name))
	}
	require.FileExists(t, filepath.Join(o.Data, "notes.log"))
	require.FileExists(t, filepath.Join(o.Data, playedFile), "what is played now")
}

func TestAFolderGoesOnWithWhatItWasBegunWith(t *testing.T) {
	t.Parallel()
	o := testOptions(t)
	untouched := earlier(t, o)
	o.Stock = "tight"
	requireUsage(t, refused(t, o), "another book", "--fresh", "--data")
	untouched()
	write(t, filepath.Join(o.Data, playedFile), "{")
	require.ErrorContains(t, refused(t, o), "start again with --fresh")
	untouched()
}

// Only the owner can enter a new folder and the one of an earlier version, and read what it holds. A folder in which
// somebody else keeps files keeps its rights.
func TestTheFolderIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	rights := func(path string) os.FileMode {
		info, err := os.Stat(path)
		require.NoError(t, err)
		return info.Mode().Perm()
	}
	o := testOptions(t)
	f, err := openFolder(o.Data, "platform.lock")
	require.NoError(t, err)
	f.close()
	require.Equal(t, private.FolderMode, rights(o.Data))

	earlier(t, o)
	ours := []string{storeFile, temporalFile, accountsFile, playedFile, platformLog, "platform.lock"}
	write(t, f.file(platformLog), "")
	for _, name := range ours {
		require.NoError(t, os.Chmod(f.file(name), 0o644))
	}
	require.NoError(t, os.Chmod(o.Data, 0o755))
	f, err = openFolder(o.Data, "platform.lock")
	require.NoError(t, err)
	f.close()
	require.Equal(t, private.FolderMode, rights(o.Data))
	for _, name := range ours {
		require.Equal(t, private.FileMode, rights(f.file(name)), name)
	}

	write(t, f.file("notes.txt"), "mine")
	for _, path := range []string{o.Data, f.file("notes.txt")} {
		require.NoError(t, os.Chmod(path, 0o755))
	}
	f, err = openFolder(o.Data, "platform.lock")
	require.NoError(t, err)
	f.close()
	require.Equal(t, os.FileMode(0o755), rights(o.Data))
	require.Equal(t, os.FileMode(0o755), rights(f.file("notes.txt")))
	require.Equal(t, private.FileMode, rights(f.file(storeFile)))
}

// Marketplaces of their own have locked the folder before anybody can see that they run.
func TestFreshForgetsNothingWhileMarketplacesStart(t *testing.T) {
	t.Parallel()
	o := testOptions(t)
	o.Fresh = true
	untouched := earlier(t, o)
	f, err := openFolder(o.Data, "marketplaces.lock")
	require.NoError(t, err)
	defer f.close()
	requireUsage(t, refused(t, o), "in use by another towpath-dev")
	untouched()
}

func TestAStoreOfANewerProgramIsAUsageErrorUnlessItIsForgotten(t *testing.T) {
	t.Parallel()
	o := testOptions(t)
	require.NoError(t, os.MkdirAll(o.Data, 0o700))
	require.NoError(t, o.remember())
	url := "sqlite:" + filepath.Join(o.Data, storeFile)
	require.NoError(t, migrate(t.Context(), config.Settings{DatabaseURL: url}))
	s, err := store.Open(t.Context(), url, nil)
	require.NoError(t, err)
	require.NoError(t, storetest.Exec(t.Context(), s.DB, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`))
	require.NoError(t, s.Close())
	requireUsage(t, refused(t, o), o.Data, "version 9999", "start the newer one", "--fresh", "--data")
	o.Fresh = true
	d := newDev(o, io.Discard)
	require.NoError(t, d.prepare(t.Context()))
	d.close()
}
