package store

import (
	"context"
	"database/sql"
	"fmt"
)

// SavePendingPushes keeps what was sent under a handle until the channel answers for it. Only the account's
// newest handle is kept: an account has one push at a time, so an older one is never asked about again.
func (s *Store) SavePendingPushes(ctx context.Context, account, handle string, pushes []Push, calls ...Call) error {
	rows := table(pushes, func(p Push) []any { return []any{p.ChannelSKU, p.Version, p.Quantity, micro(p.SentAt)} })
	return s.write(ctx, "save pending pushes of "+account, func(ctx context.Context, t *tx) error {
		if _, err := t.exec(ctx, `DELETE FROM pending_pushes WHERE account = $1`, account); err != nil {
			return err
		}
		_, err := t.exec(ctx, `
			INSERT INTO pending_pushes (account, handle, channel_sku, version, quantity, sent_at)
			SELECT CAST($2 AS TEXT), CAST($3 AS TEXT), value ->> 0, CAST(value ->> 1 AS BIGINT),
			       CAST(value ->> 2 AS BIGINT), CAST(value ->> 3 AS BIGINT)
			FROM {{rows 1}}`, rows, account, handle)
		if err != nil {
			return err
		}
		return t.saveCalls(ctx, calls)
	})
}

// PendingPushes answers what was sent under a handle.
func (s *Store) PendingPushes(ctx context.Context, account, handle string) ([]Push, error) {
	var pushes []Push
	err := s.read(ctx, `
		SELECT channel_sku, version, quantity, sent_at FROM pending_pushes
		WHERE account = $1 AND handle = $2 ORDER BY channel_sku`, func(rows *sql.Rows) error {
		var (
			p    Push
			sent int64
		)
		if err := rows.Scan(&p.ChannelSKU, &p.Version, &p.Quantity, &sent); err != nil {
			return err
		}
		p.SentAt = at(sent)
		pushes = append(pushes, p)
		return nil
	}, account, handle)
	if err != nil {
		return nil, fmt.Errorf("read pending pushes of %s: %w", account, err)
	}
	return pushes, nil
}
