package orders

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// returnedRow is a row of returns, which only changes under the lock of its order.
type returnedRow struct {
	OrderID    int64       `db:"order_id"`
	ReportID   string      `db:"report_id"`
	LineID     string      `db:"line_id"`
	Stage      order.Stage `db:"stage"`
	Quantity   int         `db:"quantity"`
	Restocked  int         `db:"restocked"`
	WrittenOff int         `db:"written_off"`
	Earlier    int         `db:"earlier"`
	Open       int         `db:"open_units"`
	Reason     string      `db:"reason"`
}

// inboxes reads the returns of orders, which are locked, by row id.
func inboxes(ctx context.Context, t *db.Tx, orderIDs []int64) (map[int64]order.Inbox, error) {
	out := map[int64]order.Inbox{}
	if len(orderIDs) == 0 {
		return out, nil
	}
	err := t.Query(ctx, `SELECT x.id, x.order_id, x.line_id, x.report_id, x.stage, x.quantity, x.restocked, x.written_off, x.earlier, x.reason
		FROM {{rows 1}} CROSS JOIN returns x WHERE x.order_id = r.value ORDER BY x.order_id, x.id`, func(rows *sql.Rows) error {
		x := &order.Returned{}
		err := rows.Scan(&x.RowID, &x.OrderID, &x.LineID, &x.ReportID, &x.Stage, &x.Quantity, &x.Restocked, &x.WrittenOff, &x.Earlier, &x.Reason)
		out[x.OrderID] = append(out[x.OrderID], x)
		return err
	}, db.IDs(orderIDs))
	return out, err
}

// saveInboxes writes what changed; by is who entered what is new, empty for a channel.
func saveInboxes(ctx context.Context, t *db.Tx, by string, inboxes ...order.Inbox) error {
	var rows []returnedRow
	for _, in := range inboxes {
		for _, x := range in {
			if x.Changed {
				rows = append(rows, returnedRow{x.OrderID, x.ReportID, x.LineID, x.Stage, x.Quantity, x.Restocked, x.WrittenOff, x.Earlier, x.Open(), x.Reason})
			}
		}
	}
	if len(rows) == 0 {
		return nil
	}
	_, err := t.Exec(ctx, `INSERT INTO returns ({{columns 1}}, account, actor, reported_at, changed_at)
		SELECT {{values 1}}, (SELECT o.account FROM orders o WHERE o.id = r.order_id), CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($3 AS BIGINT) FROM {{rows 1}} WHERE true
		ON CONFLICT (order_id, report_id) DO UPDATE SET stage = excluded.stage, quantity = excluded.quantity, restocked = excluded.restocked,
			written_off = excluded.written_off, earlier = excluded.earlier, open_units = excluded.open_units, reason = excluded.reason,
			changed_at = excluded.changed_at`, db.RowsOf(rows), db.Clean(by), t.Now)
	return err
}

// writeReturns takes into the inbox what the page shows as returned.
func (p *pageSave) writeReturns(ctx context.Context) error {
	var ids []int64
	for _, a := range p.intake.Arrivals {
		if len(a.Shown.Returns) > 0 && a.Order.State != order.Skipped {
			ids = append(ids, a.Order.RowID)
		}
	}
	known, err := inboxes(ctx, p.Tx, ids)
	if err != nil || len(ids) == 0 {
		return err
	}
	var changed []order.Inbox
	for _, a := range p.intake.Arrivals {
		if slices.Contains(ids, a.Order.RowID) {
			changed = append(changed, a.Order.Report(known[a.Order.RowID], a.Shown.Returns))
		}
	}
	return saveInboxes(ctx, p.Tx, "", changed...)
}

// ReturnEntry is a return that a person reports: units of a line that came back.
type ReturnEntry struct {
	Key      string // once per key
	LineID   string
	Quantity int
	Reason   string
	By       string
}

// EnterReturn adds a return to the inbox (order.Order.Enter), once per key, and returns its number. The same key with other contents is
// a *stock.RefusedError.
func (s *Store) EnterReturn(ctx context.Context, rowID int64, e ReturnEntry) (id int64, out Outcome, err error) {
	out, err = Change(ctx, s.DB, "enter a return", rowID, func(ctx context.Context, c *OrderChange) (string, error) {
		units := map[string]int{e.LineID: e.Quantity}
		if err := order.KnowsLines(units, c.LineIDs()); err != nil {
			return "", err
		}
		in, err := c.inbox(ctx)
		if err != nil {
			return "", err
		}
		for _, x := range in {
			if x.ReportID == e.Key {
				id = x.RowID
				return "", order.Keyed{What: order.ReturnKeyed, Units: map[string]int{x.LineID: x.Quantity}}.Again(e.Key, order.Keyed{What: order.ReturnKeyed, Units: units})
			}
		}
		in, refusal := c.Enter(in, order.Returned{LineID: e.LineID, ReportID: e.Key, Quantity: e.Quantity, Reason: db.Clean(e.Reason)})
		if refusal != "" {
			return refusal, nil
		}
		if err := saveInboxes(ctx, c.Tx, e.By, in); err != nil {
			return "", err
		}
		return "", c.Query(ctx, `SELECT id FROM returns WHERE order_id = $1 AND report_id = $2`, func(rows *sql.Rows) error { return rows.Scan(&id) }, rowID, e.Key)
	})
	return id, out, err
}

