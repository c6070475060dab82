package levels

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/incident"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
)

// IsLeft is the SQL condition for a link (with account and channel_sku) whose field is left to another tool: Towpath sends nothing of it.
func IsLeft(link string, field listing.Field) string {
	return `EXISTS (SELECT 1 FROM left_to_others lo WHERE lo.account = ` + link + `.account AND lo.channel_sku = ` + link + `.channel_sku AND lo.field = '` + string(field) + `')`
}

// Left is IsLeft as a column: 1 or 0.
func Left(link string, field listing.Field) string {
	return `CASE WHEN ` + IsLeft(link, field) + ` THEN 1 ELSE 0 END`
}

// LeftField is a level or a price that is left to another tool.
type LeftField struct {
	Account    string        `json:"account"`
	ChannelSKU string        `json:"channelSku"`
	SKU        string        `json:"sku,omitempty"` // empty: the listing has no link now
	Field      listing.Field `json:"field"`
	By         string        `json:"by"`
	At         time.Time     `json:"at"`
	Cursor     string        `json:"-"` // where a list that ends with this one goes on
}

// leftRow is a row to write.
type leftRow struct {
	LinkName
	Field listing.Field `db:"field"`
	By    string        `db:"by_whom"`
}

// Leave leaves a field of listings to another tool, until Restore: Towpath sends nothing of it. Without channel SKUs these are all that somebody else
// sets by now: contested levels, or prices that differ. It returns those that were not left before; repeating it changes nothing. A level or price
// that is being sent at this moment still arrives. The field must be one that can be left. Levels that are struck off can't: a StruckOffError names them, and
// nothing is done.
func (s *Store) Leave(ctx context.Context, account string, field listing.Field, channelSKUs []string, by string) (left []string, err error) {
	if !field.CanBeLeft() {
		return nil, fmt.Errorf("leave the %s of listings of %s to another tool: only a level or a price can be left", field, account)
	}
	if _, err := s.accounts.Account(ctx, account); err != nil {
		return nil, err
	}
	err = s.Write(ctx, "leave a "+string(field)+" of "+account, func(ctx context.Context, t *db.Tx) error {
		left = nil
		skus, err := toLeave(ctx, t, account, field, channelSKUs)
		if err != nil || len(skus) == 0 {
			return err
		}
		rows := db.RowsBy(skus, func(sku string) leftRow { return leftRow{LinkName{account, sku}, field, db.Clean(by)} })
		err = t.Query(ctx, `INSERT INTO left_to_others ({{columns 1}}, left_at) SELECT {{values 1}}, CAST($2 AS BIGINT) FROM {{rows 1}} WHERE true
			ON CONFLICT (account, channel_sku, field) DO NOTHING RETURNING channel_sku`, scanText(&left), rows, t.Now)
		if err != nil || len(left) == 0 {
			return err
		}
		if err := forgetDriftsOf(ctx, t, account, field, left); err != nil {
			return err
		}
		if field == listing.FieldLevel {
			err = letGoLevels(ctx, t, account, left)
		}
		if err == nil {
			countOthers(t, account)
		}
		return err
	})
	return left, err
}

