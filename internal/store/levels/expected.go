package levels

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// sold is what an order has bought.
type sold struct{ units, placedAt, seenAt int64 }

// subtract subtracts what an order has bought, if it has left the quantity.
func subtract(e stock.Expectation, s sold) stock.Expectation {
	at := s.seenAt
	if e.Placed {
		at = s.placedAt
	}
	if at > e.At {
		e.Quantity -= int(s.units)
	}
	return e
}

// soldFrom returns the moment since which orders must have been seen to be subtracted, from when the level is dirty since: a sale makes it dirty.
func soldFrom(e stock.Expectation, dirtySince int64) int64 {
	from := dirtySince - pageTakes.Microseconds()
	if e.Placed { // the channel's clock may be ahead of ours
		return max(e.At-pageTakes.Microseconds(), from)
	}
	return max(e.At, from)
}

// pageTakes is longer than the time between reading a page of orders and saving it.
const pageTakes = 10 * time.Minute

// Expected returns what the account's channel should list of channel SKUs now: what it accepted or showed last, less what its own
// buyers have bought since, packed or shipped or not. SKUs of which nothing is known are left out.
func (s *Store) Expected(ctx context.Context, account string, channelSKUs []string) (map[string]int, error) {
	levels := map[string]stock.Expectation{}
	since := int64(math.MaxInt64) // no unit was sold before that has to be subtracted
	err := s.Read(ctx, `SELECT l.channel_sku, `+db.SelectsOf[TrackRow]("l")+`, `+ShownQuantity+`
		FROM {{rows 1}} CROSS JOIN links l WHERE l.account = CAST($2 AS TEXT) AND l.channel_sku = r.value`, func(rows *sql.Rows) error {
		var sku string
		var row TrackRow
		var shown int
		var shownAt int64
		if err := rows.Scan(append(append([]any{&sku}, db.FieldsOf(&row)...), &shown, &shownAt)...); err != nil {
			return err
		}
		if e, known := stock.Track(row).Expected(shown, shownAt); known {
			levels[sku], since = e, min(since, soldFrom(e, row.DirtySince))
		}
		return nil
	}, db.Texts(channelSKUs), account)
	if err == nil && since < math.MaxInt64 {
		err = s.subtractSold(ctx, account, levels, since)
	}
	if err != nil {
		return nil, fmt.Errorf("read what %s should list: %w", account, err)
	}
	expected := make(map[string]int, len(levels))
	for sku, l := range levels {
		expected[sku] = l.Quantity
	}
	return expected, nil
}

// soldSince is the lines m of orders o of an account ($2) for channel SKUs ($1) that were first seen after a moment ($3), in SQL. Row ids
// of orders go up with the time, so the last order that was seen before it limits what is read. Units that wait for stock or a link
// have left the channel's quantity with the others of their line.
const soldSince = `
		FROM orders o JOIN order_lines m ON m.order_id = o.id
		WHERE o.account = CAST($2 AS TEXT) AND o.id > COALESCE((SELECT e.id FROM orders e WHERE e.account = CAST($2 AS TEXT) AND e.seen_at <= $3
				ORDER BY e.account DESC, e.id DESC LIMIT 1), 0)
			AND o.seen_at > $3 AND m.booked = 1 AND m.reserved + m.packed + m.shipped > 0
			AND m.channel_sku IN (SELECT r.value FROM {{rows 1}})`

// soldColumns are the columns of a sold.
const soldColumns = `o.placed_at, o.seen_at, m.quantity - m.cancelled`

// subtractSold subtracts from levels what the account's orders have bought that were first seen after a moment.
func (s *Store) subtractSold(ctx context.Context, account string, levels map[string]stock.Expectation, since int64) error {
	names := make([]string, 0, len(levels))
	for sku := range levels {
		names = append(names, sku)
	}
	return s.Read(ctx, `SELECT m.channel_sku, `+soldColumns+soldSince, func(rows *sql.Rows) error {
		var sku string
		var one sold
		err := rows.Scan(&sku, &one.placedAt, &one.seenAt, &one.units)
		if l, there := levels[sku]; there {
			levels[sku] = subtract(l, one)
		}
		return err
	}, db.Texts(names), account, since)
}

// Rescanned reports whether a level that waited for a scan of the account's orders can be sent now.
func (s *Store) Rescanned(ctx context.Context, account string) (bool, error) {
	n, err := s.count(ctx, account, `l.stale_at > 0 AND `+Sendable)
	return n > 0, err
}
