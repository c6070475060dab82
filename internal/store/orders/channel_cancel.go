package orders

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/incidents"
	"github.com/towpath/towpath/internal/store/runs"
)

// ChannelCancel is a cancellation on the order's channel of what was cancelled here, or the answer that the buyer's request is declined.
type ChannelCancel struct {
	State     order.CancelState `json:"state"`
	Declines  bool              `json:"declines,omitempty"`
	Cause     order.Cause       `json:"cause"`
	Attempts  int               `json:"attempts"`
	RequestID string            `json:"requestId,omitempty"`
	Fault     *channel.Fault    `json:"fault,omitempty"` // the last one
	AskedAt   time.Time         `json:"askedAt"`
	SentAt    time.Time         `json:"sentAt,omitzero"`
	SettledAt time.Time         `json:"settledAt,omitzero"`
	Page      string            `json:"page,omitempty"` // the order's page on the channel, where its address is known
}

// askChannel begins the cancellation on the channel of what was just cancelled here, with the change.
func (c *OrderChange) askChannel(ctx context.Context, cause order.Cause) error {
	acc, err := accounts.One(ctx, c.Tx, c.Account.ID)
	if err != nil {
		return err
	}
	state := c.Order.OpenThere().AskChannel(acc.SendsCancels(), acc.Channel.ShowsPartCancelled())
	if state == order.CancelSettled {
		return nil
	}
	if cause == "" && c.Order.Holds.Has(order.HoldBuyerCancels) {
		cause = order.CauseBuyer
	}
	_, err = c.Exec(ctx, `INSERT INTO channel_cancels (order_id, account, state, cause, asked_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (order_id) DO UPDATE SET state = excluded.state, cause = excluded.cause, asked_at = excluded.asked_at, settled_at = 0, fault_id = '',
			pending = CASE WHEN channel_cancels.declines = 1 THEN '' ELSE channel_cancels.pending END, declines = 0`,
		c.RowID, c.Account.ID, string(state), string(acc.CancelCause(cause)), c.Now)
	if err != nil {
		return err
	}
	if err := unparkCancel(ctx, c.Tx, c.Key()); err != nil {
		return err
	}
	incidents.UpdateUncancelled(c.Tx, c.Account.ID)
	return nil
}

// CancelCall is what is to be sent for a cancellation. With another State than CancelAsked and CancelSent nothing is.
type CancelCall struct {
	channel.Cancellation
	State order.CancelState
	Asked time.Time // when it was asked for here
}

// cancelRow is a row of channel_cancels as far as a call needs it.
type cancelRow struct {
	state          order.CancelState
	declines       bool
	cause, pending string
	asked          int64
}

func readCancel(ctx context.Context, t *db.Tx, rowID int64) (row cancelRow, err error) {
	row.state = order.CancelSettled
	err = t.Query(ctx, `SELECT c.state, c.declines, c.cause, c.pending, c.asked_at FROM channel_cancels c WHERE c.order_id = $1`, func(rows *sql.Rows) error {
		return rows.Scan(&row.state, &row.declines, &row.cause, &row.pending, &row.asked)
	}, rowID)
	return row, err
}

// PrepareCancel returns what is to be cancelled of an order on its channel now, and marks the attempt before the call. What needs no
// call any more is settled; where the account no longer sends, a person does it.
func (s *Store) PrepareCancel(ctx context.Context, rowID int64) (CancelCall, error) {
	var call CancelCall
	_, err := Change(ctx, s.DB, "prepare the cancellation on the channel", rowID, func(ctx context.Context, c *OrderChange) (string, error) {
		row, err := readCancel(ctx, c.Tx, rowID)
		if call.State = row.state; err != nil || row.state == order.CancelSettled || row.state == order.CancelByHand {
			return "", err
		}
		there := c.Order.OpenThere()
		acc, err := accounts.One(ctx, c.Tx, c.Account.ID)
		if err != nil {
			return "", err
		}
		call.State = there.AskChannel(acc.Cancelling.Send, true)
		if row.declines {
			call.State = c.declineState(acc)
		}
		switch call.State {
		case order.CancelSettled:
			return "", c.settleCancel(ctx)
		case order.CancelByHand:
			return "", c.setCancel(ctx, order.CancelByHand)
		case order.CancelAsked, order.CancelSent, order.CancelParked:
		}
		call.Cancellation = channel.Cancellation{OrderID: c.ID, Whole: there.Whole, Lines: there.Lines, Cause: order.Cause(row.cause), Decline: row.declines, Pending: row.pending}
		call.Asked = db.At(row.asked)
		return "", c.ExecAll(ctx, 1, `UPDATE channel_cancels SET attempts = attempts + 1, attempted_at = $2 WHERE order_id = $1`, rowID, c.Now)
	})
	return call, err
}

func (c *OrderChange) setCancel(ctx context.Context, state order.CancelState) error {
	if err := c.ExecAll(ctx, 1, `UPDATE channel_cancels SET state = $2 WHERE order_id = $1`, c.RowID, string(state)); err != nil {
		return err
	}
	incidents.UpdateUncancelled(c.Tx, c.Account.ID)
	return nil
}

