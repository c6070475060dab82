// Package aside stores orders that can't be saved, each by itself: what the channel sent of it, encrypted like a buyer's record, and why
// it can't be saved. Its table is aside_orders. It keeps incidents up to date in the same transactions, and the incidents of fields that
// an account may not read. It imports the rooms up to buyers.
package aside

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// Store stores orders that are set aside. It is safe for concurrent use.
type Store struct {
	*db.DB
	buyers *buyers.Store
}

// New returns the room for an open database.
func New(d *db.DB, b *buyers.Store) *Store { return &Store{DB: d, buyers: b} }

// Order is an order that is set aside, without anything of what the channel sent.
type Order struct {
	ID         int64            `json:"id"` // number of the entry
	Account    string           `json:"account"`
	Channel    channel.Kind     `json:"channel"`
	Endpoint   channel.Endpoint `json:"endpoint"`
	OrderID    string           `json:"orderId,omitempty"` // the channel's; empty: it can't be read
	Known      bool             `json:"known"`             // an earlier version of the order is saved
	Unfinished bool             `json:"unfinished"`        // it can be read, a further call failed: each scan tries again
	Fault      *channel.Fault   `json:"fault"`             //
	Words      string           `json:"words"`             // where it is not what it should be; no values
	Size       int              `json:"bytes"`             // of the order
	Kept       bool             `json:"kept"`              // its bytes are kept, encrypted
	Forgotten  bool             `json:"forgotten"`         // its bytes were removed at somebody's request
	FirstSeen  time.Time        `json:"firstSeen"`
	LastSeen   time.Time        `json:"lastSeen"`
	Times      int              `json:"times"` // how often it was seen
	Asked      bool             `json:"asked"` // a person wants it tried again, and no scan has done it yet
	Tries      int              `json:"tries"` // how often it was tried again, without success
	TriedAt    time.Time        `json:"triedAt,omitzero"`
}

// Name returns the order's id, or what stands for it.
func (o Order) Name() string {
	if o.OrderID == "" {
		return fmt.Sprintf("%s%d", NoIDPrefix, o.ID)
	}
	return o.OrderID
}

// NoIDPrefix begins the name of an order whose id can't be read.
const NoIDPrefix = "aside-"

// Filter selects orders that are set aside, the longest waiting first. Zero fields do not filter.
type Filter struct {
	Account string
	OrderID string // the channel's
	ID      int64  // number of the entry
	After   int64  // number of the last one shown
	Limit   int
}

// columns are read by scan.
const columns = `q.id, q.account, a.channel, a.endpoint, q.channel_order_id, CASE WHEN o.id IS NULL THEN 0 ELSE 1 END, q.unfinished, q.size,
	CASE WHEN q.sealed = '' THEN 0 ELSE 1 END, CASE WHEN q.forgotten_at > 0 THEN 1 ELSE 0 END, q.first_seen, q.last_seen, q.times,
	CASE WHEN q.asked_at > q.tried_at THEN 1 ELSE 0 END, q.tries, q.tried_at, COALESCE(f.raw, '')`

const tables = `aside_orders q JOIN accounts a ON a.id = q.account LEFT JOIN faults f ON f.id = q.fault_id
	LEFT JOIN orders o ON o.account = q.account AND o.channel_order_id = q.channel_order_id`

func (o *Order) scan(rows *sql.Rows, more ...any) error {
	var first, last, tried int64
	var f runs.FaultFields
	dest := []any{&o.ID, &o.Account, &o.Channel, &o.Endpoint, &o.OrderID, &o.Known, &o.Unfinished, &o.Size, &o.Kept, &o.Forgotten,
		&first, &last, &o.Times, &o.Asked, &o.Tries, &tried, &o.Words}
	err := rows.Scan(append(append(dest, f.Dest()...), more...)...)
	o.FirstSeen, o.LastSeen, o.TriedAt, o.Fault = db.At(first), db.At(last), db.At(tried), f.Fault()
	return err
}

// List lists orders that are set aside, the longest waiting first.
func (s *Store) List(ctx context.Context, filter Filter) ([]Order, error) {
	w := db.Where{}
	if filter.Account != "" {
		w.And(`q.account = %s`, filter.Account)
	}
	if filter.OrderID != "" {
		w.And(`q.channel_order_id = %s`, filter.OrderID)
	}
	if filter.ID > 0 {
		w.And(`q.id = %s`, filter.ID)
	}
	w.And(`q.id > %s`, filter.After)
	var out []Order
	err := s.Read(ctx, `SELECT `+columns+`, `+runs.FaultColumns+` FROM `+tables+w.Text()+` ORDER BY q.id LIMIT `+w.Arg(db.Limited(filter.Limit)),
		func(rows *sql.Rows) error {
			var o Order
			err := o.scan(rows)
			out = append(out, o)
			return err
		}, w.Args...)
	if err != nil {
		return nil, fmt.Errorf("list orders that are set aside: %w", err)
	}
	return out, nil
}
