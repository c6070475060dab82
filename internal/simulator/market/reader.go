package market

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"github.com/towpath/towpath/internal/simulator/durable"
)

// Reader reads a marketplace's file. It is safe for concurrent use.
type Reader struct {
	db      *sql.DB
	pending *sync.RWMutex // nil when another process writes
}

// OpenReadOnly opens a marketplace's file for reading only, also while another process runs the marketplace.
func OpenReadOnly(ctx context.Context, file string) (*Reader, error) {
	db, err := durable.OpenReadOnly(ctx, file)
	if err != nil {
		return nil, err
	}
	return &Reader{db: db}, nil
}

// Close closes the file.
func (r *Reader) Close() error { return r.db.Close() }

// settle waits for the write that is under way. A write has its time from its beginning but is seen only at
// its end: without the wait, a scan up to now could miss an order that carries an earlier time.
func (r *Reader) settle() {
	if r.pending != nil {
		r.pending.RLock()
		defer r.pending.RUnlock()
	}
}

// Entries are the ledger's entries after a Seq (0 = from the beginning), in order, at most limit.
func (r *Reader) Entries(ctx context.Context, afterSeq int64, limit int) ([]Entry, error) {
	rows, err := r.db.QueryContext(ctx, `SELECT seq, kind, order_id, book_id, line_id, sku, quantity, amount, shipment, tracking, note
		FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?`, afterSeq, limit)
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var entries []Entry
	for rows.Next() {
		var e Entry
		if err := rows.Scan(&e.Seq, &e.Kind, &e.OrderID, &e.BookID, &e.LineID, &e.SKU, &e.Quantity, &e.Amount,
			&e.ShipmentID, &e.Tracking, &e.Note); err != nil {
			return nil, fmt.Errorf("read ledger: %w", err)
		}
		entries = append(entries, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	return entries, nil
}

const listingColumns = `SELECT sku, title, price, ref, quantity, fba FROM listings `

// AllListings are all listings, by SKU.
func (r *Reader) AllListings(ctx context.Context) ([]Listing, error) {
	rows, err := r.db.QueryContext(ctx, listingColumns+`ORDER BY sku`)
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

// Listing reads one listing by channel SKU. Errors: ErrNoListing.
func (r *Reader) Listing(ctx context.Context, sku string) (Listing, error) {
	return r.listing(ctx, `WHERE sku = ?`, sku)
}

// ListingByRef reads one listing by the channel's id of it. Errors: ErrNoListing.
func (r *Reader) ListingByRef(ctx context.Context, ref string) (Listing, error) {
	return r.listing(ctx, `WHERE ref = ?`, ref)
}

func (r *Reader) listing(ctx context.Context, where, key string) (Listing, error) {
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
	err = row.Scan(&l.SKU, &l.Title, &l.Price, &l.Ref, &l.Quantity, &l.FBA)
	return l, err
}
