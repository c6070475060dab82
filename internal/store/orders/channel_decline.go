package orders

import (
	"context"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/db"
)

// declineRequest begins the answer to a buyer's request that a person has just declined by allowing the order to be shipped, with that
// change. Where the account sends none, or the channel took none, the order says that a person may answer; that is no incident, because
// a request without an answer stops nobody from shipping. A cancellation that the channel does not show yet is never replaced: the order
// would be open there, cancelled here, and nobody would know.
func (c *OrderChange) declineRequest(ctx context.Context) error {
	if !c.Declines(&c.before) {
		return nil
	}
	acc, err := accounts.One(ctx, c.Tx, c.Account.ID)
	if err != nil || !acc.Channel.TakesDeclines() {
		return err
	}
	_, err = c.Exec(ctx, `INSERT INTO channel_cancels (order_id, account, state, cause, declines, asked_at) VALUES ($1, $2, $3, $4, 1, $5)
		ON CONFLICT (order_id) DO UPDATE SET state = excluded.state, cause = excluded.cause, declines = 1, asked_at = excluded.asked_at,
			attempted_at = 0, sent_at = 0, settled_at = 0, fault_id = '', pending = ''
		WHERE channel_cancels.declines = 1 OR channel_cancels.state = '`+string(order.CancelSettled)+`'`,
		c.RowID, c.Account.ID, string(c.declineState(acc)), string(order.CauseBuyer), c.Now)
	return err
}

// declineState returns how far the answer to a declined request is before a call: settled when the channel shows no request any more.
func (c *OrderChange) declineState(acc accounts.Account) order.CancelState {
	switch {
	case !c.BuyerAsks():
		return order.CancelSettled
	case acc.SendsCancels():
		return order.CancelAsked
	}
	return order.CancelByHand
}

// leaveDecline leaves the answer to a person after the channel did not take it: nothing waits for that.
func leaveDecline(ctx context.Context, t *db.Tx, rowID int64, f *channel.Fault) error {
	return t.ExecAll(ctx, 1, `UPDATE channel_cancels SET state = '`+string(order.CancelByHand)+`', fault_id = $2 WHERE order_id = $1`, rowID, f.ID)
}
