package orders

import (
	"context"
	"database/sql"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/levels"
)

// settledOrders are orders whose last version settles something: of cancels the channel shows nothing as open that is cancelled here,
// of declines no buyer's request.
type settledOrders struct{ cancels, declines []message.OrderKey }

// note notes what an order's last version settles.
func (s *settledOrders) note(k message.OrderKey, o *order.Order) {
	if len(o.Lines) > 0 && len(o.OpenThere().Lines) == 0 {
		s.cancels = append(s.cancels, k)
	}
	if !o.BuyerAsks() {
		s.declines = append(s.declines, k)
	}
}

// settleCancels settles cancellations and declined requests, and reports whether levels are dirty by that: those of a cancelled order are
// sent once more, because the channel may have put the units back into its listings itself.
func settleCancels(ctx context.Context, t *db.Tx, account string, settled settledOrders) (dirty bool, err error) {
	byRow := map[int64]message.OrderKey{}
	ids := func(keys []message.OrderKey) (ids []int64) {
		for _, k := range keys {
			ids, byRow[k.RowID] = append(ids, k.RowID), k
		}
		return ids
	}
	cancels, declines := ids(settled.cancels), ids(settled.declines)
	if len(byRow) == 0 {
		return false, nil
	}
	var done, cancelled []int64
	err = t.Query(ctx, `UPDATE channel_cancels SET state = '`+string(order.CancelSettled)+`', settled_at = CAST($2 AS BIGINT), pending = ''
		WHERE state <> '`+string(order.CancelSettled)+`' AND (declines = 0 AND order_id IN (SELECT r.value FROM {{rows 1}})
			OR declines = 1 AND order_id IN (SELECT r.value FROM {{rows 3}})) RETURNING order_id, declines`, func(rows *sql.Rows) error {
		var id int64
		var declined bool
		err := rows.Scan(&id, &declined)
		if done = append(done, id); !declined {
			cancelled = append(cancelled, id)
		}
		return err
	}, db.IDs(cancels), t.Now, db.IDs(declines))
	if err != nil || len(done) == 0 {
		return false, err
	}
	for _, id := range done {
		if err := unparkCancel(ctx, t, byRow[id]); err != nil {
			return false, err
		}
	}
	if err := levels.MarkOrders(ctx, t, cancelled, stock.BySale); err != nil {
		return false, err
	}
	incidents.UpdateUncancelled(t, account)
	return len(cancelled) > 0, nil
}

// unparkCancel removes what shows a cancellation as parked.
func unparkCancel(ctx context.Context, t *db.Tx, k message.OrderKey) error {
	_, _, err := incidents.RemoveParked(ctx, t, message.CancellationWorkflowID(k.Account.ID, k.OrderID))
	return err
}

// settleCancel settles the order's cancellation, or its declined request.
func (c *OrderChange) settleCancel(ctx context.Context) error {
	key := []message.OrderKey{c.Key()}
	_, err := settleCancels(ctx, c.Tx, c.Account.ID, settledOrders{cancels: key, declines: key})
	return err
}
