package market

import (
	"context"
	"database/sql"
	"fmt"
)

// List puts listings up. A SKU that is listed already is left alone. An empty Ref is made by the channel.
func (m *Market) List(ctx context.Context, listings []Listing) error {
	err := m.change(ctx, func(c *change) error {
		skus := make([]string, len(listings))
		for i, l := range listings {
			if l.SKU == "" || l.Quantity < 0 {
				return fmt.Errorf("listing %d (SKU %q, quantity %d): give a SKU and a quantity of 0 or more", i+1, l.SKU, l.Quantity)
			}
			skus[i] = l.SKU
		}
		known, err := c.listed(skus)
		if err != nil {
			return err
		}
		var n int64
		if err := c.tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(id), 0) FROM listings`).Scan(&n); err != nil {
			return err
		}
		rows := newInsert(`INSERT INTO listings (id, sku, title, price, ref, quantity, fba)`, 7)
		for _, l := range listings {
			if _, ok := known[l.SKU]; ok {
				continue
			}
			n++
			known[l.SKU] = l
			if l.Ref == "" {
				l.Ref = c.options.NewListingRef(n, l.SKU)
			}
			rows.add(n, l.SKU, l.Title, l.Price, l.Ref, l.Quantity, l.FBA)
			c.record(Entry{Kind: EntryList, SKU: l.SKU, Quantity: l.Quantity})
		}
		return rows.run(ctx, c.tx)
	})
	if err != nil {
		return fmt.Errorf("put up %d listings: %w", len(listings), err)
	}
	return nil
}

// SetQuantities overwrites quantities, one transaction for all; the answer has one error (or nil) per change:
// ErrNoListing, ErrFBA, ErrQuantity (below 0). Of several changes of one SKU the last stays.
func (m *Market) SetQuantities(ctx context.Context, changes []QuantityChange) ([]error, error) {
	var answers []error
	err := m.change(ctx, func(c *change) error {
		answers = make([]error, len(changes))
		skus := make([]string, len(changes))
		for i, q := range changes {
			skus[i] = q.SKU
		}
		known, err := c.listed(skus)
		if err != nil {
			return err
		}
		final := map[string]int{}
		for i, q := range changes {
			l, ok := known[q.SKU]
			switch {
			case !ok:
				answers[i] = ErrNoListing
			case l.FBA:
				answers[i] = ErrFBA
			case q.Quantity < 0:
				answers[i] = ErrQuantity
			default:
				final[q.SKU] = q.Quantity
				c.record(Entry{Kind: EntryLevel, SKU: q.SKU, Quantity: q.Quantity})
			}
		}
		return c.setQuantities(final)
	})
	if err != nil {
		return nil, fmt.Errorf("set %d quantities: %w", len(changes), err)
	}
	return answers, nil
}

// listed finds those of the SKUs that have a listing.
func (c *change) listed(skus []string) (map[string]Listing, error) {
	known := make(map[string]Listing, len(skus))
	err := inChunks(skus, func(part []any) error {
		return each(c.ctx, c.tx, listingColumns+`WHERE sku IN (`+placeholders(len(part))+`)`, part, func(rows *sql.Rows) error {
			l, err := scanListing(rows)
			known[l.SKU] = l
			return err
		})
	})
	if err != nil {
		return nil, fmt.Errorf("read listings: %w", err)
	}
	return known, nil
}

// setQuantities writes the quantities of listings that exist.
func (c *change) setQuantities(quantities map[string]int) error {
	rows := newInsert(`UPDATE listings SET quantity = v.column2 FROM (`, 2)
	rows.suffix = `) AS v WHERE listings.sku = v.column1`
	for sku, quantity := range quantities {
		rows.add(sku, quantity)
	}
	if err := rows.run(c.ctx, c.tx); err != nil {
		return fmt.Errorf("set quantities: %w", err)
	}
	return nil
}
