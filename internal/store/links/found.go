package links

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/db"
)

// FoundListing is a listing from a report of the channel, with the state of its migration.
type FoundListing struct {
	listing.Found
	SeenAt     time.Time `json:"seenAt"`
	AskedAt    time.Time `json:"askedAt,omitzero"`    // a person has agreed to its migration, which is not done yet
	MigratedAt time.Time `json:"migratedAt,omitzero"` // zero: not by Towpath
	Managed    bool      `json:"managed"`             // the channel's API knows it, through Towpath or not
	FaultID    string    `json:"faultId,omitempty"`   // why the channel refused its migration last
	FaultCode  string    `json:"faultCode,omitempty"`
}

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
		result = FoundResult{}
		f := &foundSave{Tx: t, page: page, result: &result}
		for _, step := range []func(context.Context) error{f.count, f.saveListings, f.saveItemsOf, f.markGone} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	return result, err
}

// foundSave is one attempt to save a part of a report.
type foundSave struct {
	*db.Tx
	page   FoundPage
	result *FoundResult
}

// foundText is the part of a listing that is compared and stored.
func foundText(f listing.Found) string {
	rows := make([][]any, len(f.Items))
	for i, item := range f.Items {
		rows[i] = []any{db.Clean(item.SKU), db.Clean(item.Variation), item.Quantity}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return "[]" // texts and numbers can always be written
	}
	return string(text)
}

// count counts new, changed and unchanged listings.
func (f *foundSave) count(ctx context.Context) error {
	before := map[string][4]string{}
	err := f.Query(ctx, `SELECT o.listing_id, o.title, o.format, o.site, o.items FROM {{rows 1}} CROSS JOIN found_listings o
		WHERE o.account = CAST($2 AS TEXT) AND o.listing_id = r.value AND o.gone_at = 0 ORDER BY o.listing_id {{lock o}}`, func(rows *sql.Rows) error {
		var id string
		var was [4]string
		err := rows.Scan(&id, &was[0], &was[1], &was[2], &was[3])
		before[id] = was
		return err
	}, db.RowsBy(f.page.Listings, func(l listing.Found) string { return l.ID }), f.page.Account)
	if err != nil {
		return err
	}
	f.result.Counts.Seen = len(f.page.Listings)
	for _, l := range f.page.Listings {
		if before[db.Clean(l.ID)] == [4]string{db.Clean(l.Title), db.Clean(l.Format), db.Clean(l.Site), foundText(l)} {
			f.result.Counts.Same++
		} else {
			f.result.Counts.Saved++
		}
	}
	return nil
}

// foundRow has the columns of a row of found_listings that a report fills.
type foundRow struct {
	ID     string `db:"listing_id"`
	Title  string `db:"title"`
	Format string `db:"format"`
	Site   string `db:"site"`
	Items  string `db:"items"`
}

func rowOfFound(l listing.Found) foundRow {
	return foundRow{l.ID, l.Title, l.Format, l.Site, foundText(l)}
}

// saveListings writes the listings. One that changed since the channel refused it may be tried again.
func (f *foundSave) saveListings(ctx context.Context) error {
	if len(f.page.Listings) == 0 {
		return nil
	}
	_, err := f.Exec(ctx, `INSERT INTO found_listings ({{columns 1}}, account, seen_at, run_id)
		SELECT {{values 1}}, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS TEXT)
		FROM {{rows 1}} WHERE true
		ON CONFLICT (account, listing_id) DO UPDATE SET title = excluded.title, format = excluded.format, site = excluded.site,
			items = excluded.items, seen_at = excluded.seen_at, run_id = excluded.run_id, gone_at = 0,
			fault_id = CASE WHEN found_listings.items = excluded.items AND found_listings.format = excluded.format THEN found_listings.fault_id ELSE '' END,
			fault_code = CASE WHEN found_listings.items = excluded.items AND found_listings.format = excluded.format THEN found_listings.fault_code ELSE '' END`,
		db.RowsBy(f.page.Listings, rowOfFound), f.page.Account, db.Micro(f.page.SeenAt), f.page.RunID)
	return err
}

// foundItem is one row of listings; a listing's items without SKU share one.
type foundItem struct {
	listing listing.Found
	item    listing.Item
}

// foundItemRow has the columns of a row of listings that a report fills.
type foundItemRow struct {
	ChannelSKU string `db:"channel_sku"`
	ID         string `db:"listing_id"`
	Title      string `db:"title"`
	Format     string `db:"channel_status"`
	Quantity   int    `db:"quantity"`
}

func (f foundItem) row() foundItemRow {
	title := f.listing.Title
	if f.item.Variation != "" {
		title += " (" + f.item.Variation + ")"
	}
	return foundItemRow{f.item.SKU, f.listing.ID, title, f.listing.Format, max(f.item.Quantity, channel.UnknownQuantity)}
}

