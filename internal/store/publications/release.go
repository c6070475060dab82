package publications

import (
	"context"
	"database/sql"
	"time"

	"github.com/towpath/towpath/internal/store/db"
)

// SKUPrice is the wanted price of a SKU that is held, or was released.
type SKUPrice struct {
	SKU      string `json:"sku"      db:"sku"`
	Wanted   int64  `json:"wanted"   db:"wanted"` // in minor units of Currency
	Currency string `json:"currency" db:"currency"`
}

// ReleasePrices lets the prices that the brake holds on an account be sent by the next publication, for some SKUs or, without any, for all. It
// counts for these prices only, and returns them sorted by SKU.
func (s *Store) ReleasePrices(ctx context.Context, account string, skus []string) (released []SKUPrice, err error) {
	err = s.Write(ctx, "release held prices of "+account, func(ctx context.Context, t *db.Tx) error {
		released, err = release(ctx, t, account, `(CAST($4 AS BIGINT) = 0 OR h.sku IN (SELECT r.value FROM {{rows 3}}))`, db.Texts(skus), len(skus))
		return err
	})
	return released, err
}

// ReleaseShown is ReleasePrices for prices that somebody was shown: one that has changed since is not released. It returns too how many these are.
func (s *Store) ReleaseShown(ctx context.Context, account string, shown []SKUPrice) (released []SKUPrice, changed int, err error) {
	err = s.Write(ctx, "release shown prices of "+account, func(ctx context.Context, t *db.Tx) error {
		released, err = release(ctx, t, account, `EXISTS (SELECT 1 FROM {{rows 3}} WHERE r.sku = h.sku AND r.wanted = h.wanted AND r.currency = h.currency)`, db.RowsOf(shown))
		if err == nil {
			changed, err = stillHeld(ctx, t, account, `h.sku IN (SELECT r.sku FROM {{rows 2}})`, db.RowsOf(shown))
		}
		return err
	})
	return released, changed, err
}

// ReleaseHeldBy is ReleasePrices for all prices that were held by a moment, and have not changed since. It returns too how many were held later.
func (s *Store) ReleaseHeldBy(ctx context.Context, account string, by time.Time) (released []SKUPrice, later int, err error) {
	err = s.Write(ctx, "release held prices of "+account, func(ctx context.Context, t *db.Tx) error {
		released, err = release(ctx, t, account, `h.held_at <= CAST($3 AS BIGINT)`, db.Micro(by))
		if err == nil {
			later, err = stillHeld(ctx, t, account, `h.held_at > CAST($2 AS BIGINT)`, db.Micro(by))
		}
		return err
	})
	return released, later, err
}

// release releases those of an account's held prices h for which an SQL condition is true; its arguments begin with $3.
func release(ctx context.Context, t *db.Tx, account, condition string, args ...any) (released []SKUPrice, err error) {
	args = append([]any{account, t.Now}, args...)
	if _, err := t.Exec(ctx, `INSERT INTO price_releases (account, sku, wanted, currency, released_at) SELECT h.account, h.sku, h.wanted, h.currency, CAST($2 AS BIGINT)
			FROM held_prices h WHERE h.account = CAST($1 AS TEXT) AND h.released_at = 0 AND `+condition+`
			ON CONFLICT (account, sku, released_at) DO NOTHING`, args...); err != nil {
		return nil, err
	}
	n, err := t.Exec(ctx, `UPDATE held_prices AS h SET released_at = CAST($2 AS BIGINT) WHERE h.account = CAST($1 AS TEXT) AND h.released_at = 0 AND `+condition, args...)
	if err != nil || n == 0 {
		return nil, err
	}
	countHeldPrices(t, account)
	err = t.Query(ctx, `SELECT sku, wanted, currency FROM price_releases WHERE account = $1 AND released_at = $2 ORDER BY sku`, func(rows *sql.Rows) error {
		var p SKUPrice
		err := rows.Scan(&p.SKU, &p.Wanted, &p.Currency)
		released = append(released, p)
		return err
	}, account, t.Now)
	return released, err
}

// stillHeld counts those of an account's held prices h for which an SQL condition is true; its arguments begin with $2.
func stillHeld(ctx context.Context, t *db.Tx, account, condition string, args ...any) (n int, err error) {
	err = t.Query(ctx, `SELECT COUNT(*) FROM held_prices h WHERE h.account = CAST($1 AS TEXT) AND h.released_at = 0 AND `+condition,
		func(rows *sql.Rows) error { return rows.Scan(&n) }, append([]any{account}, args...)...)
	return n, err
}
