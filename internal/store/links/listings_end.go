package links

import (
	"context"
	"database/sql"
	"slices"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
)

// end marks listings that the run shows to be gone, and moves links to the listings that are left.
func (p *listingsSave) end(ctx context.Context) error {
	run, known, err := p.readEnd(ctx)
	if err != nil {
		return err
	}
	gone, moved := run.End(known)
	if p.result.Gone = len(gone); len(gone) > 0 {
		if err := p.ExecAll(ctx, len(gone), markGone, rowsOfGone(p.page.Account, gone), p.Now); err != nil {
			return err
		}
	}
	if err := p.lost(ctx, gone, moved, known); err != nil {
		return err
	}
	return p.moveLinks(ctx, moved)
}

// lost notes which listings are gone that their links still point at.
func (p *listingsSave) lost(ctx context.Context, gone []listing.Key, moved []listing.Moved, known []listing.Sighting) error {
	if p.page.Look.AskedAt.IsZero() {
		return nil
	}
	var list []listing.Shown
	for _, s := range known {
		follows := slices.ContainsFunc(moved, func(m listing.Moved) bool { return m.To.ChannelSKU == s.ChannelSKU })
		if s.Link != nil && s.Link.ListingRef == s.Ref && !follows && slices.Contains(gone, s.Key()) {
			list = append(list, s.Shown)
		}
	}
	if err := levels.SaveFields(ctx, p.Tx, p.page.Account, list, true, p.page.Look); err != nil {
		return err
	}
	return levels.EndFields(ctx, p.Tx, p.page.Account)
}

// readEnd reads and locks the listings that the run's end may concern: those that it has not met, and all of a link from which one of
// them differs. They are few, unless the channel shows everything anew.
func (p *listingsSave) readEnd(ctx context.Context) (run listing.Run, known []listing.Sighting, err error) {
	run.ID = p.page.RunID
	err = p.Query(ctx, `SELECT o.channel_sku, o.listing_id, o.ref, o.state, o.channel_fulfils, o.seen_at, o.run_id, COALESCE(n.started_at, 0),
			CASE WHEN k.sku IS NULL THEN 0 ELSE 1 END, COALESCE(k.listing_ref, ''), COALESCE(k.channel_fulfils, 0)
		FROM listings o LEFT JOIN links k ON k.account = o.account AND k.channel_sku = o.channel_sku
			LEFT JOIN runs n ON n.id = CAST($2 AS TEXT)
		WHERE o.account = $1 AND `+managed("o")+` AND (o.run_id <> CAST($2 AS TEXT) OR o.channel_sku IN (
			SELECT x.channel_sku FROM listings x JOIN links y ON y.account = x.account AND y.channel_sku = x.channel_sku
			WHERE x.account = $1 AND `+managed("x")+` AND (x.ref <> y.listing_ref OR x.channel_fulfils <> y.channel_fulfils)))
		ORDER BY o.channel_sku, o.listing_id {{lock o}}`, func(rows *sql.Rows) error {
		var s listing.Sighting
		var link listing.Link
		var seen, started int64
		var linked bool
		err := rows.Scan(&s.ChannelSKU, &s.ListingID, &s.Ref, &s.State, &s.ChannelFulfils, &seen, &s.Run, &started,
			&linked, &link.ListingRef, &link.ChannelFulfils)
		s.SeenAt, run.Started = db.At(seen), db.At(started)
		if link.ChannelSKU = s.ChannelSKU; linked {
			s.Link = &link
		}
		known = append(known, s)
		return err
	}, p.page.Account, p.page.RunID)
	return run, known, err
}

// markGone marks listings as gone at $2.
const markGone = `WITH gone AS MATERIALIZED (SELECT {{values 1}} FROM {{rows 1}})
	UPDATE listings SET gone_at = CAST($2 AS BIGINT) FROM gone
	WHERE listings.account = gone.account AND listings.channel_sku = gone.channel_sku AND listings.listing_id = gone.listing_id`

// goneRow identifies a listing that is gone. Its account is a column so that SQLite looks the listings up by their key, and does not
// go through all of the account for each.
type goneRow struct {
	levels.LinkName
	ListingID string `db:"listing_id"`
}

func rowsOfGone(account string, keys []listing.Key) *db.RowTable {
	return db.RowsBy(keys, func(k listing.Key) goneRow {
		return goneRow{levels.LinkName{Account: account, ChannelSKU: k.SKU}, k.ID}
	})
}

// movedRow has the columns of a link that follows its listings, with those that it had. Its account is one of them for the same reason
// as a goneRow's.
type movedRow struct {
	levels.LinkName
	Ref        string `db:"ref"`
	Fulfils    bool   `db:"fulfils"`
	WasRef     string `db:"was_ref"`
	WasFulfils bool   `db:"was_fulfils"`
}

// moveLinks writes links that changed, unless somebody else changed them first: then all is done again. Links that can now be pushed,
// or have a new destination, become dirty.
func (p *listingsSave) moveLinks(ctx context.Context, moved []listing.Moved) error {
	if p.result.Dirty = len(moved) > 0; len(moved) == 0 {
		return nil
	}
	names, rows := make([]levels.LinkName, len(moved)), make([]movedRow, len(moved))
	for i, m := range moved {
		names[i] = levels.LinkName{Account: p.page.Account, ChannelSKU: m.To.ChannelSKU}
		rows[i] = movedRow{names[i], m.To.ListingRef, m.To.ChannelFulfils, m.From.ListingRef, m.From.ChannelFulfils}
	}
	brake, err := levels.NewBrake(p.Tx, false).WatchLinks(ctx, names)
	if err != nil {
		return err
	}
	err = p.ExecAll(ctx, len(rows), `WITH moved AS MATERIALIZED (SELECT {{values 1}} FROM {{rows 1}})
		UPDATE links SET listing_ref = moved.ref, channel_fulfils = moved.fulfils, `+levels.Changed("CAST($2 AS BIGINT)", "CAST($3 AS TEXT)")+`
		FROM moved WHERE links.account = moved.account AND links.channel_sku = moved.channel_sku
			AND links.listing_ref = moved.was_ref AND links.channel_fulfils = moved.was_fulfils`,
		db.RowsOf(rows), p.Now, string(stock.ByLink))
	if err != nil {
		return err
	}
	return brake.Apply(ctx)
}
