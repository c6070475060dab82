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

// expecting is a level for which it is found out what the channel should list.
type expecting struct {
	quantity int
	at       int64 // units that were sold later have left the quantity
}

// pageTakes is longer than the time between reading a page of orders and saving it.
const pageTakes = 10 * time.Minute

// Expected returns what the account's channel should list of channel SKUs now: what it accepted or showed last, less what its own
// buyers have bought since, packed or shipped or not. SKUs of which nothing is known are left out.
func (s *Store) Expected(ctx context.Context, account string, channelSKUs []string) (map[string]int, error) {
	levels := map[string]expecting{}
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
		quantity, at, known := stock.Track(row).Expected(shown, shownAt)
		if !known {
			return nil
		}
		levels[sku] = expecting{quantity, at}
		since = min(since, max(at, row.DirtySince-pageTakes.Microseconds())) // a sale makes a level dirty
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
		expected[sku] = l.quantity
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

// subtractSold subtracts from levels what the account's orders have bought that were first seen after a moment.
func (s *Store) subtractSold(ctx context.Context, account string, levels map[string]expecting, since int64) error {
	names := make([]string, 0, len(levels))
	for sku := range levels {
		names = append(names, sku)
	}
	return s.Read(ctx, `SELECT m.channel_sku, o.seen_at, m.quantity - m.cancelled`+soldSince, func(rows *sql.Rows) error {
		var sku string
		var soldAt int64
		var units int
		if err := rows.Scan(&sku, &soldAt, &units); err != nil {
			return err
		}
		if l := levels[sku]; soldAt > l.at {
			l.quantity -= units
			levels[sku] = l
		}
		return nil
	}, db.Texts(names), account, since)
}

// Rescanned reports whether a level that waited for a scan of the account's orders can be sent now.
func (s *Store) Rescanned(ctx context.Context, account string) (bool, error) {
	n, err := s.count(ctx, account, `l.stale_at > 0 AND `+Sendable)
	return n > 0, err
}
