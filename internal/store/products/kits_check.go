package products

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/catalogue"
	"github.com/towpath/towpath/internal/store/db"
)

// KitsRefused says of SKUs that are to become kits which can't, and why.
func (s *Store) KitsRefused(ctx context.Context, skus []string) (map[string]error, error) {
	refused, err := heldAsTheyAre(ctx, s.Read, skus)
	if err != nil {
		return nil, fmt.Errorf("look whether SKUs can become kits: %w", err)
	}
	return refused, nil
}

// heldAsTheyAre finds SKUs that are on hand or that open orders hold as they are: they can't become kits.
func heldAsTheyAre(ctx context.Context, read db.Reading, skus []string) (map[string]error, error) {
	refused := make(map[string]error)
	err := read(ctx, `SELECT x.sku, CAST(SUM(x.units) AS BIGINT), CAST(SUM(x.lines) AS BIGINT) FROM (
			SELECT v.sku, v.on_hand AS units, 0 AS lines FROM {{rows 1}} CROSS JOIN stock_levels v WHERE v.sku = r.value
			UNION ALL SELECT l.sku, 0, 1 FROM {{rows 1}} CROSS JOIN order_lines l WHERE l.sku = r.value AND l.reserved > 0
			UNION ALL SELECT l.sku, 0, 1 FROM {{rows 1}} CROSS JOIN order_lines l WHERE l.sku = r.value AND l.short > 0
			UNION ALL SELECT l.sku, 0, 1 FROM packages p JOIN order_lines l ON l.order_id = p.order_id
				WHERE p.state IN ('processed', 'parked') AND l.packed > 0 AND l.sku IN (SELECT r.value FROM {{rows 1}})) x
		GROUP BY x.sku HAVING SUM(x.units) + SUM(x.lines) > 0 ORDER BY x.sku`, func(rows *sql.Rows) error {
		var sku string
		var onHand, lines int
		err := rows.Scan(&sku, &onHand, &lines)
		refused[sku] = catalogue.RefuseKit(sku, onHand, lines)
		return err
	}, db.Texts(skus))
	return refused, err
}
