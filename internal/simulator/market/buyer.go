package market

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// ErrNotFBA means that the seller ships the order, not the channel.
var ErrNotFBA = errors.New("the seller ships this order")

// ErrNotShipped refuses a return of more units than were shipped and not yet returned.
var ErrNotShipped = errors.New("more units than were shipped and are not returned yet")

// Pay marks an order as paid; paying again changes nothing. Errors: ErrNoOrder.
func (m *Market) Pay(ctx context.Context, bookID string) error {
	err := m.change(ctx, func(c *change) error {
		o, err := readOrder(ctx, c.tx, `WHERE book_id = ?`, bookID)
		if err != nil || o.Paid {
			return err
		}
		c.record(Entry{Kind: EntryPay, OrderID: o.ID, BookID: bookID, Amount: o.Total})
		return c.exec(`UPDATE orders SET paid = 1, updated_at = ? WHERE number = ?`, c.now(), o.Number)
	})
	if err != nil {
		return fmt.Errorf("pay %s: %w", bookID, err)
	}
	return nil
}

// Release ends an order's hold; releasing one that is not on hold changes nothing. Errors: ErrNoOrder.
func (m *Market) Release(ctx context.Context, bookID string) error {
	err := m.change(ctx, func(c *change) error {
		o, err := readOrder(ctx, c.tx, `WHERE book_id = ?`, bookID)
		if err != nil || o.OnHold == "" {
			return err
		}
		c.record(Entry{Kind: EntryRelease, OrderID: o.ID, BookID: bookID, Note: o.OnHold})
		return c.exec(`UPDATE orders SET on_hold = '', updated_at = ? WHERE number = ?`, c.now(), o.Number)
	})
	if err != nil {
		return fmt.Errorf("release %s: %w", bookID, err)
	}
	return nil
}

// Dispatch ships what is left of an order that the channel fulfils itself, or of its lines that a fulfilment service ships. Errors:
// ErrNoOrder, ErrNotFBA.
func (m *Market) Dispatch(ctx context.Context, bookID string) error {
	err := m.change(ctx, func(c *change) error {
		o, err := readOrder(ctx, c.tx, `WHERE book_id = ?`, bookID)
		if err != nil {
			return err
		}
		service := func(l Line) bool { return l.Location == ServiceLocation }
		if !o.FBA && !slices.ContainsFunc(o.Lines, service) {
			return ErrNotFBA
		}
		s := Shipment{Carrier: "AMZN", TrackingNumber: "FBA" + o.ID, ShippedAt: at(c.now())}
		for _, l := range o.Lines {
			if n := l.Unshipped(); n > 0 && (o.FBA || service(l)) {
				s.Lines = append(s.Lines, ShipmentLine{LineID: l.ID, Quantity: n})
			}
		}
		if len(s.Lines) > 0 {
			_, err = c.ship(o, Shipment{}, s)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("dispatch %s: %w", bookID, err)
	}
	return nil
}

// Cancel cancels up to quantity unshipped units of a line (lineIndex 0 is the first) and returns them to the listing.
// Units already shipped or cancelled are refused and recorded as too late. The same key again changes nothing and
// returns the same answer. Errors: ErrNoOrder, ErrNoLine, ErrQuantity.
func (m *Market) Cancel(ctx context.Context, key, bookID string, lineIndex, quantity int) (accepted int, err error) {
	err = m.change(ctx, func(c *change) error {
		var known bool
		if accepted, known, err = c.requested("cancel/" + key); err != nil || known {
			return err
		}
		o, line, err := c.line(bookID, lineIndex, quantity)
		if err != nil {
			return err
		}
		accepted = min(quantity, line.Unshipped())
		if accepted > 0 {
			c.record(Entry{Kind: EntryCancel, OrderID: o.ID, BookID: bookID, LineID: line.ID, SKU: line.SKU, Quantity: accepted, Note: key})
			if err := c.cancel(o.Number, lineIndex+1, line, accepted, true); err != nil {
				return err
			}
		}
		if late := quantity - accepted; late > 0 {
			c.record(Entry{Kind: EntryTooLate, OrderID: o.ID, BookID: bookID, LineID: line.ID, SKU: line.SKU, Quantity: late, Note: key})
		}
		return c.remember("cancel/"+key, accepted)
	})
	if err != nil {
		return 0, fmt.Errorf("cancel %d of line %d of %s: %w", quantity, lineIndex+1, bookID, err)
	}
	return accepted, nil
}

func (c *change) cancel(number int64, line int, l Line, units int, restock bool) error {
	if err := c.exec(`UPDATE lines SET cancelled = cancelled + ? WHERE number = ? AND line = ?`, units, number, line); err != nil {
		return err
	}
	if err := c.exec(`UPDATE orders SET open_units = open_units - ?, updated_at = ? WHERE number = ?`, units, c.now(), number); err != nil {
		return err
	}
	if l.NotStocked || !restock {
		return nil
	}
	if back, err := c.unshelve(l, -units); err != nil || back {
		return err
	}
	return c.exec(`UPDATE listings SET quantity = quantity + ?, updated_at = ? WHERE sku = ?`, units, c.now(), l.SKU)
}

// Return returns shipped units of a line (lineIndex 0 is the first) to the seller; the listing gets none of them. The
// same key again changes nothing. Errors: ErrNoOrder, ErrNoLine, ErrQuantity, ErrNotShipped.
func (m *Market) Return(ctx context.Context, key, bookID string, lineIndex, quantity int) error {
	err := m.change(ctx, func(c *change) error {
		if _, known, err := c.requested("return/" + key); err != nil || known {
			return err
		}
		o, line, err := c.line(bookID, lineIndex, quantity)
		if err != nil {
			return err
		}
		if quantity > line.Shipped-line.Returned {
			return ErrNotShipped
		}
		c.record(Entry{Kind: EntryReturn, OrderID: o.ID, BookID: bookID, LineID: line.ID, SKU: line.SKU, Quantity: quantity, Note: key})
		if err := c.exec(`UPDATE lines SET returned = returned + ? WHERE number = ? AND line = ?`, quantity, o.Number, lineIndex+1); err != nil {
			return err
		}
		if err := c.exec(`UPDATE orders SET updated_at = ? WHERE number = ?`, c.now(), o.Number); err != nil {
			return err
		}
		return c.remember("return/"+key, quantity)
	})
	if err != nil {
		return fmt.Errorf("return %d of line %d of %s: %w", quantity, lineIndex+1, bookID, err)
	}
	return nil
}

// line returns a line by its index in the order.
func (c *change) line(bookID string, index, quantity int) (Order, Line, error) {
	if quantity <= 0 {
		return Order{}, Line{}, ErrQuantity
	}
	o, err := readOrder(c.ctx, c.tx, `WHERE book_id = ?`, bookID)
	if err != nil {
		return Order{}, Line{}, err
	}
	if index < 0 || index >= len(o.Lines) {
		return Order{}, Line{}, ErrNoLine
	}
	return o, o.Lines[index], nil
}

// requested returns the earlier answer to a buyer's request with this key.
func (c *change) requested(key string) (accepted int, known bool, err error) {
	err = c.tx.QueryRowContext(c.ctx, `SELECT accepted FROM requests WHERE key = ?`, key).Scan(&accepted)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return accepted, err == nil, err
}

func (c *change) remember(key string, accepted int) error {
	return c.exec(`INSERT INTO requests (key, accepted) VALUES (?, ?)`, key, accepted)
}
