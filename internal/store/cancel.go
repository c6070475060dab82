package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/towpath/towpath/internal/order"
)

// SaveCancellation saves what is to be cancelled, before the order's lifecycle is told. The first save of an
// id counts; a repetition changes nothing.
func (s *Store) SaveCancellation(ctx context.Context, rowID int64, c Cancellation) error {
	if c.ID == "" {
		return fmt.Errorf("save cancellation of order %d: it has no id: give it any text that no other cancellation of the order has", rowID)
	}
	sum, err := quantities(c.Lines)
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
		if err := checkLines(sum, names); err != nil {
			return err
		}
		n, err := t.exec(ctx, `INSERT INTO cancellations (order_id, cancel_id, reason, saved_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (order_id, cancel_id) DO NOTHING`, rowID, c.ID, clean(c.Reason), t.now)
		if err != nil || n == 0 || len(sum) == 0 {
			return err
		}
		return t.execAll(ctx, len(sum), `INSERT INTO cancellation_lines (order_id, cancel_id, line_id, quantity)
			SELECT CAST($2 AS BIGINT), CAST($3 AS TEXT), r.value ->> 0, CAST(r.value ->> 1 AS BIGINT) FROM {{rows 1}}`,
			quantityTable(sum), rowID, c.ID)
	})
}

// quantities sums what is asked of each line.
func quantities(lines []LineQuantity) (map[string]int, error) {
	sum := map[string]int{}
	for _, l := range lines {
		if l.Quantity <= 0 || l.Quantity > MaxUnits {
			return nil, fmt.Errorf("line %s has quantity %d, want 1 or more", l.LineID, l.Quantity)
		}
		sum[l.LineID] += l.Quantity
	}
	return sum, nil
}

func checkLines(sum map[string]int, names []string) error {
	for _, id := range slices.Sorted(maps.Keys(sum)) {
		if !slices.Contains(names, id) {
			return fmt.Errorf("the order has no line %q; it has %s", id, strings.Join(names, ", "))
		}
	}
	return nil
}

func quantityTable(sum map[string]int) string {
	return table(slices.Sorted(maps.Keys(sum)), func(id string) []any { return []any{id, sum[id]} })
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
		refusal := c.cancelUnits(asked)
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
	}, c.rec.id, cancelID)
	if err == nil && !found {
		err = fmt.Errorf("cancellation %q: %w: save it first", cancelID, ErrNotFound)
	}
	return applied, asked, err
}

// cancelUnits cancels in memory and says why it can't be, if it can't.
func (c *orderChange) cancelUnits(asked map[string]int) string {
	if c.rec.state == order.Skipped {
		return "the order was not taken: " + c.rec.reason.Text()
	}
	everything := len(asked) == 0
	cancelled, shipped := 0, 0
	for _, l := range c.lines {
		n := asked[l.id]
		if everything {
			n = l.units.Open() + l.units.Packed
		}
		shipped += l.units.Shipped
		if n == 0 {
			continue
		}
		if refusal := c.refuseCancel(l, n); refusal != "" {
			return refusal
		}
		done := c.ledger.cancel(l, n)
		c.parcels.shrink(l.lineKey, done.Reversed, false)
		cancelled += n
	}
	if cancelled == 0 && shipped > 0 {
		return fmt.Sprintf("%d units are shipped: register a return instead", shipped)
	}
	return ""
}

func (c *orderChange) refuseCancel(l *line, n int) string {
	_, would := l.units.Cancel(n)
	switch inFlight := would.Reversed - c.parcels.loose(l.lineKey); {
	case would.Refused > 0 && l.units.Shipped > 0:
		return fmt.Sprintf("%d units are shipped: register a return instead", min(would.Refused, l.units.Shipped))
	case would.Refused > 0:
		return fmt.Sprintf("line %s: %d units are to be cancelled, but only %d are left", l.id, n, n-would.Refused)
	case inFlight > 0:
		return fmt.Sprintf("line %s: %d units are being reported to the channel as shipped: wait for its answer, then cancel or register a return", l.id, inFlight)
	}
	return ""
}

// ReturnGoods notes shipped units that came back, once per key. Restocked units go on hand and fill short
// lines; others are written off and move no stock. More than was shipped and not returned yet is refused.
func (s *Store) ReturnGoods(ctx context.Context, rowID int64, r GoodsReturn) (Outcome, error) {
	sum, err := quantities(r.Lines)
	if err == nil && (r.Key == "" || len(sum) == 0) {
		err = fmt.Errorf("a key and at least one line are needed")
	}
	if err != nil {
		return Outcome{}, fmt.Errorf("return %q of order %d: %w", r.Key, rowID, err)
	}
	return s.change(ctx, fmt.Sprintf("return %q", r.Key), rowID, func(ctx context.Context, c *orderChange) (string, error) {
		if err := checkLines(sum, c.lineNames()); err != nil {
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
		if refusal := c.refuseReturn(sum, r.Restock, whole); refusal != "" {
			return refusal, nil
		}
		for _, id := range slices.Sorted(maps.Keys(sum)) {
			l := c.line(id)
			l.returned += sum[id]
			c.ledger.change(l)
			if r.Restock {
				c.ledger.restock(l, sum[id])
			}
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
	}, c.rec.id)
	return kits, err
}

func (c *orderChange) refuseReturn(sum map[string]int, restock bool, whole map[string]bool) string {
	for _, id := range slices.Sorted(maps.Keys(sum)) {
		l := c.line(id)
		if left := l.units.Shipped - l.returned; sum[id] > left {
			return fmt.Sprintf("line %s: %d units are to be returned, but %d are shipped and not returned yet", id, sum[id], left)
		}
		if restock && l.sku == "" {
			return fmt.Sprintf("line %s has no SKU to put the units back under: link it or write them off", id)
		}
		if whole[l.sku] && len(l.parts) == 0 {
			return fmt.Sprintf("line %s: %s was sold as it is and is a kit now: write the units off, and receive its parts", id, l.sku)
		}
	}
	return ""
}

func (c *orderChange) returnKnown(ctx context.Context, key string) (bool, error) {
	known := false
	err := c.query(ctx, `SELECT 1 FROM goods_returns WHERE order_id = $1 AND return_key = $2`, func(*sql.Rows) error {
		known = true
		return nil
	}, c.rec.id, key)
	return known, err
}

func (c *orderChange) insertReturn(ctx context.Context, r GoodsReturn, sum map[string]int) error {
	_, err := c.exec(ctx, `INSERT INTO goods_returns (order_id, return_key, restock, at) VALUES ($1, $2, $3, $4)`,
		c.rec.id, r.Key, truth(r.Restock), c.now)
	if err != nil {
		return err
	}
	return c.execAll(ctx, len(sum), `INSERT INTO goods_return_lines (order_id, return_key, line_id, quantity)
		SELECT CAST($2 AS BIGINT), CAST($3 AS TEXT), r.value ->> 0, CAST(r.value ->> 1 AS BIGINT) FROM {{rows 1}}`,
		quantityTable(sum), c.rec.id, r.Key)
}
