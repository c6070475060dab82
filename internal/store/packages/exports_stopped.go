package packages

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// Stopped is an order that became another one after it was exported: its label may be wrong.
type Stopped struct {
	Export    int64     `json:"export"`
	At        time.Time `json:"exportedAt"`
	RowID     int64     `json:"-"`
	Account   string    `json:"account"`
	ID        string    `json:"orderId"`
	Reference string    `json:"reference"`
	Cancelled bool      `json:"cancelled"` // all of it
	What      string    `json:"what"`      // cancelled, or what changed
}

// maxStopped limits how many changed orders one export reports; the next one reports the others.
const maxStopped = 1000

// stoppedScan collects what became of exported orders, from rows of their lines that follow each other.
type stoppedScan struct {
	out      []Stopped
	settled  []exportedName
	last     Stopped
	notified string // of the last order
	now      order.Exported
}

// exportedName identifies an order of an export.
type exportedName struct {
	Export int64 `db:"export_id"`
	RowID  int64 `db:"order_id"`
}

// Scan adds a row.
func (s *stoppedScan) Scan(rows *sql.Rows) error {
	var o Stopped
	var made, moved int64
	var notified string
	var now order.Exported
	var l order.ExportedLine
	var u order.Units
	err := rows.Scan(&o.Export, &made, &notified, &o.RowID, &o.Account, &o.ID, &o.Reference, &now.State, &moved,
		&l.Written, &l.WasSKU, &l.WasAlive, &l.SKU, &u.Reserved, &u.Backordered, &u.Unlinked, &u.Packed, &u.Shipped)
	if err != nil {
		return err
	}
	if o.Export != s.last.Export || o.RowID != s.last.RowID {
		s.flush()
		o.At, now.Moved = db.At(made), moved > made
		s.last, s.notified, s.now = o, notified, now
	}
	l.Alive = u.Alive()
	s.now.Lines = append(s.now.Lines, l)
	return nil
}

// flush asks the rules about the last order.
func (s *stoppedScan) flush() {
	if s.last.Export == 0 {
		return
	}
	if s.now.Over() {
		s.settled = append(s.settled, exportedName{s.last.Export, s.last.RowID})
		return
	}
	if c := s.now.Change(); c.News(s.notified) && len(s.out) < maxStopped {
		s.last.Cancelled, s.last.What = c.Cancelled, c.Text()
		s.out = append(s.out, s.last)
	}
}

// StoppedOrders returns orders that were cancelled or changed after their export, are not shipped, and have not been reported in
// this form. Shipped orders are marked, so that the next call need not read them.
func (s *Store) StoppedOrders(ctx context.Context) ([]Stopped, error) {
	var found stoppedScan
	err := s.Read(ctx, `SELECT x.export_id, e.created_at, x.notified, x.order_id, o.account, o.channel_order_id, o.reference, o.state, COALESCE(b.changed_at, 0),
			CASE WHEN m.line_id IS NULL THEN 0 ELSE 1 END, COALESCE(m.sku, ''), COALESCE(m.alive, 0),
			l.sku, l.reserved, l.backordered, l.unlinked, l.packed, l.shipped
		FROM exported_orders x JOIN order_exports e ON e.id = x.export_id JOIN orders o ON o.id = x.order_id
			JOIN order_lines l ON l.order_id = x.order_id LEFT JOIN buyers b ON b.order_id = x.order_id
			LEFT JOIN exported_lines m ON m.export_id = x.export_id AND m.order_id = x.order_id AND m.line_id = l.line_id
		WHERE x.closed_at = 0 ORDER BY x.export_id, x.order_id, l.position, l.line_id`, found.Scan)
	if err != nil {
		return nil, fmt.Errorf("look for exported orders that changed: %w", err)
	}
	found.flush()
	if len(found.settled) > 0 {
		err = s.Write(ctx, "mark shipped orders of exports", func(ctx context.Context, t *db.Tx) error {
			_, err := t.Exec(ctx, `UPDATE exported_orders SET closed_at = CAST($2 AS BIGINT) FROM {{rows 1}}
				WHERE exported_orders.export_id = r.export_id AND exported_orders.order_id = r.order_id AND exported_orders.closed_at = 0`,
				db.RowsOf(found.settled), t.Now)
			return err
		})
	}
	return found.out, err
}

// notifiedRow has what was reported about an exported order.
type notifiedRow struct {
	Export int64  `db:"export_id"`
	RowID  int64  `db:"order_id"`
	What   string `db:"what"`
	Over   bool   `db:"over"` // nothing more can become of it
}

// NoteStopped records that these orders were reported to a person.
func (s *Store) NoteStopped(ctx context.Context, notified []Stopped) error {
	if len(notified) == 0 {
		return nil
	}
	return s.Write(ctx, "note what was reported of exported orders", func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `UPDATE exported_orders SET notified = r.what,
				closed_at = r.over * CAST($2 AS BIGINT)
			FROM {{rows 1}} WHERE exported_orders.export_id = r.export_id AND exported_orders.order_id = r.order_id AND exported_orders.closed_at = 0`,
			db.RowsBy(notified, func(o Stopped) notifiedRow { return notifiedRow{o.Export, o.RowID, o.What, o.Cancelled} }), t.Now)
		return err
	})
}
