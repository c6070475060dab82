package packages

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// Export is a file with orders to be packed. It is recorded before the file is written, so that no order is exported twice unless
// requested, even after a crash.
type Export struct {
	ID        int64     `json:"id"`
	Format    string    `json:"format"`
	Account   string    `json:"account,omitempty"` // empty: of every account
	By        string    `json:"by"`
	At        time.Time `json:"at"`
	File      string    `json:"file"`
	WrittenAt time.Time `json:"writtenAt,omitzero"` // zero: the file was never finished
	Orders    int       `json:"orders"`
	Waiting   int       `json:"waiting"` // of these, still to be packed
	Told      int       `json:"told"`    // of these, cancelled or changed later, which was reported to a person
}

// ExportRequest selects the orders of a new export.
type ExportRequest struct {
	Format, Account, By, File string
	Limit                     int  // orders at most; the oldest first
	Repeat                    bool // also those that an earlier export has
}

// toPack is the SQL condition for an order o of an account a that can be packed completely: paid, or accepted unpaid, with every
// open unit reserved.
const toPack = `o.state NOT IN ('completed', 'cancelled', 'skipped') AND o.state IN ('open', 'processing')
	AND (o.paid = 1 OR a.take_at = 'placed')
	AND NOT EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.backordered + l.unlinked > 0)
	AND EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.reserved > 0)`

// ofExport is the SQL condition for an order o of an account a that an export for the account $1 includes: orders of a test
// endpoint only if the account is named. isOurs excludes accounts that observe, whose orders are packed through the merchant's
// older tool.
const (
	ofExport = `((CAST($1 AS TEXT) = '' AND a.endpoint = 'production') OR o.account = CAST($1 AS TEXT))`
	isOurs   = `(a.observing = 0 OR o.account = CAST($1 AS TEXT))`
)

// errNothing rolls back an export without orders.
var errNothing = errors.New("no order is to be packed")

