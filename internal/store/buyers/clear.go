package buyers

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// clearBatch is how many records are sealed, or keys wrapped anew, in one transaction.
const clearBatch = 500

// SealClear seals the buyers that earlier versions saved in clear, in batches, and removes them from their old table; ShredAll then
// removes them from its files. It may be repeated. Error: buyer.ErrNoKey if there are any and no key is set.
func (s *Store) SealClear(ctx context.Context) error {
	for {
		n := 0
		err := s.Write(ctx, "seal buyers", func(ctx context.Context, t *db.Tx) (err error) {
			n, err = s.sealBatch(ctx, t)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

func (s *Store) sealBatch(ctx context.Context, t *db.Tx) (int, error) {
	var list []Record
	var orders []int64
	moved := map[int64]int64{}
	err := t.Query(ctx, `SELECT o.order_id, a.account, a.channel_order_id, o.name, o.email, o.phone, o.line1, o.line2, o.city, o.region, o.postal_code,
			o.country_code, o.changed_at
		FROM order_buyers o JOIN orders a ON a.id = o.order_id ORDER BY o.order_id LIMIT $1 {{lock o}}`, func(rows *sql.Rows) error {
		var r Record
		var changed int64
		b := &r.Shown
		err := rows.Scan(&r.OrderID, &r.Account, &r.ID, &b.Name, &b.Email, &b.Phone, &b.Line1, &b.Line2, &b.City, &b.Region, &b.PostalCode, &b.CountryCode, &changed)
		moved[r.OrderID] = changed
		list, orders = append(list, r), append(orders, r.OrderID)
		return err
	}, clearBatch)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	sealer, err := s.Sealer(ctx)
	if err != nil {
		return 0, err
	}
	for i, r := range list {
		list[i].Before = &order.KnownBuyer{Place: sealer.Hashes(clean(r.Shown)).Place, MovedAt: moved[r.OrderID]}
	}
	if err := Save(ctx, t, sealer, list); err != nil {
		return 0, err
	}
	if err := t.Shred(ctx, "order_buyers"); err != nil {
		return 0, err
	}
	return t.Exec(ctx, `DELETE FROM order_buyers WHERE order_id IN (SELECT r.value FROM {{rows 1}})`, db.IDs(orders))
}

// Rewrap wraps all keys with the first key of the environment and returns how many were wrapped with another one. After it the other
// keys are not needed any more. report gets the number so far after each batch.
func (s *Store) Rewrap(ctx context.Context, report func(done int)) (int, error) {
	sealer, err := s.Sealer(ctx)
	if err != nil {
		return 0, err
	}
	done, after := 0, ""
	for {
		var last string
		n := 0
		err := s.WriteKeys(ctx, "wrap buyers' keys anew", func(ctx context.Context, t *db.Tx) (err error) {
			last, n, err = rewrapBatch(ctx, t, sealer, after)
			return err
		})
		if err != nil || last == "" {
			return done, err
		}
		done, after = done+n, last
		report(done)
	}
}

// rewrapBatch wraps keys after an id, and returns the id of the last one read; empty when there was none.
func rewrapBatch(ctx context.Context, t *db.Tx, sealer *buyer.Sealer, after string) (last string, n int, err error) {
	var keys, changed []buyer.Key
	err = t.Query(ctx, `SELECT o.id, o.wrapped FROM buyer_keys o WHERE o.id > $1 ORDER BY o.id LIMIT $2 {{lock o}}`, func(rows *sql.Rows) error {
		var k buyer.Key
		err := rows.Scan(&k.ID, &k.Wrapped)
		keys = append(keys, k)
		return err
	}, after, clearBatch)
	if err != nil || len(keys) == 0 {
		return "", 0, err
	}
	for _, k := range keys {
		again, isNew, err := sealer.Rewrap(k)
		if err != nil {
			return "", 0, fmt.Errorf("key %s: %w", k.ID, err)
		}
		if isNew {
			changed = append(changed, again)
		}
	}
	if len(changed) > 0 {
		_, err = t.Exec(ctx, `UPDATE buyer_keys SET wrapped = r.wrapped FROM {{rows 1}} WHERE buyer_keys.id = r.id`,
			db.RowsBy(changed, func(k buyer.Key) keyRow { return keyRow{ID: k.ID, Wrapped: k.Wrapped} }))
	}
	return keys[len(keys)-1].ID, len(changed), err
}
