package orders

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// Record is a row of orders, with the account that it came through.
type Record struct {
	order.Order
	Account message.Account
}

const recordColumns = `o.id, o.account, a.channel, a.endpoint, o.channel_order_id, o.reference, o.state, o.reason,
	o.channel_status, o.channel_fulfilment, o.paid, o.location, o.placed_at, o.seen_at, o.channel_version,
	o.handled_version, o.started, o.content_hash, o.currency, o.total, o.shipping, o.tax, o.discount,
	a.take_at`

func (r *Record) fields() []any {
	return []any{&r.RowID, &r.Account.ID, &r.Account.Channel, &r.Account.Endpoint, &r.ID, &r.Reference, &r.State, &r.Reason,
		&r.ChannelStatus, &r.Fulfilment, &r.Paid, &r.Location, &r.PlacedAt, &r.SeenAt, &r.Version,
		&r.Handled, &r.Started, &r.Digest, &r.Currency, &r.Total, &r.Shipping, &r.Tax, &r.Discount,
		&r.TakeAt}
}

func (r *Record) key() message.OrderKey {
	return message.OrderKey{RowID: r.RowID, Account: r.Account, OrderID: r.ID}
}

// knownBuyer is a buyer as he is kept, and when his name or address changed.
type knownBuyer struct {
	order.Buyer
	changedAt int64
}

// lockOrders reads and locks those of an account's orders that are known, by the channel's id, and their buyers by row id.
func lockOrders(ctx context.Context, t *db.Tx, account string, ids []string) (map[string]*order.Order, map[int64]knownBuyer, error) {
	found, buyers := map[string]*order.Order{}, map[int64]knownBuyer{}
	if len(ids) == 0 {
		return found, buyers, nil
	}
	err := t.Query(ctx, `SELECT `+recordColumns+`, COALESCE(b.changed_at, 0), COALESCE(b.name, ''), COALESCE(b.line1, ''), COALESCE(b.line2, ''),
			COALESCE(b.city, ''), COALESCE(b.region, ''), COALESCE(b.postal_code, ''), COALESCE(b.country_code, ''), CASE WHEN b.order_id IS NULL THEN 0 ELSE 1 END
		FROM {{rows 1}} CROSS JOIN orders o JOIN accounts a ON a.id = o.account LEFT JOIN order_buyers b ON b.order_id = o.id
		WHERE o.account = CAST($2 AS TEXT) AND o.channel_order_id = r.value
		ORDER BY o.id {{lock o}}`, func(rows *sql.Rows) error {
		r := &Record{}
		var b knownBuyer
		var known bool
		err := rows.Scan(append(r.fields(), &b.changedAt, &b.Name, &b.Line1, &b.Line2, &b.City, &b.Region, &b.PostalCode, &b.CountryCode, &known)...)
		r.Country = b.CountryCode
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