func (c *OrderChange) inbox(ctx context.Context) (order.Inbox, error) {
	all, err := inboxes(ctx, c.Tx, []int64{c.RowID})
	return all[c.RowID], err
}

// Settlement is a decision about units of a return in the inbox.
type Settlement struct {
	ID       int64
	Units    int // 0: all that are open
	Restock  bool
	Location string // where they are put; empty: where they left from
	Reason   string // of a write-off
	By       string
	Key      string // once per key; empty: see key
}

// SettleReturn decides about a return (order.Order.Settle). Restocked units are added to on hand and fill waiting lines. Of what is settled
// already the same way, nothing changes, and done is 0.
func (s *Store) SettleReturn(ctx context.Context, d Settlement) (done int, out Outcome, err error) {
	rowID, err := s.orderOfReturn(ctx, d.ID)
	if err != nil {
		return 0, out, err
	}
	out, err = Change(ctx, s.DB, fmt.Sprintf("settle return %d", d.ID), rowID, func(ctx context.Context, c *OrderChange) (refusal string, err error) {
		done, refusal, err = c.settle(ctx, d)
		return refusal, err
	})
	return done, out, err
}

func (c *OrderChange) settle(ctx context.Context, d Settlement) (done int, refusal string, err error) {
	in, err := c.inbox(ctx)
	if err != nil {
		return 0, "", err
	}
	r := in[slices.IndexFunc(in, func(r *order.Returned) bool { return r.RowID == d.ID })]
	n := d.Units
	if n == 0 {
		n = r.Open()
	}
	if refusal, nothing := r.Nothing(d.Restock); d.Units == 0 && nothing {
		return 0, refusal, nil
	}
	key := d.key(r)
	sum := map[string]int{r.LineID: n}
	saved, known, err := c.savedReturn(ctx, key)
	if err != nil {
		return 0, "", err
	}
	if known {
		return 0, "", saved.Again(d.Key, order.Keyed{What: order.ReturnKeyed, Units: sum, Restock: d.Restock})
	}
	whole, err := c.kitsNow(ctx, d.Restock)
	if err != nil {
		return 0, "", err
	}
	if d.Location != "" {
		if err := c.Books.OpenFurther(ctx, c.Line(r.LineID).Item.Places(d.Location)); err != nil {
			return 0, "", err
		}
	}
	if d.Reason != "" {
		r.Reason, r.Changed = db.Clean(d.Reason), true
	}
	if refusal := c.Settle(c.Books.Allocation, r, n, d.Restock, order.Shelf{Location: d.Location, By: db.Clean(d.By)}, whole); refusal != "" {
		return 0, refusal, nil
	}
	if err := c.insertReturn(ctx, GoodsReturn{Key: key, Restock: d.Restock, By: d.By, Reason: d.Reason}, sum); err != nil {
		return 0, "", err
	}
	return n, "", saveInboxes(ctx, c.Tx, "", in)
}

// key is the key under which the decision is carried out once. Without one of its own, a decision about all that is left is another one
// than that before, and one about so many units is the same whenever it is repeated.
func (d Settlement) key(r *order.Returned) string {
	switch {
	case d.Key != "":
		return fmt.Sprintf("returns/%d/%s", d.ID, d.Key)
	case d.Units == 0:
		return fmt.Sprintf("returns/%d/after %d", d.ID, r.Quantity-r.Open())
	}
	return fmt.Sprintf("returns/%d/%d units, restocked: %t", d.ID, d.Units, d.Restock)
}

// takeFromInbox settles open returns with units that are taken back by the order's lines: they are the same units.
func (c *OrderChange) takeFromInbox(ctx context.Context, r GoodsReturn, sum map[string]int) error {
	in, err := c.inbox(ctx)
	if err != nil {
		return err
	}
	for line, n := range sum {
		in.Take(line, n, r.Restock)
	}
	return saveInboxes(ctx, c.Tx, "", in)
}

func (s *Store) orderOfReturn(ctx context.Context, id int64) (rowID int64, err error) {
	err = s.Read(ctx, `SELECT order_id FROM returns WHERE id = $1`, func(rows *sql.Rows) error { return rows.Scan(&rowID) }, id)
	if err == nil && rowID == 0 {
		err = fmt.Errorf("return %d: %w", id, db.ErrNotFound)
	}
	return rowID, err
}
