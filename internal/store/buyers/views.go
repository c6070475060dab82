package buyers

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// What somebody did with a buyer's record.
type What string

// All of What.
const (
	Shown     What = "shown"     // a person asked for it
	Exported  What = "exported"  // it was written to a file for packing
	Forgotten What = "forgotten" // it was removed at somebody's request
	Expired   What = "expired"   // it was removed when its time was over
)

// View is one entry of the log: who did what with the record of an order's buyer.
type View struct {
	ID        int64     `json:"id"`
	At        time.Time `json:"at"`
	By        string    `json:"by"`
	What      What      `json:"what"`
	Reason    string    `json:"reason,omitempty"` // as the person gave it; of an export its number
	Account   string    `json:"account"`
	OrderID   string    `json:"orderId"`
	Reference string    `json:"reference"`
}

// Act is what somebody does with records.
type Act struct {
	By     string
	What   What
	Reason string
}

// Show returns the buyers of orders as Open does, and notes in the log who has seen them before it returns them.
func (s *Store) Show(ctx context.Context, orders []int64, a Act) (map[int64]order.Buyer, error) {
	found, err := s.Open(ctx, orders)
	if err != nil {
		return nil, err
	}
	return found, s.noteAll(ctx, found, a)
}

// ShowReadable is Show for many orders at once: one record that can't be read does not keep back the others. unreadable has why, by the
// orders' rows: buyer.ErrOtherKey or buyer.ErrTampered.
func (s *Store) ShowReadable(ctx context.Context, orders []int64, a Act) (found map[int64]order.Buyer, unreadable map[int64]error, err error) {
	found, unreadable, err = s.open(ctx, orders)
	if err != nil {
		return nil, nil, fmt.Errorf("read buyers: %w", err)
	}
	return found, unreadable, s.noteAll(ctx, found, a)
}

func (s *Store) noteAll(ctx context.Context, found map[int64]order.Buyer, a Act) error {
	if len(found) == 0 {
		return nil
	}
	seen := slices.Sorted(maps.Keys(found))
	return s.Write(ctx, "note who sees buyers", func(ctx context.Context, t *db.Tx) error { return note(ctx, t, seen, a) })
}

// note adds entries to the log, for those of the orders that have a buyer.
func note(ctx context.Context, t *db.Tx, orders []int64, a Act) error {
	_, err := t.Exec(ctx, `INSERT INTO buyer_views (order_id, at, actor, what, reason)
		SELECT b.order_id, CAST($2 AS BIGINT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT)
		FROM {{rows 1}} CROSS JOIN buyers b WHERE b.order_id = r.value ORDER BY b.order_id`,
		db.IDs(orders), t.Now, db.Clean(a.By), string(a.What), db.Clean(a.Reason))
	return err
}

// ViewFilter selects entries of the log, the newest first; Before is the ID of the last one shown.
type ViewFilter struct {
	Order  int64 // of this order only; 0: of all
	Before int64
	Limit  int
}

// Views lists the log, the newest first.
func (s *Store) Views(ctx context.Context, f ViewFilter) ([]View, error) {
	w := db.Where{}
	if f.Order > 0 {
		w.And(`v.order_id = %s`, f.Order)
	}
	if f.Before > 0 {
		w.And(`v.id < %s`, f.Before)
	}
	var out []View
	err := s.Read(ctx, `SELECT v.id, v.at, v.actor, v.what, v.reason, o.account, o.channel_order_id, o.reference
		FROM buyer_views v JOIN orders o ON o.id = v.order_id`+w.Text()+` ORDER BY v.id DESC LIMIT `+w.Arg(db.Limited(f.Limit)), func(rows *sql.Rows) error {
		var v View
		var at int64
		err := rows.Scan(&v.ID, &at, &v.By, &v.What, &v.Reason, &v.Account, &v.OrderID, &v.Reference)
		v.At = db.At(at)
		out = append(out, v)
		return err
	}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list who saw buyers: %w", err)
	}
	return out, nil
}
