package orders

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// Cancellation is a request to cancel units, saved before the lifecycle is signalled. Without Lines it means every unit that is
// not shipped.
type Cancellation struct {
	ID     string               `json:"id"`
	Reason string               `json:"reason"`
	Cause  order.Cause          `json:"cause,omitempty"` // what the channel is told; empty: what the account's settings say
	Lines  []order.LineQuantity `json:"lines,omitempty"`
}

// GoodsReturn is shipped units that came back. Restock puts them on hand, otherwise they are written off.
type GoodsReturn struct {
	Key     string               `json:"key"`
	Lines   []order.LineQuantity `json:"lines"`
	Restock bool                 `json:"restock"`
	Reason  string               `json:"reason,omitempty"`
	By      string               `json:"by,omitempty"`
}

// SaveCancellation saves a cancellation before the order's lifecycle is signalled. Only the first save of an id counts; the same
// id with other lines is a *stock.RefusedError that shows what is saved.
func (s *Store) SaveCancellation(ctx context.Context, rowID int64, c Cancellation) error {
	sum, err := order.CheckCancellation(c.ID, c.Lines)
	if err != nil {
		return fmt.Errorf("save cancellation %q of order %d: %w", c.ID, rowID, err)
	}
	return s.Write(ctx, fmt.Sprintf("save cancellation %q of order %d", c.ID, rowID), func(ctx context.Context, t *db.Tx) error {
		if _, err := LockOrder(ctx, t, rowID); err != nil {
			return err
		}
		names, err := LineIDs(ctx, t, rowID)
		if err != nil {
			return err
		}
		if err := order.KnowsLines(sum, names); err != nil {
			return err
		}
		n, err := t.Exec(ctx, `INSERT INTO cancellations (order_id, cancel_id, reason, saved_at, cause) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (order_id, cancel_id) DO NOTHING`, rowID, c.ID, db.Clean(c.Reason), t.Now, string(c.Cause))
		if err != nil {
			return err
		}
		asked := order.Keyed{What: order.CancellationKeyed, Units: sum}
		if n == 0 {
			saved := order.Keyed{What: order.CancellationKeyed, Units: map[string]int{}}
			err := t.Query(ctx, `SELECT line_id, quantity FROM cancellation_lines WHERE order_id = $1 AND cancel_id = $2`,
				unitsInto(saved.Units), rowID, c.ID)
			if err != nil {
				return err
			}
			return saved.Again(c.ID, asked)
		}
		return t.ExecAll(ctx, len(sum), `INSERT INTO cancellation_lines (order_id, cancel_id, line_id, quantity)
			SELECT CAST($2 AS BIGINT), CAST($3 AS TEXT), r.line_id, r.quantity FROM {{rows 1}}`,
			quantityTable(sum), rowID, c.ID)
	})
}

// unitsInto returns a function that reads rows of a line id and a quantity.
func unitsInto(units map[string]int) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var id string
		var n int
		err := rows.Scan(&id, &n)
		units[id] = n
		return err
	}
}

// quantityRow is a quantity of a line as a row of a list.
type quantityRow struct {
	LineID   string `db:"line_id"`
	Quantity int    `db:"quantity"`
}

func quantityTable(sum map[string]int) *db.RowTable {
	var rows []quantityRow
	for _, id := range slices.Sorted(maps.Keys(sum)) {
		rows = append(rows, quantityRow{id, sum[id]})
	}
	return db.RowsOf(rows)
}

// ApplyCancellation applies a saved cancellation; it has an effect only once. Backordered, unlinked and reserved
// units are cancelled; packed ones go back to stock and out of their packages, the newest first. It is refused as a
// whole when requested units are shipped or being reported to the channel.
func (s *Store) ApplyCancellation(ctx context.Context, rowID int64, cancelID string) (Outcome, error) {
	return Change(ctx, s.DB, fmt.Sprintf("apply cancellation %q", cancelID), rowID, func(ctx context.Context, c *OrderChange) (string, error) {
		applied, cause, asked, err := c.cancellation(ctx, cancelID)
		if err != nil || applied {
			return "", err
		}
		if c.unsent, err = loadUnsent(ctx, c.Tx, []int64{rowID}); err != nil {
			return "", err
		}
		refusal := c.Cancel(c.Books.Allocation, c.unsent[rowID], asked)
		if refusal != "" {
			return refusal, c.ExecAll(ctx, 1, `UPDATE cancellations SET refusal = $3
				WHERE order_id = $1 AND cancel_id = $2 AND applied_at = 0`, rowID, cancelID, refusal)
		}
		if err := c.askChannel(ctx, cause); err != nil {
			return "", err
		}
		return "", c.ExecAll(ctx, 1, `UPDATE cancellations SET refusal = '', applied_at = $3
			WHERE order_id = $1 AND cancel_id = $2 AND applied_at = 0`, rowID, cancelID, c.Now)
	})
}

