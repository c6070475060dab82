// Package links stores links between the channels' listings and SKUs, listings as read from the channels, and the migration of
// listings made elsewhere. Its tables are links (levels owns some columns), listings and found_listings. It imports the rooms up
// to ledger.
package links

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
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

// LinkView selects the links and listings of a list.
type LinkView string

// The views of an account's links and listings.
const (
	LinksLinked   LinkView = "linked"   // links, with what the channel shows of their listings
	LinksUnlinked LinkView = "unlinked" // listings that no link ties to a SKU
	LinksMissing  LinkView = "missing"  // SKUs that have no link on the account
	LinksFBA      LinkView = "fba"      // listings that the channel fulfils itself
)

// LinkRow is a link, a listing without one, or a SKU without one.
type LinkRow struct {
	Link
	Product     string    `json:"product"`              // title of the SKU
	Fulfils     bool      `json:"channelFulfils"`       // the channel fulfils it: never pushed
	Waiting     bool      `json:"waiting"`              // its level is to be sent
	Refused     bool      `json:"refused"`              // its level was refused and waits for a change or a retry
	Accepted    int       `json:"accepted"`             // the last level that the channel accepted
	AcceptedAt  time.Time `json:"acceptedAt,omitzero"`  // when, or when it was given more time to show; zero: none so far
	ConfirmedAt time.Time `json:"confirmedAt,omitzero"` // when the channel last showed what it had accepted
	Listing     *Listing  `json:"listing,omitempty"`    // nil: no import has met one
	Cursor      string    `json:"-"`                    // where a list that ends with this row goes on
}

// LinkFilter selects a page of links and listings, sorted by account and channel SKU (LinksMissing: by SKU).
type LinkFilter struct {
	View    LinkView
	Account string // empty: all
	After   string // Cursor of the last row shown
	Limit   int
}

// linkColumns are those of a link k, its product p and its listing o, each of which may be missing.
const linkColumns = `COALESCE(k.sku, p.sku, ''), COALESCE(k.listing_ref, ''), COALESCE(p.title, ''),
	COALESCE(k.channel_fulfils, o.channel_fulfils, 0),
	COALESCE(k.dirty_version, 0), COALESCE(k.clean_version, 0), COALESCE(k.failed_version, 0),
	COALESCE(k.accepted_quantity, 0), COALESCE(k.accepted_at, 0), COALESCE(k.confirmed_at, 0), ` + listingColumns

// linkView is where a view reads. Its key is unique and sorts it.
type linkView struct {
	from, key, condition string
}

// fromListings joins every listing with its link.
const fromListings = `listings o LEFT JOIN links k ON k.account = o.account AND k.channel_sku = o.channel_sku LEFT JOIN variants p ON p.sku = k.sku`

var linkViews = map[LinkView]linkView{
	// If a SKU has several listings, a link shows the one that it refers to.
	LinksLinked: {`links k LEFT JOIN variants p ON p.sku = k.sku LEFT JOIN listings o ON o.account = k.account AND o.channel_sku = k.channel_sku
			AND o.listing_id = (SELECT x.listing_id FROM listings x WHERE x.account = k.account AND x.channel_sku = k.channel_sku
				ORDER BY CASE WHEN x.gone_at = 0 THEN 0 ELSE 1 END, CASE WHEN x.ref = k.listing_ref THEN 0 ELSE 1 END, x.listing_id LIMIT 1)`,
		`k.account, k.channel_sku, k.sku`, `1 = 1`},
	LinksUnlinked: {fromListings, `o.account, o.channel_sku, o.listing_id`, `k.sku IS NULL AND o.gone_at = 0`},
	LinksFBA:      {fromListings, `o.account, o.channel_sku, o.listing_id`, `o.channel_fulfils = 1 AND o.gone_at = 0`},
	LinksMissing: {`accounts a CROSS JOIN variants p LEFT JOIN links k ON k.account = a.id AND k.sku = p.sku LEFT JOIN listings o ON 1 = 0`,
		`a.id, p.sku, p.title`, `k.sku IS NULL AND a.enabled = 1`},
}

