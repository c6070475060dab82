package levels

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/store/db"
)

// Refused are the levels of an account that its channel refused with one code and that are not sent again before something changes.
type Refused struct {
	Account string
	Code    string // of the fault, or its class
	Levels  int
	Sample  []string // channel SKUs, at most incident.MaxSample
	Since   time.Time
}

// RefusedLevels returns the refused levels by account and code.
func (s *Store) RefusedLevels(ctx context.Context) (out []Refused, err error) {
	err = s.Read(ctx, `SELECT account, refused_code, COUNT(*), MIN(refused_at) FROM links WHERE `+RefusedLinks+`
			GROUP BY account, refused_code ORDER BY account, refused_code`, func(rows *sql.Rows) error {
		var r Refused
		var since int64
		err := rows.Scan(&r.Account, &r.Code, &r.Levels, &since)
		r.Since = db.At(since)
		out = append(out, r)
		return err
	})
	for i := range out {
		if err != nil {
			break
		}
		r := &out[i]
		err = s.Read(ctx, `SELECT channel_sku FROM links WHERE account = $1 AND refused_code = $2 AND `+RefusedLinks+`
				ORDER BY refused_at, channel_sku LIMIT $3`, func(rows *sql.Rows) error {
			var sku string
			err := rows.Scan(&sku)
			r.Sample = append(r.Sample, sku)
			return err
		}, r.Account, r.Code, incident.MaxSample)
	}
	if err != nil {
		return nil, fmt.Errorf("read refused levels: %w", err)
	}
	return out, nil
}

// refusedRow is a refused level with its code.
type refusedRow struct {
	ChannelSKU string `db:"channel_sku"`
	Code       string `db:"code"`
}

// saveRefused keeps with which codes levels were refused, and forgets it of those among the tracks that are accepted as they are now.
func saveRefused(ctx context.Context, t *db.Tx, account string, refused []refusedRow, tracks []linkTrack) error {
	if len(refused) > 0 {
		_, err := t.Exec(ctx, `WITH now AS MATERIALIZED (SELECT CAST($2 AS TEXT) AS account, {{values 1}} FROM {{rows 1}})
			UPDATE links SET refused_code = now.code, refused_at = CAST($3 AS BIGINT)
			FROM now WHERE links.account = now.account AND links.channel_sku = now.channel_sku`, db.RowsOf(refused), account, t.Now)
		if err != nil {
			return err
		}
	}
	var accepted []string
	for _, l := range tracks {
		if l.Clean >= l.Dirty {
			accepted = append(accepted, l.ChannelSKU)
		}
	}
	if len(accepted) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `UPDATE links SET refused_code = '', refused_at = 0
		WHERE account = CAST($2 AS TEXT) AND refused_code <> '' AND channel_sku IN (SELECT r.value FROM {{rows 1}})`, db.Texts(accepted), account)
	return err
}

// RetryRefused marks levels of an account that were refused with a code to be sent again, at most limit, those that wait longest, and returns how many.
// channelSKUs limits it to these; nil: all.
func (s *Store) RetryRefused(ctx context.Context, account, code string, channelSKUs []string, limit int) (n int, err error) {
	err = s.Write(ctx, "send refused levels of "+account+" again", func(ctx context.Context, t *db.Tx) error {
		args, named := []any{account, code, limit}, ``
		if channelSKUs != nil {
			args, named = append(args, db.Texts(channelSKUs)), ` AND channel_sku IN (SELECT r.value FROM {{rows 4}})`
		}
		var err error
		n, err = t.Exec(ctx, `UPDATE links SET failed_version = 0 WHERE account = $1 AND channel_sku IN (SELECT channel_sku FROM links
			WHERE account = $1 AND refused_code = $2 AND `+RefusedLinks+named+` ORDER BY refused_at, channel_sku LIMIT $3)`, args...)
		return err
	})
	return n, err
}

// Resending counts the levels of an account that were refused with a code and are being sent again.
func (s *Store) Resending(ctx context.Context, account, code string) (n int, err error) {
	err = s.Read(ctx, `SELECT COUNT(*) FROM links l WHERE l.account = $1 AND l.refused_code = $2 AND `+Unsent, func(rows *sql.Rows) error { return rows.Scan(&n) }, account, code)
	if err != nil {
		return 0, fmt.Errorf("count levels of %s that are sent again: %w", account, err)
	}
	return n, nil
}
