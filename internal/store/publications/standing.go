package publications

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/listing"
	"github.com/towpath/towpath/internal/listing/publication"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/levels"
	"github.com/towpath/towpath/internal/store/links"
)

// standingRow is a SKU's row of published.
type standingRow struct {
	SKU        string        `db:"sku"`
	EndedItem  int64         `db:"ended_item"`
	Through    string        `db:"through"`
	Item       int64         `db:"item"`
	ChannelSKU string        `db:"channel_sku"`
	Hash       string        `db:"hash"`
	Marks      listing.Marks `db:"fields"`
	Price      int64         `db:"price"`
	Currency   string        `db:"currency"`
	ReadAt     time.Time     `db:"read_at"`
	SentAt     time.Time     `db:"sent_at"`
	AcceptedAt time.Time     `db:"accepted_at"`
	Shown      bool          `db:"shown"`
	Misses     int           `db:"misses"`
	Failed     string        `db:"failed_code"`
	FailedAt   time.Time     `db:"failed_at"`
}

func rowOfStanding(sku string, s publication.Standing) standingRow {
	return standingRow{sku, s.Ended, s.Through, s.Item, s.ChannelSKU, s.Hash, s.Marks, s.Price.Amount, s.Price.Currency, s.ReadAt, s.SentAt, s.AcceptedAt, s.Answered, s.Misses, s.Failed, s.FailedAt}
}

func (r standingRow) standing() publication.Standing {
	return publication.Standing{
		Ended: r.EndedItem, Through: r.Through, Item: r.Item, ChannelSKU: r.ChannelSKU, Hash: r.Hash, Marks: r.Marks, Price: listing.Price{Amount: r.Price, Currency: r.Currency},
		ReadAt: r.ReadAt, SentAt: r.SentAt, AcceptedAt: r.AcceptedAt, Answered: r.Shown, Misses: r.Misses, Failed: r.Failed, FailedAt: r.FailedAt,
	}
}

// note saves the current state of the SKUs whose items have ended.
func (v *verdictSave) note(ctx context.Context) error {
	ended := v.outcome.Counting(v.items)
	if len(ended) == 0 {
		return nil
	}
	var err error
	if v.outcome.Planned, err = v.planned(ctx, ended); err != nil {
		return err
	}
	before, err := v.standings(ctx, ended)
	if err != nil {
		return err
	}
	var rows []standingRow
	after := v.outcome.Standings(v.items, before)
	for _, sku := range db.KeysOf(after) {
		rows = append(rows, rowOfStanding(sku, after[sku]))
	}
	for batch := range slices.Chunk(rows, db.BatchRows) {
		_, err := v.Exec(ctx, `INSERT INTO published ({{columns 1}}, account, endpoint) SELECT {{values 1}}, CAST($2 AS TEXT), CAST($3 AS TEXT) FROM {{rows 1}} WHERE true
			ON CONFLICT (account, endpoint, sku) DO UPDATE SET ended_item = excluded.ended_item, through = excluded.through, item = excluded.item,
				channel_sku = excluded.channel_sku, hash = excluded.hash, fields = excluded.fields, price = excluded.price, currency = excluded.currency, read_at = excluded.read_at, sent_at = excluded.sent_at,
				accepted_at = excluded.accepted_at, shown = excluded.shown, misses = excluded.misses,
				failed_code = excluded.failed_code, failed_at = excluded.failed_at
			WHERE excluded.ended_item > published.ended_item`, db.RowsOf(batch), v.publication.Account, string(v.publication.Endpoint))
		if err != nil {
			return err
		}
	}
	return nil
}

func skusOf(items []*publication.Item) *db.RowTable {
	return db.RowsBy(items, func(i *publication.Item) string { return i.Reference })
}

// planned reads what the run did with SKUs so far.
func (v *verdictSave) planned(ctx context.Context, items []*publication.Item) (map[string]publication.Planned, error) {
	out := map[string]publication.Planned{}
	err := v.Query(ctx, `SELECT p.sku, p.hash, p.fields, p.price, p.currency, p.sent_at, p.level_sent FROM {{rows 1}} CROSS JOIN publication_plans p
		WHERE p.run_id = CAST($2 AS TEXT) AND p.product = r.product AND p.sku = r.sku`, func(rows *sql.Rows) error {
		var sku string
		var p publication.Planned
		var sent int64
		err := rows.Scan(&sku, &p.Hash, &p.Marks, &p.Price.Amount, &p.Price.Currency, &sent, &p.Level)
		p.SentAt = db.At(sent)
		out[sku] = p
		return err
	}, db.RowsBy(items, func(i *publication.Item) SentSKU { return SentSKU{Product: i.Parent, SKU: i.Reference} }), v.publication.ID)
	return out, err
}

// standings reads and locks how SKUs stood before.
func (v *verdictSave) standings(ctx context.Context, items []*publication.Item) (map[string]publication.Standing, error) {
	out := map[string]publication.Standing{}
	err := v.Query(ctx, `SELECT `+db.SelectsOf[standingRow]("o")+` FROM {{rows 1}} CROSS JOIN published o
		WHERE o.account = CAST($2 AS TEXT) AND o.endpoint = CAST($3 AS TEXT) AND o.sku = r.value ORDER BY o.account, o.endpoint, o.sku {{lock o}}`,
		func(rows *sql.Rows) error {
			var r standingRow
			err := rows.Scan(db.FieldsOf(&r)...)
			out[r.SKU] = r.standing()
			return err
		}, skusOf(items), v.publication.Account, string(v.publication.Endpoint))
	return out, err
}

// link links accepted listings to their SKUs: an existing link gets the new reference, a new one a level to be sent. A level sent
// with its listing is sent again, unless it is not ours to set (stock.Track.Waits).
func (v *verdictSave) link(ctx context.Context) error {
	var list []links.Link
	for _, one := range v.outcome.Listings(v.items) {
		list = append(list, links.Link{Account: v.publication.Through, ChannelSKU: db.Clean(one.ChannelSKU), SKU: one.SKU, ListingRef: db.Clean(one.Ref)})
	}
	if len(list) > 0 {
		if err := links.LinkAll(ctx, v.Tx, list, false); err != nil {
			return err
		}
	}
	for batch := range slices.Chunk(v.outcome.Levelled(v.items), db.BatchRows) {
		_, err := v.Exec(ctx, `UPDATE links SET `+levels.Changed("CAST($3 AS BIGINT)", "CAST($4 AS TEXT)")+`
			WHERE account = CAST($2 AS TEXT) AND sku IN (SELECT r.value FROM {{rows 1}})`,
			db.Texts(batch), v.publication.Through, v.Now, string(stock.ByListing))
		if err != nil {
			return err
		}
	}
	return nil
}
