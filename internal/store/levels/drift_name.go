package levels

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

const (
	// driftsAtOnce is how many drifts one transaction decides.
	driftsAtOnce = 1000
	// driftsKept is how long drifts are shown, and how long an undecided one waits for a level that is on its way.
	driftsKept    = 30 * 24 * time.Hour
	undecidedKept = 24 * time.Hour
	// cancelledWithin is how old an order may be whose cancellation explains a level.
	cancelledWithin = 60 * 24 * time.Hour
)

// NameDrifts decides about an account's levels that its channel showed otherwise than it had accepted them, as soon as a scan of orders
// has ended that began late enough to have all sales. What nothing explains is somebody else's: it is kept, and the level is sent once
// more, unless it is contested. It returns how many are somebody else's. It may be repeated.
func (s *Store) NameDrifts(ctx context.Context, account string) (named int, err error) {
	err = s.Write(ctx, "name drifts of "+account, func(ctx context.Context, t *db.Tx) error {
		d := &driftNaming{Tx: t, account: account}
		err := d.run(ctx)
		named = len(d.named)
		return err
	})
	return named, err
}

// driftNaming is one attempt to decide about drifts.
type driftNaming struct {
	*db.Tx
	account string
	list    []*deciding
	named   []string // channel SKUs, sorted
	ended   []string // of decided drifts that are explained, or given up
}

// deciding is a drift with what is known of its level by now.
type deciding struct {
	driftRow
	stock.Drift
	track stock.Track
	feed  bool // a feed has the level: nobody knows whether it was carried out
}

// settled reports whether nothing that was sent before the channel was asked is still on its way.
func (d *deciding) settled() bool {
	return !d.feed && (!d.track.Sends() || d.track.DirtySince > db.Micro(d.SeenAt))
}

func (d *driftNaming) run(ctx context.Context) error {
	_, err := d.Exec(ctx, `DELETE FROM drifts WHERE account = $1 AND (named_at > 0 AND named_at < $2
		OR NOT EXISTS (SELECT 1 FROM links l WHERE l.account = drifts.account AND l.channel_sku = drifts.channel_sku))`, d.account, d.Now-driftsKept.Microseconds())
	if err != nil {
		return err
	}
	if err := d.read(ctx); err != nil || len(d.list) == 0 {
		return err
	}
	if err := d.readSent(ctx); err != nil {
		return err
	}
	if err := d.readOrders(ctx); err != nil {
		return err
	}
	for _, one := range d.list {
		switch {
		case one.track.DoubtedAt > one.OursAt || one.Explained():
			d.ended = append(d.ended, one.driftRow.ChannelSKU)
		case one.settled():
			d.named = append(d.named, one.driftRow.ChannelSKU)
		case db.Micro(one.SeenAt) < d.Now-undecidedKept.Microseconds():
			d.ended = append(d.ended, one.driftRow.ChannelSKU)
		}
	}
	return d.write(ctx)
}

// read reads the drifts that can be decided, and locks their links in the order in which all lock them.
func (d *driftNaming) read(ctx context.Context) error {
	return d.Query(ctx, `SELECT `+db.SelectsOf[driftRow]("d")+`, CASE WHEN EXISTS (SELECT 1 FROM pending_pushes q
				WHERE q.account = o.account AND q.channel_sku = o.channel_sku) THEN 1 ELSE 0 END, `+db.SelectsOf[TrackRow]("o")+`
		FROM drifts d JOIN links o ON o.account = d.account AND o.channel_sku = d.channel_sku
		WHERE d.account = $1 AND d.named_at = 0 AND d.decide_at <= (SELECT MAX(scan.started_at) FROM runs scan
			WHERE scan.account = $1 AND scan.kind = '`+string(register.Orders)+`' AND scan.ended_at > 0 AND scan.fault_id = '')
		ORDER BY o.account, o.channel_sku LIMIT $2 {{lock o}}`, func(rows *sql.Rows) error {
		var one deciding
		var row TrackRow
		var seen, decide int64
		dest := []any{&one.driftRow.ChannelSKU, &one.OursVersion, &one.driftRow.Ours, &one.OursAt, &one.driftRow.Theirs, &seen, &decide, &one.feed}
		err := rows.Scan(append(dest, db.FieldsOf(&row)...)...)
		one.SeenAt, one.track = db.At(seen), stock.Track(row)
		one.Drift = stock.Drift{Ours: one.driftRow.Ours, Theirs: one.driftRow.Theirs}
		d.list = append(d.list, &one)
		return err
	}, d.account, driftsAtOnce)
}

func (d *driftNaming) skus() *db.RowTable {
	var names []string
	for _, one := range d.list {
		names = append(names, one.driftRow.ChannelSKU)
	}
	return db.Texts(slices.Compact(slices.Sorted(slices.Values(names))))
}

