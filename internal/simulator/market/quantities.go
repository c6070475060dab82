package market

import (
	"context"
	"fmt"
)

// SetQuantities overwrites quantities in one transaction; it returns one error (or nil) per change: ErrNoListing
// (also for an ended one, unless the change is for those too), ErrFBA, ErrQuantity (below 0). Of several changes of one SKU the last counts.
func (m *Market) SetQuantities(ctx context.Context, changes []QuantityChange) ([]error, error) {
	var answers []error
	err := m.change(ctx, func(c *change) error {
		var accepted []QuantityChange
		var err error
		if answers, accepted, err = c.validate(changes); err != nil {
			return err
		}
		if err := c.level(accepted); err != nil {
			return err
		}
		return c.supersedeQuantities(accepted)
	})
	if err != nil {
		return nil, fmt.Errorf("set %d quantities: %w", len(changes), err)
	}
	return answers, nil
}

// validate returns the errors and the changes that the marketplace accepts.
func (c *change) validate(changes []QuantityChange) (answers []error, accepted []QuantityChange, err error) {
	skus := make([]string, len(changes))
	for i, q := range changes {
		skus[i] = q.SKU
	}
	known, err := c.listed(skus)
	if err != nil {
		return nil, nil, err
	}
	answers = make([]error, len(changes))
	for i, q := range changes {
		l, ok := known[q.SKU]
		switch {
		case !ok, l.Status == Ended && !q.Ended:
			answers[i] = ErrNoListing
		case l.FBA:
			answers[i] = ErrFBA
		case q.Quantity < 0:
			answers[i] = ErrQuantity
		default:
			accepted = append(accepted, q)
		}
	}
	return answers, accepted, nil
}

// level sets quantities of listings that exist.
func (c *change) level(changes []QuantityChange) error {
	final := map[string]int{}
	for _, q := range changes {
		if q.Location != "" {
			c.record(Entry{Kind: EntryLevelAt, SKU: q.SKU, Quantity: q.Quantity, Note: q.Location})
			if err := c.shelve(q, false); err != nil {
				return err
			}
			continue
		}
		final[q.SKU] = q.Quantity
		c.record(Entry{Kind: EntryLevel, SKU: q.SKU, Quantity: q.Quantity})
	}
	return c.setQuantities(final)
}

// setQuantities writes the quantities of listings that exist.
func (c *change) setQuantities(quantities map[string]int) error {
	rows := newInsert(`UPDATE listings SET quantity = v.column2, updated_at = v.column3 FROM (`, 3)
	rows.suffix = `) AS v WHERE listings.sku = v.column1`
	for sku, quantity := range quantities {
		rows.add(sku, quantity, c.now())
	}
	if err := rows.run(c.ctx, c.tx); err != nil {
		return fmt.Errorf("set quantities: %w", err)
	}
	return nil
}
