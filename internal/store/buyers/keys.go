package buyers

import (
	"context"
	"database/sql"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/store/db"
)

// RecordKey is the key of a record that another room keeps, with the number under which it can be deleted: negative, where it is no row
// of an order.
type RecordKey struct {
	Key   buyer.Key
	Owner int64
}

// SaveKeys saves keys, before the transaction that saves their records ends.
func SaveKeys(ctx context.Context, t *db.Tx, keys []RecordKey) error {
	rows := make([]keyRow, len(keys))
	for i, k := range keys {
		rows[i] = keyRow{k.Key.ID, k.Owner, k.Key.Wrapped}
	}
	return t.WriteKeys(ctx, func(ctx context.Context, t *db.Tx) error { return insertKeys(ctx, t, rows) })
}

// DeleteKeys deletes all keys that owners ever had: what they sealed can't be read any more, in no backup.
func DeleteKeys(ctx context.Context, t *db.Tx, owners []int64) error {
	return t.WriteKeys(ctx, func(ctx context.Context, t *db.Tx) error { return deleteKeys(ctx, t, owners) })
}

// Wrapped returns the wrapped keys of these ids; those that do not exist any more are left out.
func (s *Store) Wrapped(ctx context.Context, ids []string) (map[string]string, error) {
	wrapped := make(map[string]string, len(ids))
	err := s.ReadKeys(ctx, `SELECT k.id, k.wrapped FROM {{rows 1}} CROSS JOIN buyer_keys k WHERE k.id = r.value`, func(rows *sql.Rows) error {
		var id, text string
		err := rows.Scan(&id, &text)
		wrapped[id] = text
		return err
	}, db.Texts(ids))
	return wrapped, err
}
