package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
)

// record is a row of orders, with the account that it came through.
type record struct {
	order.Order
	account message.Account
}

const recordColumns = `o.id, o.account, a.channel, a.endpoint, o.channel_order_id, o.reference, o.state, o.reason,
	o.channel_status, o.channel_fulfilment, o.paid, o.location, o.placed_at, o.seen_at, o.channel_version,
	o.handled_version, o.started, o.content_hash, o.currency, o.total, o.shipping, o.tax, o.discount,
	a.take_at`

func (r *record) fields() []any {
	return []any{&r.RowID, &r.account.ID, &r.account.Channel, &r.account.Endpoint, &r.ID, &r.Reference, &r.State, &r.Reason,
		&r.ChannelStatus, &r.Fulfilment, &r.Paid, &r.Location, &r.PlacedAt, &r.SeenAt, &r.Version,
		&r.Handled, &r.Started, &r.Digest, &r.Currency, &r.Total, &r.Shipping, &r.Tax, &r.Discount,
		&r.TakeAt}
}

func (r *record) key() message.OrderKey {
	return message.OrderKey{RowID: r.RowID, Account: r.account, OrderID: r.ID}
}

// lockOrders reads and locks those of an account's orders that are known, by the channel's id.
func (t *tx) lockOrders(ctx context.Context, account string, ids []string) (map[string]*order.Order, error) {
	found := map[string]*order.Order{}
	if len(ids) == 0 {
		return found, nil
	}
	err := t.query(ctx, `SELECT `+recordColumns+`, COALESCE(b.country_code, '')
		FROM {{rows 1}} CROSS JOIN orders o JOIN accounts a ON a.id = o.account LEFT JOIN order_buyers b ON b.order_id = o.id
		WHERE o.account = CAST($2 AS TEXT) AND o.channel_order_id = r.value
		ORDER BY o.id {{lock o}}`, func(rows *sql.Rows) error {
		r := &record{}
		err := rows.Scan(append(r.fields(), &r.Country)...)
		found[r.ID] = &r.Order
		return err
	}, texts(ids), account)
	return found, err
}

// lockOrder reads and locks one order; ErrNotFound when there is none.
func (t *tx) lockOrder(ctx context.Context, rowID int64) (*record, error) {
	var found *record
	err := t.query(ctx, `SELECT `+recordColumns+` FROM orders o JOIN accounts a ON a.id = o.account
		WHERE o.id = $1 {{lock o}}`, func(rows *sql.Rows) error {
		found = &record{}
		return rows.Scan(found.fields()...)
	}, rowID)
	if err == nil && found == nil {
		return nil, fmt.Errorf("order %d: %w", rowID, ErrNotFound)
	}
	return found, err
}