// StartExport records a new export with the orders to be packed, in one transaction. If there are none, Orders is 0 and nothing
// is recorded.
func (s *Store) StartExport(ctx context.Context, r ExportRequest) (Export, error) {
	var out Export
	err := s.Write(ctx, "record an export of orders", func(ctx context.Context, t *db.Tx) error {
		out = Export{Format: r.Format, Account: r.Account, By: db.Clean(r.By), At: db.At(t.Now), File: db.Clean(r.File)}
		err := t.Query(ctx, `INSERT INTO order_exports (format, account, made_by, made_at, file) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
			func(rows *sql.Rows) error { return rows.Scan(&out.ID) }, r.Format, r.Account, out.By, t.Now, out.File)
		if err != nil {
			return err
		}
		out.Orders, err = t.Exec(ctx, `INSERT INTO exported_orders (export_id, order_id, repeats)
			SELECT CAST($2 AS BIGINT), o.id, CASE WHEN EXISTS (SELECT 1 FROM exported_orders x WHERE x.order_id = o.id) THEN 1 ELSE 0 END
			FROM orders o JOIN accounts a ON a.id = o.account
			WHERE `+ofExport+` AND `+isOurs+` AND `+toPack+`
				AND (CAST($3 AS BIGINT) = 1 OR NOT EXISTS (SELECT 1 FROM exported_orders x WHERE x.order_id = o.id))
			ORDER BY o.id LIMIT $4`, r.Account, out.ID, db.Truth(r.Repeat), db.Limited(r.Limit))
		if err != nil {
			return err
		}
		if out.Orders == 0 {
			return errNothing
		}
		_, err = t.Exec(ctx, `INSERT INTO exported_lines (export_id, order_id, line_id, sku, quantity, alive)
			SELECT x.export_id, x.order_id, l.line_id, l.sku, l.reserved, l.taken * l.quantity - l.cancelled
			FROM exported_orders x JOIN order_lines l ON l.order_id = x.order_id WHERE x.export_id = $1`, out.ID)
		return err
	})
	switch {
	case errors.Is(err, errNothing):
		return Export{}, nil
	case err != nil:
		return Export{}, err
	}
	out.Waiting = out.Orders
	return out, nil
}

// ExportWritten records that an export's file is complete.
func (s *Store) ExportWritten(ctx context.Context, id int64, file string) error {
	return s.Write(ctx, fmt.Sprintf("mark export %d as written", id), func(ctx context.Context, t *db.Tx) error {
		n, err := t.Exec(ctx, `UPDATE order_exports SET written_at = $2, file = $3 WHERE id = $1`, id, t.Now, db.Clean(file))
		if err == nil && n == 0 {
			err = db.ErrNotFound
		}
		return err
	})
}

// ExportFilter selects exports, the newest first; Before is the ID of the last one shown.
type ExportFilter struct {
	ID        int64 // only this one
	Unwritten bool
	Before    int64
	Limit     int
}

// Exports lists exports, the newest first.
func (s *Store) Exports(ctx context.Context, f ExportFilter) ([]Export, error) {
	w := db.Where{}
	if f.ID > 0 {
		w.And(`e.id = %s`, f.ID)
	}
	if f.Unwritten {
		w.And(`e.written_at = 0`)
	}
	if f.Before > 0 {
		w.And(`e.id < %s`, f.Before)
	}
	var out []Export
	err := s.Read(ctx, `WITH page AS (SELECT e.id FROM order_exports e`+w.Text()+` ORDER BY e.id DESC LIMIT `+w.Arg(db.Limited(f.Limit))+`),
		sums AS (SELECT x.export_id, COUNT(*) AS orders, SUM(CASE WHEN x.told <> '' THEN 1 ELSE 0 END) AS told,
				SUM(CASE WHEN o.state IN ('open', 'processing') THEN 1 ELSE 0 END) AS waiting
			FROM page p CROSS JOIN exported_orders x JOIN orders o ON o.id = x.order_id WHERE x.export_id = p.id GROUP BY x.export_id)
		SELECT e.id, e.format, e.account, e.made_by, e.made_at, e.file, e.written_at,
			CAST(u.orders AS BIGINT), CAST(u.waiting AS BIGINT), CAST(u.told AS BIGINT)
		FROM page p JOIN order_exports e ON e.id = p.id JOIN sums u ON u.export_id = e.id ORDER BY e.id DESC`, func(rows *sql.Rows) error {
		var e Export
		var made, written int64
		err := rows.Scan(&e.ID, &e.Format, &e.Account, &e.By, &made, &e.File, &written, &e.Orders, &e.Waiting, &e.Told)
		e.At, e.WrittenAt = db.At(made), db.At(written)
		out = append(out, e)
		return err
	}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list exports of orders: %w", err)
	}
	return out, nil
}

// LeftOut counts the orders that wait to be packed and are in no export, by reason.
type LeftOut struct {
	Unpaid      int `json:"unpaid"`      // not paid, and the account processes only paid orders
	Backordered int `json:"backordered"` // units without stock
	Unlinked    int `json:"unlinked"`    // units of listings without a SKU
	Exported    int `json:"exported"`    // in an earlier export, and not packed yet
	Observing   int `json:"observing"`   // of accounts that observe and were not named
	More        int `json:"more"`        // beyond the limit: the next export has them
}

// LeftOut counts what an export leaves out, now.
func (s *Store) LeftOut(ctx context.Context, account string) (LeftOut, error) {
	var out LeftOut
	counts := map[order.LeftOut]*int{order.LeftUnpaid: &out.Unpaid, order.LeftBackordered: &out.Backordered, order.LeftUnlinked: &out.Unlinked,
		order.LeftExported: &out.Exported, order.LeftObserving: &out.Observing, order.LeftMore: &out.More}
	err := s.Read(ctx, `SELECT w.state, w.paid, w.take_at, w.exported, w.ours, w.backordered, w.unlinked, COUNT(*) FROM (SELECT o.state, o.paid, a.take_at,
				CASE WHEN EXISTS (SELECT 1 FROM exported_orders x WHERE x.order_id = o.id) THEN 1 ELSE 0 END AS exported,
				CASE WHEN `+isOurs+` THEN 1 ELSE 0 END AS ours,
				CASE WHEN EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.backordered > 0) THEN 1 ELSE 0 END AS backordered,
				CASE WHEN EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.unlinked > 0) THEN 1 ELSE 0 END AS unlinked
			FROM orders o JOIN accounts a ON a.id = o.account
			WHERE `+ofExport+` AND o.state NOT IN ('completed', 'cancelled', 'skipped') AND o.state IN ('awaiting-payment', 'open', 'processing')) w
		GROUP BY w.state, w.paid, w.take_at, w.exported, w.ours, w.backordered, w.unlinked`, func(rows *sql.Rows) error {
		var e order.Export
		var n int
		err := rows.Scan(&e.State, &e.Paid, &e.TakeAt, &e.Exported, &e.Ours, &e.Backordered, &e.Unlinked, &n)
		*counts[e.LeftOut()] += n
		return err
	}, account)
	if err != nil {
		return LeftOut{}, fmt.Errorf("count what is not exported: %w", err)
	}
	return out, nil
}
