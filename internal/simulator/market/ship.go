package market

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Ship records a shipment of a paid order. If the order already has the Reference, that shipment is replaced: the
// ledger gets its lines with negative quantities and then the new ones; an identical shipment changes nothing. Lines
// of one shipment with the same order line add up. Errors: ErrNoOrder, ErrNoLine, ErrQuantity, ErrUnpaid, ErrFBA,
// ErrOnHold.
func (m *Market) Ship(ctx context.Context, orderID string, s Shipment) (Shipment, error) {
	var answer Shipment
	err := m.change(ctx, func(c *change) error {
		o, err := readOrder(ctx, c.tx, `WHERE id = ?`, orderID)
		if err != nil {
			return err
		}
		lines, err := o.shippable(s.Lines)
		if err != nil {
			return err
		}
		s.Lines = lines
		s.ShippedAt = s.ShippedAt.UTC().Truncate(time.Microsecond)
		old, replaces := o.referenced(s.Reference)
		if replaces && same(old, s) {
			answer = old
			return nil
		}
		if replaces {
			s.ID = old.ID
		}
		answer, err = c.ship(o, old, s)
		return err
	})
	if err != nil {
		return Shipment{}, fmt.Errorf("ship order %s: %w", orderID, err)
	}
	return answer, nil
}

// shippable returns the wanted lines summed up, in the order's own order, if the seller may ship the order.
func (o Order) shippable(wanted []ShipmentLine) ([]ShipmentLine, error) {
	if o.FBA {
		return nil, ErrFBA
	}
	if !o.Paid {
		return nil, ErrUnpaid
	}
	if o.OnHold != "" {
		return nil, ErrOnHold
	}
	quantities := map[string]int{}
	for _, w := range wanted {
		if w.Quantity <= 0 {
			return nil, ErrQuantity
		}
		quantities[w.LineID] += w.Quantity
	}
	if len(quantities) == 0 {
		return nil, ErrQuantity
	}
	var lines []ShipmentLine
	for _, l := range o.Lines {
		if n := quantities[l.ID]; n > 0 {
			lines = append(lines, ShipmentLine{LineID: l.ID, Quantity: n})
		}
	}
	if len(lines) != len(quantities) {
		return nil, ErrNoLine
	}
	return lines, nil
}

// referenced returns the order's shipment with the seller's reference.
func (o Order) referenced(reference string) (Shipment, bool) {
	for _, s := range o.Shipments {
		if reference != "" && s.Reference == reference {
			return s, true
		}
	}
	return Shipment{}, false
}

// same reports whether two shipments are equal; both have their lines in the order's order.
func same(a, b Shipment) bool {
	return a.Carrier == b.Carrier && a.TrackingNumber == b.TrackingNumber && a.ShippedAt.Equal(b.ShippedAt) && slices.Equal(a.Lines, b.Lines)
}

// ship replaces old by s; old has no lines when there is none.
func (c *change) ship(o Order, old, s Shipment) (Shipment, error) {
	index := o.lineIndex()
	delta, err := o.shipped(index, old, s)
	if err != nil {
		return Shipment{}, err
	}
	units := 0
	for _, n := range delta {
		units += n
	}
	s.RecordedAt = at(c.now())
	if s.ID, err = c.writeShipment(o.Number, s); err != nil {
		return Shipment{}, err
	}
	if err := c.writeShipmentLines(o.Number, index, s, delta); err != nil {
		return Shipment{}, err
	}
	for _, l := range old.Lines {
		c.record(shipmentEntry(o, index, old, l, -l.Quantity, "replaced"))
	}
	for _, l := range s.Lines {
		c.record(shipmentEntry(o, index, s, l, l.Quantity, ""))
	}
	return s, c.exec(`UPDATE orders SET open_units = open_units - ?, updated_at = ? WHERE number = ?`, units, c.now(), o.Number)
}

// lineIndex returns the indexes of lines by id.
func (o Order) lineIndex() map[string]int {
	index := make(map[string]int, len(o.Lines))
	for i, l := range o.Lines {
		index[l.ID] = i
	}
	return index
}

