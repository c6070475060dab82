// Package packages keeps packages from being named to being confirmed by the channel, and the files of orders to be packed. Its tables are packages,
// package_lines and order_exports with exported_orders and exported_lines. It imports the rooms up to orders.
package packages

import "github.com/towpath/towpath/internal/store/db"

// Store keeps packages and exports. It is safe for concurrent use.
type Store struct {
	*db.DB
}

// New is the room in an open database.
func New(d *db.DB) *Store { return &Store{DB: d} }
