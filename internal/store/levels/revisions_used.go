package levels

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// saveUsedUp notes which listings take no more revisions today, so that none of their other variations is sent in vain.
func saveUsedUp(ctx context.Context, t *db.Tx, account string, pushes []Push) error {
	at := map[string]time.Time{}
	var names []string
	for _, p := range pushes {
		if !p.UsedUpAt.IsZero() {
			at[p.ChannelSKU], names = p.UsedUpAt, append(names, p.ChannelSKU)
		}
	}
	if len(names) == 0 {
		return nil
	}
	listings, err := listingsOf(ctx, t, account, names)
	if err != nil {
		return err
	}
	last := map[string]revisedRow{}
	for sku, moment := range at {
		if row := last[listings[sku]]; db.Micro(moment) >= row.UsedUpAt {
			last[listings[sku]] = revisedRow{Listing: listings[sku], UsedUpAt: db.Micro(moment)}
		}
	}
	rows := make([]revisedRow, 0, len(last))
	for _, row := range last {
		rows = append(rows, row)
	}
	_, err = t.Exec(ctx, `WITH now AS MATERIALIZED (SELECT CAST($2 AS TEXT) AS account, {{values 1}} FROM {{rows 1}})
		UPDATE listing_revisions SET used_up_at = now.used_up_at, last_at = CASE WHEN now.used_up_at > listing_revisions.last_at
			THEN now.used_up_at ELSE listing_revisions.last_at END FROM now
		WHERE listing_revisions.account = now.account AND listing_revisions.listing = now.listing`, db.RowsOf(rows), account)
	return err
}

// RevisedListing is a listing that has used much of its revisions.
type RevisedListing struct {
	Account  string    `json:"account"`
	Listing  string    `json:"listing"` // the channel's id; 'SKU ' and the channel SKU where no import has met it
	Used     int       `json:"used"`    // in the last 25 hours of the channel
	ADay     int       `json:"aDay"`    // how many the channel takes on a day
	UsedUpAt time.Time `json:"usedUpAt,omitzero"`
}

// maxRevised is how many of an account's listings are read to find those that are low: what was counted last may not count any more.
const maxRevised = 1000

// LowListings lists an account's listings that have used half of a day's revisions or more, or of which the channel takes no more, the
// lowest first.
func (s *Store) LowListings(ctx context.Context, account string, limit stock.RevisionLimit, now time.Time) ([]RevisedListing, error) {
	var out []RevisedListing
	at := db.Micro(now)
	err := s.Read(ctx, `SELECT listing, used, hours, last_at, used_up_at FROM listing_revisions
		WHERE account = $1 AND (used >= $2 OR used_up_at > $3) AND last_at > $4 ORDER BY used DESC, listing LIMIT $5`, func(rows *sql.Rows) error {
		var row revisedRow
		if err := rows.Scan(db.FieldsOf(&row)...); err != nil {
			return err
		}
		v, err := row.revisions()
		if err != nil {
			return err
		}
		one := RevisedListing{Account: account, Listing: row.Listing, Used: v.Used(limit, at), ADay: limit.ADay}
		if v.RefusedUntil(limit) > at {
			one.UsedUpAt = db.At(row.UsedUpAt)
		}
		if one.Used >= limit.Low() || !one.UsedUpAt.IsZero() {
			out = append(out, one)
		}
		return nil
	}, account, limit.Low(), at-limit.Hour.Microseconds(), limit.Forgotten(at), maxRevised)
	if err != nil {
		return nil, fmt.Errorf("list revised listings of %s: %w", account, err)
	}
	return out, nil
}

// ForgetRevisions deletes what does not count any more, at most limit listings, and returns their number.
func (s *Store) ForgetRevisions(ctx context.Context, before time.Time, limit int) (n int, err error) {
	err = s.Write(ctx, "forget old revisions", func(ctx context.Context, t *db.Tx) error {
		n, err = t.Exec(ctx, `DELETE FROM listing_revisions WHERE (account, listing) IN (SELECT o.account, o.listing FROM listing_revisions o
			WHERE o.last_at < $1 ORDER BY o.account, o.listing LIMIT $2 {{lock o}})`, db.Micro(before), limit)
		return err
	})
	return n, err
}
