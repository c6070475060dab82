// Package levels stores what is to be listed: dirty links, their offers, what the brake holds, what was sent and accepted, and
// what the channels list. It owns the columns of links for versions, holds and answers, and the tables pushes, level_feeds,
// pending_pushes, drifts, field_drifts, listing_marks, struck_off and left_to_others. It imports the rooms up to accounts.
package levels

import (
	"context"
	"database/sql"
	"strings"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/db"
)

// Store reads the levels to be sent and saves the answers. It is safe for concurrent use.
type Store struct {
	*db.DB
	accounts *accounts.Store
}

// New returns the room for an open database.
func New(d *db.DB) *Store { return &Store{DB: d, accounts: accounts.New(d)} }

// LinkName identifies a link.
type LinkName struct {
	Account    string `db:"account"`
	ChannelSKU string `db:"channel_sku"`
}

// linkState is a link with what it offers and what its channel lists.
type linkState struct {
	LinkName
	sku    string
	offer  stock.Offer
	hold   stock.Hold
	track  stock.Track
	listed int // or stock.UnknownListed
	apart  Apart
}

// TrackRow has the columns of a link's stock.Track, for db.SelectsOf and db.FieldsOf.
type TrackRow struct {
	Dirty            int64 `db:"dirty_version"`
	DirtySince       int64 `db:"dirty_since"`
	Clean            int64 `db:"clean_version"`
	Failed           int64 `db:"failed_version"`
	TriedAt          int64 `db:"tried_at"`
	DoubtedAt        int64 `db:"doubted_at"`
	Held             int64 `db:"held_version"`
	HeldAt           int64 `db:"held_at"`
	HoldDecided      bool  `db:"held_decided"`
	Accepted         int64 `db:"accepted_version"`
	AcceptedQuantity int   `db:"accepted_quantity"`
	AcceptedAt       int64 `db:"accepted_at"`
	Checked          int64 `db:"checked_version"`
	ConfirmedAt      int64 `db:"confirmed_at"`
	Misses           int   `db:"misses"`
	Theirs           bool  `db:"channel_fulfils"`
	StaleAt          int64 `db:"stale_at"`
	SeenQuantity     int   `db:"seen_quantity"`
	Later            int64 `db:"later_version"`
	LaterUntil       int64 `db:"later_until"`
	LaterUsed        int   `db:"later_used"`
}

// linkScope selects the links l that a statement reads.
type linkScope struct {
	from, where string
	args        []any
}

// OfSKUs selects the links of SKUs and of the kits that contain them.
func OfSKUs(skus []string) linkScope {
	return linkScope{`links l`, `l.sku IN (SELECT r.value FROM {{rows 1}}
		UNION SELECT q.kit FROM {{rows 1}} CROSS JOIN kit_parts q WHERE q.part = r.value)`, []any{db.Texts(skus)}}
}

func ofAccounts(accounts []string) linkScope {
	return linkScope{`{{rows 1}} CROSS JOIN links l`, `l.account = r.value`, []any{db.Texts(accounts)}}
}

func ofLinks(names []LinkName) linkScope {
	return linkScope{`{{rows 1}} CROSS JOIN links l`, `l.account = r.account AND l.channel_sku = r.channel_sku`,
		[]any{db.RowsOf(names)}}
}

// liveLink is the SQL condition for a link l whose level Towpath keeps: its account is live, or it is in a sample, and it is not left to another tool.
// What goes back is not.
var liveLink = sellingLink + ` AND NOT ` + IsLeft("l", listing.FieldLevel)

// sellingLink is liveLink of whatever field.
const sellingLink = `(l.apart = 'sample' OR l.apart = '' AND EXISTS (SELECT 1 FROM accounts x WHERE x.id = l.account AND x.observing = 0))`

// live returns the scope without accounts that observe, but for their samples. What goes back is not held: a person wants it.
func (s linkScope) live() linkScope {
	s.where = liveLink + ` AND ` + s.where
	return s
}

// isShown is a listing s that its channel shows; shownListings are those of a link l.
const (
	isShown       = `s.gone_at = 0 AND s.state <> '` + string(channel.ListingEnded) + `'`
	shownListings = `FROM listings s WHERE s.account = l.account AND s.channel_sku = l.channel_sku AND ` + isShown
)

