package levels

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// StruckOff is SQL for whether the listing of a link (with account and channel_sku) is struck off: 1 or 0.
func StruckOff(link string) string { return `CASE WHEN ` + IsStruckOff(link) + ` THEN 1 ELSE 0 END` }

// IsStruckOff is StruckOff as a condition.
func IsStruckOff(link string) string {
	return `EXISTS (SELECT 1 FROM struck_off z WHERE z.account = ` + link + `.account AND z.channel_sku = ` + link + `.channel_sku)`
}

// StruckListing is a listing that an operator has struck off.
type StruckListing struct {
	Account    string    `json:"account"`
	ChannelSKU string    `json:"channelSku"`
	SKU        string    `json:"sku,omitempty"` // empty: it has no link now, and stays off once it has one
	Reason     string    `json:"reason"`
	By         string    `json:"by"`
	At         time.Time `json:"at"`
	Cursor     string    `json:"-"` // where a list that ends with this one goes on
}

// struckRow is a row to write.
type struckRow struct {
	LinkName
	Reason string `db:"reason"`
	By     string `db:"by_whom"`
}

// Strike strikes listings off an account: their level is 0 from now on, whatever the stock says, and what the brake holds of them is let go.
// A level that was left to another tool is Towpath's again, or its 0 would not be sent.
// A listing that is off already keeps its first reason. It returns those that were not; repeating it changes nothing.
func (s *Store) Strike(ctx context.Context, account string, channelSKUs []string, reason, by string) (struck []string, err error) {
	err = s.Write(ctx, "strike listings off "+account, func(ctx context.Context, t *db.Tx) error {
		rows := make([]struckRow, len(channelSKUs))
		for i, sku := range channelSKUs {
			rows[i] = struckRow{LinkName{account, db.Clean(sku)}, db.Clean(reason), db.Clean(by)}
		}
		struck = nil
		err := t.Query(ctx, `INSERT INTO struck_off ({{columns 1}}, struck_at) SELECT {{values 1}}, CAST($2 AS BIGINT) FROM {{rows 1}} WHERE true
			ON CONFLICT (account, channel_sku) DO NOTHING RETURNING channel_sku`, scanText(&struck), db.RowsOf(rows), t.Now)
		if err != nil || len(struck) == 0 {
			return err
		}
		if err := s.turned(ctx, t, account, struck); err != nil {
			return err
		}
		// Now that the links are locked, Leave leaves none of them any more.
		n, err := takeBack(ctx, t, account, listing.FieldLevel, struck)
		if n > 0 {
			countOthers(t, account)
		}
		return err
	})
	return struck, err
}

// PutBack ends that listings are struck off: their level follows the stock again. It returns those that were.
func (s *Store) PutBack(ctx context.Context, account string, channelSKUs []string) (back []string, err error) {
	err = s.Write(ctx, "put listings of "+account+" back", func(ctx context.Context, t *db.Tx) error {
		back = nil
		err := t.Query(ctx, `DELETE FROM struck_off WHERE account = CAST($2 AS TEXT) AND channel_sku IN (SELECT r.value FROM {{rows 1}})
			RETURNING channel_sku`, scanText(&back), db.Texts(channelSKUs), account)
		if err != nil || len(back) == 0 {
			return err
		}
		return s.turned(ctx, t, account, back)
	})
	return back, err
}

// turned has the levels of listings sent that were struck off or put back. A person said so: nothing of it is held.
func (s *Store) turned(ctx context.Context, t *db.Tx, account string, channelSKUs []string) error {
	_, err := t.Exec(ctx, `UPDATE links SET held = 0, held_cap = -1, held_at = 0, held_decided = 0, held_version = 0, `+Changed("CAST($3 AS BIGINT)", "CAST($4 AS TEXT)")+`
		WHERE account = CAST($2 AS TEXT) AND channel_sku IN (SELECT r.value FROM {{rows 1}})`, db.Texts(channelSKUs), account, t.Now, string(stock.ByStrike))
	if err != nil {
		return err
	}
	b := NewBrake(t, false)
	b.Accounts[account] = true
	return b.UpdateIncidents(ctx)
}

func scanText(to *[]string) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var text string
		err := rows.Scan(&text)
		*to = append(*to, text)
		return err
	}
}

// StruckListings lists what is struck off, sorted by account and channel SKU, of one account or (empty) all, after a cursor. An invalid
// cursor is ErrBadCursor.
func (s *Store) StruckListings(ctx context.Context, account, after string, limit int) ([]StruckListing, error) {
	from, err := db.CursorAfter("struck", after)
	if err != nil {
		return nil, err
	}
	return s.struckListings(ctx, `(CAST($2 AS TEXT) = '' OR z.account = CAST($2 AS TEXT)) AND (z.account, z.channel_sku) > ($3, $4)`, limit, account, from[1], from[2])
}

// StruckOf lists what is struck off of a SKU's listings, sorted by account and channel SKU.
func (s *Store) StruckOf(ctx context.Context, sku string) ([]StruckListing, error) {
	return s.struckListings(ctx, `l.sku = $2`, db.MaxLimit, sku)
}

// StruckAmong lists those of an account's channel SKUs that are struck off.
func (s *Store) StruckAmong(ctx context.Context, account string, channelSKUs []string) ([]StruckListing, error) {
	return s.struckListings(ctx, `z.account = CAST($2 AS TEXT) AND z.channel_sku IN (SELECT r.value FROM {{rows 3}})`, db.MaxLimit, account, db.Texts(channelSKUs))
}

// struckListings lists what is struck off and fits a condition, whose arguments are those from $2 on.
func (s *Store) struckListings(ctx context.Context, condition string, limit int, args ...any) ([]StruckListing, error) {
	var out []StruckListing
	err := s.Read(ctx, `SELECT z.account, z.channel_sku, COALESCE(l.sku, ''), z.reason, z.by_whom, z.struck_at
		FROM struck_off z LEFT JOIN links l ON l.account = z.account AND l.channel_sku = z.channel_sku
		WHERE `+condition+` ORDER BY z.account, z.channel_sku LIMIT $1`, func(rows *sql.Rows) error {
		var one StruckListing
		var at int64
		err := rows.Scan(&one.Account, &one.ChannelSKU, &one.SKU, &one.Reason, &one.By, &at)
		one.At, one.Cursor = db.At(at), db.Cursor{"struck", one.Account, one.ChannelSKU}.Text()
		out = append(out, one)
		return err
	}, append([]any{db.Limited(limit)}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("list what is struck off: %w", err)
	}
	return out, nil
}

// Strikable returns those of the channel SKUs that an account links or lists. The value is whether the channel fulfils the listing itself.
func (s *Store) Strikable(ctx context.Context, account string, channelSKUs []string) (map[string]bool, error) {
	out := map[string]bool{}
	err := s.Read(ctx, `SELECT l.channel_sku, l.channel_fulfils FROM {{rows 1}} CROSS JOIN links l WHERE l.account = CAST($2 AS TEXT) AND l.channel_sku = r.value
		UNION SELECT o.channel_sku, 0 FROM {{rows 1}} CROSS JOIN listings o WHERE o.account = CAST($2 AS TEXT) AND o.channel_sku = r.value AND o.gone_at = 0`,
		func(rows *sql.Rows) error {
			var sku string
			var fulfils bool
			err := rows.Scan(&sku, &fulfils)
			out[sku] = out[sku] || fulfils
			return err
		}, db.Texts(channelSKUs), account)
	if err != nil {
		return nil, fmt.Errorf("look for listings of %s: %w", account, err)
	}
	return out, nil
}
