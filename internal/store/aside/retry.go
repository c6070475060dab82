package aside

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// Ask notes that a person wants these entries tried again; the next scan of their account does it. It returns how many there are.
func (s *Store) Ask(ctx context.Context, ids []int64) (int, error) {
	n := 0
	err := s.Write(ctx, "ask for orders that are set aside", func(ctx context.Context, t *db.Tx) (err error) {
		n, err = t.Exec(ctx, `UPDATE aside_orders SET asked_at = CAST($2 AS BIGINT) FROM {{rows 1}} WHERE aside_orders.id = r.value`, db.IDs(ids), t.Now)
		return err
	})
	return n, err
}

// Due returns up to limit entries of an account that are to be tried again: a person wants it, a further call had failed, or another
// version of the program than this one has tried it last. Those that were tried longest ago come first.
func (s *Store) Due(ctx context.Context, account, with string, limit int) ([]Order, error) {
	var out []Order
	err := s.Read(ctx, `SELECT `+columns+`, `+runs.FaultColumns+` FROM `+tables+`
		WHERE q.account = $1 AND (q.asked_at > q.tried_at OR q.unfinished = 1 OR q.tried_with <> $2) ORDER BY q.tried_at, q.id LIMIT $3`,
		func(rows *sql.Rows) error {
			var o Order
			err := o.scan(rows)
			out = append(out, o)
			return err
		}, account, with, db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("read orders of %s that are set aside: %w", account, err)
	}
	return out, nil
}

// Tried notes that entries of an account were tried again without success, by a version of the program.
func (s *Store) Tried(ctx context.Context, account string, ids []int64, with string) error {
	if len(ids) == 0 {
		return nil
	}
	return s.Write(ctx, "note that orders were tried again", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `UPDATE aside_orders SET tried_at = CAST($2 AS BIGINT), tried_with = CAST($3 AS TEXT), tries = tries + 1
			FROM {{rows 1}} WHERE aside_orders.id = r.value`, db.IDs(ids), t.Now, with)
		if err != nil {
			return err
		}
		updateIncident(t, account)
		return nil
	})
}

// sealedOrder is the order of an entry as it is stored.
type sealedOrder struct {
	row     int64
	account string
	key     buyer.Key
	text    string
}

// Open returns what the channel sent of these entries, by their numbers; those of which nothing is kept are left out. It names buyers:
// it is decoded, and nothing else. Errors: buyer.ErrNoKey; and, with those that could be opened, buyer.ErrOtherKey and buyer.ErrTampered
// of the others, joined.
func (s *Store) Open(ctx context.Context, ids []int64) (map[int64][]byte, error) {
	var found []sealedOrder
	var keys []string
	err := s.Read(ctx, `SELECT q.id, q.account, q.key_id, q.sealed FROM {{rows 1}} CROSS JOIN aside_orders q WHERE q.id = r.value AND q.sealed <> ''`,
		func(rows *sql.Rows) error {
			var o sealedOrder
			err := rows.Scan(&o.row, &o.account, &o.key.ID, &o.text)
			found, keys = append(found, o), append(keys, o.key.ID)
			return err
		}, db.IDs(ids))
	if err != nil || len(found) == 0 {
		return nil, err
	}
	sealer, err := s.buyers.Sealer(ctx)
	if err != nil {
		return nil, err
	}
	wrapped, err := s.buyers.Wrapped(ctx, keys)
	if err != nil {
		return nil, err
	}
	out := make(map[int64][]byte, len(found))
	var errs []error
	for _, o := range found {
		o.key.Wrapped = wrapped[o.key.ID]
		body, err := sealer.OpenBytes(o.text, o.key, about(o.account, o.row))
		if errors.Is(err, buyer.ErrGone) {
			continue
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("open order %d of %s, which is set aside: %w", o.row, o.account, err))
			continue
		}
		out[o.row] = body
	}
	return out, errors.Join(errs...)
}
