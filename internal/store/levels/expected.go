package levels

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// Expected returns what the account's channel should list of channel SKUs now: what it accepted or showed last, less what its own
// buyers have bought since. SKUs of which nothing is known are left out.
func (s *Store) Expected(ctx context.Context, account string, channelSKUs []string) (map[string]int, error) {
	expected := map[string]int{}
	err := s.Read(ctx, `WITH asked AS MATERIALIZED (
			SELECT l.account, l.channel_sku, l.sku, `+db.SelectsOf[TrackRow]("l")+`, `+ShownQuantity+`
			FROM {{rows 1}} CROSS JOIN links l WHERE l.account = CAST($2 AS TEXT) AND l.channel_sku = r.value)
		SELECT d.channel_sku, d.shown, d.seen_at, `+db.SelectsOf[TrackRow]("d")+`, COALESCE(o.seen_at, 0), COALESCE(m.quantity - m.cancelled, 0)
		FROM asked d LEFT JOIN order_lines m ON m.sku = d.sku AND m.channel_sku = d.channel_sku AND m.reserved > 0
			LEFT JOIN orders o ON o.id = m.order_id AND o.account = d.account
		ORDER BY d.channel_sku`, func(rows *sql.Rows) error {
		var sku string
		var track TrackRow
		var shown, units int
		var shownAt, soldAt int64
		dest := append([]any{&sku, &shown, &shownAt}, db.FieldsOf(&track)...)
		if err := rows.Scan(append(dest, &soldAt, &units)...); err != nil {
			return err
		}
		quantity, at, known := stock.Track(track).Expected(shown, shownAt)
		if !known {
			return nil
		}
		if _, there := expected[sku]; !there {
			expected[sku] = quantity
		}
		if soldAt > at {
			expected[sku] -= units
		}
		return nil
	}, db.Texts(channelSKUs), account)
	if err != nil {
		return nil, fmt.Errorf("read what %s should list: %w", account, err)
	}
	return expected, nil
}

// Rescanned reports whether a level that waited for a scan of the account's orders can be sent now.
func (s *Store) Rescanned(ctx context.Context, account string) (bool, error) {
	n, err := s.count(ctx, account, `l.stale_at > 0 AND `+Sendable)
	return n > 0, err
}
