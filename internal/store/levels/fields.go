package levels

import (
	"context"
	"database/sql"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/store/db"
)

// fieldGlimpse is a listing that was read back, with what the channel accepted of it last.
type fieldGlimpse struct {
	sku string
	listing.Glimpse
}

// markRow has the columns of a listing's mark.
type markRow struct {
	ChannelSKU string `db:"channel_sku"`
	Item       int64  `db:"item"`
	Title      string `db:"title"`
	Live       bool   `db:"live"`
}

// seenRow has the columns of a field that was seen.
type seenRow struct {
	ChannelSKU string        `db:"channel_sku"`
	Field      listing.Field `db:"field"`
	Ours       string        `db:"ours"`
	Theirs     string        `db:"theirs"`
	Item       int64         `db:"item"`
	OursAt     time.Time     `db:"ours_at"`
}

// SaveFields notes which prices, titles and statuses a channel shows otherwise than it has accepted them from publications, and that they are again as
// accepted. gone are those of the listings that the channel does not show any more. Unlike levels they are decided about at once: no sale changes them.
// It may be repeated.
func SaveFields(ctx context.Context, t *db.Tx, account string, list []listing.Shown, gone bool, look Look) error {
	found, err := glimpsedFields(ctx, t, account, list, gone, look)
	if err != nil || len(found) == 0 {
		return err
	}
	var marks []markRow
	var seen, theirs []seenRow
	for _, g := range found {
		mark, fields := g.Compare()
		if mark != g.Before {
			marks = append(marks, markRow{g.sku, mark.Item, mark.Title, mark.Live})
		}
		for _, s := range fields {
			row := seenRow{g.sku, s.Field, s.Ours, s.Theirs, g.Item, g.AcceptedAt}
			if seen = append(seen, row); s.Differs() {
				theirs = append(theirs, row)
			}
		}
	}
	if len(marks) > 0 {
		_, err := t.Exec(ctx, `INSERT INTO listing_marks ({{columns 1}}, account) SELECT {{values 1}}, CAST($2 AS TEXT) FROM {{rows 1}} WHERE true
			ON CONFLICT (account, channel_sku) DO UPDATE SET item = excluded.item, title = excluded.title, live = excluded.live`, db.RowsOf(marks), account)
		if err != nil {
			return err
		}
	}
	return saveSeen(ctx, t, account, seen, theirs, look)
}

// publishedLink is SQL that joins to a link l what its channel accepted last with a publication, o.
const publishedLink = `JOIN published o ON o.account = l.account AND o.endpoint = '` + string(channel.Production) + `' AND o.sku = l.sku AND o.item > 0
	AND o.channel_sku IN ('', l.channel_sku)`

// onItsWay is the SQL condition for what was published, o, of which a publication that runs has sent something, or whose last one was refused after it was
// sent: what the channel took of it is not known.
const onItsWay = `(EXISTS (SELECT 1 FROM publications run JOIN variants v ON v.sku = o.sku
		JOIN publication_plans plan ON plan.run_id = run.id AND plan.product = v.product AND plan.sku = o.sku AND plan.sent_at > 0
		WHERE run.account = o.account AND run.endpoint = o.endpoint AND run.ended_at = 0)
	OR o.ended_item > o.item AND EXISTS (SELECT 1 FROM run_items refused WHERE refused.id = o.ended_item AND refused.stage = '` + string(listing.Response) + `'))`

