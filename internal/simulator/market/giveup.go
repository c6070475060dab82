package market

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/simulator/faults"
)

// CancelUnits cancels open units of lines for the seller, all of them or none. The note goes into the ledger: the channel's word
// for the reason. restock puts the units back into the listings. Errors: ErrNoOrder, ErrNoLine, ErrQuantity, ErrFBA.
func (m *Market) CancelUnits(ctx context.Context, orderID, note string, lines []ShipmentLine, restock bool) error {
	err := m.change(ctx, func(c *change) error {
		o, err := readOrder(ctx, c.tx, `WHERE id = ?`, orderID)
		if err != nil {
			return err
		}
		if o.FBA {
			return ErrFBA
		}
		index := o.lineIndex()
		kind := EntryGiveUp
		if restock {
			kind = EntryCancel
		}
		for _, w := range lines {
			i, known := index[w.LineID]
			if !known {
				return ErrNoLine
			}
			l := o.Lines[i]
			if w.Quantity <= 0 || w.Quantity > l.Unshipped() {
				return ErrQuantity
			}
			o.Lines[i].Cancelled += w.Quantity
			c.record(Entry{Kind: kind, OrderID: o.ID, BookID: o.BookID, LineID: l.ID, SKU: l.SKU, Quantity: w.Quantity, Note: note})
			if err := c.cancel(o.Number, i+1, l, w.Quantity, restock); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("cancel units of order %s: %w", orderID, err)
	}
	return nil
}

// Decline takes a buyer's wish to cancel an order off it, for the seller who declined. Of an order without one nothing changes.
// Errors: ErrNoOrder.
func (m *Market) Decline(ctx context.Context, orderID string) error {
	err := m.change(ctx, func(c *change) error {
		o, err := readOrder(ctx, c.tx, `WHERE id = ?`, orderID)
		if err != nil || o.Fault != faults.BuyerCancels {
			return err
		}
		c.record(Entry{Kind: EntryDecline, OrderID: o.ID, BookID: o.BookID})
		return c.exec(`UPDATE orders SET fault = '', updated_at = ? WHERE number = ?`, c.now(), o.Number)
	})
	if err != nil {
		return fmt.Errorf("decline the cancellation of order %s: %w", orderID, err)
	}
	return nil
}
