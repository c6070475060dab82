package market

import (
	"context"
	"errors"
	"fmt"

	"github.com/towpath/towpath/internal/simulator/faults"
)

// ServiceLocation is where a fulfilment service keeps its own stock of the seller's goods (Shopify).
const ServiceLocation = "gid://shopify/Location/61000000009"

// Blow is what an order fault needs beside the order.
type Blow struct {
	With []string // moved lines: the book's ids of other unpaid orders that are paid together with it
	SKU  string   // changed SKU: the new one; it must be listed with enough units
}

// strikes are the order faults that happen some time after the order was placed; done is false as long as they are not complete. All
// others show in how the order is rendered, from the first time on.
var strikes = map[faults.Kind]func(c *change, o Order, b Blow) (done bool, err error){
	faults.Unfulfil: (*change).unfulfil, faults.Reopen: (*change).reopen, faults.CancelWithoutLines: (*change).cancelAll,
	faults.LineGone: (*change).dropLine, faults.MovedLine: (*change).move, faults.SKUChanged: (*change).changeSKU,
	faults.AddressChanged: (*change).changeAddress, faults.UnitsAdded: (*change).addUnit,
}

// Strikes reports whether an order fault happens some time after the order was placed, by Strike.
func Strikes(k faults.Kind) bool { return strikes[k] != nil }

// Strike makes an order's fault happen, or begin, and returns whether it has happened completely, now or before. Errors: ErrNoOrder;
// ErrTooFew, and nothing has happened.
func (m *Market) Strike(ctx context.Context, bookID string, b Blow) (done bool, err error) {
	err = m.change(ctx, func(c *change) error {
		o, err := readOrder(ctx, c.tx, `WHERE book_id = ?`, bookID)
		if done = o.Struck || strikes[o.Fault] == nil; err != nil || done {
			return err
		}
		if done, err = strikes[o.Fault](c, o, b); err != nil || !done {
			return err
		}
		return c.struck(o)
	})
	if err != nil {
		return false, fmt.Errorf("strike %s: %w", bookID, err)
	}
	return done, nil
}

// ErrTooFew means that a listing has fewer units than are wanted.
var ErrTooFew = errors.New("the listing has too few units")

func (c *change) struck(o Order) error {
	c.record(Entry{Kind: EntryFault, OrderID: o.ID, BookID: o.BookID, Note: string(o.Fault)})
	return c.exec(`UPDATE orders SET struck_at = ? WHERE number = ?`, c.now(), o.Number)
}

// unfulfil recalls the packages of an order that is wholly shipped: its units are open again.
func (c *change) unfulfil(o Order, _ Blow) (bool, error) {
	units := 0
	for _, l := range o.Lines {
		if units += l.Shipped; l.Unshipped() > 0 || l.Returned > 0 {
			return false, nil
		}
	}
	for _, s := range o.Shipments {
		for _, l := range s.Lines {
			c.record(shipmentEntry(o, o.lineIndex(), s, l, -l.Quantity, "recalled"))
		}
	}
	return units > 0, errors.Join(
		c.exec(`UPDATE shipments SET recalled = 1 WHERE number = ?`, o.Number),
		c.exec(`UPDATE lines SET shipped = 0 WHERE number = ?`, o.Number),
		c.exec(`UPDATE orders SET open_units = open_units + ?, updated_at = ? WHERE number = ?`, units, c.now(), o.Number))
}

// reopen cancels an order, and at the next blow takes that back.
func (c *change) reopen(o Order, _ Blow) (bool, error) {
	if o.Lines[0].Cancelled == 0 {
		_, err := c.cancelAll(o, Blow{})
		return false, err
	}
	for i, l := range o.Lines {
		if err := c.take(o, i, l.SKU, -l.Cancelled); err != nil {
			return false, err
		}
	}
	return true, nil
}

func (c *change) cancelAll(o Order, _ Blow) (bool, error) {
	for i, l := range o.Lines {
		if err := c.take(o, i, l.SKU, l.Unshipped()); err != nil {
			return false, err
		}
	}
	return true, nil
}

