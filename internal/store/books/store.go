// Package books reads the books of all rooms as an audit wants them, in one go, and writes nothing. It imports any room for its types.
package books

import "github.com/towpath/towpath/internal/store/db"

// Store reads the books. It is safe for concurrent use.
type Store struct {
	*db.DB
}

// New is the room in an open database.
func New(d *db.DB) *Store { return &Store{DB: d} }
