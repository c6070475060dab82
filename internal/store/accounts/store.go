// Package accounts keeps the accounts: their settings as the accounts file has them, whether they are paused, their rotating grants and the rates of
// their budgets. Its tables are accounts, grants, limits and learned_rates. Settings are saved in room settings, because some change levels. It
// imports db and incidents.
package accounts

import "github.com/towpath/towpath/internal/store/db"

// Store keeps accounts. It is safe for concurrent use.
type Store struct {
	*db.DB
}

// New is the room in an open database.
func New(d *db.DB) *Store { return &Store{DB: d} }
