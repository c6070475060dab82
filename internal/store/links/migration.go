package links

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/runs"
)

// CodeVariationLeftOut is the fault code for a variation that the channel omitted when it migrated its listing.
const CodeVariationLeftOut = "VARIATION_LEFT_OUT"

// AskMigration records that a person confirmed the migration of listings, except managed or gone ones, and returns how many are
// now requested. It may be repeated.
func (s *Store) AskMigration(ctx context.Context, account, by string, ids []string) (int, error) {
	if by == "" {
		return 0, fmt.Errorf("migrate listings of %s: who agrees must be given", account)
	}
	asked := 0
	err := s.Write(ctx, "ask for the migration of listings of "+account, func(ctx context.Context, t *db.Tx) error {
		asked = 0
		for batch := range slices.Chunk(ids, db.BatchRows) {
			n, err := t.Exec(ctx, `UPDATE found_listings SET asked_at = $3, asked_by = $4, tries = 0
				WHERE account = CAST($2 AS TEXT) AND migrated_at = 0 AND gone_at = 0 AND listing_id IN (SELECT r.value FROM {{rows 1}})`,
				db.Texts(batch), account, t.Now, db.Clean(by))
			if err != nil {
				return err
			}
			asked += n
		}
		return nil
	})
	return asked, err
}

// AskedMigrations returns the next confirmed listings, the least tried first, and their total number.
func (s *Store) AskedMigrations(ctx context.Context, account string, limit int) (next []channel.Unmanaged, left int, err error) {
	err = s.Read(ctx, `SELECT f.listing_id, f.items, (SELECT COUNT(*) FROM found_listings x WHERE x.account = f.account AND x.asked_at > 0)
		FROM found_listings f WHERE f.account = $1 AND f.asked_at > 0 ORDER BY f.tries, f.listing_id LIMIT $2`, func(rows *sql.Rows) error {
		var l listing.Found
		var items string
		err := rows.Scan(&l.ID, &items, &left)
		if err == nil {
			l.Items, err = itemsOf(items)
		}
		next = append(next, channel.Unmanaged{ListingID: l.ID, SKUs: l.SKUs()})
		return err
	}, account, limit)
	if err != nil {
		return nil, 0, fmt.Errorf("read what is to be migrated on %s: %w", account, err)
	}
	return next, left, nil
}

// MigrationPage is the channel's answer about some listings, saved in one transaction.
type MigrationPage struct {
	Account string
	RunID   string
	Asked   []channel.Unmanaged
	Results []channel.Migrated
	Calls   []runs.Call
}

// MigrationSaved is the result of saving an answer.
type MigrationSaved struct {
	Counts message.MigrationCounts
	Passes *channel.Fault // of a listing that is tried again; nil: none is
	Dirty  bool           // a link has its offer now: the account has levels to be sent
}

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
	tries  map[string]int
	rows   []migrationRow
	offers []offerRow
	faults []*channel.Fault
	items  []runs.Item
	saved  MigrationSaved
}

// migrationRow has the columns of a listing that its migration fills.
type migrationRow struct {
	ID        string `db:"id"`
	Migrated  bool   `db:"migrated"`
	Over      bool   `db:"over"`
	Tries     int    `db:"tries"`
	FaultID   string `db:"fault_id"`
	FaultCode string `db:"fault_code"`
}

// offerRow is a SKU that is under the channel's API now.
type offerRow struct {
	ListingID string `db:"id"`
	SKU       string `db:"sku"`
	Ref       string `db:"ref"`
}

