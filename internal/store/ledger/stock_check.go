package ledger

import (
	"context"
	"database/sql"
	"slices"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
)

// applied reads what was done under the changes' keys before.
func applied(ctx context.Context, t *db.Tx, changes []stock.Change) (map[string]stock.Done, error) {
	done := map[string]stock.Done{}
	keys := make([]string, len(changes))
	for i, c := range changes {
		keys[i] = c.EntryKey()
	}
	err := t.Query(ctx, `SELECT m.key, m.sku, m.location, m.kind, m.told, m.at FROM {{rows 1}} CROSS JOIN movements m WHERE m.key = r.value`, func(rows *sql.Rows) error {
		var key string
		var m stock.Done
		var when int64
		err := rows.Scan(&key, &m.SKU, &m.Location, &m.Kind, &m.Told, &when)
		m.At = db.At(when)
		done[key] = m
		return err
	}, db.Texts(keys))
	return done, err
}

// lostRow is a line that lost reserved units.
type lostRow struct {
	OrderID int64  `db:"order_id"`
	LineID  string `db:"line_id"`
	SKU     string `db:"sku"`
	Units   int    `db:"units"`
}

// backordered names the lines that have fewer reserved units than before, because more was reserved than is there.
func (a *stockApply) backordered(ctx context.Context) error {
	var lost []lostRow
	for _, l := range slices.SortedFunc(a.books.Demoted(), order.FirstCome) {
		lost = append(lost, lostRow{l.OrderID, l.LineID, l.SKU, l.Lost()})
	}
	a.done.Backordered = make([]Backordered, 0, len(lost))
	if len(lost) == 0 {
		return nil
	}
	return a.Query(ctx, `SELECT o.account, o.reference, r.line_id, r.sku, r.units
		FROM {{rows 1}} CROSS JOIN orders o WHERE o.id = r.order_id
		ORDER BY o.placed_at DESC, o.id DESC, 3`, func(rows *sql.Rows) error {
		var b Backordered
		err := rows.Scan(&b.Account, &b.Reference, &b.LineID, &b.SKU, &b.Units)
		a.done.Backordered = append(a.done.Backordered, b)
		return err
	}, db.RowsOf(lost))
}
