package levels

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// feedRows are the levels q of feeds f. A row without its feed is of a program before level_feeds, which left it behind after the answer.
// inFeed and undecided are the SQL conditions of stock.Queued for a link l whose level waits in a feed; $2 is the time now.
const (
	feedRows  = `pending_pushes q JOIN level_feeds f ON f.account = q.account AND f.handle = q.handle`
	inFeed    = `EXISTS (SELECT 1 FROM ` + feedRows + ` WHERE q.account = l.account AND q.channel_sku = l.channel_sku)`
	undecided = `l.dirty_version > q.ahead_version
		AND (CAST($2 AS BIGINT) - q.sent_at >= CAST($3 AS BIGINT) OR (l.dirty_version > q.version AND l.dirty_version > q.left_version))`
)

// Work is what an account has to send now.
type Work struct {
	Free  int            // levels that are in no feed
	Ahead int            // levels in feeds about which must be decided whether they go ahead of them
	Feeds []message.Feed // whose results are to be asked for, the oldest first
}

// Work returns what the account has to send now.
func (s *Store) Work(ctx context.Context, account string, now time.Time) (Work, error) {
	var w Work
	err := s.Read(ctx, `SELECT handle, levels FROM level_feeds WHERE account = $1 ORDER BY sent_at, handle`, func(rows *sql.Rows) error {
		var f message.Feed
		err := rows.Scan(&f.Handle, &f.Levels)
		w.Feeds = append(w.Feeds, f)
		return err
	}, account)
	if err == nil {
		w.Free, err = s.count(ctx, account, free)
	}
	if err == nil && len(w.Feeds) > 0 {
		err = s.Read(ctx, `SELECT COUNT(*) FROM `+feedRows+` JOIN links l ON l.account = q.account AND l.channel_sku = q.channel_sku
			WHERE q.account = CAST($1 AS TEXT) AND `+undecided+` AND `+Sendable,
			func(rows *sql.Rows) error { return rows.Scan(&w.Ahead) }, account, db.Micro(now), stock.FeedPatience.Microseconds())
	}
	if err != nil {
		return Work{}, fmt.Errorf("count what %s has to send: %w", account, err)
	}
	return w, nil
}

// pendingRow is a level that waits for its channel's answer.
type pendingRow struct {
	ChannelSKU string    `db:"channel_sku"`
	Version    int64     `db:"version"`
	Quantity   int       `db:"quantity"`
	SentAt     time.Time `db:"sent_at"`
	RequestID  string    `db:"request_id"`
}

// SavePendingPushes saves what was sent as a feed until the channel answers. Meanwhile its levels are sent only ahead of it.
// Repeating the call changes nothing.
func (s *Store) SavePendingPushes(ctx context.Context, account, handle string, pushes []Push, calls ...runs.Call) error {
	rows := db.RowsBy(pushes, func(p Push) pendingRow { return pendingRow{p.ChannelSKU, p.Version, p.Quantity, p.SentAt, p.RequestID} })
	return s.Write(ctx, "save pending pushes of "+account, func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `INSERT INTO level_feeds (account, handle, levels, sent_at) SELECT CAST($2 AS TEXT), CAST($3 AS TEXT), COUNT(*), MIN(r.sent_at)
			FROM {{rows 1}} HAVING COUNT(*) > 0 ON CONFLICT (account, handle) DO NOTHING`, rows, account, handle)
		if err != nil {
			return err
		}
		_, err = t.Exec(ctx, `INSERT INTO pending_pushes ({{columns 1}}, account, handle)
			SELECT {{values 1}}, CAST($2 AS TEXT), CAST($3 AS TEXT) FROM {{rows 1}} WHERE true ON CONFLICT DO NOTHING`, rows, account, handle)
		if err != nil {
			return err
		}
		return runs.SaveCalls(ctx, t, calls)
	})
}

// PendingPushes returns what was sent as a feed, each with the request id of the call that sent it.
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

// SaveFeed saves the result of a feed as SavePushes does. From then on its levels are sent like all others.
func (s *Store) SaveFeed(ctx context.Context, account, runID, handle string, pushes []Push, calls ...runs.Call) (message.PushCounts, error) {
	var counts message.PushCounts
	err := s.Write(ctx, "save the result of a feed of "+account, func(ctx context.Context, t *db.Tx) error {
		var err error
		if counts, err = savePushes(ctx, t, account, runID, pushes, calls); err != nil {
			return err
		}
		return forgetFeed(ctx, t, account, handle)
	})
	return counts, err
}

// FeedRefused notes that the channel forbids the account to ask what became of a feed. It may be repeated.
func (s *Store) FeedRefused(ctx context.Context, account, handle string) error {
	return s.Write(ctx, "note that feed "+handle+" may not be asked about", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `UPDATE level_feeds SET refused = 1 WHERE account = $1 AND handle = $2`, account, handle)
		return err
	})
}

// ForgetFeed gives up a feed whose result nobody will know. Its levels are sent like all others.
func (s *Store) ForgetFeed(ctx context.Context, account, handle string) error {
	return s.Write(ctx, "forget a feed of "+account, func(ctx context.Context, t *db.Tx) error {
		return forgetFeed(ctx, t, account, handle)
	})
}

func forgetFeed(ctx context.Context, t *db.Tx, account, handle string) error {
	for _, text := range []string{
		`DELETE FROM pending_pushes WHERE account = $1 AND handle = $2`,
		`DELETE FROM level_feeds WHERE account = $1 AND handle = $2`,
	} {
		if _, err := t.Exec(ctx, text, account, handle); err != nil {
			return err
		}
	}
	return nil
}
