package aside

import (
	"context"
	"database/sql"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/db"
)

// Shown is an order of a page that can be read.
type Shown struct {
	OrderID string `db:"channel_order_id"`
	Version int64  `db:"channel_version"`
}

// Saved removes the orders that a page brings in a readable form, of the same version or a later one. It returns the ids of those whose
// buyers were forgotten while they were set aside: they are to be saved without them. Call it in the page's transaction.
func Saved(ctx context.Context, t *db.Tx, account string, orders []Shown) (forgotten map[string]bool, err error) {
	var ids []int64
	forgotten = map[string]bool{}
	err = t.Query(ctx, `SELECT o.id, o.subject, o.forgotten_at > 0, o.channel_version <= r.channel_version FROM {{rows 1}} CROSS JOIN aside_orders o
		WHERE o.account = CAST($2 AS TEXT) AND o.subject = r.channel_order_id ORDER BY o.id {{lock o}}`,
		func(rows *sql.Rows) error {
			var id int64
			var orderID string
			var gone, covered bool
			if err := rows.Scan(&id, &orderID, &gone, &covered); err != nil {
				return err
			}
			if gone {
				forgotten[orderID] = true
			}
			if covered {
				ids = append(ids, id)
			}
			return nil
		}, db.RowsOf(orders), account)
	if err != nil || len(ids) == 0 {
		return forgotten, err
	}
	if err := remove(ctx, t, ids); err != nil {
		return nil, err
	}
	updateIncident(t, account)
	return forgotten, nil
}

// remove removes entries and, first, their keys: after a crash between the two the records can't be read, and the next call removes
// them.
func remove(ctx context.Context, t *db.Tx, ids []int64) error {
	if err := deleteKeys(ctx, t, ids); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `DELETE FROM aside_orders WHERE id IN (SELECT r.value FROM {{rows 1}})`, db.IDs(ids))
	return err
}

func deleteKeys(ctx context.Context, t *db.Tx, ids []int64) error {
	owners := make([]int64, len(ids))
	for i, id := range ids {
		owners[i] = keyOwner(id)
	}
	return buyers.DeleteKeys(ctx, t, owners)
}

// Remove removes entries of an account that need no one any more: the order was saved under an id that could not be read before, or the
// channel does not have it. It may be repeated.
func (s *Store) Remove(ctx context.Context, account string, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	return s.Write(ctx, "remove orders that were set aside", func(ctx context.Context, t *db.Tx) error {
		if err := remove(ctx, t, ids); err != nil {
			return err
		}
		updateIncident(t, account)
		return nil
	})
}

// Forget removes what the channel sent of these entries, and the keys, and returns how many there were. The entries stay until their
// time is over; what the channel sends of these orders again is not kept. It may be repeated.
func (s *Store) Forget(ctx context.Context, ids []int64) (int, error) {
	n := 0
	if len(ids) == 0 {
		return 0, nil
	}
	err := s.Write(ctx, "forget orders that are set aside", func(ctx context.Context, t *db.Tx) error {
		if err := deleteKeys(ctx, t, ids); err != nil {
			return err
		}
		var err error
		n, err = t.Exec(ctx, `UPDATE aside_orders SET key_id = '', sealed = '', forgotten_at = CAST($2 AS BIGINT)
			FROM {{rows 1}} WHERE aside_orders.id = r.value AND aside_orders.forgotten_at = 0`, db.IDs(ids), t.Now)
		return err
	})
	return n, err
}

// Expire removes up to limit entries of a channel that were last seen longer ago than buyers' records are kept, the oldest first, and
// returns how many.
func (s *Store) Expire(ctx context.Context, kind channel.Kind, kept time.Duration, limit int) (int, error) {
	n := 0
	err := s.Write(ctx, "remove orders that were set aside long ago", func(ctx context.Context, t *db.Tx) error {
		byAccount := map[string][]int64{}
		err := t.Query(ctx, `SELECT o.id, o.account FROM aside_orders o JOIN accounts a ON a.id = o.account
			WHERE a.channel = $3 AND o.last_seen < $1 ORDER BY o.last_seen, o.id LIMIT $2 {{lock o}}`, func(rows *sql.Rows) error {
			var id int64
			var account string
			err := rows.Scan(&id, &account)
			byAccount[account] = append(byAccount[account], id)
			return err
		}, t.Now-kept.Microseconds(), db.Limited(limit), string(kind))
		if err != nil {
			return err
		}
		n = 0
		for _, account := range db.KeysOf(byAccount) {
			if err := remove(ctx, t, byAccount[account]); err != nil {
				return err
			}
			updateIncident(t, account)
			n += len(byAccount[account])
		}
		return nil
	})
	return n, err
}