// readSent reads what was sent since the level was accepted.
func (d *driftNaming) readSent(ctx context.Context) error {
	return d.Query(ctx, `SELECT p.channel_sku, p.version, p.quantity FROM {{rows 1}} CROSS JOIN pushes p
		WHERE p.account = CAST($2 AS TEXT) AND p.channel_sku = r.value`, func(rows *sql.Rows) error {
		var sku string
		var version int64
		var quantity int
		err := rows.Scan(&sku, &version, &quantity)
		for _, one := range d.list {
			if one.driftRow.ChannelSKU == sku && version > one.OursVersion {
				one.Sent = append(one.Sent, quantity)
			}
		}
		return err
	}, d.skus(), d.account)
}

// readOrders reads what the channel's buyers have ordered and cancelled since the level was accepted. A page of orders is read before
// it is saved, and what was sold just before may not have been in the level: they count too.
func (d *driftNaming) readOrders(ctx context.Context) error {
	since := d.Now
	for _, one := range d.list {
		since = min(since, one.OursAt)
	}
	return d.Query(ctx, `SELECT m.channel_sku, o.seen_at, o.updated_at, m.quantity, CASE WHEN o.state = 'cancelled' THEN m.quantity ELSE m.cancelled END
		FROM orders o JOIN order_lines m ON m.order_id = o.id
		WHERE o.account = CAST($2 AS TEXT) AND o.id > COALESCE((SELECT e.id FROM orders e WHERE e.account = CAST($2 AS TEXT) AND e.seen_at <= $3
				ORDER BY e.account DESC, e.id DESC LIMIT 1), 0)
			AND o.updated_at > $4 AND m.channel_sku IN (SELECT r.value FROM {{rows 1}})`, func(rows *sql.Rows) error {
		var sku string
		var seen, updated int64
		var quantity, cancelled int
		err := rows.Scan(&sku, &seen, &updated, &quantity, &cancelled)
		for _, one := range d.list {
			from := one.OursAt - pageTakes.Microseconds()
			if one.driftRow.ChannelSKU != sku {
				continue
			}
			if seen > from {
				one.Sold += quantity
			}
			if updated > from {
				one.Cancelled += cancelled
			}
		}
		return err
	}, d.skus(), d.account, since-cancelledWithin.Microseconds(), since-pageTakes.Microseconds())
}

// write ends what is explained, names the rest, and has each of these levels sent once more that is not contested.
func (d *driftNaming) write(ctx context.Context) error {
	const decided = ` WHERE account = CAST($2 AS TEXT) AND named_at = 0 AND channel_sku IN (SELECT r.value FROM {{rows 1}})`
	if len(d.ended) > 0 {
		if _, err := d.Exec(ctx, `DELETE FROM drifts`+decided, db.Texts(d.ended), d.account); err != nil {
			return err
		}
	}
	if len(d.named) == 0 {
		return nil
	}
	if _, err := d.Exec(ctx, `UPDATE drifts SET named_at = $3`+decided, db.Texts(d.named), d.account, d.Now); err != nil {
		return err
	}
	contested, err := d.contested(ctx)
	if err != nil {
		return err
	}
	if len(contested) > 0 {
		_, err = d.Exec(ctx, `UPDATE links SET contested_at = $3 WHERE account = CAST($2 AS TEXT) AND contested_at = 0 AND channel_sku IN (SELECT r.value FROM {{rows 1}})`,
			db.Texts(contested), d.account, d.Now)
		if err != nil {
			return err
		}
	}
	return d.correct(ctx)
}

// correct sends levels once more that are not contested, and has them read back soon: one who writes again is noticed then.
func (d *driftNaming) correct(ctx context.Context) error {
	_, err := d.Exec(ctx, `UPDATE links SET `+Changed("CAST($3 AS BIGINT)", "CAST($4 AS TEXT)")+`, doubted_at = CAST($3 AS BIGINT)
		WHERE account = CAST($2 AS TEXT) AND contested_at = 0 AND dirty_version <= clean_version AND channel_sku IN (SELECT r.value FROM {{rows 1}})`,
		db.Texts(d.named), d.account, d.Now, string(stock.ByDrift))
	if err != nil {
		return err
	}
	countOthers(d.Tx, d.account)
	return nil
}

// contested returns those of the named whose level somebody else has set too often.
func (d *driftNaming) contested(ctx context.Context) (skus []string, err error) {
	err = d.Query(ctx, `SELECT d.channel_sku, COUNT(*) FROM {{rows 1}} CROSS JOIN drifts d
		WHERE d.account = CAST($2 AS TEXT) AND d.channel_sku = r.value AND d.named_at > $3 GROUP BY d.channel_sku ORDER BY d.channel_sku`, func(rows *sql.Rows) error {
		var sku string
		var times int
		err := rows.Scan(&sku, &times)
		if stock.Contested(times) {
			skus = append(skus, sku)
		}
		return err
	}, db.Texts(d.named), d.account, d.Now-stock.ContestedWithin.Microseconds())
	return skus, err
}
