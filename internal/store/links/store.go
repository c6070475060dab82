// Package links ties the channels' listings to SKUs: links, listings as they were read from the channels, and the migration of listings that were made
// elsewhere. Its tables are links (levels has columns of its own there), listings and found_listings. It imports the rooms up to ledger.
package links

import "github.com/towpath/towpath/internal/store/db"

// Store keeps links and listings. It is safe for concurrent use.
type Store struct {
	*db.DB
}

// New is the room in an open database.
func New(d *db.DB) *Store { return &Store{DB: d} }
