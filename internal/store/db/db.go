package db

import (
	"context"
	"database/sql"
	"errors"
	"sync/atomic"
)

// ErrNotFound is in the chain of every error that says that something asked for by its id does not exist.
var ErrNotFound = errors.New("not found")

// ErrIsKit is in the chain of every error that refuses stock to a kit.
var ErrIsKit = errors.New("a kit has no stock of its own: move the stock of its parts")

// DB is the open database. It is safe for concurrent use.
type DB struct {
	dialect    dialect
	writer     *sql.DB // PostgreSQL: the one pool; SQLite: one connection, so that writers queue here
	reader     *sql.DB
	statements atomic.Int64
}

// Close closes the database.
func (d *DB) Close() error {
	if d.reader == d.writer {
		return d.writer.Close()
	}
	return errors.Join(d.reader.Close(), d.writer.Close())
}

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.reader.PingContext(ctx) }

// Statements is the number of statements sent since the store was opened. Tests use it to hold the store
// to its bound: saving a page takes the same number of statements however many lines it has.
func (d *DB) Statements() int64 { return d.statements.Load() }
