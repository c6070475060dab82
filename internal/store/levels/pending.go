package levels

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// pendingRow is a level that waits for its channel's answer.
type pendingRow struct {
	ChannelSKU string    `db:"channel_sku"`
	Version    int64     `db:"version"`
	Quantity   int       `db:"quantity"`
	SentAt     time.Time `db:"sent_at"`
	RequestID  string    `db:"request_id"`
}

// SavePendingPushes saves what was sent under a handle until the channel answers. Only the account's newest handle is kept: it
// has one push at a time, so older ones are never asked about again.
func (s *Store) SavePendingPushes(ctx context.Context, account, handle string, pushes []Push, calls ...runs.Call) error {
	rows := db.RowsBy(pushes, func(p Push) pendingRow { return pendingRow{p.ChannelSKU, p.Version, p.Quantity, p.SentAt, p.RequestID} })
	return s.Write(ctx, "save pending pushes of "+account, func(ctx context.Context, t *db.Tx) error {
		if _, err := t.Exec(ctx, `DELETE FROM pending_pushes WHERE account = $1`, account); err != nil {
			return err
		}
		_, err := t.Exec(ctx, `INSERT INTO pending_pushes ({{columns 1}}, account, handle)
			SELECT {{values 1}}, CAST($2 AS TEXT), CAST($3 AS TEXT) FROM {{rows 1}}`, rows, account, handle)
		if err != nil {
			return err
		}
		return runs.SaveCalls(ctx, t, calls)
	})
}

// PendingPushes returns what was sent under a handle, each with the request id of the call that sent it.
func (s *Store) PendingPushes(ctx context.Context, account, handle string) ([]Push, error) {
	var pushes []Push
	err := s.Read(ctx, `
		SELECT channel_sku, version, quantity, sent_at, request_id FROM pending_pushes
		WHERE account = $1 AND handle = $2 ORDER BY channel_sku`, func(rows *sql.Rows) error {
		var (
			p    Push
			sent int64
		)
		if err := rows.Scan(&p.ChannelSKU, &p.Version, &p.Quantity, &sent, &p.RequestID); err != nil {
			return err
		}
		p.SentAt = db.At(sent)
		pushes = append(pushes, p)
		return nil
	}, account, handle)
	if err != nil {
		return nil, fmt.Errorf("read pending pushes of %s: %w", account, err)
	}
	return pushes, nil
}
