package levels

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// DriftRow is a field of a listing that somebody else has set on its channel.
type DriftRow struct {
	Account    string        `json:"account"`
	ChannelSKU string        `json:"channelSku"`
	SKU        string        `json:"sku"`
	Field      listing.Field `json:"field"`
	Ours       string        `json:"ours"`      // what the channel had accepted from Towpath: a number, a price with its currency, a title, a status
	OursAt     time.Time     `json:"oursAt"`    // when
	Theirs     string        `json:"theirs"`    // what it shows
	Since      time.Time     `json:"since"`     // since when it is known to show that
	SeenAt     time.Time     `json:"seenAt"`    // when the channel was asked last
	Times      int           `json:"times"`     // how often somebody else set it within the last 24 hours
	Contested  bool          `json:"contested"` // of a level: it is corrected no more
	Cursor     string        `json:"-"`         // where a list that ends with this one goes on
}

const contestedWithin = int64(stock.ContestedWithin / time.Microsecond)

// timesSet is SQL for how often somebody else has set the field of a field_drifts row since a moment.
func timesSet(row, since string) string {
	return strings.NewReplacer("ROW", row, "SINCE", since).Replace(`(SELECT COUNT(*) FROM field_drifts n WHERE n.account = ROW.account
		AND n.channel_sku = ROW.channel_sku AND n.field = ROW.field AND n.since > SINCE)`)
}

// cursorOfDrift is the cursor of a row of a list by account, channel SKU and field; driftCursor reads it.
func cursorOfDrift(list string, name LinkName, field listing.Field) string {
	return db.Cursor{list, name.Account, string(field) + ":" + name.ChannelSKU}.Text()
}

func driftCursor(list, after string) (LinkName, listing.Field, error) {
	from, err := db.CursorAfter(list, after)
	field, sku, _ := strings.Cut(from[2], ":")
	return LinkName{from[1], sku}, listing.Field(field), err
}

// Drifts returns what somebody else has set of listings, sorted by account, channel SKU and field, for one account or (empty) all, after a cursor: each
// level as it was seen last, also when it was corrected since, and of prices, titles and statuses those that are still so. An invalid cursor is
// ErrBadCursor.
func (s *Store) Drifts(ctx context.Context, account, after string, limit int) ([]DriftRow, error) {
	from, field, err := driftCursor("drift", after)
	if err != nil {
		return nil, err
	}
	var out []DriftRow
	now := time.Now().UnixMicro()
	err = s.Read(ctx, `SELECT l.account, l.channel_sku, l.sku, u.field, u.ours, u.ours_at, u.theirs, u.since, u.seen_at, u.times,
			CASE WHEN u.field = 'level' AND l.contested_at > 0 THEN 1 ELSE 0 END
		FROM (SELECT d.account, d.channel_sku, 'level' AS field, CAST(d.ours AS TEXT) AS ours, d.ours_at, CAST(d.theirs AS TEXT) AS theirs, d.seen_at AS since, d.seen_at,
				(SELECT COUNT(*) FROM drifts n WHERE n.account = d.account AND n.channel_sku = d.channel_sku AND n.named_at > $6) AS times
			FROM drifts d WHERE d.named_at > 0 AND NOT EXISTS (SELECT 1 FROM drifts e WHERE e.account = d.account AND e.channel_sku = d.channel_sku
				AND e.named_at > 0 AND e.ours_version > d.ours_version)
			UNION ALL SELECT d.account, d.channel_sku, d.field, d.ours, d.ours_at, d.theirs, d.since, d.seen_at, `+timesSet("d", "$6")+` AS times
			FROM field_drifts d WHERE d.ended_at = 0) u JOIN links l ON l.account = u.account AND l.channel_sku = u.channel_sku
		WHERE (CAST($1 AS TEXT) = '' OR u.account = CAST($1 AS TEXT)) AND (u.account, u.channel_sku, u.field) > ($2, $3, $4)
		ORDER BY u.account, u.channel_sku, u.field LIMIT $5`, func(rows *sql.Rows) error {
		var d DriftRow
		var oursAt, since, seen int64
		err := rows.Scan(&d.Account, &d.ChannelSKU, &d.SKU, &d.Field, &d.Ours, &oursAt, &d.Theirs, &since, &seen, &d.Times, &d.Contested)
		d.OursAt, d.Since, d.SeenAt = db.At(oursAt), db.At(since), db.At(seen)
		d.Cursor = cursorOfDrift("drift", LinkName{d.Account, d.ChannelSKU}, d.Field)
		out = append(out, d)
		return err
	}, account, from.Account, from.ChannelSKU, string(field), db.Limited(limit), now-contestedWithin)
	if err != nil {
		return nil, fmt.Errorf("list what somebody else has set: %w", err)
	}
	return out, nil
}

