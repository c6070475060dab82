package links

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/runs"
)

// LinkView selects the links and listings of a list.
type LinkView string

// The views of an account's links and listings.
const (
	LinksLinked   LinkView = "linked"   // links, with what the channel shows of their listings
	LinksUnlinked LinkView = "unlinked" // listings that no link ties to a SKU
	LinksMissing  LinkView = "missing"  // SKUs that have no link on the account
	LinksFBA      LinkView = "fba"      // listings that the channel fulfils itself
	LinksRefused  LinkView = "refused"  // links whose level the channel refused, as LinksLinked shows them
)

// LinkRow is a link, a listing without one, or a SKU without one.
type LinkRow struct {
	Link
	Product     string    `json:"product"`              // title of the SKU
	Fulfils     bool      `json:"channelFulfils"`       // the channel fulfils it: never pushed
	Waiting     bool      `json:"waiting"`              // its level is to be sent
	WaitsUntil  time.Time `json:"waitsUntil,omitzero"`  // with Waiting: it is not sent earlier, unless it changes; zero: as soon as possible
	Revisions   int       `json:"revisions,omitempty"`  // with WaitsUntil: how often its listing had been revised when that was decided
	Left        []string  `json:"left,omitempty"`       // its fields that are left to another tool: level, price
	EndedAt     time.Time `json:"endedAt,omitzero"`     // since when Towpath has ended the listing at 0; its level is not sent
	Refused     bool      `json:"refused"`              // its level was refused and waits for a change or a retry
	Accepted    int       `json:"accepted"`             // the last level that the channel accepted
	AcceptedAt  time.Time `json:"acceptedAt,omitzero"`  // when, or when it was given more time to show; zero: none so far
	ConfirmedAt time.Time `json:"confirmedAt,omitzero"` // when the channel last showed what it had accepted
	Listing     *Listing  `json:"listing,omitempty"`    // nil: no import has met one
	// Fault is why the level was refused; with LinksRefused only, and nil when the channel accepted the level and never showed it.
	Fault  *channel.Fault `json:"fault,omitempty"`
	Cursor string         `json:"-"` // where a list that ends with this row goes on
}

// LinkFilter selects a page of links and listings, sorted by account and channel SKU (LinksMissing: by SKU).
type LinkFilter struct {
	View    LinkView
	Account string // empty: all
	After   string // Cursor of the last row shown
	Limit   int
}

// linkColumns are those of a link k, its product p and its listing o, each of which may be missing.
var linkColumns = `COALESCE(k.sku, p.sku, ''), COALESCE(k.listing_ref, ''), COALESCE(p.title, ''),
	COALESCE(k.channel_fulfils, o.channel_fulfils, 0),
	COALESCE(k.dirty_version, 0), COALESCE(k.clean_version, 0), COALESCE(k.failed_version, 0),
	COALESCE(k.accepted_quantity, 0), COALESCE(k.accepted_at, 0), COALESCE(k.confirmed_at, 0),
	COALESCE(k.later_version, 0), COALESCE(k.later_until, 0), COALESCE(k.later_used, 0),
	` + levels.Left("k", listing.FieldLevel) + `, ` + levels.Left("k", listing.FieldPrice) + `, ` + levels.EndedSince("k") + `, ` + listingColumns

// linkView is where a view reads. Its key is unique and sorts it.
type linkView struct {
	from, key, condition string
	with                 string // what is joined to the rows of a page; several of its rows may belong to one of these
}

// fromListings joins every listing with its link.
const fromListings = `listings o LEFT JOIN links k ON k.account = o.account AND k.channel_sku = o.channel_sku LEFT JOIN variants p ON p.sku = k.sku`

