// Package levels is what is to be listed: which links are dirty, what they offer, what the brake holds of it, what was sent and accepted, and what
// channels list in the end. It owns the columns of links about versions, holds and answers, and the tables pushes and pending_pushes.
// It imports the rooms up to accounts.
package levels

import (
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/db"
)

// Store tells which levels are to be sent, and takes the answers. It is safe for concurrent use.
type Store struct {
	*db.DB
	accounts *accounts.Store
}

// New is the room in an open database.
func New(d *db.DB) *Store { return &Store{DB: d, accounts: accounts.New(d)} }
