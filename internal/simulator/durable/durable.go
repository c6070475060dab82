// Package durable opens the simulator's SQLite files so that committed data survives a kill and a power cut:
// write-ahead log, an fsync per commit, one writer and several readers.
package durable

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the database/sql driver "sqlite"

	"github.com/towpath/towpath/internal/private"
)

// readers is the number of concurrent reads of one file.
const readers = 4

// settings are common to writers and readers; busy_timeout is in milliseconds.
const settings = "_pragma=busy_timeout(15000)&_pragma=synchronous(FULL)&_pragma=temp_store(MEMORY)"

// Open opens the file and creates it and its folder where needed. It applies the schema (which must be repeatable)
// and the steps that the file has not had. It returns a handle for writing, on a single connection with immediate
// transactions, and one for reading.
func Open(ctx context.Context, file, schema string, steps ...string) (write, read *sql.DB, err error) {
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), private.FolderMode), private.Database(file)); err != nil {
		return nil, nil, fmt.Errorf("make %s: %w", file, err)
	}
	write, err = sql.Open("sqlite", address(file, "_txlock=immediate&_pragma=journal_mode(WAL)&"+settings))
	if err != nil {
		return nil, nil, fmt.Errorf("open %s: %w", file, err)
	}
	write.SetMaxOpenConns(1)
	if _, err := write.ExecContext(ctx, schema); err != nil {
		_ = write.Close()
		return nil, nil, fmt.Errorf("open %s (is it a simulator's file, and is there space?): %w", file, err)
	}
	if err := upgrade(ctx, write, steps); err != nil {
		_ = write.Close()
		return nil, nil, fmt.Errorf("open %s: %w", file, err)
	}
	read, err = OpenReadOnly(ctx, file)
	if err != nil {
		_ = write.Close()
		return nil, nil, err
	}
	return write, read, nil
}

// OpenReadOnly opens an existing file, also while another process writes to it or after that process was killed.
// SQLite may have to recover the log then, so the file itself is opened for writing, and statements that would change
// it are refused.
func OpenReadOnly(ctx context.Context, file string) (*sql.DB, error) {
	if _, err := os.Stat(file); err != nil {
		return nil, fmt.Errorf("open %s for reading: %w", file, err)
	}
	db, err := sql.Open("sqlite", address(file, "mode=rw&_pragma=query_only(1)&"+settings))
	if err != nil {
		return nil, fmt.Errorf("open %s for reading: %w", file, err)
	}
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("open %s for reading: %w", file, err)
	}
	return db, nil
}

// address returns SQLite's URI for a file, with special characters escaped.
func address(file, query string) string {
	path := (&url.URL{Path: filepath.ToSlash(file)}).EscapedPath()
	return "file:" + path + "?" + query
}