// saveItemsOf writes what can be bought, beside what imports over the API have met.
func (f *foundSave) saveItemsOf(ctx context.Context) error {
	unique := map[[2]string]foundItem{}
	for _, l := range f.page.Listings {
		for _, item := range l.Items {
			unique[[2]string{db.Clean(l.ID), db.Clean(item.SKU)}] = foundItem{l, item}
		}
	}
	for batch := range slices.Chunk(db.SortedValues(unique), db.BatchRows) {
		_, err := f.Exec(ctx, `INSERT INTO listings ({{columns 1}}, account, ref, state, channel_fulfils, updated_at, seen_at, run_id, unmanaged)
			SELECT {{values 1}}, CAST($2 AS TEXT), '', 'live', 0, 0, CAST($3 AS BIGINT), CAST($4 AS TEXT), 1
			FROM {{rows 1}} WHERE true
			ON CONFLICT (account, channel_sku, listing_id) DO UPDATE SET ref = '', title = excluded.title, state = excluded.state,
				channel_status = excluded.channel_status, quantity = excluded.quantity, seen_at = excluded.seen_at, run_id = excluded.run_id,
				unmanaged = 1, gone_at = 0
			WHERE listings.unmanaged = 1 OR listings.gone_at <> 0`,
			db.RowsBy(batch, foundItem.row), f.page.Account, db.Micro(f.page.SeenAt), f.page.RunID)
		if err != nil {
			return err
		}
	}
	return nil
}

// markGone marks listings that are no longer in the report, on its last page.
func (f *foundSave) markGone(ctx context.Context) error {
	if !f.page.Last {
		return nil
	}
	if _, err := f.Exec(ctx, `UPDATE listings SET gone_at = $3 WHERE account = $1 AND run_id <> $2 AND unmanaged = 1 AND gone_at = 0`,
		f.page.Account, f.page.RunID, f.Now); err != nil {
		return err
	}
	var err error
	f.result.Gone, err = f.Exec(ctx, `UPDATE found_listings SET gone_at = $3, asked_at = 0 WHERE account = $1 AND run_id <> $2 AND gone_at = 0`,
		f.page.Account, f.page.RunID, f.Now)
	return err
}

// FoundListings returns the existing listings known from reports, by id, including managed ones.
func (s *Store) FoundListings(ctx context.Context, account string) ([]FoundListing, error) {
	var out []FoundListing
	err := s.Read(ctx, `SELECT f.listing_id, f.title, f.format, f.site, f.items, f.seen_at, f.asked_at, f.migrated_at, f.fault_id, f.fault_code,
			CASE WHEN f.migrated_at > 0 OR EXISTS (SELECT 1 FROM listings l WHERE l.account = f.account AND l.listing_id = f.listing_id
				AND l.unmanaged = 0 AND l.gone_at = 0) THEN 1 ELSE 0 END
		FROM found_listings f WHERE f.account = $1 AND f.gone_at = 0 ORDER BY f.listing_id`, func(rows *sql.Rows) error {
		var l FoundListing
		var items string
		var seen, asked, migrated, managed int64
		if err := rows.Scan(&l.ID, &l.Title, &l.Format, &l.Site, &items, &seen, &asked, &migrated, &l.FaultID, &l.FaultCode, &managed); err != nil {
			return err
		}
		l.SeenAt, l.AskedAt, l.MigratedAt, l.Managed = db.At(seen), db.At(asked), db.At(migrated), managed == 1
		var err error
		l.Items, err = itemsOf(items)
		out = append(out, l)
		return err
	}, account)
	if err != nil {
		return nil, fmt.Errorf("read listings found on %s: %w", account, err)
	}
	return out, nil
}

// itemsOf reads what foundText wrote.
func itemsOf(text string) ([]listing.Item, error) {
	var raw [][3]json.RawMessage
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		return nil, fmt.Errorf("the items of a found listing are not readable: %w", err)
	}
	var items []listing.Item
	for _, r := range raw {
		var i listing.Item
		for n, into := range []any{&i.SKU, &i.Variation, &i.Quantity} {
			if err := json.Unmarshal(r[n], into); err != nil {
				return nil, fmt.Errorf("the items of a found listing are not readable: %w", err)
			}
		}
		items = append(items, i)
	}
	return items, nil
}

// ManagedSKUs returns the SKUs that the channel's API knows on an account, with the listing of each.
func (s *Store) ManagedSKUs(ctx context.Context, account string) (map[string]string, error) {
	out := map[string]string{}
	err := s.Read(ctx, `SELECT channel_sku, listing_id FROM listings
		WHERE account = $1 AND channel_sku <> '' AND unmanaged = 0 AND gone_at = 0 AND state <> 'ended'`, func(rows *sql.Rows) error {
		var sku, id string
		err := rows.Scan(&sku, &id)
		out[sku] = id
		return err
	}, account)
	if err != nil {
		return nil, fmt.Errorf("read what the API knows on %s: %w", account, err)
	}
	return out, nil
}
