package durable

import (
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/towpath/towpath/internal/private"
)

// OpenLock opens a file that is only used as a lock. A statement waits half a second for a lock held by somebody
// else, and then fails with an error that Busy recognises.
func OpenLock(file string) (*sql.DB, error) {
	if err := private.File(file); err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	db, err := sql.Open("sqlite", address(file, "_pragma=busy_timeout(500)"))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, err)
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// Busy reports whether an error means that somebody else holds the lock.
func Busy(err error) bool {
	var failed *sqlite.Error
	return errors.As(err, &failed) && failed.Code()&0xff == sqlite3.SQLITE_BUSY
}
