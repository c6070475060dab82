package market

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/towpath/towpath/internal/simulator/faults"
)

// Place puts a purchase through the checkout: all of it is placed, or it is refused without effect. The same BookID
// again returns the same answer. The ledger gets one place entry per line, and a pay entry (Amount: the order's
// total) if the buyer pays at once.
func (m *Market) Place(ctx context.Context, p Purchase) (Placed, error) {
	if err := p.check(); err != nil {
		return Placed{}, fmt.Errorf("place %s: %w", p.BookID, err)
	}
	var answer Placed
	err := m.change(ctx, func(c *change) error {
		var known bool
		var err error
		if answer, known, err = c.placed(p.BookID); err != nil || known {
			return err
		}
		listings, err := c.listed(p.skus())
		if err != nil {
			return err
		}
		if p, err = c.route(p, listings); err != nil {
			return err
		}
		left, reason := p.remaining(listings)
		if reason != "" {
			answer = Placed{Refused: reason}
			c.record(Entry{Kind: EntryRefuse, BookID: p.BookID, Note: reason})
			return c.exec(`INSERT INTO refusals (book_id, reason) VALUES (?, ?)`, p.BookID, reason)
		}
		if err := errors.Join(c.setQuantities(left), c.takeShelved(p)); err != nil {
			return err
		}
		answer.OrderID, err = c.writeOrder(p, p.fba(listings))
		return err
	})
	if err != nil {
		return Placed{}, fmt.Errorf("place %s: %w", p.BookID, err)
	}
	return answer, nil
}

// check refuses purchases that no checkout would accept.
func (p Purchase) check() error {
	if p.BookID == "" || len(p.Lines) == 0 {
		return errors.New("a purchase needs a book id and at least one line")
	}
	for i, l := range p.Lines {
		if l.Quantity <= 0 || (l.SKU == "") != l.NotStocked {
			return fmt.Errorf("line %d (SKU %q, quantity %d): give a quantity above 0, and a SKU unless the line is not stocked", i+1, l.SKU, l.Quantity)
		}
	}
	return nil
}

// skus returns the stocked lines' SKUs, each once.
func (p Purchase) skus() []string {
	seen := map[string]bool{}
	var skus []string
	for _, l := range p.Lines {
		if !l.NotStocked && !seen[l.SKU] {
			seen[l.SKU] = true
			skus = append(skus, l.SKU)
		}
	}
	return skus
}

// remaining returns what is left on each listing after the purchase, or why it is refused: the first SKU in the order
// of the lines without enough units.
func (p Purchase) remaining(listings map[string]Listing) (left map[string]int, refused string) {
	wanted := map[string]int{}
	for _, l := range p.Lines {
		if !l.NotStocked && !l.shelved {
			wanted[l.SKU] += l.Quantity
		}
	}
	left = map[string]int{}
	fba := 0
	for _, sku := range p.skus() {
		l, ok := listings[sku]
		if !ok || l.Status != Live {
			return nil, fmt.Sprintf("%s is not listed", sku)
		}
		if l.Quantity < wanted[sku] {
			return nil, fmt.Sprintf("%s lists %d, wanted %d", sku, l.Quantity, wanted[sku])
		}
		if l.FBA {
			fba++
		}
		left[sku] = l.Quantity - wanted[sku]
	}
	if fba > 0 && fba < len(left) {
		return nil, "goods that the channel ships and goods that the seller ships do not go into one order"
	}
	return left, ""
}

// fba reports whether the channel ships the order. remaining has checked that all lines agree.
func (p Purchase) fba(listings map[string]Listing) bool {
	for _, l := range p.Lines {
		if !l.NotStocked {
			return listings[l.SKU].FBA
		}
	}
	return false
}

// placed returns the earlier answer for a book id.
func (c *change) placed(bookID string) (Placed, bool, error) {
	var answer Placed
	err := c.tx.QueryRowContext(c.ctx, `SELECT id, '' FROM orders WHERE book_id = ?1 UNION ALL
		SELECT '', reason FROM refusals WHERE book_id = ?1`, bookID).Scan(&answer.OrderID, &answer.Refused)
	if errors.Is(err, sql.ErrNoRows) {
		return Placed{}, false, nil
	}
	return answer, err == nil, err
}

// writeOrder stores the order and its lines and returns its id.
func (c *change) writeOrder(p Purchase, fba bool) (string, error) {
	buyer, err := json.Marshal(p.Buyer)
	if err != nil {
		return "", err
	}
	var number int64
	if err := c.tx.QueryRowContext(c.ctx, `SELECT COALESCE(MAX(number), 0) + 1 FROM orders`).Scan(&number); err != nil {
		return "", err
	}
	id := c.options.NewOrderID(number)
	units, total := 0, p.Shipping-p.Discount
	lines := newInsert(`INSERT INTO lines (number, line, id, sku, title, quantity, unit_price, total, not_stocked, location, shipped)`, 11)
	for i, l := range p.Lines {
		lineID, amount := c.options.NewLineID(number, i+1), int64(l.Quantity)*l.UnitPrice
		units, total = units+l.Quantity, total+amount
		shipped := 0
		if l.NotStocked && p.Fault == faults.NoShipping { // there is nothing to ship
			shipped, units = l.Quantity, units-l.Quantity
		}
		lines.add(number, i+1, lineID, l.SKU, l.Title, l.Quantity, l.UnitPrice, amount, l.NotStocked, l.Location, shipped)
		c.record(Entry{Kind: EntryPlace, OrderID: id, BookID: p.BookID, LineID: lineID, SKU: l.SKU, Quantity: l.Quantity, Amount: amount})
	}
	if p.Paid {
		c.record(Entry{Kind: EntryPay, OrderID: id, BookID: p.BookID, Amount: total})
	}
	if p.OnHold != "" {
		c.record(Entry{Kind: EntryHold, OrderID: id, BookID: p.BookID, Note: p.OnHold})
	}
	if err := lines.run(c.ctx, c.tx); err != nil {
		return "", fmt.Errorf("write lines: %w", err)
	}
	if err := c.exec(`INSERT INTO orders (number, id, book_id, placed_at, updated_at, paid, fba, combined, on_hold, fault, open_units, currency, total, shipping, discount, buyer)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		number, id, p.BookID, c.now(), c.now(), p.Paid, fba, p.Combined, p.OnHold, p.Fault, units, p.Currency, total, p.Shipping, p.Discount, string(buyer)); err != nil {
		return "", err
	}
	if p.Fault == "" || Strikes(p.Fault) {
		return id, nil
	}
	return id, c.struck(Order{ID: id, Number: number, BookID: p.BookID, Fault: p.Fault})
}
