package levels

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// DriftRow is a level that somebody else has set on a channel.
type DriftRow struct {
	Account    string    `json:"account"`
	ChannelSKU string    `json:"channelSku"`
	SKU        string    `json:"sku"`
	Ours       int       `json:"ours"`      // what the channel had accepted from Towpath
	OursAt     time.Time `json:"oursAt"`    // when
	Theirs     int       `json:"theirs"`    // what it showed
	SeenAt     time.Time `json:"seenAt"`    // when the channel was asked
	Times      int       `json:"times"`     // how often somebody else set it within the last 24 hours
	Contested  bool      `json:"contested"` // it is corrected no more
	Cursor     string    `json:"-"`         // where a list that ends with this one goes on
}

// Drifts returns the levels that somebody else has set, each as it was seen last, sorted by account and channel SKU, for one account or
// (empty) all, after a cursor. An invalid cursor is ErrBadCursor.
func (s *Store) Drifts(ctx context.Context, account, after string, limit int) ([]DriftRow, error) {
	from, err := db.CursorAfter("drift", after)
	if err != nil {
		return nil, err
	}
	var out []DriftRow
	err = s.Read(ctx, `SELECT l.account, l.channel_sku, l.sku, d.ours, d.ours_at, d.theirs, d.seen_at, CASE WHEN l.contested_at > 0 THEN 1 ELSE 0 END,
			(SELECT COUNT(*) FROM drifts n WHERE n.account = l.account AND n.channel_sku = l.channel_sku AND n.named_at > $5)
		FROM drifts d JOIN links l ON l.account = d.account AND l.channel_sku = d.channel_sku
		WHERE d.named_at > 0 AND (CAST($1 AS TEXT) = '' OR d.account = CAST($1 AS TEXT)) AND (d.account, d.channel_sku) > ($2, $3)
			AND NOT EXISTS (SELECT 1 FROM drifts e WHERE e.account = d.account AND e.channel_sku = d.channel_sku AND e.named_at > 0 AND e.ours_version > d.ours_version)
		ORDER BY d.account, d.channel_sku LIMIT $4`, func(rows *sql.Rows) error {
		var d DriftRow
		var oursAt, seen int64
		err := rows.Scan(&d.Account, &d.ChannelSKU, &d.SKU, &d.Ours, &oursAt, &d.Theirs, &seen, &d.Contested, &d.Times)
		d.OursAt, d.SeenAt, d.Cursor = db.At(oursAt), db.At(seen), db.Cursor{"drift", d.Account, d.ChannelSKU}.Text()
		out = append(out, d)
		return err
	}, account, from[1], from[2], db.Limited(limit), time.Now().Add(-stock.ContestedWithin).UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("list levels that somebody else has set: %w", err)
	}
	return out, nil
}

// Restore sends the levels of an account once more that somebody else has set, for some channel SKUs or, without any, for all that are
// contested: they are corrected again from then on. It returns the number of levels.
func (s *Store) Restore(ctx context.Context, account string, channelSKUs []string) (restored int, err error) {
	if _, err := s.accounts.Account(ctx, account); err != nil {
		return 0, err
	}
	err = s.Write(ctx, "restore levels of "+account, func(ctx context.Context, t *db.Tx) error {
		skus := channelSKUs
		if len(skus) == 0 {
			err := t.Query(ctx, `SELECT l.channel_sku FROM links l WHERE l.account = $1 AND l.contested_at > 0`, func(rows *sql.Rows) error {
				var sku string
				err := rows.Scan(&sku)
				skus = append(skus, sku)
				return err
			}, account)
			if err != nil || len(skus) == 0 {
				return err
			}
		}
		_, err := t.Exec(ctx, `DELETE FROM drifts WHERE account = CAST($2 AS TEXT) AND channel_sku IN (SELECT r.value FROM {{rows 1}})`, db.Texts(skus), account)
		if err != nil {
			return err
		}
		restored, err = t.Exec(ctx, `UPDATE links SET contested_at = 0, `+Changed("CAST($3 AS BIGINT)", "CAST($4 AS TEXT)")+`
			WHERE account = CAST($2 AS TEXT) AND channel_sku IN (SELECT r.value FROM {{rows 1}})`, db.Texts(skus), account, t.Now, string(stock.ByDrift))
		if err != nil {
			return err
		}
		return updateContested(ctx, t, account)
	})
	return restored, err
}