func (m *migrationSave) run(ctx context.Context) error {
	steps := []func(context.Context) error{m.readTries, m.decide, m.mark, m.manage, m.moveLinks}
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

// readTries locks the listings.
func (m *migrationSave) readTries(ctx context.Context) error {
	m.tries = map[string]int{}
	return m.Query(ctx, `SELECT o.listing_id, o.tries FROM {{rows 1}} CROSS JOIN found_listings o
		WHERE o.account = CAST($2 AS TEXT) AND o.listing_id = r.value ORDER BY o.listing_id {{lock o}}`, func(rows *sql.Rows) error {
		var id string
		var n int
		err := rows.Scan(&id, &n)
		m.tries[id] = n
		return err
	}, db.RowsBy(m.page.Results, func(r channel.Migrated) string { return r.ListingID }), m.page.Account)
}

// decide decides about each listing.
func (m *migrationSave) decide(context.Context) error {
	for i, r := range m.page.Results {
		row := migrationRow{ID: r.ListingID, Tries: m.tries[r.ListingID] + 1}
		if r.Fault != nil {
			row.FaultID, row.FaultCode = r.Fault.ID, r.Fault.Code
		}
		item := runs.Item{RunID: m.page.RunID, Type: "listing", Reference: r.ListingID, Status: runs.ItemDone, RequestID: r.RequestID, At: db.At(m.Now)}
		switch end := migration(r, m.tries[r.ListingID]).End(); end {
		case listing.MigratedNow, listing.MigratedBefore:
			row.Migrated, row.Over = true, true
			if end == listing.MigratedBefore {
				item.Reason = "it was migrated before"
				m.saved.Counts.Before++
			} else {
				m.saved.Counts.Migrated++
			}
			m.offered(m.page.Asked[i], r)
		case listing.MigrationOff:
			row.Over = true
			m.saved.Counts.Refused++
			item.Status, item.Reason, item.FaultID = runs.ItemError, "the channel did not migrate it", r.Fault.ID
		case listing.MigrationAgain:
			item.Status, item.Reason, item.FaultID = runs.ItemPending, "the channel failed: it is tried again", r.Fault.ID
			m.saved.Passes = r.Fault
		}
		if r.Fault != nil && !slices.Contains(m.faults, r.Fault) { // one failure may be that of several listings
			m.faults = append(m.faults, r.Fault)
		}
		m.rows, m.items = append(m.rows, row), append(m.items, item)
	}
	return nil
}

// migration has the parts of an answer that the rules need.
func migration(r channel.Migrated, tries int) listing.Migration {
	return listing.Migration{Tries: tries, Failed: r.Fault != nil, Permanent: r.Fault != nil && r.Fault.Permanent(), Before: r.Before}
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
	_, err := m.Exec(ctx, `WITH told AS MATERIALIZED (
			SELECT {{values 1}} FROM {{rows 1}})
		UPDATE found_listings SET tries = told.tries, asked_at = CASE WHEN told.over = 1 THEN 0 ELSE asked_at END,
			migrated_at = CASE WHEN told.migrated = 1 AND migrated_at = 0 THEN CAST($3 AS BIGINT) ELSE migrated_at END,
			read_at = CASE WHEN told.migrated = 1 THEN 0 ELSE read_at END, fault_id = told.fault_id, fault_code = told.fault_code
		FROM told WHERE found_listings.account = CAST($2 AS TEXT) AND found_listings.listing_id = told.id`,
		db.RowsOf(m.rows), m.page.Account, m.Now)
	return err
}

// manage records that the channel's API knows the SKUs.
func (m *migrationSave) manage(ctx context.Context) error {
	if len(m.offers) == 0 {
		return nil
	}
	_, err := m.Exec(ctx, offersTold+`UPDATE listings SET ref = told.ref, unmanaged = 0, gone_at = 0, seen_at = CAST($3 AS BIGINT)
		FROM told WHERE listings.account = CAST($2 AS TEXT) AND listings.channel_sku = told.sku AND listings.listing_id = told.id`,
		db.RowsOf(m.offers), m.page.Account, m.Now)
	return err
}

// offersTold is the table of offers.
const offersTold = `WITH told AS MATERIALIZED (SELECT {{values 1}} FROM {{rows 1}})
	`

// moveLinks gives the links their offers and marks them dirty: their levels can be sent now, and the channel's level is unknown.
func (m *migrationSave) moveLinks(ctx context.Context) error {
	if len(m.offers) == 0 {
		return nil
	}
	moved, err := m.Exec(ctx, offersTold+`UPDATE links SET listing_ref = told.ref, `+levels.Changed("CAST($3 AS BIGINT)", "CAST($4 AS TEXT)")+`
		FROM told WHERE links.account = CAST($2 AS TEXT) AND links.channel_sku = told.sku AND links.listing_ref <> told.ref`,
		db.RowsOf(m.offers), m.page.Account, m.Now, string(stock.ByLink))
	m.saved.Dirty = moved > 0
	return err
}

// MigratedUnread returns SKUs after a SKU of migrated listings that were not read back yet.
func (s *Store) MigratedUnread(ctx context.Context, account, after string, limit int) ([]string, error) {
	var skus []string
	err := s.Read(ctx, `SELECT DISTINCT l.channel_sku FROM found_listings f
		JOIN listings l ON l.account = f.account AND l.listing_id = f.listing_id AND l.unmanaged = 0 AND l.channel_sku > $2
		WHERE f.account = $1 AND f.migrated_at > 0 AND f.read_at = 0 ORDER BY l.channel_sku LIMIT $3`, func(rows *sql.Rows) error {
		var sku string
		err := rows.Scan(&sku)
		skus = append(skus, sku)
		return err
	}, account, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read what was migrated on %s: %w", account, err)
	}
	return skus, nil
}

// MigrationRead records that an account's migrated listings were read back.
func (s *Store) MigrationRead(ctx context.Context, account string) error {
	return s.Write(ctx, "note what was read back of "+account, func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `UPDATE found_listings SET read_at = $2 WHERE account = $1 AND migrated_at > 0 AND read_at = 0`, account, t.Now)
		return err
	})
}
