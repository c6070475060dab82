package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/towpath/towpath/internal/private"
)

// writeArchive writes a file at once: either all of it is there, or nothing has changed. A file that exists is only replaced with force.
func writeArchive(path string, content []byte, force bool) error {
	if _, err := os.Lstat(path); err == nil && !force {
		return usagef("--out %s: the file exists: name another one, or add --force", path)
	}
	part, err := os.CreateTemp(filepath.Dir(path), ".support-*")
	if err != nil {
		return usagef("--out %s: %v", path, err)
	}
	defer func() { _ = os.Remove(part.Name()) }() // of a file that was not finished
	_, err = part.Write(content)
	if err = errors.Join(err, part.Chmod(private.FileMode), part.Sync(), part.Close()); err != nil {
		return fmt.Errorf("write the support file %s: %w", path, err)
	}
	if force {
		err = os.Rename(part.Name(), path)
	} else {
		err = os.Link(part.Name(), path) // fails if the file has come meanwhile
	}
	if err != nil {
		return fmt.Errorf("write the support file: %w", err)
	}
	return nil
}
