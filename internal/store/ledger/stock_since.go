package ledger

import (
	"context"
	"database/sql"
	"time"

	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// countRow is a count of an earlier moment.
type countRow struct {
	Key      string    `db:"key"`
	SKU      string    `db:"sku"`
	Location string    `db:"location"`
	AsOf     time.Time `db:"moment"`
}

// readSince reads what happened since the moments that the counts among the changes are of, by the changes' keys. The
// levels are locked. Counts that are of now need nothing.
func readSince(ctx context.Context, t *db.Tx, changes []stock.Change) (map[string]stock.Since, error) {
	out := map[string]stock.Since{}
	var earlier []stock.Change
	for _, c := range changes {
		if c.Kind == stock.Count && !c.AsOf.IsZero() {
			earlier = append(earlier, c)
		}
	}
	if len(earlier) == 0 {
		return out, nil
	}
	asked := make([]countRow, len(earlier))
	for i, c := range earlier {
		asked[i] = countRow{c.Key, c.SKU, c.Location, c.AsOf}
	}
	rows := db.RowsOf(asked)
	if err := movedSince(ctx, t, rows, out); err != nil {
		return nil, err
	}
	return out, stillOpen(ctx, t, rows, out)
}

// movedSince sums the movements since then. A count counts from the moment that it is of. Orders placed before then, and
// packed or cancelled since, were open then.
func movedSince(ctx context.Context, t *db.Tx, rows *db.RowTable, out map[string]stock.Since) error {
	return t.Query(ctx, `WITH asked AS (SELECT {{values 1}} FROM {{rows 1}})
		SELECT s.key, m.kind, CASE WHEN o.placed_at < s.moment THEN 1 ELSE 0 END, CASE WHEN m.note = '`+stock.NoteCancelled+`' THEN 1 ELSE 0 END,
			CAST(SUM(m.on_hand) AS BIGINT), CAST(SUM(m.reserved) AS BIGINT), MAX(m.at)
		FROM asked s CROSS JOIN movements m LEFT JOIN orders o ON o.id = m.order_id
		WHERE m.sku = s.sku AND m.location = s.location AND CASE WHEN m.as_of > 0 THEN m.as_of ELSE m.at END >= s.moment
		GROUP BY 1, 2, 3, 4`, func(rows *sql.Rows) error {
		var key string
		var kind stock.Kind
		var before, cancelled bool
		var onHand, reserved int
		var last int64
		err := rows.Scan(&key, &kind, &before, &cancelled, &onHand, &reserved, &last)
		since := out[key]
		since.Moved(kind, before, cancelled, onHand, reserved, db.At(last))
		out[key] = since
		return err
	}, rows)
}

// stillOpen sums what orders placed before then hold or wait for now: lines of the SKU, and lines of kits that hold it.
func stillOpen(ctx context.Context, t *db.Tx, rows *db.RowTable, out map[string]stock.Since) error {
	lines := func(units string) string {
		return `SELECT n.key, l.` + units + ` * COALESCE(p.quantity, 1) AS units
			FROM named n CROSS JOIN order_lines l JOIN orders o ON o.id = l.order_id
				LEFT JOIN order_line_parts p ON p.order_id = l.order_id AND p.line_id = l.line_id AND p.part = n.sku
			WHERE l.sku = n.name AND l.location = n.location AND l.` + units + ` > 0 AND o.placed_at < n.moment
				AND (n.name = n.sku OR p.part IS NOT NULL)`
	}
	return t.Query(ctx, `WITH asked AS (SELECT {{values 1}} FROM {{rows 1}}),
			named AS (SELECT s.key, s.sku AS name, s.sku, s.location, s.moment FROM asked s
				UNION ALL SELECT s.key, k.kit, s.sku, s.location, s.moment FROM asked s JOIN kit_parts k ON k.part = s.sku)
		SELECT x.key, CAST(SUM(x.units) AS BIGINT) FROM (`+lines("reserved")+` UNION ALL `+lines("short")+`) x GROUP BY x.key`, func(rows *sql.Rows) error {
		var key string
		var n int
		err := rows.Scan(&key, &n)
		s := out[key]
		s.StillOpen = n
		out[key] = s
		return err
	}, rows)
}