// shipped returns how the shipped units of each line (by index) change when s replaces old.
func (o Order) shipped(index map[string]int, old, s Shipment) (map[int]int, error) {
	delta := map[int]int{}
	for _, l := range old.Lines {
		delta[index[l.LineID]] -= l.Quantity
	}
	for _, l := range s.Lines {
		delta[index[l.LineID]] += l.Quantity
	}
	for i, n := range delta {
		if l := o.Lines[i]; n > l.Unshipped() || l.Shipped+n < l.Returned {
			return nil, ErrQuantity
		}
	}
	return delta, nil
}

func (c *change) writeShipment(number int64, s Shipment) (id string, err error) {
	if s.ID != "" {
		if err := c.exec(`DELETE FROM shipment_lines WHERE shipment = ?`, s.ID); err != nil {
			return "", err
		}
		return s.ID, c.exec(`UPDATE shipments SET carrier = ?, tracking = ?, shipped_at = ?, recorded_at = ? WHERE id = ?`,
			s.Carrier, s.TrackingNumber, s.ShippedAt.UnixMicro(), s.RecordedAt.UnixMicro(), s.ID)
	}
	result, err := c.tx.ExecContext(c.ctx, `INSERT INTO shipments (number, reference, carrier, tracking, shipped_at, recorded_at) VALUES (?, ?, ?, ?, ?, ?)`,
		number, s.Reference, s.Carrier, s.TrackingNumber, s.ShippedAt.UnixMicro(), s.RecordedAt.UnixMicro())
	if err != nil {
		return "", fmt.Errorf("write shipment: %w", err)
	}
	n, err := result.LastInsertId()
	return strconv.FormatInt(n, 10), err
}

func (c *change) writeShipmentLines(number int64, index map[string]int, s Shipment, delta map[int]int) error {
	contents := newInsert(`INSERT INTO shipment_lines (shipment, line, quantity)`, 3)
	for _, l := range s.Lines {
		contents.add(s.ID, index[l.LineID]+1, l.Quantity)
	}
	if err := contents.run(c.ctx, c.tx); err != nil {
		return fmt.Errorf("write shipment's lines: %w", err)
	}
	shipped := newInsert(`UPDATE lines SET shipped = shipped + v.column3 FROM (`, 3)
	shipped.suffix = `) AS v WHERE lines.number = v.column1 AND lines.line = v.column2`
	for i, n := range delta {
		shipped.add(number, i+1, n)
	}
	if err := shipped.run(c.ctx, c.tx); err != nil {
		return fmt.Errorf("write shipped units: %w", err)
	}
	return nil
}

// shipmentEntry returns the ledger's entry for one line of a shipment.
func shipmentEntry(o Order, index map[string]int, s Shipment, l ShipmentLine, quantity int, note string) Entry {
	return Entry{
		Kind: EntryShipment, OrderID: o.ID, BookID: o.BookID, LineID: l.LineID, SKU: o.Lines[index[l.LineID]].SKU,
		Quantity: quantity, ShipmentID: s.ID, Tracking: s.TrackingNumber, Note: note,
	}
}

// Retrack changes carrier and tracking number of a shipment of an order; its units stay.
func (m *Market) Retrack(ctx context.Context, orderID string, s Shipment) error {
	err := m.change(ctx, func(c *change) error {
		o, err := readOrder(ctx, c.tx, `WHERE id = ?`, orderID)
		if err != nil {
			return err
		}
		if err := c.exec(`UPDATE shipments SET carrier = ?, tracking = ? WHERE id = ? AND number = ?`, s.Carrier, s.TrackingNumber, s.ID, o.Number); err != nil {
			return err
		}
		return c.exec(`UPDATE orders SET updated_at = ? WHERE number = ?`, c.now(), o.Number)
	})
	if err != nil {
		return fmt.Errorf("change the tracking of order %s: %w", orderID, err)
	}
	return nil
}
