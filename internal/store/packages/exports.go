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
	Waiting   int       `json:"waiting"`  // of these, still to be packed
	Notified  int       `json:"notified"` // of these, cancelled or changed later, which was reported to a person
}

// ExportRequest selects the orders of a new export.
type ExportRequest struct {
	Format, Account, By, File string
	Limit                     int  // orders at most; the oldest first
	Repeat                    bool // also those that an earlier export has
}

// errNothing rolls back an export without orders.
var errNothing = errors.New("no order is to be packed")

// StartExport records a new export with the orders to be packed, in one transaction. If there are none, Orders is 0 and nothing
// is recorded.
func (s *Store) StartExport(ctx context.Context, r ExportRequest) (Export, error) {
	var out Export
	err := s.Write(ctx, "record an export of orders", func(ctx context.Context, t *db.Tx) error {
		out = Export{Format: r.Format, Account: r.Account, By: db.Clean(r.By), At: db.At(t.Now), File: db.Clean(r.File)}
		err := t.Query(ctx, `INSERT INTO order_exports (format, account, created_by, created_at, file) VALUES ($1, $2, $3, $4, $5) RETURNING id`,
			func(rows *sql.Rows) error { return rows.Scan(&out.ID) }, r.Format, r.Account, out.By, t.Now, out.File)
		if err != nil {
			return err
		}
		wanted := order.Wanted{Named: r.Account != "", Repeat: r.Repeat}
		out.Orders, err = t.Exec(ctx, `INSERT INTO exported_orders (export_id, order_id, repeats)
			SELECT CAST($2 AS BIGINT), o.id, CASE WHEN EXISTS (SELECT 1 FROM exported_orders x WHERE x.order_id = o.id) THEN 1 ELSE 0 END
			`+toBePacked+` AND (CAST($1 AS TEXT) = '' OR o.account = CAST($1 AS TEXT)) AND `+db.Among(exportFacts, 3)+`
			ORDER BY o.id LIMIT $4`, r.Account, out.ID, exportsFor(func(e order.Export) bool { return e.Included(wanted) }), db.Limited(r.Limit))
		if err != nil {
			return err
		}
		if out.Orders == 0 {
			return errNothing
		}
		_, err = t.Exec(ctx, `INSERT INTO exported_lines (export_id, order_id, line_id, sku, quantity, alive)
			SELECT x.export_id, x.order_id, l.line_id, l.sku, l.reserved, l.reserved + l.backordered + l.unlinked + l.packed + l.shipped
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
		sums AS (SELECT x.export_id, o.state, COUNT(*) AS orders, SUM(CASE WHEN x.notified <> '' THEN 1 ELSE 0 END) AS notified
			FROM page p CROSS JOIN exported_orders x JOIN orders o ON o.id = x.order_id WHERE x.export_id = p.id GROUP BY x.export_id, o.state)
		SELECT e.id, e.format, e.account, e.created_by, e.created_at, e.file, e.written_at, u.state, CAST(u.orders AS BIGINT), CAST(u.notified AS BIGINT)
		FROM page p JOIN order_exports e ON e.id = p.id JOIN sums u ON u.export_id = e.id ORDER BY e.id DESC`, func(rows *sql.Rows) error {
		var e Export
		var created, written int64
		var state order.State
		var n, notified int
		if err := rows.Scan(&e.ID, &e.Format, &e.Account, &e.By, &created, &e.File, &written, &state, &n, &notified); err != nil {
			return err
		}
		if len(out) == 0 || out[len(out)-1].ID != e.ID {
			e.At, e.WrittenAt = db.At(created), db.At(written)
			out = append(out, e)
		}
		last := &out[len(out)-1]
		last.Orders, last.Notified = last.Orders+n, last.Notified+notified
		if state.Packs() {
			last.Waiting += n
		}
		return nil
	}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list exports of orders: %w", err)
	}
	return out, nil
}
