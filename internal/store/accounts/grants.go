package accounts

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/store/db"
)

// Grant is an account's rotating tokens as they are kept.
type Grant = account.Grant

const grantColumns = `account, origin, version, sealed, expires_at, refresh_expires_at, rotated_at, holder, lease_until`

func scanGrant(rows *sql.Rows) (Grant, error) {
	var g Grant
	var expires, ends, rotated, until int64
	err := rows.Scan(&g.Account, &g.Origin, &g.Version, &g.Sealed, &expires, &ends, &rotated, &g.Holder, &until)
	g.ExpiresAt, g.RefreshExpiresAt, g.RotatedAt, g.LeaseUntil = db.At(expires), db.At(ends), db.At(rotated), db.At(until)
	return g, err
}

// Grants lists the kept grants by account: when each ends.
func (s *Store) Grants(ctx context.Context) ([]Grant, error) {
	var out []Grant
	err := s.Read(ctx, `SELECT `+grantColumns+` FROM grants ORDER BY account`, func(rows *sql.Rows) error {
		g, err := scanGrant(rows)
		if g.Kept() {
			out = append(out, g)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list grants: %w", err)
	}
	return out, nil
}

// Grant reads an account's row; ErrNotFound when it was never adopted.
func (s *Store) Grant(ctx context.Context, account string) (Grant, error) {
	var g Grant
	err := s.Read(ctx, `SELECT `+grantColumns+` FROM grants WHERE account = $1`, func(rows *sql.Rows) error {
		var err error
		g, err = scanGrant(rows)
		return err
	}, account)
	if err == nil && g.Account == "" {
		err = db.ErrNotFound
	}
	if err != nil {
		return g, fmt.Errorf("read grant of %s: %w", account, err)
	}
	return g, nil
}

// AdoptGrant creates the account's row, or empties it as Grant.Adopt does. It may be repeated.
func (s *Store) AdoptGrant(ctx context.Context, account, origin string) error {
	return s.Write(ctx, "adopt grant of "+account, func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `INSERT INTO grants (account, origin, version) VALUES ($1, $2, 0)
			ON CONFLICT (account) DO UPDATE SET origin = excluded.origin, version = grants.version + 1, sealed = '',
				expires_at = 0, refresh_expires_at = 0, rotated_at = 0, holder = '', lease_until = 0
			WHERE grants.origin <> excluded.origin`, account, origin)
		return err
	})
}

// LeaseGrant gives a holder the exclusive right to refresh the grant, as it was read, for a while. It reports false when another
// lease is active, or the grant has changed meanwhile.
func (s *Store) LeaseGrant(ctx context.Context, was Grant, holder string, lease time.Duration) (bool, error) {
	n := 0
	err := s.Write(ctx, "lease grant of "+was.Account, func(ctx context.Context, t *db.Tx) error {
		g := was
		if n = 0; !g.Lease(holder, db.At(t.Now), lease) {
			return nil
		}
		var err error
		n, err = t.Exec(ctx, `UPDATE grants SET holder = $3, lease_until = $4 WHERE account = $1 AND version = $2 AND holder = $5 AND lease_until = $6`,
			g.Account, g.Version, g.Holder, db.Micro(g.LeaseUntil), was.Holder, db.Micro(was.LeaseUntil))
		return err
	})
	return n == 1, err
}

// ReleaseGrant ends a holder's lease, if it still has it.
func (s *Store) ReleaseGrant(ctx context.Context, account, holder string) error {
	return s.Write(ctx, "release grant of "+account, func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `UPDATE grants SET holder = '', lease_until = 0 WHERE account = $1 AND holder = $2`, account, holder)
		return err
	})
}

// SaveGrant replaces an account's tokens in the row was by newer ones. It reports false, and changes nothing, when the row has
// another version or origin.
func (s *Store) SaveGrant(ctx context.Context, g, was Grant) (bool, error) {
	n := 0
	err := s.Write(ctx, "save grant of "+g.Account, func(ctx context.Context, t *db.Tx) error {
		var err error
		n, err = t.Exec(ctx, `UPDATE grants SET version = $4, sealed = $5, expires_at = $6, refresh_expires_at = $7, rotated_at = $8
			WHERE account = $1 AND version = $2 AND origin = $3`,
			g.Account, was.Version, was.Origin, g.Version, g.Sealed, db.Micro(g.ExpiresAt), db.Micro(g.RefreshExpiresAt), t.Now)
		return err
	})
	return n == 1, err
}
