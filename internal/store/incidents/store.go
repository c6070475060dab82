// Package incidents is what needs a person: incidents, which are opened and closed by the changes that cause them, and workflows that are parked.
// Its tables are incidents and parked; a parked package is marked in packages, too. It imports db and runs.
package incidents

import "github.com/towpath/towpath/internal/store/db"

// Store keeps what needs a person. It is safe for concurrent use.
type Store struct {
	*db.DB
}

// New is the room in an open database.
func New(d *db.DB) *Store { return &Store{DB: d} }
