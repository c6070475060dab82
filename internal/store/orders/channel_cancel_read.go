package orders

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// DueCancels lists orders, those after afterRowID, whose cancellation had its last call before lastBefore, or none and was asked for
// before askedBefore, although one is due; and those whose workflow waits with one that is settled.
func (s *Store) DueCancels(ctx context.Context, askedBefore, lastBefore time.Time, afterRowID int64, limit int) ([]message.OrderKey, error) {
	var out []message.OrderKey
	err := s.Read(ctx, `SELECT o.id, o.account, a.channel, a.endpoint, o.channel_order_id
		FROM channel_cancels c JOIN orders o ON o.id = c.order_id JOIN accounts a ON a.id = o.account
		WHERE c.order_id > $2 AND (c.state IN `+db.Words(order.CancelStates(), order.CancelState.Due)+` AND (c.attempted_at = 0 AND c.asked_at < $1 OR c.attempted_at > 0 AND c.attempted_at < $4)
			OR c.state = '`+string(order.CancelSettled)+`' AND c.waits = 1)
		ORDER BY o.id LIMIT $3`, func(rows *sql.Rows) error {
		var k message.OrderKey
		err := rows.Scan(&k.RowID, &k.Account.ID, &k.Account.Channel, &k.Account.Endpoint, &k.OrderID)
		out = append(out, k)
		return err
	}, askedBefore.UnixMicro(), afterRowID, db.Limited(limit), lastBefore.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("list cancellations that are due: %w", err)
	}
	return out, nil
}

// channelCancel reads the cancellation on the channel; nil: there is none.
func (s *Store) channelCancel(ctx context.Context, row OrderRow) (*ChannelCancel, error) {
	var out *ChannelCancel
	err := s.Read(ctx, `SELECT c.state, c.declines, c.cause, c.attempts, c.request_id, c.asked_at, c.sent_at, c.settled_at, a.marketplace, a.simulated, `+runs.FaultColumns+`
		FROM channel_cancels c JOIN accounts a ON a.id = c.account LEFT JOIN faults f ON f.id = c.fault_id WHERE c.order_id = $1`, func(rows *sql.Rows) error {
		out = &ChannelCancel{}
		var asked, sent, settled int64
		var marketplace string
		var simulated bool
		var f runs.FaultFields
		dest := []any{&out.State, &out.Declines, &out.Cause, &out.Attempts, &out.RequestID, &asked, &sent, &settled, &marketplace, &simulated}
		err := rows.Scan(append(dest, f.Dest()...)...)
		out.AskedAt, out.SentAt, out.SettledAt, out.Fault = db.At(asked), db.At(sent), db.At(settled), f.Fault()
		if k := row.Key.Account; !simulated && (k.Endpoint == channel.Production || k.Channel == channel.Shopify) { // a development store has the same pages
			out.Page = k.Channel.OrderPage(marketplace, row.Key.OrderID)
		}
		return err
	}, row.Key.RowID)
	return out, err
}
