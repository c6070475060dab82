// Package backfills keeps the backfills of past orders: what each reads, how far it is, and the orders of its report. Its tables are
// backfills and backfill_orders.
package backfills

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/db"
)

// Store keeps backfills. It is safe for concurrent use.
type Store struct {
	*db.DB
}

// New returns the room for an open database.
func New(d *db.DB) *Store { return &Store{DB: d} }

// ErrGoesOn means that the account has a backfill that runs or is paused.
var ErrGoesOn = errors.New("the account has a backfill that has not ended")

// Backfill is one backfill and how far it is.
type Backfill struct {
	ID      string           `json:"id"` // of its run
	Account string           `json:"account"`
	Records backfill.Records `json:"records"`
	backfill.Range
	Report    string            `json:"report,omitempty"` // file name; empty: the channel is searched
	Orders    int               `json:"orders,omitempty"` // in the report
	Cause     backfill.Cause    `json:"cause,omitempty"`  // empty: a person asked for it
	State     backfill.Standing `json:"state"`
	AskedAt   time.Time         `json:"askedAt"`
	UpdatedAt time.Time         `json:"updatedAt"`
	Position  time.Time         `json:"position"`      // of a search: everything before it was read
	Row       int               `json:"row,omitempty"` // of a report: how many orders were read
	Took      time.Duration     `json:"took"`          // without pauses
	Counts    message.Counts    `json:"counts"`
}

// Share returns which part was read, from 0 to 1.
func (b Backfill) Share() float64 {
	if b.Orders > 0 {
		return float64(b.Row) / float64(b.Orders)
	}
	return backfill.Walk{Range: b.Range, Position: b.Position}.Share()
}

const columns = `o.id, o.account, o.records, o.from_at, o.to_at, o.report, o.report_orders, o.state, o.asked_at, o.updated_at, o.position, o.row_position,
	o.took, o.seen, o.saved, o.same, o.skipped, o.unlinked, o.errors, o.cause`

func scan(rows *sql.Rows) (Backfill, error) {
	var b Backfill
	var from, to, asked, updated, position, took int64
	c := &b.Counts
	err := rows.Scan(&b.ID, &b.Account, &b.Records, &from, &to, &b.Report, &b.Orders, &b.State, &asked, &updated, &position, &b.Row,
		&took, &c.Seen, &c.Saved, &c.Same, &c.Skipped, &c.Unlinked, &c.Errors, &b.Cause)
	b.From, b.To, b.AskedAt, b.UpdatedAt, b.Position = db.At(from), db.At(to), db.At(asked), db.At(updated), db.At(position)
	b.Took = time.Duration(took) * time.Microsecond
	return b, err
}

// Get returns a backfill by its id.
func (s *Store) Get(ctx context.Context, id string) (Backfill, error) {
	list, err := s.list(ctx, `WHERE o.id = $1`, id)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("backfill %q: %w", id, db.ErrNotFound)
	}
	if err != nil {
		return Backfill{}, err
	}
	return list[0], nil
}

// List returns the backfills of an account, or of all, the newest first.
func (s *Store) List(ctx context.Context, account string, limit int) ([]Backfill, error) {
	return s.list(ctx, `WHERE $1 = '' OR o.account = $1 ORDER BY o.asked_at DESC, o.id DESC LIMIT $2`, account, db.Limited(limit))
}

// GoingOn returns the backfills that run or are paused, by account.
func (s *Store) GoingOn(ctx context.Context) ([]Backfill, error) {
	return s.list(ctx, `WHERE o.state IN ('running', 'paused') ORDER BY o.account`)
}

// TakesTurns reports whether a backfill searches the account's channel now, so that the scans leave it every second turn where they use
// the whole budget.
func (s *Store) TakesTurns(ctx context.Context, account string) (bool, error) {
	list, err := s.list(ctx, `WHERE o.account = $1 AND o.state = $2 AND o.report = ''`, account, string(backfill.Running))
	return len(list) > 0, err
}

func (s *Store) list(ctx context.Context, which string, args ...any) (out []Backfill, err error) {
	err = s.Read(ctx, `SELECT `+columns+` FROM backfills o `+which, func(rows *sql.Rows) error {
		b, err := scan(rows)
		out = append(out, b)
		return err
	}, args...)
	if err != nil {
		return nil, fmt.Errorf("read backfills: %w", err)
	}
	return out, nil
}
