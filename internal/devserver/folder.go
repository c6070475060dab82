package devserver

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/towpath/towpath/internal/private"
)

// folder is the data folder. It is locked by one process at a time.
type folder struct {
	path string
	lock *os.File
}

// kept returns the files that towpath-dev keeps in its folder, as patterns. The record of what is played is the first
// to be written and the last to be removed: a folder that has it was made by towpath-dev.
func kept() []string {
	return []string{temporalFile + "*", storeFile + "*", marketsDir, accountsFile, catalogueFile, demoFile, platformLog, marketsLog, playedFile}
}

// checkOwn returns an error if a folder that no towpath-dev has made holds files which a run would overwrite or
// --fresh would remove.
func checkOwn(path string) error {
	f := &folder{path: path}
	if _, err := os.Lstat(f.file(playedFile)); err == nil {
		return nil
	}
	for _, p := range kept() {
		names, err := filepath.Glob(f.file(p))
		if err != nil {
			return fmt.Errorf("look into data folder: %w", err)
		}
		if len(names) > 0 {
			return UsageError{fmt.Errorf("data folder %s holds %s, which towpath-dev did not create: name another folder with --data", path, filepath.Base(names[0]))}
		}
	}
	return nil
}

// openFolder creates and locks the folder. The platform and marketplaces of their own use different lock names.
func openFolder(path, lockName string) (*folder, error) {
	if err := checkOwn(path); err != nil {
		return nil, err
	}
	if err := makeFolder(path); err != nil {
		return nil, UsageError{fmt.Errorf("data folder: %w", err)}
	}
	lock, err := os.OpenFile(filepath.Join(path, lockName), os.O_CREATE|os.O_RDWR, private.FileMode)
	if err != nil {
		return nil, UsageError{fmt.Errorf("data folder: %w", err)}
	}
	err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		_ = lock.Close()
		return nil, UsageError{fmt.Errorf("data folder %s is in use by another towpath-dev: stop that one, or name another folder with --data", path)}
	}
	if err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("lock data folder %s: %w", path, err)
	}
	f := &folder{path: path, lock: lock}
	if err := f.restrict(); err != nil {
		f.close()
		return nil, UsageError{err}
	}
	return f, nil
}

// makeFolder creates the folder, which only its owner can enter. One that is there keeps its rights if it holds files
// of somebody else.
func makeFolder(path string) error {
	entries, err := os.ReadDir(path)
	if err == nil && slices.ContainsFunc(entries, func(e os.DirEntry) bool { return !isOurs(e.Name()) }) {
		return nil
	}
	return private.Folder(path)
}

// ours returns the patterns of all files that towpath-dev makes in its folder.
func ours() []string { return append(kept(), keyFile, buyerKeyFile, "*.lock") }

// isOurs reports whether towpath-dev makes a file of this name.
func isOurs(name string) bool {
	return slices.ContainsFunc(ours(), func(pattern string) bool {
		fits, err := filepath.Match(pattern, name)
		return err == nil && fits
	})
}

// restrict takes the rights of others from what an earlier version left in the folder.
func (f *folder) restrict() error {
	for _, p := range ours() {
		names, err := filepath.Glob(f.file(p))
		if err != nil {
			return fmt.Errorf("look into data folder: %w", err)
		}
		for _, n := range names {
			if err := private.Restrict(n); err != nil {
				return fmt.Errorf("data folder: %w", err)
			}
		}
	}
	return nil
}

// existingFolder returns the folder of an earlier run for reading, without a lock.
func existingFolder(path string) (*folder, error) {
	if _, err := os.Stat(filepath.Join(path, storeFile)); err != nil {
		return nil, UsageError{fmt.Errorf("no data of towpath-dev in %s: run it first, or name its folder with --data", path)}
	}
	return &folder{path: path}, nil
}

func (f *folder) file(name string) string { return filepath.Join(f.path, name) }

// clear removes the files that match, and nothing else: the folder may hold other files.
func (f *folder) clear(patterns ...string) error {
	for _, p := range patterns {
		names, err := filepath.Glob(f.file(p))
		if err != nil {
			return fmt.Errorf("clear data folder: %w", err)
		}
		for _, n := range names {
			if err := os.RemoveAll(n); err != nil {
				return fmt.Errorf("clear data folder: %w", err)
			}
		}
	}
	return nil
}

// close releases the folder's lock.
func (f *folder) close() {
	if f.lock != nil {
		_ = f.lock.Close()
	}
}
