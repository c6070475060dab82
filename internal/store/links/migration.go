package links

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// CodeVariationLeftOut is the fault code for a variation that the channel omitted when it migrated its listing.
const CodeVariationLeftOut = "VARIATION_LEFT_OUT"

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
				WHERE account = CAST($2 AS TEXT) AND `+mayBeAsked+` AND listing_id IN (SELECT r.value FROM {{rows 1}})`,
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

// What the state of a migration (listing.Progress) is to statements that choose by it. Partial indexes serve the last two.
const (
	mayBeAsked = `migrated_at = 0 AND gone_at = 0` // a person may agree to it
	isAsked    = `asked_at > 0`                    // a person has, and it is not carried out or refused yet
	isUnread   = `migrated_at > 0 AND read_at = 0` // it is to be read back
)

// AskedMigrations returns the next confirmed listings, the least tried first, and their total number.
func (s *Store) AskedMigrations(ctx context.Context, account string, limit int) (next []channel.Unmanaged, left int, err error) {
	err = s.Read(ctx, `SELECT f.listing_id, f.items, (SELECT COUNT(*) FROM found_listings x WHERE x.account = f.account AND `+isAsked+`)
		FROM found_listings f WHERE f.account = $1 AND `+isAsked+` ORDER BY f.tries, f.listing_id LIMIT $2`, func(rows *sql.Rows) error {
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

// MigratedUnread returns SKUs after a SKU of migrated listings that were not read back yet.
func (s *Store) MigratedUnread(ctx context.Context, account, after string, limit int) ([]string, error) {
	var skus []string
	err := s.Read(ctx, `SELECT DISTINCT l.channel_sku FROM found_listings f
		JOIN listings l ON l.account = f.account AND l.listing_id = f.listing_id AND l.unmanaged = 0 AND l.channel_sku > $2
		WHERE f.account = $1 AND `+isUnread+` ORDER BY l.channel_sku LIMIT $3`, func(rows *sql.Rows) error {
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
		_, err := t.Exec(ctx, `UPDATE found_listings SET read_at = $2 WHERE account = $1 AND `+isUnread, account, t.Now)
		return err
	})
}
