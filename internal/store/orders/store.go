// Package orders stores orders: it saves pages of them as channels send them, changes single orders under a lock, and lists them.
// Its tables are orders, order_deletions, cancellations and goods_returns with their lines, and returns. It also moves an account's watermark
// with the last page of a scan, and takes cancelled units out of unsent packages. Buyers are saved by their room. It
// imports the rooms up to ledger, and buyers.
package orders

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/buyers"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/ledger"
)

// Store stores orders. It is safe for concurrent use.
type Store struct {
	*db.DB
	buyers *buyers.Store
}

// New returns the room for an open database.
func New(d *db.DB, b *buyers.Store) *Store { return &Store{DB: d, buyers: b} }

// Record is a row of orders, with the account that it came through.
type Record struct {
	order.Order
	Account message.Account
}

const recordColumns = `o.id, o.account, a.channel, a.endpoint, o.channel_order_id, o.reference, o.state, o.reason,
	o.channel_status, o.channel_fulfilment, o.paid, o.location, o.placed_at, o.seen_at, o.channel_version,
	o.delivered_version, o.started, o.content_hash, o.currency, o.total, o.shipping, o.tax, o.discount, o.unread,
	o.contradiction, o.kept, o.holds, o.hold, o.hold_since, o.allowed, o.ship_by, o.deliver_by, o.paid_currency, o.paid_total, o.deleted_version, o.routed, o.contradicted_at, o.not_before, a.process_at`

func (r *Record) fields() []any {
	return []any{&r.RowID, &r.Account.ID, &r.Account.Channel, &r.Account.Endpoint, &r.ID, &r.Reference, &r.State, &r.Reason,
		&r.ChannelStatus, &r.Fulfilment, &r.Paid, &r.Location, &r.PlacedAt, &r.SeenAt, &r.Version,
		&r.Delivered, &r.Started, &r.Digest, &r.Currency, &r.Total, &r.Shipping, &r.Tax, &r.Discount, &r.Unread,
		&r.Contradiction, &r.Kept, &r.Holds, &r.Hold, &r.HoldSince, &r.Allowed, &r.ShipBy, &r.DeliverBy, &r.PaidCurrency, &r.PaidTotal, &r.DeletedVersion, &r.Routed, &r.ContradictedAt, &r.NotBefore, &r.ProcessAt}
}

func (r *Record) key() message.OrderKey {
	return message.OrderKey{RowID: r.RowID, Account: r.Account, OrderID: r.ID}
}

// Key returns the order's key.
func (c *OrderChange) Key() message.OrderKey { return c.key() }

// lockOrders reads and locks those of an account's orders that are known, by the channel's id, and their buyers by row id.
func lockOrders(ctx context.Context, t *db.Tx, account string, ids []string) (map[string]*order.Order, map[int64]*order.KnownBuyer, error) {
	found, buyers := map[string]*order.Order{}, map[int64]*order.KnownBuyer{}
	if len(ids) == 0 {
		return found, buyers, nil
	}
	err := t.Query(ctx, `SELECT `+recordColumns+`, COALESCE(b.changed_at, 0), COALESCE(b.record_hash, ''), COALESCE(b.place_hash, ''), COALESCE(b.address_hash, ''),
			CASE WHEN b.forgotten_at > 0 THEN 1 ELSE 0 END, COALESCE(b.country_code, ''), CASE WHEN b.order_id IS NULL THEN 0 ELSE 1 END
		FROM {{rows 1}} CROSS JOIN orders o JOIN accounts a ON a.id = o.account LEFT JOIN buyers b ON b.order_id = o.id
		WHERE o.account = CAST($2 AS TEXT) AND o.channel_order_id = r.value
		ORDER BY o.id {{lock o}}`, func(rows *sql.Rows) error {
		r := &Record{}
		b := &order.KnownBuyer{}
		var known bool
		err := rows.Scan(append(r.fields(), &b.MovedAt, &b.Record, &b.Place, &b.Address, &b.Forgotten, &r.Country, &known)...)
		found[r.ID] = &r.Order
		if known {
			buyers[r.RowID] = b
		}
		return err
	}, db.Texts(ids), account)
	return found, buyers, err
}

