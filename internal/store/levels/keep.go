package levels

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// KeepBefore keeps what listings of an account show now whose links go live: those of some channel SKUs, or all (nil). Of two things known the
// newer one counts: stock.Track.Listed in SQL. Links that are live already, or that go back, keep what they have. So do those whose channel still
// lists what Towpath sent when they were live last: what they go back to is what was listed before Towpath set anything.
func KeepBefore(ctx context.Context, t *db.Tx, account string, channelSKUs []string) error {
	since, err := SinceLive(ctx, t, account)
	if err != nil {
		return err
	}
	condition, args := "", []any{account, t.Now, db.Texts(since.Ours)}
	if channelSKUs != nil {
		condition, args = ` AND l.channel_sku IN (SELECT r.value FROM {{rows 4}})`, append(args, db.Texts(channelSKUs))
	}
	_, err = t.Exec(ctx, `INSERT INTO levels_before (account, channel_sku, quantity, read_at, live_at)
		SELECT k.account, k.channel_sku, CASE WHEN k.accepted_version > 0 AND k.accepted_at >= k.seen_at THEN k.accepted_quantity ELSE k.shown END,
			CASE WHEN k.accepted_version > 0 AND k.accepted_at >= k.seen_at THEN k.accepted_at ELSE k.seen_at END, CAST($2 AS BIGINT)
		FROM (SELECT l.account, l.channel_sku, l.accepted_version, l.accepted_at, l.accepted_quantity, `+ShownQuantity+` FROM links l
			WHERE l.account = CAST($1 AS TEXT) AND l.apart = '' AND l.channel_fulfils = 0 AND NOT `+UnmanagedLink+`
				AND l.channel_sku NOT IN (SELECT r.value FROM {{rows 3}})`+condition+`) k WHERE true
		ON CONFLICT (account, channel_sku) DO UPDATE SET quantity = excluded.quantity, read_at = excluded.read_at, live_at = excluded.live_at`, args...)
	if err == nil {
		err = keepBeforeAt(ctx, t, account)
	}
	if err != nil {
		return fmt.Errorf("keep what %s lists: %w", account, err)
	}
	return nil
}

// keepBeforeAt keeps what single locations list of the listings of which the whole was kept now. A quantity that was read after a refusal is not
// kept: nobody knows which sales it includes.
func keepBeforeAt(ctx context.Context, t *db.Tx, account string) error {
	_, err := t.Exec(ctx, `DELETE FROM levels_before_at WHERE account = $1 AND channel_sku IN (SELECT b.channel_sku FROM levels_before b WHERE b.account = $1 AND b.live_at = $2)`,
		account, t.Now)
	if err != nil {
		return err
	}
	_, err = t.Exec(ctx, `INSERT INTO levels_before_at (account, channel_sku, location, quantity, read_at)
		SELECT q.account, q.channel_sku, q.location, q.quantity, q.as_of
		FROM levels_before b JOIN location_levels q ON q.account = b.account AND q.channel_sku = b.channel_sku
		WHERE b.account = $1 AND b.live_at = $2 AND q.as_of < $3`, account, t.Now, db.Micro(Exact))
	return err
}

// KnownBefore is SQL for what a row b of levels_before has, or -1 where the account lists each location by itself and nobody knows what they listed.
const KnownBefore = `CASE WHEN EXISTS (SELECT 1 FROM accounts x WHERE x.id = b.account AND x.by_location = 1)
		AND NOT EXISTS (SELECT 1 FROM levels_before_at a WHERE a.account = b.account AND a.channel_sku = b.channel_sku) THEN -1 ELSE b.quantity END`

// wholeSecond is how exactly Shopify tells when an order was placed, in microseconds.
const wholeSecond = int64(time.Second / time.Microsecond)

// purchase is what buyers have bought of a listing with an order. Times are UTC microseconds.
type purchase struct {
	channelSKU       string
	location         string // from which it leaves
	units            int    // less those that were cancelled
	placedAt, seenAt int64
}

// bought calls each with what buyers have bought on an account's channel in orders seen after a moment. Row ids of orders go up with the time at
// which they were seen, so the last one seen before limits what is read.
func bought(ctx context.Context, read db.Reading, account any, since int64, each func(purchase)) error {
	return read(ctx, `SELECT m.channel_sku, m.location, o.placed_at, o.seen_at, m.quantity - m.cancelled FROM orders o JOIN order_lines m ON m.order_id = o.id
		WHERE o.account = CAST($1 AS TEXT) AND o.seen_at > $2 AND o.state NOT IN ('`+string(order.Cancelled)+`', '`+string(order.Skipped)+`')
			AND o.id > COALESCE((SELECT e.id FROM orders e WHERE e.account = CAST($1 AS TEXT) AND e.seen_at <= $2 ORDER BY e.account DESC, e.id DESC LIMIT 1), 0)`,
		func(rows *sql.Rows) error {
			var b purchase
			err := rows.Scan(&b.channelSKU, &b.location, &b.placedAt, &b.seenAt, &b.units)
			each(b)
			return err
		}, account, since)
}
