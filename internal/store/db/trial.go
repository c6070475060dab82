package db

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	sqlitedriver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/towpath/towpath/internal/private"
)

// trialSize is how many bytes a trial write needs: a full disk often has a few free bytes, and SQLite's log has room for small
// transactions that it has used before.
const trialSize = 1 << 20

// TrialWrite writes something of no meaning, and returns why it can't be written: the disk is full, or the database takes only
// readers (case F2: reading worked on a full disk, and all seemed well). That another transaction takes long is no reason; then it
// returns nil.
func (d *DB) TrialWrite(ctx context.Context) error {
	err := d.Write(ctx, "write a trial", func(ctx context.Context, t *Tx) error {
		_, err := t.Exec(ctx, `INSERT INTO trial_writes (id, at, filling) VALUES (1, $1, $2) ON CONFLICT (id) DO UPDATE SET at = excluded.at, filling = excluded.filling`,
			t.Now, strings.Repeat("towpath ", 64))
		return err
	})
	if err == nil {
		err = d.trialFile()
	}
	if err != nil && (lostRace(err) || errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil) {
		return nil
	}
	return err
}

// noRoom reports whether SQLite can't work with its files, as on a full disk, where it can't even make its shared memory.
func noRoom(err error) bool {
	var lite *sqlitedriver.Error
	if !errors.As(err, &lite) {
		return false
	}
	code := lite.Code() & 0xff
	return code == sqlite3.SQLITE_IOERR || code == sqlite3.SQLITE_FULL
}

// trialSuffix is added to the name of SQLite's file for the file that a trial write makes beside it for a moment.
const trialSuffix = "-trial"

// trialFile writes a file beside SQLite's, and removes it.
func (d *DB) trialFile() (err error) {
	if d.path == "" {
		return nil
	}
	name := d.path + trialSuffix
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, private.FileMode)
	if err != nil {
		return fmt.Errorf("write a trial: %w", err)
	}
	defer func() {
		gone := os.Remove(name)
		if errors.Is(gone, fs.ErrNotExist) { // by another process's trial
			gone = nil
		}
		err = errors.Join(err, f.Close(), gone)
	}()
	if _, err := f.Write(make([]byte, trialSize)); err != nil {
		return fmt.Errorf("write a trial: %w", err)
	}
	return f.Sync()
}
