package market

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
)

// List creates listings. A SKU that is listed already is left unchanged. The channel fills an empty Ref; an empty
// Status is Live.
func (m *Market) List(ctx context.Context, listings []Listing) error {
	err := m.change(ctx, func(c *change) error {
		known, err := c.listed(skusOf(listings))
		if err != nil {
			return err
		}
		var fresh []Listing
		for i, l := range listings {
			if l.Quantity < 0 {
				return fmt.Errorf("listing %d (SKU %q): quantity %d: give 0 or more", i+1, l.SKU, l.Quantity)
			}
			if _, ok := known[l.SKU]; !ok {
				known[l.SKU] = l
				fresh = append(fresh, l)
			}
		}
		return c.save(fresh)
	})
	if err != nil {
		return fmt.Errorf("put up %d listings: %w", len(listings), err)
	}
	return nil
}

// SaveListings creates listings or overwrites them by SKU, all or none. Of an existing one an empty Ref, ListingID or
// Status stays, and so does the quantity when the given one is below 0. Of several of one SKU the last stays.
func (m *Market) SaveListings(ctx context.Context, listings []Listing) error {
	err := m.change(ctx, func(c *change) error {
		if err := c.save(listings); err != nil {
			return err
		}
		return c.supersede(listings)
	})
	if err != nil {
		return fmt.Errorf("save %d listings: %w", len(listings), err)
	}
	return nil
}

// EndListings takes listings away from the buyers: they are Ended, with a quantity of 0, until they are saved anew.
// The answer has one error (or nil) per SKU: ErrNoListing.
func (m *Market) EndListings(ctx context.Context, skus []string) ([]error, error) {
	return m.endListings(ctx, skus, false)
}

// ArchiveListings is EndListings for a marketplace that keeps the quantities of what is ended.
func (m *Market) ArchiveListings(ctx context.Context, skus []string) ([]error, error) {
	return m.endListings(ctx, skus, true)
}

func (m *Market) endListings(ctx context.Context, skus []string, keep bool) ([]error, error) {
	var answers []error
	err := m.change(ctx, func(c *change) error {
		known, err := c.listed(skus)
		if err != nil {
			return err
		}
		answers = make([]error, len(skus))
		rows := newInsert(`UPDATE listings SET status = 'ended', quantity = v.column3, updated_at = v.column2 FROM (`, 3)
		rows.suffix = `) AS v WHERE listings.sku = v.column1`
		for i, sku := range skus {
			l, ok := known[sku]
			if !ok {
				answers[i] = ErrNoListing
				continue
			}
			if !keep {
				l.Quantity = 0
			}
			rows.add(sku, c.now(), l.Quantity)
			c.record(Entry{Kind: EntryEnd, SKU: sku, Quantity: l.Quantity})
		}
		if err := rows.run(ctx, c.tx); err != nil {
			return err
		}
		return c.forget(skus)
	})
	if err != nil {
		return nil, fmt.Errorf("end %d listings: %w", len(skus), err)
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

// listedAll returns all listings, by id.
func (c *change) listedAll() (all []Listing, err error) {
	err = each(c.ctx, c.tx, listingColumns+`ORDER BY id`, nil, func(rows *sql.Rows) error {
		l, err := scanListing(rows)
		all = append(all, l)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read listings: %w", err)
	}
	return all, nil
}

// save creates or overwrites listings.
func (c *change) save(listings []Listing) error {
	known, err := c.listed(skusOf(listings))
	if err != nil {
		return err
	}
	var n int64
	if err := c.tx.QueryRowContext(c.ctx, `SELECT COALESCE(MAX(id), 0) FROM listings`).Scan(&n); err != nil {
		return err
	}
	var order []string
	seen := make(map[string]bool, len(listings))
	for i, l := range listings {
		if l.SKU == "" {
			return fmt.Errorf("listing %d (%q): give a SKU", i+1, l.Title)
		}
		old, revised := known[l.SKU]
		if !revised {
			n++
			old = Listing{ID: n, Status: Live}
		}
		if l, err = c.over(old, l); err != nil {
			return err
		}
		kind := EntryList
		if old.Status == Live && revised {
			kind = EntryRevise
		}
		if !seen[l.SKU] {
			order = append(order, l.SKU)
		}
		seen[l.SKU], known[l.SKU] = true, l
		c.record(Entry{Kind: kind, SKU: l.SKU, Quantity: l.Quantity, Amount: l.Price, Note: string(l.Status)})
	}
	return c.write(order, known)
}

// over returns the listing after l is saved over old.
func (c *change) over(old, l Listing) (Listing, error) {
	l.ID, l.UpdatedAt = old.ID, at(c.now())
	if l.Quantity < 0 {
		l.Quantity = old.Quantity
	}
	if l.Status == "" {
		l.Status = old.Status
	}
	if !slices.Contains([]ListingStatus{Live, Draft, Ended}, l.Status) {
		return l, fmt.Errorf("listing %s: there is no status %q", l.SKU, l.Status)
	}
	if l.Ref == "" {
		l.Ref = old.Ref
	}
	if l.Ref == "" {
		l.Ref = c.options.NewListingRef(l.ID, l.SKU)
	}
	if l.ListingID == "" {
		l.ListingID = old.ListingID
	}
	if l.ListingID == "" && l.Status == Live && c.options.NewListingID != nil {
		l.ListingID = c.options.NewListingID(l.ID, l.SKU)
	}
	return l, nil
}

// write puts the listings of the SKUs in the place of what is there.
func (c *change) write(skus []string, listings map[string]Listing) error {
	if err := inChunks(skus, func(part []any) error {
		return c.exec(`DELETE FROM listings WHERE sku IN (`+placeholders(len(part))+`)`, part...)
	}); err != nil {
		return err
	}
	rows := newInsert(`INSERT INTO listings (id, sku, title, price, ref, quantity, fba, status, listing_id, product, options, content, updated_at)`, 13)
	for _, sku := range skus {
		l := listings[sku]
		options := []byte("{}")
		if len(l.Options) > 0 {
			var err error
			if options, err = json.Marshal(l.Options); err != nil {
				return err
			}
		}
		rows.add(l.ID, l.SKU, l.Title, l.Price, l.Ref, l.Quantity, l.FBA, string(l.Status), l.ListingID, l.Product, string(options), l.Content, c.now())
	}
	return rows.run(c.ctx, c.tx)
}

func skusOf(listings []Listing) []string {
	skus := make([]string, len(listings))
	for i, l := range listings {
		skus[i] = l.SKU
	}
	return skus
}
