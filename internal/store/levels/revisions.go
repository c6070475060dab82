package levels

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// revisedRow is a row of listing_revisions to write.
type revisedRow struct {
	Listing  string `db:"listing"`
	Used     int    `db:"used"`
	Hours    string `db:"hours"`
	LastAt   int64  `db:"last_at"`
	UsedUpAt int64  `db:"used_up_at"`
}

func (r revisedRow) revisions() (stock.Revisions, error) {
	out := stock.Revisions{LastAt: r.LastAt, UsedUpAt: r.UsedUpAt}
	if r.Hours == "" {
		return out, nil
	}
	if err := json.Unmarshal([]byte(r.Hours), &out.Hours); err != nil {
		return out, fmt.Errorf("read the revisions of listing %s: %w", r.Listing, err)
	}
	return out, nil
}

// laterRow is a link whose level waits for its listing's revisions.
type laterRow struct {
	ChannelSKU string `db:"channel_sku"`
	Version    int64  `db:"version"`
	Until      int64  `db:"until"`
	Used       int    `db:"used"`
}

// SpendRevisions deals levels to the calls of a turn, counts a revision of each listing that they will revise, and returns the levels that are to be sent,
// those of a call following each other. The others wait: for a later turn, or, where their listing has few revisions left, for a later time (ReleaseLater) or
// until they change. All variations of a listing share its revisions, and one revision takes all of them that are in the call. It must be called
// before the channel is: what is killed in between has counted too many.
func (s *Store) SpendRevisions(ctx context.Context, account string, list []DirtyLevel, turn stock.Turn, limit stock.RevisionLimit, now time.Time) ([]DirtyLevel, error) {
	if len(list) == 0 {
		return nil, nil
	}
	names := make([]string, len(list))
	for i, d := range list {
		names[i] = d.ChannelSKU
	}
	var out []DirtyLevel
	err := s.Write(ctx, "count revisions of "+account, func(ctx context.Context, t *db.Tx) error {
		out = nil
		listings, err := listingsOf(ctx, t, account, names)
		if err != nil {
			return err
		}
		sent := dealt(list, listings, turn)
		zero := map[string]bool{} // by listing: whether one of its levels is 0
		for _, d := range sent {
			zero[listings[d.ChannelSKU]] = zero[listings[d.ChannelSKU]] || d.Quantity == 0
		}
		r := &revising{Tx: t, account: account, limit: limit, at: db.Micro(now)}
		due := map[string]int64{}
		if err := r.each(ctx, slices.Sorted(maps.Keys(zero)), func(listing string, v *stock.Revisions) bool {
			due[listing] = v.Due(limit, zero[listing], r.at)
			return due[listing] <= r.at
		}); err != nil {
			return err
		}
		var later []laterRow
		for _, d := range sent {
			listing := listings[d.ChannelSKU]
			if due[listing] <= r.at {
				out = append(out, d)
				continue
			}
			later = append(later, laterRow{d.ChannelSKU, d.Version, due[listing], r.used[listing]})
		}
		return sendLater(ctx, t, account, later)
	})
	return out, err
}

// dealt returns the levels that a turn takes, by call.
func dealt(list []DirtyLevel, listings map[string]string, turn stock.Turn) (sent []DirtyLevel) {
	whole := make([]string, len(list))
	for i, d := range list {
		whole[i] = listings[d.ChannelSKU]
	}
	for i, call := range turn.Deal(whole) {
		if call >= 0 {
			list[i].Call = call
			sent = append(sent, list[i])
		}
	}
	slices.SortStableFunc(sent, func(a, b DirtyLevel) int { return cmp.Compare(a.Call, b.Call) })
	return sent
}

// CountRevisions counts a revision of each listing that a publication will revise, and returns those that it may not revise now.
func (s *Store) CountRevisions(ctx context.Context, account string, listings []string, limit stock.RevisionLimit, now time.Time) (kept []string, err error) {
	err = s.Write(ctx, "count revisions of "+account, func(ctx context.Context, t *db.Tx) error {
		kept = nil
		r := &revising{Tx: t, account: account, limit: limit, at: db.Micro(now)}
		return r.each(ctx, slices.Compact(slices.Sorted(slices.Values(listings))), func(listing string, v *stock.Revisions) bool {
			if !v.Leaves(limit, r.at) {
				kept = append(kept, listing)
				return false
			}
			return true
		})
	})
	return kept, err
}

// revising decides about the revisions of listings.
type revising struct {
	*db.Tx
	account string
	limit   stock.RevisionLimit
	at      int64
	used    map[string]int // by listing, when it was decided
}

