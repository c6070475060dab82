package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"github.com/towpath/towpath/internal/order"
)

// SaveCancellation saves what is to be cancelled, before the order's lifecycle is told. The first save of an
// id counts; a repetition changes nothing.
func (s *Store) SaveCancellation(ctx context.Context, rowID int64, c Cancellation) error {
	if c.ID == "" {
		return fmt.Errorf("save cancellation of order %d: it has no id: give it any text that no other cancellation of the order has", rowID)
	}
	sum, err := order.Quantities(c.Lines)
	if err != nil {
		return fmt.Errorf("save cancellation %q of order %d: %w", c.ID, rowID, err)
	}
	return s.write(ctx, fmt.Sprintf("save cancellation %q of order %d", c.ID, rowID), func(ctx context.Context, t *tx) error {
		if _, err := t.lockOrder(ctx, rowID); err != nil {
			return err
		}
		names, err := t.lineIDs(ctx, rowID)
		if err != nil {
			return err
		}
		if err := order.KnowsLines(sum, names); err != nil {
			return err
		}
		n, err := t.exec(ctx, `INSERT INTO cancellations (order_id, cancel_id, reason, saved_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (order_id, cancel_id) DO NOTHING`, rowID, c.ID, clean(c.Reason), t.now)
		if err != nil || n == 0 || len(sum) == 0 {
			return err
		}
		return t.execAll(ctx, len(sum), `INSERT INTO cancellation_lines (order_id, cancel_id, line_id, quantity)
			SELECT CAST($2 AS BIGINT), CAST($3 AS TEXT), r.line_id, r.quantity FROM {{rows 1}}`,
			quantityTable(sum), rowID, c.ID)
	})
}

// quantityRow is a quantity of a line as a row of a list.
type quantityRow struct {
	LineID   string `db:"line_id"`
	Quantity int    `db:"quantity"`
}

func quantityTable(sum map[string]int) *rowTable {
	var rows []quantityRow
	for _, id := range slices.Sorted(maps.Keys(sum)) {
		rows = append(rows, quantityRow{id, sum[id]})
	}
	return rowsOf(rows)
}

// ApplyCancellation carries out a saved cancellation, once, however often it is called. Units that are short,
// parked or reserved are given up; packed ones go back on the shelf and out of their packages, the newest first. It
// is refused as a whole when units that it asks for are shipped, or are just being reported to the channel.
func (s *Store) ApplyCancellation(ctx context.Context, rowID int64, cancelID string) (Outcome, error) {
	return s.change(ctx, fmt.Sprintf("apply cancellation %q", cancelID), rowID, func(ctx context.Context, c *orderChange) (string, error) {
		applied, asked, err := c.cancellation(ctx, cancelID)
		if err != nil || applied {
			return "", err
		}
		refusal := c.Cancel(c.books.Allocation, c.unsent, asked)
		if refusal != "" {
			return refusal, c.execAll(ctx, 1, `UPDATE cancellations SET refusal = $3
				WHERE order_id = $1 AND cancel_id = $2 AND applied_at = 0`, rowID, cancelID, refusal)
		}
		return "", c.execAll(ctx, 1, `UPDATE cancellations SET refusal = '', applied_at = $3
			WHERE order_id = $1 AND cancel_id = $2 AND applied_at = 0`, rowID, cancelID, c.now)
	})
}

// cancellation reads what was saved under the id; no lines means all that is not shipped.
func (c *orderChange) cancellation(ctx context.Context, cancelID string) (applied bool, asked map[string]int, err error) {
	found := false
	asked = map[string]int{}
	err = c.query(ctx, `SELECT c.applied_at, COALESCE(l.line_id, ''), COALESCE(l.quantity, 0)
		FROM cancellations c LEFT JOIN cancellation_lines l ON l.order_id = c.order_id AND l.cancel_id = c.cancel_id
		WHERE c.order_id = $1 AND c.cancel_id = $2`, func(rows *sql.Rows) error {
		var appliedAt int64
		var id string
		var n int
		if err := rows.Scan(&appliedAt, &id, &n); err != nil {
			return err
		}
		found, applied = true, appliedAt != 0
		if n > 0 {
			asked[id] = n
		}
		return nil
	}, c.RowID, cancelID)
	if err == nil && !found {
		err = fmt.Errorf("cancellation %q: %w: save it first", cancelID, ErrNotFound)
	}
	return applied, asked, err
}

// ReturnGoods notes shipped units that came back, once per key. Restocked units go on hand and fill short
// lines; others are written off and move no stock. More than was shipped and not returned yet is refused.
func (s *Store) ReturnGoods(ctx context.Context, rowID int64, r GoodsReturn) (Outcome, error) {
	sum, err := order.Quantities(r.Lines)
	if err == nil && (r.Key == "" || len(sum) == 0) {
		err = fmt.Errorf("a key and at least one line are needed")
	}
	if err != nil {
		return Outcome{}, fmt.Errorf("return %q of order %d: %w", r.Key, rowID, err)
	}
	return s.change(ctx, fmt.Sprintf("return %q", r.Key), rowID, func(ctx context.Context, c *orderChange) (string, error) {
		if err := order.KnowsLines(sum, c.LineIDs()); err != nil {
			return "", err
		}
		known, err := c.returnKnown(ctx, r.Key)
		if err != nil || known {
			return "", err
		}
		whole, err := c.kitsNow(ctx, r.Restock)
		if err != nil {
			return "", err
		}
		if refusal := c.Return(c.books.Allocation, sum, r.Restock, whole); refusal != "" {
			return refusal, nil
		}
		return "", c.insertReturn(ctx, r, sum)
	})
}

// kitsNow are the SKUs of the order's lines that are kits now, when units are to be put back on the shelf.
func (c *orderChange) kitsNow(ctx context.Context, restock bool) (map[string]bool, error) {
	kits := map[string]bool{}
	if !restock {
		return kits, nil
	}
	err := c.query(ctx, `SELECT k.sku FROM order_lines l JOIN kits k ON k.sku = l.sku WHERE l.order_id = $1`, func(rows *sql.Rows) error {
		var sku string
		err := rows.Scan(&sku)
		kits[sku] = true
		return err
	}, c.RowID)
	return kits, err
}

func (c *orderChange) returnKnown(ctx context.Context, key string) (bool, error) {
	known := false
	err := c.query(ctx, `SELECT 1 FROM goods_returns WHERE order_id = $1 AND return_key = $2`, func(*sql.Rows) error {
		known = true
		return nil
	}, c.RowID, key)
	return known, err
}

func (c *orderChange) insertReturn(ctx context.Context, r GoodsReturn, sum map[string]int) error {
	_, err := c.exec(ctx, `INSERT INTO goods_returns (order_id, return_key, restock, at) VALUES ($1, $2, $3, $4)`,
		c.RowID, r.Key, truth(r.Restock), c.now)
	if err != nil {
		return err
	}
	return c.execAll(ctx, len(sum), `INSERT INTO goods_return_lines (order_id, return_key, line_id, quantity)
		SELECT CAST($2 AS BIGINT), CAST($3 AS TEXT), r.line_id, r.quantity FROM {{rows 1}}`,
		quantityTable(sum), c.RowID, r.Key)
}
