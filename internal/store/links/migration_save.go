package links

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/runs"
)

// SaveMigration saves the results for listings. Links get their offers at once. Listings refused permanently are no longer
// requested; temporary failures are retried a few times. It may be repeated.
func (s *Store) SaveMigration(ctx context.Context, page MigrationPage) (MigrationSaved, error) {
	var saved MigrationSaved
	err := s.Write(ctx, "save migration of listings of "+page.Account, func(ctx context.Context, t *db.Tx) error {
		m := &migrationSave{Tx: t, page: page}
		if err := m.run(ctx); err != nil {
			return err
		}
		saved = m.saved
		return nil
	})
	return saved, err
}

// migrationSave is one attempt to save an answer.
type migrationSave struct {
	*db.Tx
	page   MigrationPage
	known  map[string]listing.Progress
	rows   []migrationRow
	offers []offerRow
	faults []*channel.Fault
	items  []runs.Item
	saved  MigrationSaved
}

// migrationRow has the columns of a listing that its migration fills.
type migrationRow struct {
	ID         string    `db:"id"`
	Tries      int       `db:"tries"`
	AskedAt    time.Time `db:"asked_at"`
	MigratedAt time.Time `db:"migrated_at"`
	ReadAt     time.Time `db:"read_at"`
	FaultID    string    `db:"fault_id"`
	FaultCode  string    `db:"fault_code"`
}

// offerRow is a SKU that is under the channel's API now.
type offerRow struct {
	ListingID string `db:"id"`
	SKU       string `db:"sku"`
	Ref       string `db:"ref"`
}

func (m *migrationSave) run(ctx context.Context) error {
	steps := []func(context.Context) error{m.readKnown, m.decide, m.mark, m.manage, m.moveLinks}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := runs.SaveFaults(ctx, m.Tx, m.page.Account, m.faults); err != nil {
		return err
	}
	if err := runs.SaveItems(ctx, m.Tx, m.items); err != nil {
		return err
	}
	return runs.SaveCalls(ctx, m.Tx, m.page.Calls)
}

// readKnown reads and locks the listings.
func (m *migrationSave) readKnown(ctx context.Context) error {
	m.known = map[string]listing.Progress{}
	return m.Query(ctx, `SELECT o.listing_id, o.tries, o.asked_at, o.migrated_at, o.read_at FROM {{rows 1}} CROSS JOIN found_listings o
		WHERE o.account = CAST($2 AS TEXT) AND o.listing_id = r.value ORDER BY o.listing_id {{lock o}}`, func(rows *sql.Rows) error {
		var id string
		var p listing.Progress
		var asked, migrated, read int64
		err := rows.Scan(&id, &p.Tries, &asked, &migrated, &read)
		p.AskedAt, p.MigratedAt, p.ReadAt = db.At(asked), db.At(migrated), db.At(read)
		m.known[id] = p
		return err
	}, db.RowsBy(m.page.Results, func(r channel.Migrated) string { return r.ListingID }), m.page.Account)
}

// decide takes the answer about each listing in.
func (m *migrationSave) decide(context.Context) error {
	for i, r := range m.page.Results {
		p := m.known[r.ListingID]
		end := p.Take(migration(r), db.At(m.Now))
		row := migrationRow{ID: r.ListingID, Tries: p.Tries, AskedAt: p.AskedAt, MigratedAt: p.MigratedAt, ReadAt: p.ReadAt}
		item := runs.Item{RunID: m.page.RunID, Type: "listing", Reference: r.ListingID, Status: runs.ItemDone, Reason: end.Reason(), RequestID: r.RequestID, At: db.At(m.Now)}
		if r.Fault != nil {
			row.FaultID, row.FaultCode, item.FaultID = r.Fault.ID, r.Fault.Code, r.Fault.ID
			if !slices.Contains(m.faults, r.Fault) { // one failure may be that of several listings
				m.faults = append(m.faults, r.Fault)
			}
		}
		switch end {
		case listing.MigratedNow:
			m.saved.Counts.Migrated++
			m.offered(m.page.Asked[i], r)
		case listing.MigratedBefore:
			m.saved.Counts.Before++
			m.offered(m.page.Asked[i], r)
		case listing.MigrationOff:
			m.saved.Counts.Refused++
			item.Status = runs.ItemError
		case listing.MigrationAgain:
			m.saved.Passes = r.Fault
			item.Status = runs.ItemPending
		}
		m.rows, m.items = append(m.rows, row), append(m.items, item)
	}
	return nil
}

