package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
)

// record is a row of orders, as far as decisions need it.
type record struct {
	id                   int64
	account              message.Account
	channelID, reference string
	state                order.State
	reason               order.Reason
	status               string // the channel's own words
	fulfilment           order.Fulfilment
	paid                 bool
	location             string
	takeAt               Moment // when its account lets orders be processed
	placedAt, seenAt     int64
	version, handled     int64
	started              bool
	hash                 string
	currency             string
	total, shipping      int64
	tax, discount        int64
}

const recordColumns = `o.id, o.account, a.channel, a.endpoint, o.channel_order_id, o.reference, o.state, o.reason,
	o.channel_status, o.channel_fulfilment, o.paid, o.location, o.placed_at, o.seen_at, o.channel_version,
	o.handled_version, o.started, o.content_hash, o.currency, o.total, o.shipping, o.tax, o.discount,
	a.take_at`

func (r *record) fields() []any {
	return []any{&r.id, &r.account.ID, &r.account.Channel, &r.account.Endpoint, &r.channelID, &r.reference, &r.state, &r.reason,
		&r.status, &r.fulfilment, &r.paid, &r.location, &r.placedAt, &r.seenAt, &r.version,
		&r.handled, &r.started, &r.hash, &r.currency, &r.total, &r.shipping, &r.tax, &r.discount,
		&r.takeAt}
}

func (r *record) key() message.OrderKey {
	return message.OrderKey{RowID: r.id, Account: r.account, OrderID: r.channelID}
}

// describe takes over what the channel says of the order.
func (r *record) describe(o order.Snapshot, version int64, hash string) {
	r.channelID, r.reference = o.ID, cmp.Or(o.Reference, o.ID)
	r.status, r.fulfilment, r.paid = o.ChannelStatus, o.Fulfilment, o.Paid
	r.version, r.hash = version, hash
	r.currency, r.total, r.shipping, r.tax, r.discount = o.Currency, o.Total, o.Shipping, o.Tax, o.Discount
}

// ready reports whether the order may be processed as far as payment goes.
func (r *record) ready() bool { return r.paid || r.takeAt == AtPlaced }

// stateAfter is the order's state with these units: Completed once the channel has said shipped, too.
func (r *record) stateAfter(sum order.Units) order.State {
	state := order.StateOf(sum, r.ready())
	if state == order.Shipped && (r.fulfilment == order.FulfilmentShipped || r.state == order.Completed) {
		return order.Completed
	}
	return state
}

// knownOrder is a record with the country that its buyer's address had; empty while there is none.
type knownOrder struct {
	record
	country string
}

// lockOrders reads and locks those of the orders that are known, by the channel's id.
func (p *pageSave) lockOrders(ctx context.Context, account string, wanted map[string]int) (map[string]*knownOrder, error) {
	found := map[string]*knownOrder{}
	if len(wanted) == 0 {
		return found, nil
	}
	list := make([]string, 0, len(wanted))
	for id := range wanted {
		list = append(list, id)
	}
	err := p.query(ctx, `SELECT `+recordColumns+`, COALESCE(b.country_code, '')
		FROM {{rows 1}} CROSS JOIN orders o JOIN accounts a ON a.id = o.account LEFT JOIN order_buyers b ON b.order_id = o.id
		WHERE o.account = CAST($2 AS TEXT) AND o.channel_order_id = r.value
		ORDER BY o.id {{lock o}}`, func(rows *sql.Rows) error {
		r := &knownOrder{}
		err := rows.Scan(append(r.fields(), &r.country)...)
		found[r.channelID] = r
		return err
	}, texts(list), account)
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
