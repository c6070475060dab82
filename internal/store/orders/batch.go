package orders

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// Batch is what a person does to several orders at once.
type Batch struct {
	ID     string       `json:"id"` // the key of the form that asked for it
	Action order.Action `json:"action"`
	By     string       `json:"by"`
	Reason string       `json:"reason,omitempty"`
	At     time.Time    `json:"at"`
	Orders []BatchOrder `json:"orders"`
}

// Left counts the orders that are still to be done.
func (b Batch) Left() int { return b.Count(order.OutcomePending) + b.Count(order.OutcomeFailed) }

// Count counts the orders with an outcome.
func (b Batch) Count(o order.Outcome) (n int) {
	for _, row := range b.Orders {
		if row.Outcome == o {
			n++
		}
	}
	return n
}

// BatchOrder is one order of a batch.
type BatchOrder struct {
	OrderRow  int64         `json:"orderRow"`
	Account   string        `json:"account"`
	OrderID   string        `json:"orderId"`
	Reference string        `json:"reference"`
	Carrier   string        `json:"carrier,omitempty"`  // of ActProcess
	Tracking  string        `json:"tracking,omitempty"` // of ActProcess
	Shown     string        `json:"shown,omitempty"`    // order.Units.Mark of the units that the person saw
	Outcome   order.Outcome `json:"outcome"`
	Words     string        `json:"words,omitempty"` // what became of it, or why not
	At        time.Time     `json:"at,omitzero"`
}

// claimHolds is how long an order of a batch belongs to the process that began with it: longer than any takes.
const claimHolds = 2 * time.Minute

// StartBatch saves a batch before anything of it is done. fresh is false when its id was used before: nothing is saved then.
func (s *Store) StartBatch(ctx context.Context, b Batch) (fresh bool, err error) {
	err = s.Write(ctx, "start batch "+b.ID, func(ctx context.Context, t *db.Tx) error {
		n, err := t.Exec(ctx, `INSERT INTO order_batches (id, action, actor, reason, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING`,
			b.ID, string(b.Action), db.Clean(b.By), db.Clean(b.Reason), t.Now)
		if fresh = n == 1; err != nil || !fresh {
			return err
		}
		return t.ExecAll(ctx, len(b.Orders), `INSERT INTO order_batch_orders (batch_id, {{columns 1}}) SELECT CAST($2 AS TEXT), {{values 1}} FROM {{rows 1}} WHERE true`,
			db.RowsBy(b.Orders, rowOfBatch), b.ID)
	})
	return fresh, err
}

type batchRow struct {
	OrderID  int64  `db:"order_id"`
	Carrier  string `db:"carrier"`
	Tracking string `db:"tracking"`
	Shown    string `db:"shown"`
}

func rowOfBatch(o BatchOrder) batchRow {
	return batchRow{o.OrderRow, db.Clean(o.Carrier), db.Clean(o.Tracking), db.Clean(o.Shown)}
}

// ClaimBatchOrder takes an order of a batch that is to be done, so that no other process does it; false: another has it, or it is done.
func (s *Store) ClaimBatchOrder(ctx context.Context, batch string, rowID int64) (mine bool, err error) {
	err = s.Write(ctx, "claim an order of batch "+batch, func(ctx context.Context, t *db.Tx) error {
		n, err := t.Exec(ctx, `UPDATE order_batch_orders SET claimed_at = $3, outcome = '' WHERE batch_id = $1 AND order_id = $2
			AND (outcome = $4 OR outcome = '' AND claimed_at < $5)`, batch, rowID, t.Now, string(order.OutcomeFailed), t.Now-claimHolds.Microseconds())
		mine = n == 1
		return err
	})
	return mine, err
}

// SaveBatchOrder saves what became of an order of a batch that was claimed. What was saved together with the change itself stays (HoldInBatch).
func (s *Store) SaveBatchOrder(ctx context.Context, batch string, o BatchOrder) error {
	return s.Write(ctx, "save an order of batch "+batch, func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `UPDATE order_batch_orders SET outcome = $3, words = $4, at = $5 WHERE batch_id = $1 AND order_id = $2 AND outcome = ''`,
			batch, o.OrderRow, string(o.Outcome), db.Clean(o.Words), t.Now)
		return err
	})
}

// Batch returns a batch with its orders; db.ErrNotFound when there is none.
func (s *Store) Batch(ctx context.Context, id string) (Batch, error) {
	var b Batch
	err := s.Read(ctx, `SELECT b.id, b.action, b.actor, b.reason, b.at, x.order_id, o.account, o.channel_order_id, o.reference, x.carrier, x.tracking, x.shown, x.outcome, x.words, x.at
		FROM order_batches b JOIN order_batch_orders x ON x.batch_id = b.id JOIN orders o ON o.id = x.order_id
		WHERE b.id = $1 ORDER BY x.order_id`, func(rows *sql.Rows) error {
		var o BatchOrder
		var at, done int64
		err := rows.Scan(&b.ID, &b.Action, &b.By, &b.Reason, &at, &o.OrderRow, &o.Account, &o.OrderID, &o.Reference, &o.Carrier, &o.Tracking, &o.Shown, &o.Outcome, &o.Words, &done)
		b.At, o.At = db.At(at), db.At(done)
		b.Orders = append(b.Orders, o)
		return err
	}, id)
	if err == nil && b.ID == "" {
		err = db.ErrNotFound
	}
	if err != nil {
		return b, fmt.Errorf("batch %s: %w", id, err)
	}
	return b, nil
}

// BatchSum is a batch with how many of its orders have which outcome.
type BatchSum struct {
	Batch
	All, Done, Refused, ToDo int
}

// Batches lists the last batches, the newest first.
func (s *Store) Batches(ctx context.Context, limit int) ([]BatchSum, error) {
	var out []BatchSum
	err := s.Read(ctx, `WITH last AS (SELECT b.id, b.action, b.actor, b.reason, b.at FROM order_batches b ORDER BY b.at DESC LIMIT $1)
		SELECT l.id, l.action, l.actor, l.reason, l.at, COUNT(*), CAST(SUM(CASE WHEN x.outcome = 'done' THEN 1 ELSE 0 END) AS BIGINT),
			CAST(SUM(CASE WHEN x.outcome = 'refused' THEN 1 ELSE 0 END) AS BIGINT)
		FROM last l JOIN order_batch_orders x ON x.batch_id = l.id GROUP BY l.id, l.action, l.actor, l.reason, l.at ORDER BY l.at DESC`, func(rows *sql.Rows) error {
		var b BatchSum
		var at int64
		err := rows.Scan(&b.ID, &b.Action, &b.By, &b.Reason, &at, &b.All, &b.Done, &b.Refused)
		b.At, b.ToDo = db.At(at), b.All-b.Done-b.Refused
		out = append(out, b)
		return err
	}, limit)
	if err != nil {
		return nil, fmt.Errorf("list batches: %w", err)
	}
	return out, nil
}

// Rows returns orders by their row ids, in their order; those that do not exist are missing.
func (s *Store) Rows(ctx context.Context, ids []int64) ([]OrderRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	w := db.Where{}
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = w.Arg(id)
	}
	w.Conditions = append(w.Conditions, `o.id IN (`+strings.Join(names, ", ")+`)`)
	out, err := s.orderRows(ctx, w, `o.id`, len(ids))
	if err != nil {
		return nil, fmt.Errorf("read orders: %w", err)
	}
	return out, nil
}