// migration has the parts of an answer that the rules need.
func migration(r channel.Migrated) listing.Migration {
	return listing.Migration{Failed: r.Fault != nil, Permanent: r.Fault != nil && r.Fault.Permanent(), Before: r.Before}
}

// offered records the offers of a listing, and the variations without one.
func (m *migrationSave) offered(asked channel.Unmanaged, r channel.Migrated) {
	var offered []string
	for _, o := range r.Offers {
		offered = append(offered, o.SKU)
		m.offers = append(m.offers, offerRow{r.ListingID, o.SKU, o.Ref})
	}
	for _, sku := range listing.LeftOut(asked.SKUs, offered) {
		f := channel.NewFault(channel.Config, string(channel.OpMigrate), "listing "+r.ListingID+" was migrated without SKU "+sku)
		f.Code, f.RequestID = CodeVariationLeftOut, r.RequestID
		m.faults = append(m.faults, f)
		m.items = append(m.items, runs.Item{
			RunID: m.page.RunID, Type: "variation", Reference: sku, Status: runs.ItemError, FaultID: f.ID, RequestID: r.RequestID, At: db.At(m.Now),
			Reason: "the channel left it out when it migrated listing " + r.ListingID,
		})
		m.saved.Counts.LeftOut++
	}
}

func (m *migrationSave) mark(ctx context.Context) error {
	_, err := m.Exec(ctx, given+`UPDATE found_listings SET tries = given.tries, asked_at = given.asked_at, migrated_at = given.migrated_at,
			read_at = given.read_at, fault_id = given.fault_id, fault_code = given.fault_code
		FROM given WHERE found_listings.account = CAST($2 AS TEXT) AND found_listings.listing_id = given.id`,
		db.RowsOf(m.rows), m.page.Account)
	return err
}

// manage records that the channel's API knows the SKUs.
func (m *migrationSave) manage(ctx context.Context) error {
	if len(m.offers) == 0 {
		return nil
	}
	_, err := m.Exec(ctx, given+`UPDATE listings SET ref = given.ref, unmanaged = 0, gone_at = 0, seen_at = CAST($3 AS BIGINT)
		FROM given WHERE listings.account = CAST($2 AS TEXT) AND listings.channel_sku = given.sku AND listings.listing_id = given.id`,
		db.RowsOf(m.offers), m.page.Account, m.Now)
	return err
}

// given is a table of what the channel has answered.
const given = `WITH given AS MATERIALIZED (SELECT {{values 1}} FROM {{rows 1}})
	`

// moveLinks gives the links their offers and marks them dirty: their levels can be sent now, and the channel's level is unknown.
func (m *migrationSave) moveLinks(ctx context.Context) error {
	if len(m.offers) == 0 {
		return nil
	}
	moved, err := m.Exec(ctx, given+`UPDATE links SET listing_ref = given.ref, `+levels.Changed("CAST($3 AS BIGINT)", "CAST($4 AS TEXT)")+`
		FROM given WHERE links.account = CAST($2 AS TEXT) AND links.channel_sku = given.sku AND links.listing_ref <> given.ref`,
		db.RowsOf(m.offers), m.page.Account, m.Now, string(stock.ByLink))
	m.saved.Dirty = moved > 0
	return err
}
