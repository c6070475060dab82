package market

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Afterwards reports whether the change of an order (changeAddress, addUnit) comes when a part of it has left: of every second one.
func (o Order) Afterwards() bool { return o.Number%2 == 0 }

// tooEarly reports whether the change of an order has to wait until a part of it has left.
func (o Order) tooEarly() bool {
	return o.Afterwards() && !slices.ContainsFunc(o.Lines, func(l Line) bool { return l.Shipped > 0 })
}

// changeAddress gives an order another address.
func (c *change) changeAddress(o Order, _ Blow) (bool, error) {
	if o.tooEarly() {
		return false, nil
	}
	o.Buyer.Line1 = fmt.Sprintf("%d Changed Road", o.Number)
	buyer, err := json.Marshal(o.Buyer)
	if err != nil {
		return false, err
	}
	return true, c.exec(`UPDATE orders SET buyer = ?, updated_at = ? WHERE number = ?`, string(buyer), c.now(), o.Number)
}

// addUnit adds a unit to the first line of an order. Nothing is charged for it.
func (c *change) addUnit(o Order, _ Blow) (bool, error) {
	if o.tooEarly() {
		return false, nil
	}
	l := o.Lines[0]
	if err := c.enough(l.SKU, 1); err != nil {
		return false, err
	}
	c.record(Entry{Kind: EntryCancel, OrderID: o.ID, BookID: o.BookID, LineID: l.ID, SKU: l.SKU, Quantity: -1, Note: string(o.Fault) + "/" + o.BookID})
	return true, errors.Join(
		c.exec(`UPDATE listings SET quantity = quantity - 1, updated_at = ? WHERE sku = ?`, c.now(), l.SKU),
		c.exec(`UPDATE lines SET quantity = quantity + 1 WHERE number = ? AND line = 1`, o.Number),
		c.exec(`UPDATE orders SET open_units = open_units + 1, updated_at = ? WHERE number = ?`, c.now(), o.Number))
}