var linkViews = map[LinkView]linkView{
	LinksLinked: {`links k`, `k.account, k.channel_sku, k.sku`, `1 = 1`,
		`LEFT JOIN variants p ON p.sku = k.sku LEFT JOIN listings o ON o.account = k.account AND o.channel_sku = k.channel_sku`},
	LinksRefused: {`links k`, `k.account, k.channel_sku, k.sku`, levels.RefusedLinks,
		`LEFT JOIN variants p ON p.sku = k.sku LEFT JOIN listings o ON o.account = k.account AND o.channel_sku = k.channel_sku`},
	LinksUnlinked: {fromListings, `o.account, o.channel_sku, o.listing_id`, `k.sku IS NULL AND ` + isThere, ``},
	LinksFBA:      {fromListings, `o.account, o.channel_sku, o.listing_id`, `o.channel_fulfils = 1 AND ` + isThere, ``},
	LinksMissing: {`accounts a CROSS JOIN variants p LEFT JOIN links k ON k.account = a.id AND k.sku = p.sku LEFT JOIN listings o ON 1 = 0`,
		`a.id, p.sku, p.title`, `k.sku IS NULL AND a.enabled = 1`, ``},
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
	page := view.from + w.Text() + ` ORDER BY ` + view.key + ` LIMIT ` + w.Arg(db.Limited(filter.Limit))
	if view.with != "" {
		page = `(SELECT * FROM ` + page + `) k ` + view.with + ` ORDER BY ` + view.key
	}
	var out []LinkRow
	err := s.Read(ctx, `SELECT `+view.key+`, `+linkColumns+` FROM `+page, func(rows *sql.Rows) error {
		r, err := scanLinkRow(rows, filter.View)
		if n := len(out); n > 0 && out[n-1].Cursor == r.Cursor {
			out[n-1].nearest(r.Listing.Shown)
			return err
		}
		out = append(out, r)
		return err
	}, w.Args...)
	if err == nil && filter.View == LinksRefused {
		err = s.refusals(ctx, out)
	}
	if err != nil {
		return nil, fmt.Errorf("list links: %w", err)
	}
	return out, nil
}

// refusals adds the faults of refused levels.
func (s *Store) refusals(ctx context.Context, list []LinkRow) error {
	index := make(map[levels.LinkName]*LinkRow, len(list))
	names := make([]levels.LinkName, len(list))
	for i, r := range list {
		names[i] = levels.LinkName{Account: r.Account, ChannelSKU: r.ChannelSKU}
		index[names[i]] = &list[i]
	}
	return s.Read(ctx, `SELECT p.account, p.channel_sku, `+runs.FaultColumns+` FROM {{rows 1}} CROSS JOIN links k
		JOIN pushes p ON p.account = k.account AND p.channel_sku = k.channel_sku AND p.version = k.failed_version JOIN faults f ON f.id = p.fault_id
		WHERE k.account = r.account AND k.channel_sku = r.channel_sku ORDER BY p.sent_at`, func(rows *sql.Rows) error {
		var n levels.LinkName
		var f runs.FaultFields
		err := rows.Scan(append([]any{&n.Account, &n.ChannelSKU}, f.Dest()...)...)
		if r := index[n]; r != nil {
			r.Fault = f.Fault()
		}
		return err
	}, db.RowsOf(names))
}

// nearest shows a link with another of its listings, if that is the one to show.
func (r *LinkRow) nearest(other listing.Shown) {
	link := listing.Link{ChannelSKU: r.ChannelSKU, ListingRef: r.ListingRef}
	r.Listing.Shown = link.Nearest([]listing.Shown{r.Listing.Shown, other})
}

func scanLinkRow(rows *sql.Rows, view LinkView) (LinkRow, error) {
	var r LinkRow
	var key db.Cursor
	var l listingFields
	var track stock.Track
	var accepted, confirmed, ended int64
	var levelLeft, priceLeft bool
	dest := []any{&key[0], &key[1], &key[2], &r.SKU, &r.ListingRef, &r.Product, &r.Fulfils, &track.Dirty, &track.Clean, &track.Failed, &r.Accepted, &accepted, &confirmed,
		&track.Later, &track.LaterUntil, &track.LaterUsed, &levelLeft, &priceLeft, &ended}
	if err := rows.Scan(append(dest, l.dest()...)...); err != nil {
		return r, err
	}
	track.Theirs = r.Fulfils || levelLeft
	r.Left = leftFields(levelLeft, priceLeft)
	r.EndedAt = db.At(ended)
	r.Waiting, r.Refused = track.Waits() && ended == 0, track.Refused() && ended == 0
	if track.WaitsLater() {
		r.WaitsUntil, r.Revisions = db.At(track.LaterUntil), track.LaterUsed
	}
	r.Account, r.Cursor = key[0], key.Text()
	if view != LinksMissing {
		r.ChannelSKU = key[1]
	}
	r.AcceptedAt, r.ConfirmedAt = db.At(accepted), db.At(confirmed)
	if shown := l.listing(); shown.Account != "" {
		r.Listing = &shown
	}
	return r, nil
}

// leftFields names the fields of a listing that are left to another tool.
func leftFields(level, price bool) (left []string) {
	if level {
		left = append(left, string(listing.FieldLevel))
	}
	if price {
		left = append(left, string(listing.FieldPrice))
	}
	return left
}
