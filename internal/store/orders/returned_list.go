package orders

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// ReturnFilter selects returns, the oldest first. Zero fields do not filter. Pages are keyset: After is the ID of the last row shown.
type ReturnFilter struct {
	Account string
	ID      int64
	Stage   order.Stage
	Settled bool      // also those of which nothing is left to decide about
	From    time.Time // only those reported at this moment or later
	To      time.Time // only those reported before this moment
	Newest  bool      // the newest first
	After   int64
	Limit   int
}

// where returns the conditions on returns x. Of a stage or of an account, an index has those that match in their order.
func (f ReturnFilter) where() db.Where {
	w := db.Where{}
	switch {
	case f.Account == "":
	case f.Stage != "": // read from the index of the stage
		w.And(`x.account || '' = %s`, f.Account)
	default:
		w.And(`x.account = %s`, f.Account)
	}
	if f.ID > 0 {
		w.And(`x.id = %s`, f.ID)
	}
	if f.Stage != "" {
		w.And(`x.stage = %s`, string(f.Stage))
	}
	if !f.Settled && f.ID == 0 {
		w.Conditions = append(w.Conditions, `x.open_units > 0`)
	}
	if !f.From.IsZero() {
		w.And(`x.reported_at >= %s`, db.Micro(f.From))
	}
	if !f.To.IsZero() {
		w.And(`x.reported_at < %s`, db.Micro(f.To))
	}
	return w
}

// Returns lists the returns inbox.
func (s *Store) Returns(ctx context.Context, f ReturnFilter) ([]ReturnRow, error) {
	w := f.where()
	by, sign := `x.reported_at, x.id`, `>`
	if f.Newest {
		by, sign = `x.reported_at DESC, x.id DESC`, `<`
	}
	if f.After > 0 {
		w.And(`(x.reported_at, x.id) `+sign+` (SELECT reported_at, id FROM returns WHERE id = %s)`, f.After)
	}
	var out []ReturnRow
	err := s.Read(ctx, `WITH found AS (SELECT x.* FROM returns x`+w.Text()+` ORDER BY `+by+` LIMIT `+w.Arg(db.Limited(f.Limit))+`)
		SELECT x.id, o.id, o.account, a.channel, a.endpoint, o.channel_order_id, o.reference, x.line_id, l.sku, l.channel_sku, l.title, l.location,
			x.stage, x.quantity, x.open_units, x.restocked, x.written_off, x.earlier, x.reason, x.actor, x.reported_at, x.changed_at
		FROM found x CROSS JOIN orders o JOIN accounts a ON a.id = o.account JOIN order_lines l ON l.order_id = x.order_id AND l.line_id = x.line_id
		WHERE o.id = x.order_id ORDER BY `+by, func(rows *sql.Rows) error {
		var r ReturnRow
		var reported, changed int64
		k := &r.Key
		err := rows.Scan(&r.ID, &k.RowID, &k.Account.ID, &k.Account.Channel, &k.Account.Endpoint, &k.OrderID, &r.Reference, &r.LineID, &r.SKU, &r.ChannelSKU,
			&r.Title, &r.Location, &r.Stage, &r.Quantity, &r.Open, &r.Restocked, &r.WrittenOff, &r.Earlier, &r.Reason, &r.By, &reported, &changed)
		r.ReportedAt, r.ChangedAt = db.At(reported), db.At(changed)
		out = append(out, r)
		return err
	}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list returns: %w", err)
	}
	return out, nil
}

// ReturnTotals are how many returns a list has. Counts end at db.MostCounted + 1, which means more than db.MostCounted.
type ReturnTotals struct {
	Returns int                 `json:"returns"`
	Units   int                 `json:"units"`  // to be decided about; 0 when there are more returns than are counted
	Stages  map[order.Stage]int `json:"stages"` // of the same list without its stage
}

// ReturnTotals counts the returns of a filter, by their stage. Newest, After and Limit don't matter.
func (s *Store) ReturnTotals(ctx context.Context, f ReturnFilter) (ReturnTotals, error) {
	t := ReturnTotals{Stages: map[order.Stage]int{}}
	one := f
	for _, one.Stage = range order.Stages() {
		n, err := s.CountUpTo(ctx, `returns x`, one.where())
		if err != nil {
			return t, fmt.Errorf("count returns %s: %w", one.Stage, err)
		}
		if n > 0 {
			t.Stages[one.Stage] = n
		}
		if f.Stage == "" || f.Stage == one.Stage {
			t.Returns = min(t.Returns+n, db.MostCounted+1)
		}
	}
	if t.Returns > db.MostCounted {
		return t, nil
	}
	w := f.where()
	err := s.Read(ctx, `SELECT CAST(COALESCE(SUM(x.open_units), 0) AS BIGINT) FROM returns x`+w.Text(), func(rows *sql.Rows) error { return rows.Scan(&t.Units) }, w.Args...)
	if err != nil {
		return t, fmt.Errorf("sum returns up: %w", err)
	}
	return t, nil
}
