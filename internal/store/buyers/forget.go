package buyers

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// Forget removes the records of orders' buyers and their keys, and returns how many there were. What a backup of the store still
// holds can't be read any more. A forgotten buyer stays so, also when the channel shows the order again. It may be repeated.
func (s *Store) Forget(ctx context.Context, orders []int64, a Act) (int, error) {
	n := 0
	err := s.Write(ctx, "forget buyers", func(ctx context.Context, t *db.Tx) (err error) {
		n, err = forget(ctx, t, orders, a)
		return err
	})
	return n, err
}

// forget removes the records and, first, all keys of the orders: after a crash between the two the records can't be read, and the next
// call removes them. Keys of orders that were forgotten before may have come back with a copy of the keys: they go, too.
func forget(ctx context.Context, t *db.Tx, orders []int64, a Act) (int, error) {
	if err := lockOrders(ctx, t, orders); err != nil {
		return 0, err
	}
	var found []int64
	err := t.Query(ctx, `SELECT o.order_id FROM {{rows 1}} CROSS JOIN buyers o WHERE o.order_id = r.value AND o.forgotten_at = 0
		ORDER BY o.order_id {{lock o}}`, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		found = append(found, id)
		return err
	}, db.IDs(orders))
	if err != nil {
		return 0, err
	}
	if err := t.WriteKeys(ctx, func(ctx context.Context, t *db.Tx) error { return deleteKeys(ctx, t, orders) }); err != nil {
		return 0, err
	}
	if err := forgetNotes(ctx, t, orders); err != nil || len(found) == 0 {
		return 0, err
	}
	if err := note(ctx, t, found, a); err != nil {
		return 0, err
	}
	// What packages know of him goes, too; no other room writes it once they are packed.
	if _, err := t.Exec(ctx, `UPDATE packages SET address_hash = '' FROM {{rows 1}} WHERE packages.order_id = r.value AND packages.address_hash <> ''`, db.IDs(found)); err != nil {
		return 0, err
	}
	return t.Exec(ctx, `UPDATE buyers SET key_id = '', sealed = '', email_hash = '', phone_hash = '', name_hash = '', postal_code_hash = '', address_hash = '',
			place_hash = '', record_hash = '', forgotten_at = CAST($2 AS BIGINT)
		FROM {{rows 1}} WHERE buyers.order_id = r.value`, db.IDs(found), t.Now)
}

// lockOrders locks orders, by their rows, before their buyers: whoever adds to what is kept of a buyer locks the order, too.
func lockOrders(ctx context.Context, t *db.Tx, orders []int64) error {
	return t.Query(ctx, `SELECT o.id FROM {{rows 1}} CROSS JOIN orders o WHERE o.id = r.value ORDER BY o.id {{lock o}}`,
		func(*sql.Rows) error { return nil }, db.IDs(orders))
}

// Nobody stands for the buyer of an order who is not to be saved.
type Nobody struct {
	OrderID     int64  `db:"order_id"` // the order's row
	CountryCode string `db:"country_code"`
}

// SaveForgotten saves, in a page's transaction, that the buyers of orders were forgotten before the orders could be read. What is saved
// of one under an earlier version of the order is removed.
func SaveForgotten(ctx context.Context, t *db.Tx, list []Nobody) error {
	if len(list) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `INSERT INTO buyers ({{columns 1}}, key_id, sealed, email_hash, phone_hash, name_hash, postal_code_hash, place_hash,
			record_hash, changed_at)
		SELECT {{values 1}}, '', '', '', '', '', '', '', '', 0 FROM {{rows 1}} WHERE true ON CONFLICT (order_id) DO NOTHING`, db.RowsOf(list))
	if err != nil {
		return err
	}
	orders := make([]int64, len(list))
	for i, n := range list {
		orders[i] = n.OrderID
	}
	_, err = forget(ctx, t, orders, Act{By: "towpath", What: Forgotten, Reason: "forgotten while the order was set aside"})
	return err
}

// Find returns the rows of the orders whose buyer has this e-mail address, phone number, whole name or postal code, the newest
// first. Only keyed hashes are compared.
func (s *Store) Find(ctx context.Context, what string, limit int) ([]int64, error) {
	sealer, err := s.Sealer(ctx)
	if err != nil {
		return nil, fmt.Errorf("find a buyer: %w", err)
	}
	h := sealer.Find(what)
	var out []int64
	err = s.Read(ctx, `SELECT order_id FROM buyers WHERE email_hash = $1 AND email_hash <> '' OR phone_hash = $2 AND phone_hash <> ''
			OR name_hash = $3 AND name_hash <> '' OR postal_code_hash = $4 AND postal_code_hash <> ''
		ORDER BY order_id DESC LIMIT $5`, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		out = append(out, id)
		return err
	}, h.Email, h.Phone, h.Name, h.PostalCode, db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("find a buyer: %w", err)
	}
	return out, nil
}

// Expire removes up to limit records of a channel's orders whose time is over, the oldest first, and returns how many: those of
// orders that are over (order.State.Terminal) and have not changed for the time that records are kept. It goes through the records that there are: SQLite would
// read all orders that are over.
func (s *Store) Expire(ctx context.Context, kind channel.Kind, kept time.Duration, limit int) (int, error) {
	n := 0
	err := s.Write(ctx, "remove buyers whose time is over", func(ctx context.Context, t *db.Tx) error {
		var over []int64
		err := t.Query(ctx, `SELECT b.order_id FROM buyers b CROSS JOIN orders o CROSS JOIN accounts a
			WHERE o.id = b.order_id AND a.id = o.account AND a.channel = $3 AND b.forgotten_at = 0 AND o.updated_at < $1 AND o.state IN `+db.Words(order.States(), order.State.Terminal)+`
			ORDER BY b.order_id LIMIT $2`, func(rows *sql.Rows) error {
			var id int64
			err := rows.Scan(&id)
			over = append(over, id)
			return err
		}, t.Now-kept.Microseconds(), db.Limited(limit), string(kind))
		if err != nil || len(over) == 0 {
			return err
		}
		n, err = forget(ctx, t, over, Act{By: "towpath", What: Expired, Reason: "kept for " + kept.String()})
		return err
	})
	return n, err
}

// ExpireKeys removes up to limit orders' keys that are older than the longest time for which anything is kept, and with them what
// they seal, and returns how many orders. It ends the buyers of orders that never end, and keys whose record was never written because
// the process died between the two, or that came back with a copy of the keys.
func (s *Store) ExpireKeys(ctx context.Context, atMost time.Duration, limit int) (int, error) {
	now, over := time.Now(), []int64(nil)
	err := s.ReadKeys(ctx, `SELECT order_id FROM buyer_keys WHERE created_at < $1 AND id <> $2 ORDER BY created_at, id LIMIT $3`, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		if !slices.Contains(over, id) {
			over = append(over, id)
		}
		return err
	}, now.Add(-atMost).UnixMicro(), buyer.SearchID, db.Limited(limit))
	if err != nil {
		return 0, fmt.Errorf("find buyers' keys whose time is over: %w", err)
	}
	if len(over) == 0 {
		return 0, nil
	}
	slices.Sort(over)
	_, err = s.Forget(ctx, over, Act{By: "towpath", What: Expired, Reason: "kept for " + atMost.String() + ", the longest"})
	return len(over), err
}