// LockOrder reads and locks one order; ErrNotFound when there is none.
func LockOrder(ctx context.Context, t *db.Tx, rowID int64) (*Record, error) {
	var found *Record
	err := t.Query(ctx, `SELECT `+recordColumns+` FROM orders o JOIN accounts a ON a.id = o.account
		WHERE o.id = $1 {{lock o}}`, func(rows *sql.Rows) error {
		found = &Record{}
		return rows.Scan(found.fields()...)
	}, rowID)
	if err == nil && found == nil {
		return nil, fmt.Errorf("order %d: %w", rowID, db.ErrNotFound)
	}
	return found, err
}

// Outcome is the result of a change of one order.
type Outcome struct {
	State   order.State
	Refused string   // not empty: nothing was changed, and why; safe to show
	Dirty   []string // accounts that have dirty levels now, if the change made any
}

// OrderChange is a locked order with the levels of its lines.
type OrderChange struct {
	*db.Tx
	*Record
	Books  *ledger.Ledger
	unsent order.Packages // read when units are taken out of them
	dirty  []string
	before order.Order // without its lines
}

// Change runs fn on one order in a transaction. If fn refuses, its changes of lines, levels and packages are not written, only
// what it sent to the database itself. Otherwise all is written, freed units fill waiting lines, and the order's state is set.
func Change(ctx context.Context, d *db.DB, what string, rowID int64, fn func(ctx context.Context, c *OrderChange) (refused string, err error)) (Outcome, error) {
	var out Outcome
	err := d.Write(ctx, fmt.Sprintf("%s of order %d", what, rowID), func(ctx context.Context, t *db.Tx) error {
		c, err := openOrder(ctx, t, rowID)
		if err != nil {
			return err
		}
		refused, err := fn(ctx, c)
		if err != nil {
			return err
		}
		if refused == "" {
			err = c.flush(ctx)
		}
		out = Outcome{State: c.State, Refused: refused, Dirty: c.dirty}
		return err
	})
	if err != nil {
		return Outcome{}, err
	}
	return out, nil
}

func openOrder(ctx context.Context, t *db.Tx, rowID int64) (*OrderChange, error) {
	c := &OrderChange{Tx: t, Books: ledger.NewLedger(t)}
	var err error
	if c.Record, err = LockOrder(ctx, t, rowID); err != nil {
		return nil, err
	}
	c.before = c.Order
	c.Lines, err = c.Books.OpenLines(ctx, []int64{rowID}, nil)
	return c, err
}

// flush writes what changed.
func (c *OrderChange) flush(ctx context.Context) error {
	if err := c.Books.FillFreed(ctx); err != nil {
		return err
	}
	c.UpdateState() // before the lines are written: it settles what was added to them
	var err error
	if c.dirty, err = c.Books.Flush(ctx); err != nil {
		return err
	}
	if err := flushUnsent(ctx, c.Tx, c.unsent); err != nil {
		return err
	}
	if !c.differs() {
		return nil
	}
	err = c.ExecAll(ctx, 1, `UPDATE orders SET state = $2, updated_at = $3, contradiction = $4, kept = $5, allowed = $6, delivered_version = $7,
			deleted_version = $8, holds = $9, hold = $10, hold_since = $11, not_before = $12 WHERE id = $1`,
		c.RowID, string(c.State), c.Now, c.Contradiction, c.Kept, string(c.Allowed), c.Delivered, c.DeletedVersion, string(c.Holds), string(c.Hold), c.HoldSince, c.NotBefore)
	if err != nil || c.before.Undecided() == c.Undecided() {
		return err
	}
	incidents.UpdateUndecided(c.Tx, c.Account.ID)
	return nil
}

// differs reports whether the order itself is not as it was read.
func (c *OrderChange) differs() bool {
	b := &c.before
	return c.State != b.State || c.Contradiction != b.Contradiction || c.Kept != b.Kept || c.Holds != b.Holds || c.Allowed != b.Allowed || c.Delivered != b.Delivered || c.DeletedVersion != b.DeletedVersion || c.NotBefore != b.NotBefore
}
