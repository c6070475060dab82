package levels

import (
	"context"
	"database/sql"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// LinkName is what a link is known by.
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
}

// TrackRow are the columns of a link that say where its level stands, for db.SelectsOf and db.FieldsOf: a stock.Track.
type TrackRow struct {
	Dirty            int64 `db:"dirty_version"`
	DirtySince       int64 `db:"dirty_since"`
	Clean            int64 `db:"clean_version"`
	Failed           int64 `db:"failed_version"`
	Held             int64 `db:"held_version"`
	HeldAt           int64 `db:"held_at"`
	Judged           bool  `db:"held_judged"`
	Accepted         int64 `db:"accepted_version"`
	AcceptedQuantity int   `db:"accepted_quantity"`
	AcceptedAt       int64 `db:"accepted_at"`
	Checked          int64 `db:"checked_version"`
	ConfirmedAt      int64 `db:"confirmed_at"`
	Misses           int   `db:"misses"`
	Theirs           bool  `db:"channel_fulfils"`
}

// linkScope says which links a statement reads: what it reads them from, as l, and under which condition.
type linkScope struct {
	from, where string
	args        []any
}

// OfSKUs are the links of SKUs and of the kits that they are part of.
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

// live is the scope without the accounts that observe.
func (s linkScope) live() linkScope {
	s.where = `EXISTS (SELECT 1 FROM accounts x WHERE x.id = l.account AND x.observing = 0) AND ` + s.where
	return s
}

// ShownQuantity are what the channel shows of a link l by its listings, and when it did; -1: none shows a quantity. Of several
// listings of the SKU the largest counts.
const ShownQuantity = `COALESCE((SELECT MAX(s.quantity) FROM listings s
			WHERE s.account = l.account AND s.channel_sku = l.channel_sku AND s.gone_at = 0 AND s.state <> 'ended'), -1) AS shown,
		COALESCE((SELECT MAX(s.seen_at) FROM listings s
			WHERE s.account = l.account AND s.channel_sku = l.channel_sku AND s.gone_at = 0 AND s.state <> 'ended'), 0) AS seen_at`

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
			SELECT l.account, l.channel_sku, l.sku, l.held, l.held_cap, `+db.SelectsOf[TrackRow]("l")+`, `+ShownQuantity+`
			FROM `+scope.from+` WHERE l.channel_fulfils = 0 AND NOT `+UnmanagedLink+` AND `+scope.where+`)
		SELECT d.account, d.channel_sku, d.sku, d.held, d.held_cap, d.shown, d.seen_at, a.buffer, a.cap, `+
		db.SelectsOf[TrackRow]("d")+`, `+ShelfColumns+`
		FROM scope d JOIN accounts a ON a.id = d.account `+ShelvesOf("d")+`
		ORDER BY d.account, d.channel_sku, p.location`, func(rows *sql.Rows) error {
		var l linkState
		var track TrackRow
		var shown int
		var seenAt int64
		var on ShelfRow
		dest := append([]any{&l.Account, &l.ChannelSKU, &l.sku, &l.hold.Units, &l.hold.Cap, &shown, &seenAt, &l.offer.Buffer, &l.offer.Cap}, db.FieldsOf(&track)...)
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
