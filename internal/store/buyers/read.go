package buyers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/db"
)

// sealedRecord is a record as it is stored.
type sealedRecord struct {
	orderID     int64
	account, id string
	key         buyer.Key
	text        string
	countryCode string
}

// Open returns the buyers of orders by the orders' rows. An order without a buyer is left out; of one who was forgotten only the
// country is known. Errors: buyer.ErrNoKey, buyer.ErrOtherKey, buyer.ErrTampered.
func (s *Store) Open(ctx context.Context, orders []int64) (map[int64]order.Buyer, error) {
	out, unreadable, err := s.open(ctx, orders)
	for _, e := range unreadable {
		err = e
	}
	if err != nil {
		return nil, fmt.Errorf("read buyers: %w", err)
	}
	return out, nil
}

// open returns the buyers that can be read, and why the others can't: buyer.ErrOtherKey or buyer.ErrTampered.
func (s *Store) open(ctx context.Context, orders []int64) (out map[int64]order.Buyer, unreadable map[int64]error, err error) {
	var records []*sealedRecord
	err = s.Read(ctx, `SELECT b.order_id, o.account, o.channel_order_id, b.key_id, b.sealed, b.country_code
		FROM {{rows 1}} CROSS JOIN buyers b JOIN orders o ON o.id = b.order_id WHERE b.order_id = r.value`, func(rows *sql.Rows) error {
		r := &sealedRecord{}
		err := rows.Scan(&r.orderID, &r.account, &r.id, &r.key.ID, &r.text, &r.countryCode)
		records = append(records, r)
		return err
	}, db.IDs(orders))
	if err != nil || len(records) == 0 {
		return nil, nil, err
	}
	sealer, err := s.Sealer(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err := s.readKeys(ctx, records); err != nil {
		return nil, nil, err
	}
	out, unreadable = make(map[int64]order.Buyer, len(records)), map[int64]error{}
	for _, r := range records {
		b, err := r.open(sealer)
		if err != nil {
			unreadable[r.orderID] = err
			continue
		}
		out[r.orderID] = b
	}
	return out, unreadable, nil
}

// Masked returns the masked buyer of an order (order.Buyer.Masked), or why he is not known; empty if the order has none. It is not
// noted in the log.
func (s *Store) Masked(ctx context.Context, orderID int64) (string, error) {
	if len(s.ring) == 0 {
		return "encrypted; " + buyer.Setting + " is not set", nil
	}
	found, err := s.Open(ctx, []int64{orderID})
	b, known := found[orderID]
	switch {
	case errors.Is(err, buyer.ErrOtherKey), errors.Is(err, buyer.ErrTampered): // all else of the order is shown
		return "can't be read: " + err.Error(), nil
	case err != nil || !known:
		return "", err
	case !b.Known():
		return strings.TrimSuffix("forgotten, "+b.CountryCode, ", "), nil
	}
	return b.Masked(), nil
}

// open returns the buyer, or his country if he was forgotten.
func (r *sealedRecord) open(sealer *buyer.Sealer) (order.Buyer, error) {
	b, err := sealer.Open(r.text, r.key, about(r.account, r.id))
	if errors.Is(err, buyer.ErrGone) {
		return order.Buyer{CountryCode: r.countryCode}, nil
	}
	return b, err
}

// readKeys reads the wrapped keys of records.
func (s *Store) readKeys(ctx context.Context, records []*sealedRecord) error {
	wrapped := make(map[string]string, len(records))
	err := s.ReadKeys(ctx, `SELECT k.id, k.wrapped FROM {{rows 1}} CROSS JOIN buyer_keys k WHERE k.id = r.value`, func(rows *sql.Rows) error {
		var id, text string
		err := rows.Scan(&id, &text)
		wrapped[id] = text
		return err
	}, db.RowsBy(records, func(r *sealedRecord) string { return r.key.ID }))
	for _, r := range records {
		r.key.Wrapped = wrapped[r.key.ID]
	}
	return err
}
