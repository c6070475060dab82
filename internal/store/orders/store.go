// Package orders keeps orders: it saves pages of them as channels send them, changes one at a time under lock, and lists them. Its tables are orders,
// order_buyers, cancellations and goods_returns with their lines. It moves an account's watermark with the last page of a scan, and takes cancelled
// units out of packages that are not sent. It imports the rooms up to ledger.
package orders

import "github.com/towpath/towpath/internal/store/db"

// Store keeps orders. It is safe for concurrent use.
type Store struct {
	*db.DB
}

// New is the room in an open database.
func New(d *db.DB) *Store { return &Store{DB: d} }