// each locks listings, in their order, and counts a revision of those for which goes returns true.
func (r *revising) each(ctx context.Context, listings []string, goes func(listing string, v *stock.Revisions) bool) error {
	rows, err := r.lock(ctx, listings)
	if err != nil {
		return err
	}
	r.used = map[string]int{}
	var counted []revisedRow
	for _, row := range rows {
		v, err := row.revisions()
		if err != nil {
			return err
		}
		r.used[row.Listing] = v.Used(r.limit, r.at)
		if !goes(row.Listing, &v) {
			continue
		}
		v.Count(r.limit, r.at)
		hours, err := json.Marshal(v.Hours)
		if err != nil {
			return fmt.Errorf("write the revisions of listing %s: %w", row.Listing, err)
		}
		counted = append(counted, revisedRow{Listing: row.Listing, Used: v.Used(r.limit, r.at), Hours: string(hours), LastAt: v.LastAt, UsedUpAt: v.UsedUpAt})
	}
	if len(counted) == 0 {
		return nil
	}
	_, err = r.Exec(ctx, `WITH now AS MATERIALIZED (SELECT CAST($2 AS TEXT) AS account, {{values 1}} FROM {{rows 1}})
		UPDATE listing_revisions SET used = now.used, hours = now.hours, last_at = now.last_at FROM now
		WHERE listing_revisions.account = now.account AND listing_revisions.listing = now.listing`, db.RowsOf(counted), r.account)
	return err
}

func (r *revising) lock(ctx context.Context, listings []string) (rows []revisedRow, err error) {
	_, err = r.Exec(ctx, `INSERT INTO listing_revisions (account, listing) SELECT CAST($2 AS TEXT), r.value FROM {{rows 1}} WHERE true
		ORDER BY r.value ON CONFLICT (account, listing) DO NOTHING`, db.Texts(listings), r.account)
	if err != nil {
		return nil, err
	}
	err = r.Query(ctx, `SELECT o.listing, o.used, o.hours, o.last_at, o.used_up_at FROM {{rows 1}} CROSS JOIN listing_revisions o
		WHERE o.account = CAST($2 AS TEXT) AND o.listing = r.value ORDER BY o.listing {{lock o}}`, func(found *sql.Rows) error {
		var row revisedRow
		err := found.Scan(db.FieldsOf(&row)...)
		rows = append(rows, row)
		return err
	}, db.Texts(listings), r.account)
	return rows, err
}

// listingsOf returns the listing of each channel SKU. One that no import has met is named after its SKU: its other variations are then
// counted apart from it.
func listingsOf(ctx context.Context, t *db.Tx, account string, channelSKUs []string) (map[string]string, error) {
	out := make(map[string]string, len(channelSKUs))
	for _, sku := range channelSKUs {
		out[sku] = "SKU " + sku
	}
	err := t.Query(ctx, `SELECT s.channel_sku, s.listing_id FROM {{rows 1}} CROSS JOIN listings s
			LEFT JOIN links l ON l.account = s.account AND l.channel_sku = s.channel_sku
		WHERE s.account = CAST($2 AS TEXT) AND s.channel_sku = r.value AND s.listing_id <> '' AND `+isShown+`
		ORDER BY s.channel_sku, CASE WHEN s.ref = l.listing_ref THEN 1 ELSE 0 END, s.seen_at, s.listing_id`, func(rows *sql.Rows) error {
		var sku, listing string
		err := rows.Scan(&sku, &listing)
		out[sku] = listing // the last one is the link's, or the one seen last
		return err
	}, db.Texts(channelSKUs), account)
	return out, err
}

// sendLater notes until when levels are not sent.
func sendLater(ctx context.Context, t *db.Tx, account string, list []laterRow) error {
	if len(list) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `WITH now AS MATERIALIZED (SELECT CAST($2 AS TEXT) AS account, {{values 1}} FROM {{rows 1}})
		UPDATE links SET later_version = now.version, later_until = now.until, later_used = now.used FROM now
		WHERE links.account = now.account AND links.channel_sku = now.channel_sku`, db.RowsOf(list), account)
	return err
}

// ReleaseLater lets levels be sent whose time has come. It returns their number.
func (s *Store) ReleaseLater(ctx context.Context, now time.Time) (n int, err error) {
	err = s.Write(ctx, "release levels whose time has come", func(ctx context.Context, t *db.Tx) error {
		n, err = t.Exec(ctx, `UPDATE links SET later_version = 0, later_until = 0, later_used = 0
			WHERE (account, channel_sku) IN (SELECT o.account, o.channel_sku FROM links o
				WHERE o.later_until > 0 AND o.later_until <= $1 ORDER BY o.account, o.channel_sku {{lock o}})`, db.Micro(now))
		return err
	})
	return n, err
}