// CancelSent records the channel's answer to what was sent, with its calls. Only a version of the order settles it. Where a cancellation
// has replaced a decline meanwhile, or the other way round, the answer is not the row's.
func (s *Store) CancelSent(ctx context.Context, rowID int64, sent channel.Cancellation, a channel.CancelAnswer, calls ...runs.Call) error {
	return s.Write(ctx, fmt.Sprintf("save the answer to the cancellation of order %d", rowID), func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `UPDATE channel_cancels SET state = '`+string(order.CancelSent)+`', pending = $2, request_id = $3, fault_id = '',
				sent_at = CASE WHEN sent_at > 0 THEN sent_at ELSE $4 END
			WHERE order_id = $1 AND state <> '`+string(order.CancelSettled)+`' AND declines = $5`, rowID, db.Clean(a.Pending), db.Clean(a.RequestID), t.Now, db.Truth(sent.Decline))
		if err != nil {
			return err
		}
		return runs.SaveCalls(ctx, t, calls)
	})
}

// CancelFailed records that the call for what was sent failed, with its calls. After an answer about work that the channel did, the next
// call asks anew. As with CancelSent, a row that was replaced meanwhile stays as it is.
func (s *Store) CancelFailed(ctx context.Context, rowID int64, sent channel.Cancellation, f *channel.Fault, calls ...runs.Call) error {
	return s.Write(ctx, fmt.Sprintf("save the failure of the cancellation of order %d", rowID), func(ctx context.Context, t *db.Tx) error {
		rec, err := LockOrder(ctx, t, rowID)
		if err != nil {
			return err
		}
		f.Hit.OrderID = rowID
		if err := runs.SaveFaults(ctx, t, rec.Account.ID, []*channel.Fault{f}); err != nil {
			return err
		}
		forget := f.Permanent() || f.Class == channel.Conflict || f.Class == channel.Unknown
		_, err = t.Exec(ctx, `UPDATE channel_cancels SET fault_id = $2, request_id = $3, pending = CASE WHEN $4 = 1 THEN '' ELSE pending END
			WHERE order_id = $1 AND declines = $5`, rowID, f.ID, db.Clean(f.RequestID), db.Truth(forget), db.Truth(sent.Decline))
		if err != nil {
			return err
		}
		return runs.SaveCalls(ctx, t, calls)
	})
}

// ParkCancel saves that the workflow of a cancellation waits for a person. parked is false, and nothing is saved, when the channel
// shows it meanwhile, or another cancellation or decline has replaced what was asked for then (CancelCall.Asked; zero: whatever it
// is). After a day in which the channel did not show what it accepted, a retry sends it once more: the adapter reads the order first.
func (s *Store) ParkCancel(ctx context.Context, rowID int64, asked, since time.Time, f *channel.Fault) (parked bool, err error) {
	err = s.Write(ctx, fmt.Sprintf("park the cancellation of order %d", rowID), func(ctx context.Context, t *db.Tx) error {
		rec, err := LockOrder(ctx, t, rowID)
		if err != nil {
			return err
		}
		row, err := readCancel(ctx, t, rowID)
		if err != nil {
			return err
		}
		replaced := !asked.IsZero() && db.Micro(asked) != row.asked
		if parked = !replaced && (row.state.Due() || row.state == order.CancelParked); !parked {
			return nil
		}
		if row.declines {
			parked = false
			return leaveDecline(ctx, t, rowID, f)
		}
		err = t.ExecAll(ctx, 1, `UPDATE channel_cancels SET state = '`+string(order.CancelParked)+`', waits = 1, fault_id = $2,
			pending = CASE WHEN $3 = 1 THEN '' ELSE pending END WHERE order_id = $1`, rowID, f.ID, db.Truth(f.Code == channel.CodeCancelNotShown))
		if err != nil {
			return err
		}
		err = incidents.SaveParked(ctx, t, incidents.Parked{WorkflowID: message.CancellationWorkflowID(rec.Account.ID, rec.ID), Account: rec.Account.ID,
			OrderRow: rowID, Reference: rec.ID, Since: since, Fault: f})
		if err != nil {
			return err
		}
		incidents.UpdateUncancelled(t, rec.Account.ID)
		return nil
	})
	return parked, err
}

// UnparkCancel records that the workflow of a cancellation goes on. It may be repeated.
func (s *Store) UnparkCancel(ctx context.Context, rowID int64) error {
	return s.Write(ctx, fmt.Sprintf("unpark the cancellation of order %d", rowID), func(ctx context.Context, t *db.Tx) error {
		rec, err := LockOrder(ctx, t, rowID)
		if err != nil {
			return err
		}
		_, err = t.Exec(ctx, `UPDATE channel_cancels SET waits = 0, state = CASE WHEN state = '`+string(order.CancelParked)+`' THEN '`+string(order.CancelAsked)+`' ELSE state END
			WHERE order_id = $1`, rowID)
		if err != nil {
			return err
		}
		if err := unparkCancel(ctx, t, rec.key()); err != nil {
			return err
		}
		incidents.UpdateUncancelled(t, rec.Account.ID)
		return nil
	})
}

// AskAgain lets a cancellation that a person was to make be sent, after its account began to send them. On any other it has no effect.
func (s *Store) AskAgain(ctx context.Context, rowID int64) error {
	_, err := Change(ctx, s.DB, "ask the channel to cancel", rowID, func(ctx context.Context, c *OrderChange) (string, error) {
		row, err := readCancel(ctx, c.Tx, rowID)
		if err != nil || row.state != order.CancelByHand {
			return "", err
		}
		acc, err := accounts.One(ctx, c.Tx, c.Account.ID)
		if err != nil || !acc.SendsCancels() {
			return "", err
		}
		return "", c.setCancel(ctx, order.CancelAsked)
	})
	return err
}
