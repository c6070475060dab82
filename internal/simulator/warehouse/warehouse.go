// Package warehouse has the merchant's records of stock: what physically arrived, came back or was counted, in an
// append-only SQLite file. It is the true physical stock with which the audit compares the store. Towpath reads the
// entries in order and books each once.
package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/simulator/durable"
)

const schema = `
CREATE TABLE IF NOT EXISTS entries (
    id       INTEGER PRIMARY KEY,
    key      TEXT    NOT NULL UNIQUE,
    at       INTEGER NOT NULL, -- UTC microseconds
    kind     TEXT    NOT NULL,
    sku      TEXT    NOT NULL,
    location TEXT    NOT NULL,
    quantity INTEGER NOT NULL,
    account  TEXT    NOT NULL,
    order_id TEXT    NOT NULL,
    line_id  TEXT    NOT NULL,
    restock  INTEGER NOT NULL
);
-- Where the box's readers and writers stand, so that they go on there after a restart.
CREATE TABLE IF NOT EXISTS marks (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;`

// Kind names an entry.
type Kind string

// The kinds of entries.
const (
	Opening  Kind = "opening"  // Quantity units of SKU are at Location when the books open
	Receipt  Kind = "receipt"  // Quantity units of SKU arrived at Location
	Return   Kind = "return"   // Quantity units of an order's line came back; on the shelf only with Restock
	Adjust   Kind = "adjust"   // a count at Location differs by Quantity, which may be negative
	BookDone Kind = "bookdone" // the order book has been played to its end: no entry follows from it

	// CancelRequest moves no stock: a buyer cancelled Quantity units of an order's line, and the channel does not
	// report it to the seller, so the merchant's support must book it.
	CancelRequest Kind = "cancel-request"
)

// Entry is one row. SKU is the merchant's own code, not a channel's.
type Entry struct {
	ID       int64     // 1, 2, ... in the order of appending; given by Append
	Key      string    // unique: a second entry with the same key is dropped
	At       time.Time // zero = now
	Kind     Kind
	SKU      string
	Location string
	Quantity int
	Account  string // return, cancel-request: the seller account of the order
	OrderID  string // return, cancel-request: the channel's order id
	LineID   string // return, cancel-request: the channel's line id
	Restock  bool   // return: the units can be sold again
}

// Warehouse is an open file. It is safe for concurrent use, and several processes may append.
type Warehouse struct{ write, read *sql.DB }

// Open opens or creates the file.
func Open(ctx context.Context, file string) (*Warehouse, error) {
	write, read, err := durable.Open(ctx, file, schema)
	if err != nil {
		return nil, fmt.Errorf("open warehouse: %w", err)
	}
	return &Warehouse{write: write, read: read}, nil
}

// OpenReadOnly opens a file that exists; Append fails on it.
func OpenReadOnly(ctx context.Context, file string) (*Warehouse, error) {
	read, err := durable.OpenReadOnly(ctx, file)
	if err != nil {
		return nil, fmt.Errorf("open warehouse: %w", err)
	}
	return &Warehouse{read: read}, nil
}

// Close closes the file.
func (w *Warehouse) Close() error {
	err := w.read.Close()
	if w.write != nil {
		err = errors.Join(err, w.write.Close())
	}
	return err
}

// perStatement is the number of entries per statement.
const perStatement = 200

// Append writes entries, all or none, and returns when they are on disk. Entries with a known key are dropped.
func (w *Warehouse) Append(ctx context.Context, entries []Entry) error {
	if w.write == nil {
		return errors.New("append to the warehouse: it is open for reading only")
	}
	for i, e := range entries {
		if err := e.check(); err != nil {
			return fmt.Errorf("append to the warehouse: entry %d of %d: %w", i+1, len(entries), err)
		}
	}
	tx, err := w.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("append to the warehouse: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	for len(entries) > 0 {
		n := min(len(entries), perStatement)
		if err := insert(ctx, tx, entries[:n]); err != nil {
			return fmt.Errorf("append to the warehouse: %w", err)
		}
		entries = entries[n:]
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("append to the warehouse: %w", err)
	}
	return nil
}

func insert(ctx context.Context, tx *sql.Tx, entries []Entry) error {
	args := make([]any, 0, len(entries)*10)
	for _, e := range entries {
		if e.At.IsZero() {
			e.At = time.Now()
		}
		args = append(args, e.Key, e.At.UnixMicro(), string(e.Kind), e.SKU, e.Location, e.Quantity, e.Account, e.OrderID, e.LineID, e.Restock)
	}
	values := strings.Repeat("(?,?,?,?,?,?,?,?,?,?),", len(entries))
	_, err := tx.ExecContext(ctx, `INSERT INTO entries (key, at, kind, sku, location, quantity, account, order_id, line_id, restock)
		VALUES `+strings.TrimSuffix(values, ",")+` ON CONFLICT (key) DO NOTHING`, args...)
	return err
}

func (e Entry) check() error {
	if e.Key == "" {
		return errors.New("it has no key")
	}
	switch e.Kind {
	case Opening, Receipt, Adjust:
		if e.SKU == "" || e.Location == "" || (e.Kind != Adjust && e.Quantity < 0) {
			return fmt.Errorf("%s %s: give a SKU, a location and, unless it adjusts, no negative quantity", e.Kind, e.Key)
		}
	case Return, CancelRequest:
		if e.SKU == "" || e.Account == "" || e.OrderID == "" || e.LineID == "" || e.Quantity <= 0 {
			return fmt.Errorf("%s %s: give SKU, account, order, line and a quantity above 0", e.Kind, e.Key)
		}
	case BookDone:
	default:
		return fmt.Errorf("%s has the unknown kind %q", e.Key, e.Kind)
	}
	return nil
}

// After returns the entries after an id (0 = from the beginning), in order, at most limit.
func (w *Warehouse) After(ctx context.Context, id int64, limit int) ([]Entry, error) {
	rows, err := w.read.QueryContext(ctx, `SELECT id, key, at, kind, sku, location, quantity, account, order_id, line_id, restock
		FROM entries WHERE id > ? ORDER BY id LIMIT ?`, id, limit)
	if err != nil {
		return nil, fmt.Errorf("read the warehouse: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var entries []Entry
	for rows.Next() {
		var e Entry
		var at int64
		if err := rows.Scan(&e.ID, &e.Key, &at, &e.Kind, &e.SKU, &e.Location, &e.Quantity, &e.Account, &e.OrderID, &e.LineID, &e.Restock); err != nil {
			return nil, fmt.Errorf("read the warehouse: %w", err)
		}
		e.At = time.UnixMicro(at).UTC()
		entries = append(entries, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read the warehouse: %w", err)
	}
	return entries, nil
}
