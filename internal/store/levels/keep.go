package levels

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// KeepBefore keeps what listings of an account show now whose links go live: those of some channel SKUs, or all (nil). Of two things known the
// newer one counts: stock.Track.Listed in SQL. Links that are live already, or that go back, keep what they have. So do those whose channel still
// lists what Towpath sent when they were live last: what they go back to is what was listed before Towpath set anything.
func KeepBefore(ctx context.Context, t *db.Tx, account string, channelSKUs []string) error {
	ours, err := stillOurs(ctx, t, account)
	if err != nil {
		return err
	}
	condition, args := "", []any{account, t.Now, db.Texts(ours)}
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
	if err != nil {
		return fmt.Errorf("keep what %s lists: %w", account, err)
	}
	return nil
}

// stillOurs returns the channel SKUs of an account that were live within the time in which going live can be undone, and list what Towpath sent
// then: nothing newer is known, or what was read since is that, less what was sold on the channel until it was read.
func stillOurs(ctx context.Context, t *db.Tx, account string) (list []string, err error) {
	read := map[string]expecting{} // what was accepted of those that were read later
	shown := map[string]expecting{}
	since := int64(math.MaxInt64)
	err = t.Query(ctx, `SELECT l.channel_sku, l.accepted_quantity, l.accepted_at, `+ShownQuantity+`
		FROM levels_before b JOIN links l ON l.account = b.account AND l.channel_sku = b.channel_sku
		WHERE b.account = $1 AND b.quantity >= 0 AND b.live_at >= $2 AND l.apart = '' AND l.accepted_version > 0 AND l.accepted_at >= b.live_at`,
		func(rows *sql.Rows) error {
			var sku string
			var accepted, seen expecting
			if err := rows.Scan(&sku, &accepted.quantity, &accepted.at, &seen.quantity, &seen.at); err != nil {
				return err
			}
			if accepted.at >= seen.at {
				list = append(list, sku)
				return nil
			}
			read[sku], shown[sku], since = accepted, seen, min(since, accepted.at)
			return nil
		}, account, t.Now-stock.UndoWithin.Microseconds())
	if err == nil && len(read) > 0 {
		err = bought(ctx, t.Query, account, since, func(b purchase) {
			if e, wanted := read[b.channelSKU]; wanted && b.seenAt > e.at && b.placedAt <= shown[b.channelSKU].at {
				e.quantity -= b.units
				read[b.channelSKU] = e
			}
		})
	}
	if err != nil {
		return nil, fmt.Errorf("read what %s lists since it was live: %w", account, err)
	}
	for sku, e := range read {
		if e.quantity == shown[sku].quantity {
			list = append(list, sku)
		}
	}
	return list, nil
}

// wholeSecond is how exactly Shopify tells when an order was placed, in microseconds.
const wholeSecond = int64(time.Second / time.Microsecond)

// purchase is what buyers have bought of a listing with an order. Times are UTC microseconds.
type purchase struct {
	channelSKU       string
	units            int // less those that were cancelled
	placedAt, seenAt int64
}

// bought calls each with what buyers have bought on an account's channel in orders seen after a moment. Row ids of orders go up with the time at
// which they were seen, so the last one seen before limits what is read.
func bought(ctx context.Context, read db.Reading, account any, since int64, each func(purchase)) error {
	return read(ctx, `SELECT m.channel_sku, o.placed_at, o.seen_at, m.quantity - m.cancelled FROM orders o JOIN order_lines m ON m.order_id = o.id
		WHERE o.account = CAST($1 AS TEXT) AND o.seen_at > $2 AND o.state NOT IN ('`+string(order.Cancelled)+`', '`+string(order.Skipped)+`')
			AND o.id > COALESCE((SELECT e.id FROM orders e WHERE e.account = CAST($1 AS TEXT) AND e.seen_at <= $2 ORDER BY e.account DESC, e.id DESC LIMIT 1), 0)`,
		func(rows *sql.Rows) error {
			var b purchase
			err := rows.Scan(&b.channelSKU, &b.placedAt, &b.seenAt, &b.units)
			each(b)
			return err
		}, account, since)
}
