// Package products keeps the merchant's own catalogue: products, variants, prices, categories, kits with their parts, product types per account and
// the channels' definitions of them. Its tables are products, variants, prices, categories, kits, kit_parts, type_settings and definitions. It
// imports the rooms up to levels, because a kit that changes makes levels dirty.
package products

import (
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/db"
)

// Store keeps the catalogue. It is safe for concurrent use.
type Store struct {
	*db.DB
	accounts *accounts.Store
}

// New is the room in an open database.
func New(d *db.DB) *Store { return &Store{DB: d, accounts: accounts.New(d)} }
