package links

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/listing"
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

// FoundListings returns the existing listings known from reports, by id, including managed ones.
func (s *Store) FoundListings(ctx context.Context, account string) ([]FoundListing, error) {
	var out []FoundListing
	err := s.Read(ctx, `SELECT f.listing_id, f.title, f.format, f.site, f.items, f.seen_at, f.asked_at, f.migrated_at, f.fault_id, f.fault_code,
			CASE WHEN EXISTS (SELECT 1 FROM listings l WHERE l.account = f.account AND l.listing_id = f.listing_id AND `+managed("l")+`) THEN 1 ELSE 0 END
		FROM found_listings f WHERE f.account = $1 AND f.gone_at = 0 ORDER BY f.listing_id`, func(rows *sql.Rows) error {
		var l FoundListing
		var items string
		var seen, asked, migrated int64
		var known bool
		if err := rows.Scan(&l.ID, &l.Title, &l.Format, &l.Site, &items, &seen, &asked, &migrated, &l.FaultID, &l.FaultCode, &known); err != nil {
			return err
		}
		l.SeenAt, l.AskedAt, l.MigratedAt = db.At(seen), db.At(asked), db.At(migrated)
		l.Managed = listing.Managed(known, l.MigratedAt)
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

// itemsText is the text in which the items of a listing are stored.
func itemsText(items []listing.Item) string {
	rows := make([][]any, len(items))
	for i, item := range items {
		rows[i] = []any{item.SKU, item.Variation, item.Quantity}
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return "[]" // texts and numbers can always be written
	}
	return string(text)
}

// itemsOf reads what itemsText wrote.
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
	err := s.Read(ctx, `SELECT o.channel_sku, o.listing_id, o.state FROM listings o
		WHERE o.account = $1 AND o.channel_sku <> '' AND `+managed("o"), func(rows *sql.Rows) error {
		var l listing.Shown
		err := rows.Scan(&l.ChannelSKU, &l.ListingID, &l.State)
		if l.Offered() {
			out[l.ChannelSKU] = l.ListingID
		}
		return err
	}, account)
	if err != nil {
		return nil, fmt.Errorf("read what the API knows on %s: %w", account, err)
	}
	return out, nil
}
