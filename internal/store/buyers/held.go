package buyers

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/store/db"
)

// Held selects records of one account that are not forgotten: of orders that are named, and of a buyer.
type Held struct {
	Account  string
	OrderIDs []string // the channel's ids
	Email    string   // in any case; empty: by the others only
	Phone    string   // likewise
	Limit    int
}

// HeldOrder is an order of whose buyer something is held.
type HeldOrder struct {
	RowID     int64
	Account   string
	OrderID   string // the channel's id
	Reference string
	PlacedAt  time.Time
}

const heldColumns = `o.id, o.account, o.channel_order_id, o.reference, o.placed_at`

// Held returns the orders. Only keyed hashes of e-mail and phone are compared.
func (s *Store) Held(ctx context.Context, h Held) ([]HeldOrder, error) {
	sealer, err := s.Sealer(ctx)
	if err != nil {
		return nil, fmt.Errorf("find a buyer: %w", err)
	}
	hashes := sealer.Contact(h.Email, h.Phone)
	return s.rows(ctx, `WITH found AS (
			SELECT b.order_id FROM buyers b WHERE b.email_hash = $2 AND b.email_hash <> ''
			UNION SELECT b.order_id FROM buyers b WHERE b.phone_hash = $3 AND b.phone_hash <> ''
			UNION SELECT o.id FROM {{rows 1}} CROSS JOIN orders o WHERE o.account = $4 AND o.channel_order_id = r.value)
		SELECT `+heldColumns+` FROM found f JOIN buyers b ON b.order_id = f.order_id JOIN orders o ON o.id = b.order_id
		WHERE o.account = $4 AND b.forgotten_at = 0 ORDER BY b.order_id LIMIT $5`,
		db.Texts(h.OrderIDs), hashes.Email, hashes.Phone, h.Account, db.Limited(h.Limit))
}

// HeldOf returns up to limit orders of an account that have a record which is not forgotten.
func (s *Store) HeldOf(ctx context.Context, account string, limit int) ([]HeldOrder, error) {
	return s.rows(ctx, `SELECT `+heldColumns+` FROM buyers b JOIN orders o ON o.id = b.order_id WHERE o.account = $1 AND b.forgotten_at = 0
		ORDER BY b.order_id LIMIT $2`, account, db.Limited(limit))
}

func (s *Store) rows(ctx context.Context, text string, args ...any) (out []HeldOrder, err error) {
	err = s.Read(ctx, text, func(rows *sql.Rows) error {
		var o HeldOrder
		var placed int64
		err := rows.Scan(&o.RowID, &o.Account, &o.OrderID, &o.Reference, &placed)
		o.PlacedAt = db.At(placed)
		out = append(out, o)
		return err
	}, args...)
	if err != nil {
		return nil, fmt.Errorf("find buyers' records: %w", err)
	}
	return out, nil
}
