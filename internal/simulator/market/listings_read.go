package market

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

const listingColumns = `SELECT id, sku, title, price, ref, quantity, fba, status, listing_id, product, options, content, updated_at FROM listings `

// AllListings returns all listings, by SKU.
func (r *Reader) AllListings(ctx context.Context) ([]Listing, error) {
	return r.listings(ctx, `ORDER BY sku`)
}

// Listings returns listings by ID and the number of all matches.
func (r *Reader) Listings(ctx context.Context, f ListingFilter) (listings []Listing, total int, err error) {
	if err := r.due(ctx); err != nil {
		return nil, 0, fmt.Errorf("read listings: %w", err)
	}
	where, args, err := f.where()
	if err != nil {
		return nil, 0, fmt.Errorf("read listings: %w", err)
	}
	if err := r.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM listings WHERE `+where, args...).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("count listings: %w", err)
	}
	limit := f.Limit
	if limit <= 0 {
		limit = -1 // SQLite's word for all
	}
	listings, err = r.listings(ctx, `WHERE `+where+` AND id > ? ORDER BY id LIMIT ? OFFSET ?`, append(args, f.AfterID, limit, max(0, f.Offset))...)
	return listings, total, err
}

// where returns the filter's condition without paging. Lists are passed as one JSON parameter each.
func (f ListingFilter) where() (string, []any, error) {
	terms, args := []string{"1 = 1"}, []any{}
	for _, list := range []struct {
		column string
		n      int
		values any
	}{{"sku", len(f.SKUs), f.SKUs}, {"status", len(f.Status), f.Status}, {"product", len(f.Products), f.Products}} {
		if list.n == 0 {
			continue
		}
		text, err := json.Marshal(list.values)
		if err != nil {
			return "", nil, err
		}
		terms, args = append(terms, list.column+" IN (SELECT value FROM json_each(?))"), append(args, string(text))
	}
	if f.Lacks != "" {
		terms, args = append(terms, `(content IS NULL OR json_type(CAST(content AS TEXT), '$.' || ?) IS NULL)`), append(args, f.Lacks)
	}
	return strings.Join(terms, " AND "), args, nil
}

func (r *Reader) listings(ctx context.Context, rest string, args ...any) ([]Listing, error) {
	if err := r.due(ctx); err != nil {
		return nil, fmt.Errorf("read listings: %w", err)
	}
	rows, err := r.db.QueryContext(ctx, listingColumns+rest, args...)
	if err != nil {
		return nil, fmt.Errorf("read listings: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []Listing
	for rows.Next() {
		l, err := scanListing(rows)
		if err != nil {
			return nil, fmt.Errorf("read listings: %w", err)
		}
		all = append(all, l)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read listings: %w", err)
	}
	return all, nil
}

// Listing returns one listing by channel SKU, whatever its status. Errors: ErrNoListing.
func (r *Reader) Listing(ctx context.Context, sku string) (Listing, error) {
	return r.listing(ctx, `WHERE sku = ?`, sku)
}

// ListingByRef returns one listing by the channel's id, whatever its status. Errors: ErrNoListing.
func (r *Reader) ListingByRef(ctx context.Context, ref string) (Listing, error) {
	return r.listing(ctx, `WHERE ref = ?`, ref)
}

func (r *Reader) listing(ctx context.Context, where, key string) (Listing, error) {
	if err := r.due(ctx); err != nil {
		return Listing{}, fmt.Errorf("read listing %s: %w", key, err)
	}
	l, err := scanListing(r.db.QueryRowContext(ctx, listingColumns+where, key))
	if errors.Is(err, sql.ErrNoRows) {
		return Listing{}, ErrNoListing
	}
	if err != nil {
		return Listing{}, fmt.Errorf("read listing %s: %w", key, err)
	}
	return l, nil
}

// scanner is a row or the current one of several.
type scanner interface{ Scan(into ...any) error }

func scanListing(row scanner) (l Listing, err error) {
	var options string
	var updated int64
	if err := row.Scan(&l.ID, &l.SKU, &l.Title, &l.Price, &l.Ref, &l.Quantity, &l.FBA, &l.Status, &l.ListingID, &l.Product,
		&options, &l.Content, &updated); err != nil {
		return l, err
	}
	l.UpdatedAt = at(updated)
	if options == "{}" {
		return l, nil
	}
	if err := json.Unmarshal([]byte(options), &l.Options); err != nil {
		return l, fmt.Errorf("the stored options of %s are not readable", l.SKU)
	}
	return l, nil
}
