package buyers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/store/db"
)

// Note is what a person noted about an order. It may hold anything of the buyer, so it is sealed as his record is, and gone with it.
type Note struct {
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Text string    `json:"text"`
	Gone bool      `json:"gone,omitempty"` // it was removed with the buyer: Text is empty
}

// ErrForgotten means that the buyer was forgotten: what is noted of his order could bring his data back.
var ErrForgotten = errors.New("the buyer was forgotten")

// aboutNote is what a note is authenticated with.
func aboutNote(account, orderID string) string { return about(account, orderID) + "\x00note" }

// AddNote saves a person's note about an order. The same text counts once. Errors: db.ErrNotFound, ErrForgotten, buyer.ErrNoKey.
func (s *Store) AddNote(ctx context.Context, orderID int64, by, text string) error {
	sealer, err := s.Sealer(ctx)
	if err != nil {
		return fmt.Errorf("note: %w", err)
	}
	text = db.Clean(text)
	return s.Write(ctx, "note", func(ctx context.Context, t *db.Tx) error {
		account, id, forgotten := "", "", false
		err := lockOrders(ctx, t, []int64{orderID})
		if err == nil { // a statement of its own: one that waits for the lock goes on with the buyer as he was before it
			err = t.Query(ctx, `SELECT o.account, o.channel_order_id, CASE WHEN COALESCE(b.forgotten_at, 0) > 0 THEN 1 ELSE 0 END
				FROM orders o LEFT JOIN buyers b ON b.order_id = o.id WHERE o.id = $1`, func(rows *sql.Rows) error {
				return rows.Scan(&account, &id, &forgotten)
			}, orderID)
		}
		switch {
		case err != nil:
			return err
		case account == "":
			return fmt.Errorf("order %d: %w", orderID, db.ErrNotFound)
		case forgotten:
			return ErrForgotten
		}
		sealed, err := sealer.SealBytes([]byte(text), aboutNote(account, id))
		if err != nil {
			return err
		}
		key := keyRow{sealed.Key.ID, orderID, sealed.Key.Wrapped}
		if err := t.WriteKeys(ctx, func(ctx context.Context, t *db.Tx) error { return insertKeys(ctx, t, []keyRow{key}) }); err != nil {
			return err
		}
		_, err = t.Exec(ctx, `INSERT INTO order_notes (order_id, actor, at, key_id, sealed, digest) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (order_id, digest) WHERE digest <> '' DO NOTHING`, orderID, db.Clean(by), t.Now, sealed.Key.ID, sealed.Text, sealer.Digest([]byte(text)))
		return err
	})
}

// Notes returns the notes of orders by their rows, the oldest first. Errors: buyer.ErrNoKey, buyer.ErrOtherKey, buyer.ErrTampered.
func (s *Store) Notes(ctx context.Context, orders []int64) (map[int64][]Note, error) {
	type stored struct {
		orderID     int64
		account, id string
		key         buyer.Key
		sealed      string
		note        Note
	}
	var list []stored
	err := s.Read(ctx, `SELECT n.order_id, o.account, o.channel_order_id, n.actor, n.at, n.key_id, n.sealed
		FROM {{rows 1}} CROSS JOIN order_notes n JOIN orders o ON o.id = n.order_id WHERE n.order_id = r.value ORDER BY n.order_id, n.id`, func(rows *sql.Rows) error {
		var one stored
		var at int64
		err := rows.Scan(&one.orderID, &one.account, &one.id, &one.note.By, &at, &one.key.ID, &one.sealed)
		one.note.At = db.At(at)
		list = append(list, one)
		return err
	}, db.IDs(orders))
	if err != nil || len(list) == 0 {
		return nil, err
	}
	sealer, err := s.Sealer(ctx)
	if err != nil {
		return nil, fmt.Errorf("read notes: %w", err)
	}
	ids := make([]string, len(list))
	for i, one := range list {
		ids[i] = one.key.ID
	}
	wrapped, err := s.Wrapped(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read notes: %w", err)
	}
	out := make(map[int64][]Note)
	for _, one := range list {
		one.key.Wrapped = wrapped[one.key.ID]
		text, err := sealer.OpenBytes(one.sealed, one.key, aboutNote(one.account, one.id))
		switch {
		case errors.Is(err, buyer.ErrGone):
			one.note.Gone = true
		case err != nil:
			return nil, fmt.Errorf("read notes of order %d: %w", one.orderID, err)
		}
		one.note.Text = string(text)
		out[one.orderID] = append(out[one.orderID], one.note)
	}
	return out, nil
}

// forgetNotes removes what was noted of orders. Their keys are deleted already.
func forgetNotes(ctx context.Context, t *db.Tx, orders []int64) error {
	_, err := t.Exec(ctx, `UPDATE order_notes SET key_id = '', sealed = '', digest = '' WHERE order_id IN (SELECT r.value FROM {{rows 1}})`, db.IDs(orders))
	return err
}
