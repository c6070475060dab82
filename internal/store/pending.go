package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// SavePendingPushes keeps what was sent under a handle until the channel answers for it. Only the account's
// newest handle is kept: an account has one push at a time, so an older one is never asked about again.
func (s *Store) SavePendingPushes(ctx context.Context, account, handle string, pushes []Push) error {
	rows := make([][]any, len(pushes))
	for i, p := range pushes {
		rows[i] = []any{p.ChannelSKU, p.Version, p.Quantity, p.SentAt.UnixMicro()}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return fmt.Errorf("save pending pushes of %s: %w", account, err)
	}
	tx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("save pending pushes of %s: %w", account, err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, `DELETE FROM pending_pushes WHERE account = $1`, account); err != nil {
		return fmt.Errorf("forget older pending pushes of %s: %w", account, err)
	}
	_, err = tx.ExecContext(ctx, s.dialect.sql(`
		INSERT INTO pending_pushes (account, handle, channel_sku, version, quantity, sent_at)
		SELECT CAST($2 AS TEXT), CAST($3 AS TEXT), value ->> 0, CAST(value ->> 1 AS BIGINT), CAST(value ->> 2 AS BIGINT), CAST(value ->> 3 AS BIGINT)
		FROM {{rows 1}}`), string(text), account, handle)
	if err != nil {
		return fmt.Errorf("save pending pushes of %s: %w", account, err)
	}
	return tx.Commit()
}

// PendingPushes answers what was sent under a handle.
func (s *Store) PendingPushes(ctx context.Context, account, handle string) ([]Push, error) {
	rows, err := s.reader.QueryContext(ctx, `
		SELECT channel_sku, version, quantity, sent_at FROM pending_pushes
		WHERE account = $1 AND handle = $2 ORDER BY channel_sku`, account, handle)
	if err != nil {
		return nil, fmt.Errorf("read pending pushes of %s: %w", account, err)
	}
	defer rows.Close()
	var pushes []Push
	for rows.Next() {
		var (
			p    Push
			sent int64
		)
		if err := rows.Scan(&p.ChannelSKU, &p.Version, &p.Quantity, &sent); err != nil {
			return nil, fmt.Errorf("read pending pushes of %s: %w", account, err)
		}
		p.SentAt = time.UnixMicro(sent).UTC()
		pushes = append(pushes, p)
	}
	return pushes, rows.Err()
}
