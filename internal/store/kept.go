package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/store/levels"
)

// KeptCounts is what of an account's listings waits for a person, or was said by one.
type KeptCounts struct {
	levels.SecondWriter
	StruckOff  int `json:"struckOff"`  // listings
	Left       int `json:"left"`       // levels and prices, to other tools
	HeldPrices int `json:"heldPrices"` // by the price brake
}

// HeldPrices counts the prices that the brake holds on an account.
func (s *Store) HeldPrices(ctx context.Context, account string) (n int, err error) {
	err = s.Read(ctx, `SELECT COUNT(*) FROM held_prices h WHERE h.account = $1 AND h.released_at = 0`, func(rows *sql.Rows) error { return rows.Scan(&n) }, account)
	if err != nil {
		return 0, fmt.Errorf("count the held prices of %s: %w", account, err)
	}
	return n, nil
}

// KeptCounts returns the counts of an account.
func (s *Store) KeptCounts(ctx context.Context, account string) (k KeptCounts, err error) {
	writers, err := s.Levels.SecondWriters(ctx, account)
	if err != nil {
		return k, err
	}
	if len(writers) > 0 {
		k.SecondWriter = writers[0]
	}
	err = s.Read(ctx, `SELECT (SELECT COUNT(*) FROM struck_off z WHERE z.account = CAST($1 AS TEXT)),
			(SELECT COUNT(*) FROM left_to_others lo WHERE lo.account = CAST($1 AS TEXT)),
			(SELECT COUNT(*) FROM held_prices h WHERE h.account = CAST($1 AS TEXT) AND h.released_at = 0)`,
		func(rows *sql.Rows) error { return rows.Scan(&k.StruckOff, &k.Left, &k.HeldPrices) }, account)
	if err != nil {
		return k, fmt.Errorf("count what is struck off and held on %s: %w", account, err)
	}
	return k, nil
}
