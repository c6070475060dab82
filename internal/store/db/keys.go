package db

import (
	"context"
	"database/sql"
	"fmt"
)

// keysSuffix makes the name of SQLite's file of keys from that of the store.
const keysSuffix = ".keys"

// createKeys is the table of keys in a file of its own; PostgreSQL's is made by a migration. A record that was changed leaves its
// earlier key behind, for which backups may have the earlier record: an order's keys are deleted together. order_id 0: of no order.
const createKeys = `CREATE TABLE IF NOT EXISTS buyer_keys (id TEXT NOT NULL PRIMARY KEY, order_id BIGINT NOT NULL, wrapped TEXT NOT NULL,
		created_at BIGINT NOT NULL);
	CREATE INDEX IF NOT EXISTS buyer_keys_by_order ON buyer_keys (order_id)`

// WriteKeys runs fn where the table buyer_keys is. It is kept apart from the rest, because a backup of the store must not hold the keys of
// what has been forgotten since: for SQLite it is a file of its own, written in a transaction that ends before this one, so that a
// record's key is there before the record; for PostgreSQL a table that backups leave out, written in this transaction.
func (t *Tx) WriteKeys(ctx context.Context, fn func(ctx context.Context, t *Tx) error) error {
	if t.db.keys == nil {
		return fn(ctx, t)
	}
	return t.db.WriteKeys(ctx, "write keys", fn)
}

// WriteKeys runs fn in a transaction of its own where the table buyer_keys is.
func (d *DB) WriteKeys(ctx context.Context, what string, fn func(ctx context.Context, t *Tx) error) error {
	if d.keys == nil {
		return d.Write(ctx, what, fn)
	}
	return d.keys.Write(ctx, what, fn)
}

// ReadKeys runs a query where the table buyer_keys is.
func (d *DB) ReadKeys(ctx context.Context, text string, scan func(*sql.Rows) error, args ...any) error {
	if d.keys == nil {
		return d.Read(ctx, text, scan, args...)
	}
	return d.keys.Read(ctx, text, scan, args...)
}

// Shred gives the space of a table's deleted rows back, with what was in them. It takes as long as the table is large; for SQLite, as
// the whole store is.
func (d *DB) Shred(ctx context.Context, table string) error {
	steps := []string{`VACUUM FULL ` + table}
	if d.dialect.goose == sqlite.goose {
		steps = []string{`VACUUM`, `PRAGMA wal_checkpoint(TRUNCATE)`}
	}
	for _, step := range steps {
		if _, err := d.writer.ExecContext(ctx, step); err != nil {
			return fmt.Errorf("give back the space of %s: %w", table, err)
		}
	}
	return nil
}

// createKeysFile makes the table in SQLite's file of keys.
func (d *DB) createKeysFile(ctx context.Context) error {
	if d.keys == nil {
		return nil
	}
	if _, err := d.keys.writer.ExecContext(ctx, createKeys); err != nil {
		return fmt.Errorf("make the file of keys: %w", err)
	}
	return nil
}