// glimpsedFields reads what the channel accepted of listings that are linked. A listing other than the link's has nothing of ours.
func glimpsedFields(ctx context.Context, t *db.Tx, account string, list []listing.Shown, gone bool, look Look) ([]fieldGlimpse, error) {
	shown := make(map[LinkRef]listing.Shown, len(list))
	var refs []LinkRef
	for _, one := range list {
		ref := LinkRef{one.ChannelSKU, one.Ref}
		if _, twice := shown[ref]; !twice {
			refs = append(refs, ref)
		}
		shown[ref] = one
	}
	condition := sellingLink
	if gone { // an ended listing of eBay has lost its id, and is shown as another one with the same reference
		condition += ` AND NOT EXISTS (SELECT 1 FROM listings s WHERE s.account = l.account AND s.channel_sku = l.channel_sku AND s.ref = l.listing_ref AND s.gone_at = 0)`
	}
	var out []fieldGlimpse
	err := t.Query(ctx, `SELECT l.channel_sku, l.listing_ref, o.item, o.price, o.currency, o.accepted_at, CASE WHEN `+onItsWay+` THEN 1 ELSE 0 END,
			COALESCE(m.item, 0), COALESCE(m.title, ''), COALESCE(m.live, 0),
			CASE WHEN l.accepted_quantity > 0 AND l.channel_fulfils = 0 AND NOT `+IsStruckOff("l")+` THEN 1 ELSE 0 END, `+Left("l", listing.FieldPrice)+`
		FROM {{rows 1}} CROSS JOIN links l `+publishedLink+` LEFT JOIN listing_marks m ON m.account = l.account AND m.channel_sku = l.channel_sku
		WHERE l.account = CAST($2 AS TEXT) AND l.channel_sku = r.channel_sku AND l.listing_ref = r.ref AND `+condition, func(rows *sql.Rows) error {
		g := fieldGlimpse{Glimpse: listing.Glimpse{Gone: gone, AskedAt: look.AskedAt, ShowsWithin: look.ShowsWithin}}
		var ref string
		var acceptedAt int64
		err := rows.Scan(&g.sku, &ref, &g.Item, &g.Accepted.Amount, &g.Accepted.Currency, &acceptedAt, &g.InDoubt, &g.Before.Item, &g.Before.Title, &g.Before.Live, &g.Sells, &g.PriceLeft)
		g.AcceptedAt, g.Shown = db.At(acceptedAt), shown[LinkRef{g.sku, ref}]
		out = append(out, g)
		return err
	}, db.RowsOf(refs), account)
	return out, err
}

// LinkRef is a channel SKU with the reference of a listing of it.
type LinkRef struct {
	ChannelSKU string `db:"channel_sku"`
	Ref        string `db:"ref"`
}

// saveSeen ends the drifts of fields that are as accepted, or that somebody has set anew, and begins those of theirs.
func saveSeen(ctx context.Context, t *db.Tx, account string, seen, theirs []seenRow, look Look) error {
	_, err := t.Exec(ctx, `UPDATE field_drifts SET ended_at = CAST($3 AS BIGINT) WHERE account = CAST($2 AS TEXT) AND ended_at = 0
		AND EXISTS (SELECT 1 FROM {{rows 1}} WHERE r.channel_sku = field_drifts.channel_sku AND r.field = field_drifts.field
			AND (r.theirs = r.ours OR r.theirs <> field_drifts.theirs OR r.item <> field_drifts.item))`, db.RowsOf(seen), account, t.Now)
	if err != nil || len(theirs) == 0 {
		return err
	}
	_, err = t.Exec(ctx, `UPDATE field_drifts SET seen_at = CAST($3 AS BIGINT) WHERE account = CAST($2 AS TEXT) AND ended_at = 0
		AND EXISTS (SELECT 1 FROM {{rows 1}} WHERE r.channel_sku = field_drifts.channel_sku AND r.field = field_drifts.field)`, db.RowsOf(theirs), account, db.Micro(look.AskedAt))
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `INSERT INTO field_drifts ({{columns 1}}, account, since, seen_at)
		SELECT {{values 1}}, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($3 AS BIGINT) FROM {{rows 1}} WHERE true ON CONFLICT DO NOTHING`,
		db.RowsOf(theirs), account, db.Micro(look.AskedAt))
	return err
}

// EndFields ends a reading of an account's listings: it deletes what is old of the fields that somebody else has set, and what belongs to no link any
// more, and counts what is left.
func EndFields(ctx context.Context, t *db.Tx, account string) error {
	_, err := t.Exec(ctx, `DELETE FROM field_drifts WHERE account = $1 AND (ended_at > 0 AND ended_at < $2
		OR NOT EXISTS (SELECT 1 FROM links l WHERE l.account = field_drifts.account AND l.channel_sku = field_drifts.channel_sku))`, account, t.Now-driftsKept.Microseconds())
	if err == nil {
		countOthers(t, account)
	}
	return err
}
