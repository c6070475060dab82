package levels

import (
	"context"
	"database/sql"
	"time"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// SalesShowWithin is how long a purchase may be missing from a channel's orders after its listing shows it. Amazon answers searches of
// orders only up to two minutes before them; of the others it is not known, and the same is waited.
const SalesShowWithin = 5 * time.Minute

// Glimpsed is what a channel's listing shows of a level.
type Glimpsed struct {
	ChannelSKU string `db:"channel_sku"`
	Ref        string `db:"ref"` // of the listing: another one than the link's has no level of ours
	Shown      int    `db:"shown"`
}

// Look says when a channel was asked for levels, and how long it may take to show things.
type Look struct {
	AskedAt     time.Time     // before the request
	ShowsWithin time.Duration // what it has accepted
	SalesWithin time.Duration // purchases, in its orders
}

// driftRow has the columns of a drift that is not decided.
type driftRow struct {
	ChannelSKU  string    `db:"channel_sku"`
	OursVersion int64     `db:"ours_version"`
	Ours        int       `db:"ours"`
	OursAt      int64     `db:"ours_at"`
	Theirs      int       `db:"theirs"`
	SeenAt      time.Time `db:"seen_at"`
	DecideAt    time.Time `db:"decide_at"`
}

// SaveGlimpsed notes which levels a channel shows otherwise than it has accepted them. NameDrifts decides about them later. A version
// that was accepted drifts once. The links are not locked: one that changes meanwhile has been read before that.
func SaveGlimpsed(ctx context.Context, t *db.Tx, account string, list []Glimpsed, look Look) error {
	var drifts []driftRow
	err := t.Query(ctx, `SELECT r.channel_sku, r.shown, `+db.SelectsOf[TrackRow]("l")+` FROM {{rows 1}} CROSS JOIN links l
		WHERE l.account = CAST($2 AS TEXT) AND l.channel_sku = r.channel_sku AND l.listing_ref = r.ref
			AND l.accepted_version > 0 AND l.accepted_quantity <> r.shown`, func(rows *sql.Rows) error {
		var sku string
		var shown int
		var row TrackRow
		if err := rows.Scan(append([]any{&sku, &shown}, db.FieldsOf(&row)...)...); err != nil {
			return err
		}
		g := stock.Glimpse{Track: stock.Track(row), Shown: shown, AskedAt: db.Micro(look.AskedAt), ShowsWithin: look.ShowsWithin.Microseconds()}
		if g.Differs() {
			drifts = append(drifts, drift(sku, g.Track, shown, look, t.Now))
		}
		return nil
	}, db.RowsOf(list), account)
	if err != nil {
		return err
	}
	return saveDrifts(ctx, t, account, drifts)
}

func drift(channelSKU string, t stock.Track, shown int, look Look, now int64) driftRow {
	return driftRow{channelSKU, t.Accepted, t.AcceptedQuantity, t.AcceptedAt, shown, look.AskedAt, db.At(now).Add(look.SalesWithin)}
}

// saveDrifts keeps those of live links: what an account that observes lists is another's to set.
func saveDrifts(ctx context.Context, t *db.Tx, account string, drifts []driftRow) error {
	if len(drifts) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `INSERT INTO drifts ({{columns 1}}, account) SELECT {{values 1}}, CAST($2 AS TEXT) FROM {{rows 1}}
		WHERE EXISTS (SELECT 1 FROM links l WHERE l.account = CAST($2 AS TEXT) AND l.channel_sku = r.channel_sku AND `+liveLink+`)
		ON CONFLICT (account, channel_sku, ours_version) DO NOTHING`, db.RowsOf(drifts), account)
	return err
}

// watched returns the levels of which somebody else has set one within stock.ContestedWithin, and whether they are contested.
func watched(ctx context.Context, t *db.Tx, account string, list []ShownLevel) (map[string]bool, error) {
	out := map[string]bool{}
	err := t.Query(ctx, `SELECT l.channel_sku, CASE WHEN l.contested_at > 0 THEN 1 ELSE 0 END FROM {{rows 1}} CROSS JOIN links l
		WHERE l.account = CAST($2 AS TEXT) AND l.channel_sku = r.value AND (l.contested_at > 0 OR EXISTS (SELECT 1 FROM drifts d
			WHERE d.account = l.account AND d.channel_sku = l.channel_sku AND d.named_at > $3))`, func(rows *sql.Rows) error {
		var sku string
		var contested bool
		err := rows.Scan(&sku, &contested)
		out[sku] = contested
		return err
	}, db.RowsBy(list, func(l ShownLevel) string { return l.ChannelSKU }), account, t.Now-stock.ContestedWithin.Microseconds())
	return out, err
}