// ShownQuantity is SQL for the quantity that the listings of a link l show, and when; -1 when none shows a quantity. Of several
// listings of the SKU the largest quantity counts.
const ShownQuantity = `COALESCE((SELECT MAX(s.quantity) ` + shownListings + `), -1) AS shown,
		COALESCE((SELECT MAX(s.seen_at) ` + shownListings + `), 0) AS seen_at`

// linkStates reads the links of a scope, those apart whose level is not ours to set, sorted by account and channel SKU.
func linkStates(ctx context.Context, read db.Reading, scope linkScope, each func(linkState) error) error {
	var last linkState
	var sum stock.ByLocation
	flush := func() error {
		if last.Account == "" {
			return nil
		}
		last.offer.Raw = sum.Sum()
		return each(last)
	}
	err := read(ctx, `WITH scope AS MATERIALIZED (
			SELECT l.account, l.channel_sku, l.sku, l.held, l.held_cap, l.apart, `+db.SelectsOf[TrackRow]("l")+`, `+ShownQuantity+`
			FROM `+scope.from+` WHERE l.channel_fulfils = 0 AND NOT `+UnmanagedLink+` AND `+scope.where+`)
		SELECT d.account, d.channel_sku, d.sku, d.held, d.held_cap, d.apart, d.shown, d.seen_at, a.buffer, a.cap, `+StruckOff("d")+`, `+
		db.SelectsOf[TrackRow]("d")+`, `+PartColumns+`
		FROM scope d JOIN accounts a ON a.id = d.account `+PartsOf("d")+`
		ORDER BY d.account, d.channel_sku, p.location`, func(rows *sql.Rows) error {
		var l linkState
		var track TrackRow
		var shown int
		var seenAt int64
		var on PartRow
		dest := append([]any{&l.Account, &l.ChannelSKU, &l.sku, &l.hold.Units, &l.hold.Cap, &l.apart, &shown, &seenAt, &l.offer.Buffer, &l.offer.Cap, &l.offer.Off}, db.FieldsOf(&track)...)
		if err := rows.Scan(append(dest, on.Dest()...)...); err != nil {
			return err
		}
		l.track = stock.Track(track)
		l.listed = l.track.Listed(shown, seenAt)
		if l.LinkName != last.LinkName {
			if err := flush(); err != nil {
				return err
			}
			last, sum = l, nil
		}
		on.Offer(&sum)
		return nil
	}, scope.args...)
	if err != nil {
		return err
	}
	return flush()
}

// PartsOf is SQL that joins to each link (with account and sku) a row for each stock location of the account and each part of
// the SKU: k is the part, p the location, v the level, which may be missing. Rows of one link must be ordered by p.location.
func PartsOf(link string) string {
	return strings.ReplaceAll(`LEFT JOIN kit_parts k ON k.kit = LINK.sku AND k.quantity > 0
		LEFT JOIN account_locations p ON p.account = LINK.account
		LEFT JOIN stock_levels v ON v.sku = COALESCE(k.part, LINK.sku) AND v.location = p.location`, "LINK", link)
}

// PartColumns are the columns from which a ShelfRow is read.
const PartColumns = `COALESCE(p.location, ''), COALESCE(k.part, ''), COALESCE(k.quantity, 1),
	COALESCE(v.on_hand, 0), COALESCE(v.reserved, 0), COALESCE(v.backordered, 0)`

// PartRow is one part at one location. Part is empty for a SKU that is no kit.
type PartRow struct {
	Location, Part string
	stock.PartLevel
}

// Dest returns the destinations for scanning ShelfColumns.
func (r *PartRow) Dest() []any {
	return []any{&r.Location, &r.Part, &r.Per, &r.OnHand, &r.Reserved, &r.Backordered}
}

// Offer adds the row to the offer of a link by location. Rows of one location follow each other; an account without stock
// locations has one empty row.
func (r *PartRow) Offer(to *stock.ByLocation) { to.Add(r.Location, r.Part, r.Offers()) }