// letGoLevels ends what the brake holds of levels, that they are contested, that they are refused, and that they are on their way back: nothing
// would be sent of that, so it would never end.
func letGoLevels(ctx context.Context, t *db.Tx, account string, channelSKUs []string) error {
	_, err := t.Exec(ctx, `DELETE FROM levels_before WHERE account = CAST($2 AS TEXT) AND channel_sku IN (SELECT l.channel_sku FROM {{rows 1}}
		CROSS JOIN links l WHERE l.account = CAST($2 AS TEXT) AND l.channel_sku = r.value AND l.apart = 'undo')`, db.Texts(channelSKUs), account)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE links SET contested_at = 0, failed_version = 0, apart = CASE WHEN apart = 'undo' THEN '' ELSE apart END, `+LetGo+` WHERE account = CAST($2 AS TEXT)
		AND channel_sku IN (SELECT r.value FROM {{rows 1}})`, db.Texts(channelSKUs), account)
	if err != nil {
		return err
	}
	b := NewBrake(t, false)
	b.Accounts[account] = true
	return b.UpdateIncidents(ctx)
}

// takeBack ends that a field of listings is left. It returns how many were.
func takeBack(ctx context.Context, t *db.Tx, account string, field listing.Field, channelSKUs []string) (int, error) {
	return t.Exec(ctx, `DELETE FROM left_to_others WHERE account = CAST($2 AS TEXT) AND field = CAST($3 AS TEXT)
		AND channel_sku IN (SELECT r.value FROM {{rows 1}})`, db.Texts(channelSKUs), account, string(field))
}

// LeftFields lists what is left to other tools, sorted by account, channel SKU and field, of one account or (empty) all, after a cursor. An invalid cursor
// is ErrBadCursor.
func (s *Store) LeftFields(ctx context.Context, account, after string, limit int) ([]LeftField, error) {
	from, field, err := driftCursor("left", after)
	if err != nil {
		return nil, err
	}
	var out []LeftField
	err = s.Read(ctx, `SELECT z.account, z.channel_sku, COALESCE(l.sku, ''), z.field, z.by_whom, z.left_at
		FROM left_to_others z LEFT JOIN links l ON l.account = z.account AND l.channel_sku = z.channel_sku
		WHERE (CAST($1 AS TEXT) = '' OR z.account = CAST($1 AS TEXT)) AND (z.account, z.channel_sku, z.field) > ($2, $3, $4)
		ORDER BY z.account, z.channel_sku, z.field LIMIT $5`, func(rows *sql.Rows) error {
		var one LeftField
		var at int64
		err := rows.Scan(&one.Account, &one.ChannelSKU, &one.SKU, &one.Field, &one.By, &at)
		one.At, one.Cursor = db.At(at), cursorOfDrift("left", LinkName{one.Account, one.ChannelSKU}, one.Field)
		out = append(out, one)
		return err
	}, account, from.Account, from.ChannelSKU, string(field), db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("list what is left to other tools: %w", err)
	}
	return out, nil
}

// countOthers counts, at the end of a transaction, what somebody else sets on an account, by incident.CodeOfField, and what is left to other tools, by field.
func countOthers(t *db.Tx, account string) {
	incidents.Alone(t, incident.SecondWriter, account, func(ctx context.Context) error {
		set := incident.NewByCode(incident.SecondWriter, account)
		err := t.Query(ctx, `SELECT l.channel_sku, '', 0 FROM links l WHERE l.account = $1 AND l.contested_at > 0
			UNION ALL SELECT d.channel_sku, d.field, `+timesSet("d", "$2")+` FROM field_drifts d JOIN links l ON l.account = d.account AND l.channel_sku = d.channel_sku
				WHERE d.account = $1 AND d.ended_at = 0 ORDER BY 1, 2`, func(rows *sql.Rows) error {
			var sku string
			var field listing.Field
			var times int
			err := rows.Scan(&sku, &field, &times)
			set.Add(incident.CodeOfField(string(field), stock.Contested(times)), sku)
			return err
		}, account, t.Now-contestedWithin)
		if err != nil {
			return err
		}
		return incidents.SaveByCode(ctx, t, incident.SecondWriter, account, set)
	})
	incidents.Alone(t, incident.Left, account, func(ctx context.Context) error {
		left := incident.NewByCode(incident.Left, account)
		err := t.Query(ctx, `SELECT z.channel_sku, z.field FROM left_to_others z JOIN links l ON l.account = z.account AND l.channel_sku = z.channel_sku
			WHERE z.account = $1 ORDER BY z.channel_sku, z.field`, func(rows *sql.Rows) error {
			var sku, field string
			err := rows.Scan(&sku, &field)
			left.Add(field, sku)
			return err
		}, account)
		if err != nil {
			return err
		}
		return incidents.SaveByCode(ctx, t, incident.Left, account, left)
	})
}
