package incidents

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/store/db"
)

// KeepCase keeps the number of a case about an incident. It may be repeated: the first one that kept it stays.
func (s *Store) KeepCase(ctx context.Context, c incident.Case) error {
	return s.Write(ctx, "keep case "+c.Number, func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `INSERT INTO support_cases (kind, account, code, since, number, kept_by, kept_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
			ON CONFLICT (kind, account, code, since, number) DO NOTHING`,
			string(c.Kind), c.Account, c.Code, db.Micro(c.Since), db.Clean(c.Number), db.Clean(c.By), t.Now)
		return err
	})
}

// Cases lists the cases about incidents, open and past, the newest first.
func (s *Store) Cases(ctx context.Context) ([]incident.Case, error) {
	var out []incident.Case
	err := s.Read(ctx, `SELECT kind, account, code, since, number, kept_by, kept_at FROM support_cases ORDER BY kept_at DESC, number LIMIT $1`, func(rows *sql.Rows) error {
		var c incident.Case
		var since, at int64
		err := rows.Scan(&c.Kind, &c.Account, &c.Code, &since, &c.Number, &c.By, &at)
		c.Since, c.At = db.At(since), db.At(at)
		out = append(out, c)
		return err
	}, db.MaxLimit)
	if err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	return out, nil
}
