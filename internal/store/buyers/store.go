// Package buyers stores what is known of buyers, encrypted: each order's record under a key of its own. Its tables are buyers, and
// buyer_keys with the wrapped keys, which is kept apart from the rest (db.Tx.WriteKeys): a backup of the store without it shows no
// buyer. Records are opened for files that need them, and for nothing else. What persons note about orders is sealed alike, in order_notes.
package buyers

import (
	"context"
	"database/sql"
	"fmt"
	"sync"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/store/db"
)

// Store stores buyers. It is safe for concurrent use.
type Store struct {
	*db.DB
	ring keyring.Ring // empty: no key is set

	mu     sync.Mutex
	sealer *buyer.Sealer // once the key of hashes was read
}

// New returns the room for an open database. Without keys nothing of a buyer can be saved or read: buyer.ErrNoKey.
func New(d *db.DB, ring keyring.Ring) *Store { return &Store{DB: d, ring: ring} }

// Sealer returns what seals and opens records. Call it before a transaction that needs it: the first call reads the key of hashes,
// and makes it where there is none. Errors: buyer.ErrNoKey, buyer.ErrOtherKey, buyer.ErrTampered.
func (s *Store) Sealer(ctx context.Context) (*buyer.Sealer, error) {
	if len(s.ring) == 0 {
		return nil, buyer.ErrNoKey
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sealer != nil {
		return s.sealer, nil
	}
	wrapped, err := s.searchKey(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the key of buyers' hashes: %w", err)
	}
	search, err := buyer.OpenSearchKey(s.ring, wrapped)
	if err != nil {
		return nil, fmt.Errorf("read the key of buyers' hashes: %w", err)
	}
	s.sealer = buyer.NewSealer(s.ring, search)
	return s.sealer, nil
}

// searchKey returns the stored key of hashes. Of several processes that make one at the same time, the first one's is kept.
func (s *Store) searchKey(ctx context.Context) (wrapped string, err error) {
	read := func() error {
		return s.ReadKeys(ctx, `SELECT wrapped FROM buyer_keys WHERE id = $1`, func(rows *sql.Rows) error { return rows.Scan(&wrapped) }, buyer.SearchID)
	}
	if err := read(); err != nil || wrapped != "" {
		return wrapped, err
	}
	err = s.WriteKeys(ctx, "make the key of buyers' hashes", func(ctx context.Context, t *db.Tx) error {
		return insertKeys(ctx, t, []keyRow{{ID: buyer.SearchID, Wrapped: buyer.NewSearchKey(s.ring)}})
	})
	if err != nil {
		return "", err
	}
	return wrapped, read()
}

// keyRow is a row of buyer_keys. The key of hashes belongs to no order: 0.
type keyRow struct {
	ID      string `db:"id"`
	OrderID int64  `db:"order_id"`
	Wrapped string `db:"wrapped"`
}

// insertKeys inserts keys that are not there. t is a transaction of WriteKeys.
func insertKeys(ctx context.Context, t *db.Tx, keys []keyRow) error {
	_, err := t.Exec(ctx, `INSERT INTO buyer_keys ({{columns 1}}, created_at) SELECT {{values 1}}, CAST($2 AS BIGINT) FROM {{rows 1}} WHERE true
		ON CONFLICT (id) DO NOTHING`, db.RowsOf(keys), t.Now)
	return err
}

// deleteKeys deletes all keys that orders ever had; what they sealed can't be read any more, in no backup. t is a transaction of
// WriteKeys.
func deleteKeys(ctx context.Context, t *db.Tx, orders []int64) error {
	_, err := t.Exec(ctx, `DELETE FROM buyer_keys WHERE order_id IN (SELECT r.value FROM {{rows 1}})`, db.IDs(orders))
	return err
}
