package links

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/db"
)

// FoundPage is a part of a report, to be saved in one transaction.
type FoundPage struct {
	Account  string
	RunID    string
	SeenAt   time.Time
	Listings []listing.Found
	Last     bool // on the last page, listings that only earlier reports had are marked gone
}

// FoundResult has the changes that a part of a report made.
type FoundResult struct {
	Counts message.Counts
	Gone   int // on the last page only
}

// SaveFound saves a part of a report of a channel's listings. It does not change listings known from the channel's API. It may be
// repeated.
func (s *Store) SaveFound(ctx context.Context, page FoundPage) (FoundResult, error) {
	var result FoundResult
	err := s.Write(ctx, "save listings found on "+page.Account, func(ctx context.Context, t *db.Tx) error {
		f := &foundSave{Tx: t, page: page, report: listing.NewReport(page.RunID, cleaned(page.Listings))}
		for _, step := range []func(context.Context) error{f.compare, f.saveListings, f.saveShown, f.markGone} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		result = f.result
		return nil
	})
	return result, err
}

// cleaned returns listings as they can be stored.
func cleaned(found []listing.Found) []listing.Found {
	out := make([]listing.Found, len(found))
	for i, f := range found {
		out[i] = listing.Found{ID: db.Clean(f.ID), Title: db.Clean(f.Title), Format: db.Clean(f.Format), Site: db.Clean(f.Site)}
		for _, item := range f.Items {
			item.SKU, item.Variation = db.Clean(item.SKU), db.Clean(item.Variation)
			out[i].Items = append(out[i].Items, item)
		}
	}
	return out
}

// foundSave is one attempt to save a part of a report.
type foundSave struct {
	*db.Tx
	page   FoundPage
	report *listing.Report
	known  map[string]listing.Reported
	result FoundResult
}

// compare reads and locks what earlier reports had of the page's listings; on the last page also what this report may not have.
func (f *foundSave) compare(ctx context.Context) error {
	f.known = map[string]listing.Reported{}
	from, args := knownOfPage, []any{db.Texts(f.report.IDs()), f.page.Account}
	if f.page.Last {
		from, args = knownAtEnd, append(args, f.page.RunID)
	}
	err := f.Query(ctx, `SELECT o.listing_id, o.title, o.format, o.site, o.items, o.run_id, o.gone_at, o.fault_id, o.fault_code, `+from, func(rows *sql.Rows) error {
		var k listing.Reported
		var s listing.Sighting
		var items string
		var gone int64
		var sold bool
		err := rows.Scan(&k.ID, &k.Title, &k.Format, &k.Site, &items, &k.Run, &gone, &k.FaultID, &k.FaultCode, &sold, &s.ChannelSKU, &s.Run)
		if err != nil {
			return err
		}
		if k.Items, err = itemsOf(items); err != nil {
			return err
		}
		if k.Gone, k.Sold = gone != 0, f.known[k.ID].Sold; sold {
			s.ListingID, s.Unmanaged = k.ID, true
			k.Sold = append(k.Sold, s)
		}
		f.known[k.ID] = k
		return nil
	}, args...)
	if err != nil {
		return err
	}
	f.report.Compare(f.known)
	f.result.Counts = message.Counts{Seen: f.report.Seen, Saved: f.report.Saved, Same: f.report.Same}
	return nil
}

// knownOfPage are the page's listings as earlier reports had them.
const knownOfPage = `0, '', '' FROM {{rows 1}} CROSS JOIN found_listings o
	WHERE o.account = CAST($2 AS TEXT) AND o.listing_id = r.value ORDER BY o.listing_id {{lock o}}`

// knownAtEnd are in addition the listings that run $3 has not met, or of which it has not met everything l that can be bought.
const knownAtEnd = `CASE WHEN l.listing_id IS NULL THEN 0 ELSE 1 END, COALESCE(l.channel_sku, ''), COALESCE(l.run_id, '')
	FROM found_listings o LEFT JOIN listings l ON l.account = o.account AND l.listing_id = o.listing_id
		AND l.unmanaged = 1 AND l.gone_at = 0 AND l.run_id <> CAST($3 AS TEXT)
	WHERE o.account = CAST($2 AS TEXT) AND (o.listing_id IN (SELECT r.value FROM {{rows 1}})
		OR o.gone_at = 0 AND (o.run_id <> CAST($3 AS TEXT) OR l.listing_id IS NOT NULL))
	ORDER BY o.listing_id, l.channel_sku {{lock o}}`

// foundRow has the columns of a row of found_listings that a report fills.
type foundRow struct {
	ID        string `db:"listing_id"`
	Title     string `db:"title"`
	Format    string `db:"format"`
	Site      string `db:"site"`
	Items     string `db:"items"`
	FaultID   string `db:"fault_id"`
	FaultCode string `db:"fault_code"`
}

func rowOfFound(l listing.Reported) foundRow {
	return foundRow{l.ID, l.Title, l.Format, l.Site, itemsText(l.Items), l.FaultID, l.FaultCode}
}

func (f *foundSave) saveListings(ctx context.Context) error {
	if len(f.report.Listings) == 0 {
		return nil
	}
	_, err := f.Exec(ctx, `INSERT INTO found_listings ({{columns 1}}, account, seen_at, run_id)
		SELECT {{values 1}}, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS TEXT)
		FROM {{rows 1}} WHERE true
		ON CONFLICT (account, listing_id) DO UPDATE SET title = excluded.title, format = excluded.format, site = excluded.site,
			items = excluded.items, fault_id = excluded.fault_id, fault_code = excluded.fault_code,
			seen_at = excluded.seen_at, run_id = excluded.run_id, gone_at = 0`,
		db.RowsBy(f.report.Listings, rowOfFound), f.page.Account, db.Micro(f.page.SeenAt), f.page.RunID)
	return err
}

// ofReports is the SQL condition for a listing that a report may overwrite: only reports know it, or the channel's API shows it no more.
const ofReports = `(listings.unmanaged = 1 OR listings.gone_at <> 0)`

// saveShown writes what can be bought, beside what imports over the API have met.
func (f *foundSave) saveShown(ctx context.Context) error {
	var shown []listing.Shown
	for _, l := range f.report.Listings {
		shown = append(shown, l.Shown()...)
	}
	slices.SortFunc(shown, listing.ByKey)
	for batch := range slices.Chunk(shown, db.BatchRows) {
		_, err := f.Exec(ctx, upsertListings+` WHERE `+ofReports, db.RowsBy(batch, rowOfShown), f.page.Account, db.Micro(f.page.SeenAt), f.page.RunID)
		if err != nil {
			return err
		}
	}
	return nil
}

// markGone marks listings that are no longer in the report, on its last page. Nobody waits for their migration any more. What the
// channel's API has met meanwhile is no longer the report's.
func (f *foundSave) markGone(ctx context.Context) error {
	if !f.page.Last {
		return nil
	}
	gone, sold := f.report.End(f.known)
	if f.result.Gone = len(gone); len(gone) > 0 {
		if err := f.ExecAll(ctx, len(gone), `UPDATE found_listings SET gone_at = CAST($3 AS BIGINT), asked_at = 0
			WHERE account = CAST($2 AS TEXT) AND listing_id IN (SELECT r.value FROM {{rows 1}})`, db.Texts(gone), f.page.Account, f.Now); err != nil {
			return err
		}
	}
	if len(sold) == 0 {
		return nil
	}
	_, err := f.Exec(ctx, markGone+` AND listings.unmanaged = 1`, rowsOfGone(f.page.Account, sold), f.Now)
	return err
}
