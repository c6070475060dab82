package market

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/towpath/towpath/internal/simulator/durable"
)

// Reader reads a marketplace's file. It is safe for concurrent use.
type Reader struct {
	db     *sql.DB
	market *Market // nil when another process writes
}

// OpenReadOnly opens a marketplace's file for reading, also while another process runs the marketplace.
func OpenReadOnly(ctx context.Context, file string) (*Reader, error) {
	db, err := durable.OpenReadOnly(ctx, file)
	if err != nil {
		return nil, err
	}
	version, err := durable.Version(ctx, db)
	if err == nil && version != len(upgrades) {
		err = fmt.Errorf("it has version %d and this program reads %d: run its marketplace once with this program, or start anew with --fresh", version, len(upgrades))
	}
	if err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("read marketplace %s: %w", file, err)
	}
	return &Reader{db: db}, nil
}

// Close closes the file.
func (r *Reader) Close() error { return r.db.Close() }

// awaitWrites waits for a write in progress and applies what is due. A write has the time of its beginning but
// becomes visible at its end: without the wait, a scan up to now could miss an order with an earlier time.
func (r *Reader) awaitWrites(ctx context.Context) error {
	if r.market == nil {
		return nil
	}
	if err := r.due(ctx); err != nil {
		return err
	}
	r.market.mu.RLock()
	defer r.market.mu.RUnlock()
	return nil
}

// due applies what is due, if this process runs the marketplace.
func (r *Reader) due(ctx context.Context) error {
	if r.market == nil {
		return nil
	}
	return r.market.catchUp(ctx)
}

// Entries returns the ledger's entries after a Seq (0 = from the beginning), in order, at most limit.
func (r *Reader) Entries(ctx context.Context, afterSeq int64, limit int) ([]Entry, error) {
	if err := r.due(ctx); err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
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
