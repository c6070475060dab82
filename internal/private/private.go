// Package private makes files and folders of data that only their owner can read: stores hold buyers' names and
// addresses, and the umask of most systems lets everybody on the machine read a new file.
package private

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Modes of data: no group and nobody else has access.
const (
	FileMode   fs.FileMode = 0o600
	FolderMode fs.FileMode = 0o700
)

// others are the rights of all but the owner.
const others fs.FileMode = 0o077

// besides are the files that SQLite keeps beside a database. It gives new ones the rights of the database.
var besides = []string{"-wal", "-shm", "-journal"}

// File creates an empty file unless it exists, and takes the rights of others from it. It does not open a file that
// exists: closing it would end all POSIX locks that this process has on it, SQLite's among them
// (https://sqlite.org/howtocorrupt.html, 2.2).
func File(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, FileMode)
	if errors.Is(err, fs.ErrExist) {
		return Restrict(path)
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// Database does as File for a file of SQLite, to which an empty one is a new database, and takes the rights of others
// from the files that SQLite keeps beside it.
func Database(path string) error {
	if err := File(path); err != nil {
		return err
	}
	for _, b := range besides {
		if err := Restrict(path + b); err != nil {
			return err
		}
	}
	return nil
}

// Folder creates a folder and its parents unless they exist, and takes the rights of others from the folder.
func Folder(path string) error {
	if err := os.MkdirAll(path, FolderMode); err != nil {
		return err
	}
	return Restrict(path)
}

// Restrict takes the rights of others from a file or folder. One that does not exist is no error.
func Restrict(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if info.Mode().Perm()&others == 0 {
		return nil
	}
	if err := os.Chmod(path, info.Mode().Perm()&^others); err != nil {
		return fmt.Errorf("keep %s from others on this machine: %w", path, err)
	}
	return nil
}
