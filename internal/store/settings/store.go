// Package settings saves what is set for an account where that changes levels: its buffer, cap and locations, and that it goes live or observes.
// It writes accounts and account_locations, makes links dirty, and judges the unpaid orders of an account anew. It imports the rooms up to levels.
package settings

import (
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/db"
)

// Store saves the settings of accounts that change levels. It is safe for concurrent use.
type Store struct {
	*db.DB
	accounts *accounts.Store
}

// New is the room in an open database.
func New(d *db.DB) *Store { return &Store{DB: d, accounts: accounts.New(d)} }