// Restore makes a field of listings Towpath's again, for some channel SKUs, left to another tool or not, or, without any, for all that somebody else
// sets; what is left to another tool then stays left. Levels are sent once more, and corrected again from then on; everything else is sent by the next
// publication of what has changed. It returns the number of listings.
func (s *Store) Restore(ctx context.Context, account string, field listing.Field, channelSKUs []string) (int, error) {
	return s.restore(ctx, account, field, func(ctx context.Context, t *db.Tx) (skus []string, err error) {
		if len(channelSKUs) == 0 {
			return othersOf(ctx, t, account, field)
		}
		err = t.Query(ctx, `SELECT l.channel_sku FROM {{rows 1}} CROSS JOIN links l WHERE l.account = CAST($2 AS TEXT) AND l.channel_sku = r.value
			UNION SELECT z.channel_sku FROM {{rows 1}} CROSS JOIN left_to_others z WHERE z.account = CAST($2 AS TEXT) AND z.field = CAST($3 AS TEXT) AND z.channel_sku = r.value
			ORDER BY 1`, scanText(&skus), db.Texts(channelSKUs), account, string(field))
		return skus, err
	})
}

// RestoreLeft is Restore for all of an account that is left to another tool.
func (s *Store) RestoreLeft(ctx context.Context, account string, field listing.Field) (int, error) {
	return s.restore(ctx, account, field, func(ctx context.Context, t *db.Tx) (skus []string, err error) {
		err = t.Query(ctx, `SELECT z.channel_sku FROM left_to_others z WHERE z.account = $1 AND z.field = $2 ORDER BY z.channel_sku`, scanText(&skus), account, string(field))
		return skus, err
	})
}

func (s *Store) restore(ctx context.Context, account string, field listing.Field, which func(context.Context, *db.Tx) ([]string, error)) (restored int, err error) {
	if _, err := s.accounts.Account(ctx, account); err != nil {
		return 0, err
	}
	err = s.Write(ctx, "restore the "+cmp.Or(string(field), "fields")+" of listings of "+account, func(ctx context.Context, t *db.Tx) error {
		skus, err := which(ctx, t)
		restored = len(skus)
		if err != nil || len(skus) == 0 {
			return err
		}
		if _, err := takeBack(ctx, t, account, field, skus); err != nil {
			return err
		}
		if err := forgetDriftsOf(ctx, t, account, field, skus); err != nil {
			return err
		}
		countOthers(t, account)
		if field == listing.FieldLevel {
			restored, err = t.Exec(ctx, `UPDATE links SET contested_at = 0, `+Changed("CAST($3 AS BIGINT)", "CAST($4 AS TEXT)")+`
				WHERE account = CAST($2 AS TEXT) AND channel_sku IN (SELECT r.value FROM {{rows 1}})`, db.Texts(skus), account, t.Now, string(stock.ByDrift))
			return err
		}
		// What was accepted counts as not known, so that the next publication of what has changed sends it.
		_, err = t.Exec(ctx, `UPDATE published SET read_at = 0, hash = '' WHERE through = CAST($2 AS TEXT) AND sku IN (SELECT l.sku FROM {{rows 1}} CROSS JOIN links l
			WHERE l.account = CAST($2 AS TEXT) AND l.channel_sku = r.value)`, db.Texts(skus), account)
		return err
	})
	return restored, err
}

// forgetDriftsOf deletes what is known of who has set a field of listings.
func forgetDriftsOf(ctx context.Context, t *db.Tx, account string, field listing.Field, channelSKUs []string) error {
	text := `DELETE FROM field_drifts WHERE field = CAST($3 AS TEXT) AND`
	args := []any{db.Texts(channelSKUs), account, string(field)}
	if field == listing.FieldLevel {
		text, args = `DELETE FROM drifts WHERE`, args[:2]
	}
	_, err := t.Exec(ctx, text+` account = CAST($2 AS TEXT) AND channel_sku IN (SELECT r.value FROM {{rows 1}})`, args...)
	return err
}
