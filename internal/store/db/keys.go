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
	CREATE INDEX IF NOT EXISTS buyer_keys_by_order ON buyer_keys (order_id);
	CREATE INDEX IF NOT EXISTS buyer_keys_by_age ON buyer_keys (created_at)`

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

// Shred notes that what was in the rows of a table, which will be empty, is to be removed from the files too: ShredAll does it when the
// transaction is done, or, if the process dies in between, at the next start.
func (t *Tx) Shred(ctx context.Context, table string) error {
	_, err := t.Exec(ctx, `INSERT INTO shreds (name) VALUES ($1) ON CONFLICT (name) DO NOTHING`, table)
	return err
}

// ShredAll removes from the files what Shred has noted. For SQLite it takes as long as the store is large.
func (d *DB) ShredAll(ctx context.Context) error {
	var tables []string
	err := d.Read(ctx, `SELECT name FROM shreds ORDER BY name`, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		tables = append(tables, name)
		return err
	})
	if err != nil {
		return fmt.Errorf("read what is to be removed from the files: %w", err)
	}
	for _, table := range tables {
		gone, err := d.shred(ctx, table)
		if err != nil {
			return fmt.Errorf("give back the space of %s: %w", table, err)
		}
		if !gone {
			continue // another process reads: at the next start
		}
		err = d.Write(ctx, "note that the space was given back", func(ctx context.Context, t *Tx) error {
			_, err := t.Exec(ctx, `DELETE FROM shreds WHERE name = $1`, table)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// shred gives a table that is empty a new file: PostgreSQL's VACUUM would keep deleted rows for as long as any transaction is older than
// their deletion. SQLite's whole file is rewritten, and its log emptied. gone is false while rows are left, or somebody reads the log.
func (d *DB) shred(ctx context.Context, table string) (gone bool, err error) {
	if d.dialect.goose == postgres.goose {
		err := d.Write(ctx, "empty a table", func(ctx context.Context, t *Tx) error {
			if _, err := t.Exec(ctx, `LOCK TABLE `+table+` IN ACCESS EXCLUSIVE MODE`); err != nil {
				return err
			}
			gone = true
			err := t.Query(ctx, `SELECT 1 FROM `+table+` LIMIT 1`, func(*sql.Rows) error { gone = false; return nil })
			if err == nil && gone {
				_, err = t.Exec(ctx, `TRUNCATE `+table)
			}
			return err
		})
		return gone && err == nil, err
	}
	if _, err := d.writer.ExecContext(ctx, `VACUUM`); err != nil {
		return false, err
	}
	var busy, pages, written int
	err = d.writer.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &written)
	return busy == 0, err
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