// cancellation reads what was saved under the id; no lines means all that is not shipped.
func (c *OrderChange) cancellation(ctx context.Context, cancelID string) (applied bool, cause order.Cause, asked map[string]int, err error) {
	found := false
	asked = map[string]int{}
	err = c.Query(ctx, `SELECT c.applied_at, c.cause, COALESCE(l.line_id, ''), COALESCE(l.quantity, 0)
		FROM cancellations c LEFT JOIN cancellation_lines l ON l.order_id = c.order_id AND l.cancel_id = c.cancel_id
		WHERE c.order_id = $1 AND c.cancel_id = $2`, func(rows *sql.Rows) error {
		var appliedAt int64
		var id string
		var n int
		if err := rows.Scan(&appliedAt, &cause, &id, &n); err != nil {
			return err
		}
		found, applied = true, appliedAt != 0
		if n > 0 {
			asked[id] = n
		}
		return nil
	}, c.RowID, cancelID)
	if err == nil && !found {
		err = fmt.Errorf("cancellation %q: %w: save it first", cancelID, db.ErrNotFound)
	}
	return applied, cause, asked, err
}

// ReturnGoods records returned units, once per key. Restocked units are added to on hand and fill waiting lines; others are
// written off and change no stock. More than was shipped and not returned is refused; the same key with other contents is a
// *stock.RefusedError that shows what is saved.
func (s *Store) ReturnGoods(ctx context.Context, rowID int64, r GoodsReturn) (Outcome, error) {
	sum, err := order.CheckReturn(r.Key, r.Lines)
	if err != nil {
		return Outcome{}, fmt.Errorf("return %q of order %d: %w", r.Key, rowID, err)
	}
	return Change(ctx, s.DB, fmt.Sprintf("return %q", r.Key), rowID, func(ctx context.Context, c *OrderChange) (string, error) {
		if err := order.KnowsLines(sum, c.LineIDs()); err != nil {
			return "", err
		}
		saved, known, err := c.savedReturn(ctx, r.Key)
		if err != nil {
			return "", err
		}
		if known {
			return "", saved.Again(r.Key, order.Keyed{What: order.ReturnKeyed, Units: sum, Restock: r.Restock})
		}
		whole, err := c.kitsNow(ctx, r.Restock)
		if err != nil {
			return "", err
		}
		if refusal := c.Return(c.Books.Allocation, sum, r.Restock, whole, order.Shelf{By: db.Clean(r.By), Note: db.Clean(r.Reason)}); refusal != "" {
			return refusal, nil
		}
		if err := c.takeFromInbox(ctx, r, sum); err != nil {
			return "", err
		}
		return "", c.insertReturn(ctx, r, sum)
	})
}

// kitsNow returns the SKUs of the order's lines that are kits now, when units are to be restocked.
func (c *OrderChange) kitsNow(ctx context.Context, restock bool) (map[string]bool, error) {
	kits := map[string]bool{}
	if !restock {
		return kits, nil
	}
	err := c.Query(ctx, `SELECT k.sku FROM order_lines l JOIN kits k ON k.sku = l.sku WHERE l.order_id = $1`, func(rows *sql.Rows) error {
		var sku string
		err := rows.Scan(&sku)
		kits[sku] = true
		return err
	}, c.RowID)
	return kits, err
}

// savedReturn reads what was saved under a key; known is false when there is nothing.
func (c *OrderChange) savedReturn(ctx context.Context, key string) (saved order.Keyed, known bool, err error) {
	saved = order.Keyed{What: order.ReturnKeyed, Units: map[string]int{}}
	err = c.Query(ctx, `SELECT restock FROM goods_returns WHERE order_id = $1 AND return_key = $2`, func(rows *sql.Rows) error {
		known = true
		return rows.Scan(&saved.Restock)
	}, c.RowID, key)
	if err == nil && known {
		err = c.Query(ctx, `SELECT line_id, quantity FROM goods_return_lines WHERE order_id = $1 AND return_key = $2`, unitsInto(saved.Units), c.RowID, key)
	}
	return saved, known, err
}

func (c *OrderChange) insertReturn(ctx context.Context, r GoodsReturn, sum map[string]int) error {
	_, err := c.Exec(ctx, `INSERT INTO goods_returns (order_id, return_key, restock, at, actor, reason) VALUES ($1, $2, $3, $4, $5, $6)`,
		c.RowID, r.Key, db.Truth(r.Restock), c.Now, db.Clean(r.By), db.Clean(r.Reason))
	if err != nil {
		return err
	}
	return c.ExecAll(ctx, len(sum), `INSERT INTO goods_return_lines (order_id, return_key, line_id, quantity)
		SELECT CAST($2 AS BIGINT), CAST($3 AS TEXT), r.line_id, r.quantity FROM {{rows 1}}`,
		quantityTable(sum), c.RowID, r.Key)
}

// LineIDs returns the channel's ids of an order's lines.
func LineIDs(ctx context.Context, t *db.Tx, rowID int64) ([]string, error) {
	var out []string
	err := t.Query(ctx, `SELECT line_id FROM order_lines WHERE order_id = $1 ORDER BY position, line_id`, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		out = append(out, id)
		return err
	}, rowID)
	return out, err
}