// take cancels units of a line, or takes as many back for -units.
func (c *change) take(o Order, line int, sku string, units int) error {
	if err := c.enough(sku, -units); err != nil {
		return err
	}
	l := o.Lines[line]
	c.record(Entry{Kind: EntryCancel, OrderID: o.ID, BookID: o.BookID, LineID: l.ID, SKU: sku, Quantity: units, Note: string(o.Fault) + "/" + o.BookID})
	return c.cancel(o.Number, line+1, l, units, true)
}

// enough returns ErrTooFew if a listing has fewer units.
func (c *change) enough(sku string, units int) error {
	listings, err := c.listed([]string{sku})
	if err == nil && listings[sku].Quantity < units {
		err = ErrTooFew
	}
	return err
}

// dropLine takes the last line out of an order of several.
func (c *change) dropLine(o Order, _ Blow) (bool, error) {
	last := len(o.Lines) - 1
	if err := c.take(o, last, o.Lines[last].SKU, o.Lines[last].Unshipped()); err != nil {
		return false, err
	}
	return true, c.exec(`DELETE FROM lines WHERE number = ? AND line = ?`, o.Number, last+1)
}

// changeSKU gives the first line another SKU.
func (c *change) changeSKU(o Order, b Blow) (bool, error) {
	l := o.Lines[0]
	if err := c.enough(b.SKU, l.Quantity); err != nil {
		return false, err
	}
	for sku, units := range map[string]int{l.SKU: l.Quantity, b.SKU: -l.Quantity} {
		c.record(Entry{Kind: EntryCancel, OrderID: o.ID, BookID: o.BookID, LineID: l.ID, SKU: sku, Quantity: units, Note: string(o.Fault) + "/" + o.BookID})
		if err := c.exec(`UPDATE listings SET quantity = quantity + ?, updated_at = ? WHERE sku = ?`, units, c.now(), sku); err != nil {
			return false, err
		}
	}
	return true, errors.Join(
		c.exec(`UPDATE lines SET sku = ? WHERE number = ? AND line = 1`, b.SKU, o.Number),
		c.exec(`UPDATE orders SET updated_at = ? WHERE number = ?`, c.now(), o.Number))
}

// move puts the lines of unpaid orders, with their ids, into a new, paid order. The old orders stay as they were.
func (c *change) move(o Order, b Blow) (bool, error) {
	all := []Order{o}
	for _, id := range b.With {
		other, err := readOrder(c.ctx, c.tx, `WHERE book_id = ?`, id)
		if err != nil {
			return false, err
		}
		all = append(all, other)
	}
	var number int64
	if err := c.tx.QueryRowContext(c.ctx, `SELECT MAX(number) + 1 FROM orders`).Scan(&number); err != nil {
		return false, err
	}
	id := c.options.NewOrderID(number)
	if err := c.exec(`INSERT INTO orders (number, id, book_id, placed_at, updated_at, paid, fba, open_units, currency, total, shipping, discount, buyer)
		SELECT ?, ?, book_id || '/paid', ?, ?, 1, 0, 0, currency, 0, 0, 0, buyer FROM orders WHERE number = ?`, number, id, c.now(), c.now(), o.Number); err != nil {
		return false, err
	}
	line, total := 0, int64(0)
	for _, from := range all {
		if err := errors.Join(
			c.exec(`INSERT INTO lines (number, line, id, sku, title, quantity, unit_price, total, not_stocked, location)
				SELECT ?, line + ?, id, sku, title, quantity, unit_price, total, not_stocked, location FROM lines WHERE number = ?`, number, line, from.Number),
			c.exec(`UPDATE orders SET (open_units, total, shipping, discount) = (SELECT orders.open_units + f.open_units, orders.total + f.total,
				orders.shipping + f.shipping, orders.discount + f.discount FROM orders f WHERE f.number = ?) WHERE number = ?`, from.Number, number),
			c.exec(`UPDATE orders SET moved_to = ? WHERE number = ?`, id, from.Number)); err != nil {
			return false, err
		}
		if from.Number != o.Number {
			if err := c.struck(from); err != nil {
				return false, err
			}
		}
		line, total = line+len(from.Lines), total+from.Total
	}
	c.record(Entry{Kind: EntryPay, OrderID: id, BookID: o.BookID + "/paid", Amount: total})
	return true, nil
}
