// Package links stores links between the channels' listings and SKUs, listings as read from the channels, and the migration of
// listings made elsewhere. Its tables are links (levels owns some columns), listings and found_listings. It imports the rooms up
// to ledger.
package links

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
)

// Store stores links and listings. It is safe for concurrent use.
type Store struct {
	*db.DB
}

// New returns the room for an open database.
func New(d *db.DB) *Store { return &Store{DB: d} }

// Link connects a SKU to an account's listing of it. One SKU may have several listings on an account.
type Link struct {
	Account    string `json:"account" db:"account"`
	ChannelSKU string `json:"channelSku" db:"channel_sku"`
	SKU        string `json:"sku" db:"sku"`
	ListingRef string `json:"listingRef" db:"listing_ref"`
}

// LinkCounts is an account's links at a glance.
type LinkCounts struct {
	Account    string `json:"account"`
	Listings   int    `json:"listings"`   // shown by the last import
	Linked     int    `json:"linked"`     // links
	Unlinked   int    `json:"unlinked"`   // listings without a link, those without SKU among them
	WithoutSKU int    `json:"withoutSku"` // listings to which the seller gave no SKU
	Missing    int    `json:"missing"`    // SKUs without a link
	Fulfilled  int    `json:"channelFulfils"`
}

// LinkCounts counts an account's listings, links and what lacks one.
func (s *Store) LinkCounts(ctx context.Context, account string) (LinkCounts, error) {
	c := LinkCounts{Account: account}
	err := s.Read(ctx, `SELECT COUNT(*), COALESCE(SUM(CASE WHEN o.channel_sku = '' THEN 1 ELSE 0 END), 0), COALESCE(SUM(o.channel_fulfils), 0),
			COALESCE(SUM(CASE WHEN k.sku IS NULL THEN 1 ELSE 0 END), 0),
			(SELECT COUNT(*) FROM links x WHERE x.account = CAST($1 AS TEXT)),
			(SELECT COUNT(*) FROM variants p WHERE NOT EXISTS (SELECT 1 FROM links x WHERE x.account = CAST($1 AS TEXT) AND x.sku = p.sku))
		FROM listings o LEFT JOIN links k ON k.account = o.account AND k.channel_sku = o.channel_sku
		WHERE o.account = CAST($1 AS TEXT) AND `+isThere, func(rows *sql.Rows) error {
		return rows.Scan(&c.Listings, &c.WithoutSKU, &c.Fulfilled, &c.Unlinked, &c.Linked, &c.Missing)
	}, account)
	if err != nil {
		return LinkCounts{}, fmt.Errorf("count links of %s: %w", account, err)
	}
	return c, nil
}

// LinkUse has what depends on a link.
type LinkUse struct {
	Link
	Orders   int  `json:"orders"`   // open orders with units of this listing; they keep their SKU and their stock
	Unlinked int  `json:"unlinked"` // units of this listing that wait for a link; they go on waiting
	Listed   int  `json:"listed"`   // what the channel lists; 0 when that is not known: it stays so there
	Fulfils  bool `json:"channelFulfils"`
}

// LinkUse returns what depends on a link; ErrNotFound when there is none.
func (s *Store) LinkUse(ctx context.Context, account, channelSKU string) (LinkUse, error) {
	var u LinkUse
	found := false
	err := s.Read(ctx, `SELECT l.account, l.channel_sku, l.sku, l.listing_ref, l.channel_fulfils,
			l.accepted_version, l.accepted_quantity, l.accepted_at, `+levels.ShownQuantity+`,
			(SELECT COUNT(DISTINCT n.order_id) FROM order_lines n JOIN orders o ON o.id = n.order_id
				WHERE o.account = l.account AND n.channel_sku = l.channel_sku AND n.reserved + n.backordered + n.packed > 0),
			(SELECT COALESCE(SUM(n.unlinked), 0) FROM order_lines n JOIN orders o ON o.id = n.order_id
				WHERE n.unlinked > 0 AND o.account = l.account AND n.channel_sku = l.channel_sku)
		FROM links l WHERE l.account = $1 AND l.channel_sku = $2`, func(rows *sql.Rows) error {
		found = true
		var track stock.Track
		var shown int
		var seenAt int64
		err := rows.Scan(&u.Account, &u.ChannelSKU, &u.SKU, &u.ListingRef, &u.Fulfils,
			&track.Accepted, &track.AcceptedQuantity, &track.AcceptedAt, &shown, &seenAt, &u.Orders, &u.Unlinked)
		u.Listed = max(track.Listed(shown, seenAt), 0)
		return err
	}, account, channelSKU)
	if err == nil && !found {
		err = db.ErrNotFound
	}
	if err != nil {
		return LinkUse{}, fmt.Errorf("link of %s on %s: %w", channelSKU, account, err)
	}
	return u, nil
}

// RemoveLink removes a link and reports whether there was one. Lines linked through it keep their SKU; units sold
// from now on are unlinked. No more levels are pushed to the listing.
func (s *Store) RemoveLink(ctx context.Context, account, channelSKU string) (removed bool, err error) {
	err = s.Write(ctx, "remove link of "+channelSKU+" on "+account, func(ctx context.Context, t *db.Tx) error {
		if err := CloseLinks(ctx, t, []Link{{Account: account}}); err != nil {
			return err
		}
		n, err := t.Exec(ctx, `DELETE FROM links WHERE account = $1 AND channel_sku = $2`, account, channelSKU)
		removed = n > 0
		return err
	})
	return removed, err
}
