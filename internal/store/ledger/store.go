// Package ledger keeps the stock's books: levels per SKU and location, movements, and the units of order lines, which hold stock. What changes stock
// goes through one Ledger per transaction: it is opened for some SKUs, changed in memory and flushed with one statement per table. Its
// tables are stock_levels, movements, order_lines, order_line_parts and stock_imports. It imports the rooms up to products.
package ledger

import (
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/db"
)

// Store keeps the stock's books. It is safe for concurrent use.
type Store struct {
	*db.DB
	accounts *accounts.Store
}

// New is the room in an open database.
func New(d *db.DB) *Store { return &Store{DB: d, accounts: accounts.New(d)} }
