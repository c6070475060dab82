package levels

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// aheadBatch is about how many levels in feeds is decided at a time.
const aheadBatch = 1000

// AheadLevels returns levels to be sent ahead of the feeds that have them (stock.Queued), and leaves to their feeds those that it
// passes over, until they change again.
func (s *Store) AheadLevels(ctx context.Context, account string, now time.Time, limit int) ([]DirtyLevel, error) {
	for {
		list, err := s.undecided(ctx, account, now)
		if err != nil {
			return nil, fmt.Errorf("list levels of feeds of %s: %w", account, err)
		}
		var ahead, left []DirtyLevel
		for _, d := range list {
			if d.queued.GoesAhead(d.Quantity, db.Micro(now)) {
				ahead = append(ahead, d)
			} else {
				left = append(left, d)
			}
		}
		if err := s.mark(ctx, account, "left_version", left); err != nil {
			return nil, err
		}
		if len(ahead) > 0 || len(list) < aheadBatch {
			return ahead[:min(len(ahead), db.Limited(limit))], nil
		}
	}
}

// undecided reads levels in feeds about which must be decided, with what their feeds have.
func (s *Store) undecided(ctx context.Context, account string, now time.Time) ([]DirtyLevel, error) {
	inFeeds := map[string]stock.Queued{}
	err := s.Read(ctx, `SELECT q.channel_sku, q.version, q.quantity, q.sent_at, q.ahead_version, q.left_version
		FROM `+feedRows+` JOIN links l ON l.account = q.account AND l.channel_sku = q.channel_sku
		WHERE q.account = CAST($1 AS TEXT) AND `+undecided+` AND `+Sendable+`
		ORDER BY l.tried_at, l.dirty_since, l.channel_sku LIMIT $4`, func(rows *sql.Rows) error {
		var sku string
		var q stock.Queued
		err := rows.Scan(&sku, &q.Version, &q.Quantity, &q.SentAt, &q.Ahead, &q.Left)
		inFeeds[sku] = q
		return err
	}, account, db.Micro(now), stock.FeedPatience.Microseconds(), aheadBatch)
	if err != nil || len(inFeeds) == 0 {
		return nil, err
	}
	names := make([]string, 0, len(inFeeds))
	for sku := range inFeeds {
		names = append(names, sku)
	}
	list, err := s.toSend(ctx, `l.account = CAST($1 AS TEXT) AND l.channel_sku IN (SELECT r.value FROM {{rows 3}}) AND `+Sendable, account, aheadBatch, db.Texts(names))
	for i, d := range list {
		list[i].queued = inFeeds[d.ChannelSKU]
	}
	return list, err
}

// markedRow names the version of a level that is marked.
type markedRow struct {
	ChannelSKU string `db:"channel_sku"`
	Version    int64  `db:"version"`
}

func (s *Store) mark(ctx context.Context, account, column string, list []DirtyLevel) error {
	if len(list) == 0 {
		return nil
	}
	rows := db.RowsBy(list, func(d DirtyLevel) markedRow { return markedRow{d.ChannelSKU, d.Version} })
	return s.Write(ctx, "leave levels of "+account+" to their feeds", func(ctx context.Context, t *db.Tx) error {
		return markPending(ctx, t, account, column, rows)
	})
}

// markPending notes a version of levels that wait in feeds: the one sent ahead (ahead_version) or left to the feed (left_version).
func markPending(ctx context.Context, t *db.Tx, account, column string, rows any) error {
	_, err := t.Exec(ctx, `WITH now AS MATERIALIZED (SELECT CAST($2 AS TEXT) AS account, {{values 1}} FROM {{rows 1}})
		UPDATE pending_pushes SET `+column+` = now.version FROM now
		WHERE pending_pushes.account = now.account AND pending_pushes.channel_sku = now.channel_sku`, rows, account)
	return err
}
