// Package runs is the record of what was done: runs with their items, the calls to channels, and faults with the channels' raw words. Its tables are
// runs, run_items, calls and faults. It imports db alone, so that every other room can note what it did in its own transaction.
package runs

import "github.com/towpath/towpath/internal/store/db"

// Store records runs, items, calls and faults. It is safe for concurrent use.
type Store struct {
	*db.DB
}

// New is the room in an open database.
func New(d *db.DB) *Store { return &Store{DB: d} }