// LinkRows lists links, listings without one, or SKUs without one. A cursor that no list has given is ErrBadCursor.
func (s *Store) LinkRows(ctx context.Context, filter LinkFilter) ([]LinkRow, error) {
	view, ok := linkViews[filter.View]
	if !ok {
		return nil, fmt.Errorf("list links: no view %q", filter.View)
	}
	w := db.Where{}
	w.And(view.condition)
	account, _, _ := strings.Cut(view.key, ",")
	if filter.Account != "" {
		w.And(account+` = %s`, filter.Account)
	}
	if filter.After != "" {
		after, err := db.ParseCursor(filter.After)
		if err != nil {
			return nil, err
		}
		w.And(`(`+view.key+`) > (%s, %s, %s)`, after[0], after[1], after[2])
	}
	var out []LinkRow
	err := s.Read(ctx, `SELECT `+view.key+`, `+linkColumns+` FROM `+view.from+w.Text()+` ORDER BY `+view.key+` LIMIT `+w.Arg(db.Limited(filter.Limit)),
		func(rows *sql.Rows) error {
			r, err := scanLinkRow(rows, filter.View)
			out = append(out, r)
			return err
		}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list links: %w", err)
	}
	return out, nil
}

func scanLinkRow(rows *sql.Rows, view LinkView) (LinkRow, error) {
	var r LinkRow
	var key db.Cursor
	var l listingFields
	var track stock.Track
	var accepted, confirmed int64
	dest := []any{&key[0], &key[1], &key[2], &r.SKU, &r.ListingRef, &r.Product, &r.Fulfils, &track.Dirty, &track.Clean, &track.Failed, &r.Accepted, &accepted, &confirmed}
	if err := rows.Scan(append(dest, l.dest()...)...); err != nil {
		return r, err
	}
	track.Theirs = r.Fulfils
	r.Waiting, r.Refused = track.Waits(), track.Refused()
	r.Account, r.Cursor = key[0], key.Text()
	if view != LinksMissing {
		r.ChannelSKU = key[1]
	}
	r.AcceptedAt, r.ConfirmedAt = db.At(accepted), db.At(confirmed)
	if listing := l.listing(); listing.Account != "" {
		r.Listing = &listing
	}
	return r, nil
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
		WHERE o.account = CAST($1 AS TEXT) AND o.gone_at = 0`, func(rows *sql.Rows) error {
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
	Listed   int  `json:"listed"`   // what the channel lists, as far as is known: it stays so there
	Fulfils  bool `json:"channelFulfils"`
}

// LinkUse returns what depends on a link; ErrNotFound when there is none.
func (s *Store) LinkUse(ctx context.Context, account, channelSKU string) (LinkUse, error) {
	var u LinkUse
	found := false
	err := s.Read(ctx, `SELECT k.account, k.channel_sku, k.sku, k.listing_ref, k.channel_fulfils,
			k.accepted_version, k.accepted_quantity, COALESCE((SELECT MAX(l.quantity) FROM listings l
				WHERE l.account = k.account AND l.channel_sku = k.channel_sku AND l.gone_at = 0 AND l.state <> 'ended'), 0),
			(SELECT COUNT(DISTINCT l.order_id) FROM order_lines l JOIN orders o ON o.id = l.order_id
				WHERE o.account = k.account AND l.channel_sku = k.channel_sku AND l.reserved + l.backordered + l.packed > 0),
			(SELECT COALESCE(SUM(l.unlinked), 0) FROM order_lines l JOIN orders o ON o.id = l.order_id
				WHERE l.unlinked > 0 AND o.account = k.account AND l.channel_sku = k.channel_sku)
		FROM links k WHERE k.account = $1 AND k.channel_sku = $2`, func(rows *sql.Rows) error {
		found = true
		var track stock.Track
		var shown int
		err := rows.Scan(&u.Account, &u.ChannelSKU, &u.SKU, &u.ListingRef, &u.Fulfils, &track.Accepted, &track.AcceptedQuantity, &shown, &u.Orders, &u.Unlinked)
		u.Listed = track.Listed(shown, 0)
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
