package market

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// defaultLimit is a page's size when the filter has none.
const defaultLimit = 100

const orderColumns = `SELECT number, id, book_id, placed_at, updated_at, paid, fba, combined, on_hold, currency, total, shipping, discount, buyer, fault, struck_at > 0, moved_to FROM orders `

// Orders returns orders with their lines and shipments, oldest first, and the number of all matches. It includes
// writes that began before the call.
func (r *Reader) Orders(ctx context.Context, f Filter) ([]Order, int, error) {
	if err := r.awaitWrites(ctx); err != nil {
		return nil, 0, fmt.Errorf("read orders: %w", err)
	}
	tx, err := r.db.BeginTx(ctx, nil) // one view for the count, the orders and their lines
	if err != nil {
		return nil, 0, fmt.Errorf("read orders: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	where, args := f.where()
	var total int
	if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM orders WHERE `+where, args...).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("count orders: %w", err)
	}
	page, args := f.page(where, args)
	orders, err := readOrders(ctx, tx, page, args...)
	return orders, total, err
}

// where returns the filter's condition without paging.
func (f Filter) where() (string, []any) {
	terms, args := []string{"1 = 1"}, []any{}
	bound := func(term string, t time.Time) {
		if !t.IsZero() {
			terms, args = append(terms, term), append(args, t.UnixMicro())
		}
	}
	bound("updated_at >= ?", roundUp(f.UpdatedFrom))
	bound("updated_at <= ?", f.UpdatedTo)
	bound("placed_at >= ?", roundUp(f.CreatedFrom))
	bound("placed_at <= ?", f.CreatedTo)
	if f.OpenOnly {
		terms = append(terms, "open_units > 0")
	}
	if len(f.Except) > 0 {
		terms = append(terms, "id NOT IN ("+placeholders(len(f.Except))+")")
		for _, id := range f.Except {
			args = append(args, id)
		}
	}
	return strings.Join(terms, " AND "), args
}

// page adds the filter's order and paging.
func (f Filter) page(where string, args []any) (string, []any) {
	column := "updated_at"
	if f.ByCreation {
		column = "placed_at"
	}
	if !f.AfterTime.IsZero() {
		where += " AND (" + column + ", id) > (?, ?)"
		args = append(args, f.AfterTime.UnixMicro(), f.AfterID)
	}
	limit := f.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	return "WHERE " + where + " ORDER BY " + column + ", id LIMIT ? OFFSET ?", append(args, limit, max(0, f.Offset))
}

// roundUp returns the first microsecond not before t.
func roundUp(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(time.Microsecond - 1).Truncate(time.Microsecond)
}

// Order returns one order by the channel's id. Errors: ErrNoOrder.
func (r *Reader) Order(ctx context.Context, id string) (Order, error) {
	return r.order(ctx, `WHERE id = ?`, id)
}

// ByBook returns one order by the book's id. Errors: ErrNoOrder.
func (r *Reader) ByBook(ctx context.Context, bookID string) (Order, error) {
	return r.order(ctx, `WHERE book_id = ?`, bookID)
}

func (r *Reader) order(ctx context.Context, where, key string) (Order, error) {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return Order{}, fmt.Errorf("read order %s: %w", key, err)
	}
	defer func() { _ = tx.Rollback() }()
	return readOrder(ctx, tx, where, key)
}

func readOrder(ctx context.Context, tx *sql.Tx, where, key string) (Order, error) {
	orders, err := readOrders(ctx, tx, where, key)
	if err != nil {
		return Order{}, err
	}
	if len(orders) == 0 {
		return Order{}, ErrNoOrder
	}
	return orders[0], nil
}

// readOrders reads complete orders, in four queries however many there are.
func readOrders(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]Order, error) {
	var orders []Order
	index := map[int64]int{} // of an order in orders, by its number
	err := each(ctx, tx, orderColumns+where, args, func(rows *sql.Rows) error {
		o, err := scanOrder(rows)
		index[o.Number] = len(orders)
		orders = append(orders, o)
		return err
	})
	if err == nil && len(orders) > 0 {
		err = readLines(ctx, tx, orders, index)
	}
	if err == nil && len(orders) > 0 {
		err = readShipments(ctx, tx, orders, index)
	}
	if err != nil {
		return nil, fmt.Errorf("read orders: %w", err)
	}
	return orders, nil
}

func scanOrder(rows *sql.Rows) (Order, error) {
	var o Order
	var placed, updated int64
	var buyer string
	if err := rows.Scan(&o.Number, &o.ID, &o.BookID, &placed, &updated, &o.Paid, &o.FBA, &o.Combined, &o.OnHold,
		&o.Currency, &o.Total, &o.Shipping, &o.Discount, &buyer, &o.Fault, &o.Struck, &o.MovedTo); err != nil {
		return o, err
	}
	o.PlacedAt, o.UpdatedAt = at(placed), at(updated)
	if err := json.Unmarshal([]byte(buyer), &o.Buyer); err != nil {
		return o, errors.New("the stored buyer is not readable")
	}
	return o, nil
}

func readLines(ctx context.Context, tx *sql.Tx, orders []Order, index map[int64]int) error {
	return forNumbers(orders, func(in string, numbers []any) error {
		return each(ctx, tx, `SELECT number, id, sku, title, quantity, cancelled, returned, shipped, unit_price, total, not_stocked, location
			FROM lines WHERE number IN (`+in+`) ORDER BY number, line`, numbers, func(rows *sql.Rows) error {
			var number int64
			var l Line
			err := rows.Scan(&number, &l.ID, &l.SKU, &l.Title, &l.Quantity, &l.Cancelled, &l.Returned, &l.Shipped,
				&l.UnitPrice, &l.Total, &l.NotStocked, &l.Location)
			o := &orders[index[number]]
			o.Lines = append(o.Lines, l)
			return err
		})
	})
}

// readShipments reads the shipments; the orders must have their lines, to which the shipments' lines refer.
func readShipments(ctx context.Context, tx *sql.Tx, orders []Order, index map[int64]int) error {
	return forNumbers(orders, func(in string, numbers []any) error {
		return each(ctx, tx, `SELECT s.number, s.id, s.reference, s.carrier, s.tracking, s.shipped_at, s.recorded_at, s.recalled, l.line, l.quantity
			FROM shipments s JOIN shipment_lines l ON l.shipment = s.id
			WHERE s.number IN (`+in+`) ORDER BY s.id, l.line`, numbers, func(rows *sql.Rows) error {
			var number, id, shipped, recorded int64
			var line, quantity int
			var s Shipment
			var recalled bool
			if err := rows.Scan(&number, &id, &s.Reference, &s.Carrier, &s.TrackingNumber, &shipped, &recorded, &recalled, &line, &quantity); err != nil {
				return err
			}
			s.ID, s.ShippedAt, s.RecordedAt = strconv.FormatInt(id, 10), at(shipped), at(recorded)
			o := &orders[index[number]]
			list := &o.Shipments
			if recalled {
				list = &o.Recalled
			}
			if n := len(*list); n == 0 || (*list)[n-1].ID != s.ID {
				*list = append(*list, s)
			}
			last := &(*list)[len(*list)-1]
			last.Lines = append(last.Lines, ShipmentLine{LineID: o.Lines[line-1].ID, Quantity: quantity})
			return nil
		})
	})
}

// forNumbers calls read with the orders' numbers, a limited number at a time.
func forNumbers(orders []Order, read func(in string, numbers []any) error) error {
	numbers := make([]int64, len(orders))
	for i, o := range orders {
		numbers[i] = o.Number
	}
	return inChunks(numbers, func(part []any) error { return read(placeholders(len(part)), part) })
}

// each runs a query and calls do for every row.
func each(ctx context.Context, tx *sql.Tx, query string, args []any, do func(*sql.Rows) error) error {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// at returns a stored time.
func at(micros int64) time.Time { return time.UnixMicro(micros).UTC() }
