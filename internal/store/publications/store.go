// Package publications keeps what is published to channels: publications, the items in them with their steps and issues, and what was sent, accepted and
// shown of each listing. Its tables are publications, publication_plans, publication_submissions and published; items lie in run_items. It
// imports the rooms up to links.
package publications

import (
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/products"
)

// Store keeps publications. It is safe for concurrent use.
type Store struct {
	*db.DB
	accounts *accounts.Store
	products *products.Store
}

// New is the room in an open database.
func New(d *db.DB) *Store { return &Store{DB: d, accounts: accounts.New(d), products: products.New(d)} }
