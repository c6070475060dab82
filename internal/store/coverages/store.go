// Package coverages keeps what channels have against what is here: the hours that were compared, and the orders that were missing. Its
// tables are coverage, coverage_hours, coverage_missing and coverage_listed.
package coverages

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/coverage"
	"github.com/towpath/towpath/internal/register"
	"github.com/towpath/towpath/internal/store/db"
)

// Store keeps coverage. It is safe for concurrent use.
type Store struct {
	*db.DB
}

// New returns the room for an open database.
func New(d *db.DB) *Store { return &Store{DB: d} }

// Check is how far an account was compared.
type Check struct {
	Until     time.Time `json:"until,omitzero"`     // up to here
	Unknown   time.Time `json:"unknown,omitzero"`   // from there up to here the channel gave no list
	CheckedAt time.Time `json:"checkedAt,omitzero"` // by the last check that ended well
	TriedAt   time.Time `json:"triedAt,omitzero"`   // when one was begun, or failed, after that
}

// Check returns how far an account was compared; the zero Check: it was not yet.
func (s *Store) Check(ctx context.Context, account string) (c Check, err error) {
	err = s.Read(ctx, `SELECT c.until_at, c.unknown_until, c.checked_at, c.tried_at FROM coverage c WHERE c.account = $1`, func(rows *sql.Rows) error {
		var until, unknown, checked, tried int64
		err := rows.Scan(&until, &unknown, &checked, &tried)
		c.Until, c.Unknown, c.CheckedAt, c.TriedAt = db.At(until), db.At(unknown), db.At(checked), db.At(tried)
		return err
	}, account)
	if err != nil {
		return c, fmt.Errorf("read up to where %s was compared: %w", account, err)
	}
	return c, nil
}

// Progress returns how far an account is.
func (s *Store) Progress(ctx context.Context, account string) (p coverage.Progress, err error) {
	var scanned, watermark, until, unknown, tried int64
	err = s.Read(ctx, `SELECT a.watermark, COALESCE(c.until_at, 0), COALESCE(c.unknown_until, 0), COALESCE(c.tried_at, 0), COALESCE((SELECT MIN(r.started_at) FROM runs r WHERE r.account = a.id AND r.kind = $2), 0)
		FROM accounts a LEFT JOIN coverage c ON c.account = a.id WHERE a.id = $1`,
		func(rows *sql.Rows) error { return rows.Scan(&watermark, &until, &unknown, &tried, &scanned) }, account, string(register.Orders))
	if err != nil {
		return p, fmt.Errorf("read up to where %s was compared: %w", account, err)
	}
	return coverage.Progress{Scanned: db.At(scanned), Watermark: db.At(watermark), Until: db.At(until), Unknown: db.At(unknown), Tried: db.At(tried)}, nil
}

// absent is true of an order m that the channel lists and that is not here: saved, skipped, set aside and deleted ones are. Of the
// accounts of one seller, one sets an order aside for all (decision 038).
const absent = `NOT EXISTS (SELECT 1 FROM orders o WHERE o.account = m.account AND o.channel_order_id = m.channel_order_id)
	AND NOT EXISTS (SELECT 1 FROM aside_orders q WHERE q.subject = m.channel_order_id)`

// withBackfill joins to a missing order m the backfill b that its gap has started; while it has started none, a paused one of the account,
// which it waits for. One that runs ends by itself.
const withBackfill = `LEFT JOIN backfills b ON b.id = m.backfill OR m.backfill = '' AND b.account = m.account AND b.state = 'paused'`

// asked is true of a missing order m that Towpath itself is about to read, interrupted of one that it would read if a person resumed the
// backfill b.
const (
	asked       = `(b.id IS NULL OR b.state = 'running')`
	interrupted = `b.state IN ('paused', 'stopped', 'failed')`
)

// hourOf is the hour of a stored moment.
const hourOf = `(m.placed_at - m.placed_at % 3600000000)`

// Hours returns the hours of an account from a moment on, the oldest first.
func (s *Store) Hours(ctx context.Context, account string, since time.Time) (out []coverage.Tally, err error) {
	err = s.Read(ctx, `WITH lost AS (SELECT `+hourOf+` AS hour, COUNT(*) AS missing, SUM(CASE WHEN `+asked+` THEN 1 ELSE 0 END) AS asked,
				SUM(CASE WHEN `+interrupted+` THEN 1 ELSE 0 END) AS interrupted
			FROM coverage_missing m `+withBackfill+` WHERE m.account = $1 AND `+absent+` GROUP BY `+hourOf+`)
		SELECT h.hour, h.until_at, h.has, h.missed, h.unknown, CAST(COALESCE(l.missing, 0) AS BIGINT), CAST(COALESCE(l.asked, 0) AS BIGINT),
			CAST(COALESCE(l.interrupted, 0) AS BIGINT)
		FROM coverage_hours h LEFT JOIN lost l ON l.hour = h.hour WHERE h.account = $1 AND h.hour >= $2 ORDER BY h.hour LIMIT $3`, func(rows *sql.Rows) error {
		var h coverage.Tally
		var from, until int64
		err := rows.Scan(&from, &until, &h.Has, &h.Missed, &h.Unknown, &h.Missing, &h.Asked, &h.Interrupted)
		h.From, h.Until = db.At(from), db.At(until)
		out = append(out, h)
		return err
	}, account, db.Micro(since), db.MaxLimit)
	if err != nil {
		return nil, fmt.Errorf("read the hours of %s that were compared: %w", account, err)
	}
	return out, nil
}

// Missing is an order that the channel lists and that is not here.
type Missing struct {
	Account  string            `json:"account"`
	OrderID  string            `json:"orderId"` // the channel's
	PlacedAt time.Time         `json:"placedAt"`
	FoundAt  time.Time         `json:"foundAt"`            // when it was first found to be missing
	Backfill string            `json:"backfill,omitempty"` // that its gap started; empty: none yet
	Behind   string            `json:"behind,omitempty"`   // while there is none: a paused one of the account, which it waits for
	State    backfill.Standing `json:"state,omitempty"`    // of the one or the other
}

// Stands returns what becomes of the order: Backfilling, Interrupted or Lost.
func (m Missing) Stands() coverage.State {
	switch m.State {
	case "", backfill.Running:
		return coverage.Backfilling
	case backfill.Paused, backfill.Stopped, backfill.Failed:
		return coverage.Interrupted
	case backfill.Done:
	}
	return coverage.Lost
}

// Missing returns the orders of an account, or of all, that are missing now, the newest first.
func (s *Store) Missing(ctx context.Context, account string, limit int) (out []Missing, err error) {
	err = s.Read(ctx, `SELECT m.account, m.channel_order_id, m.placed_at, m.found_at, m.backfill,
			CASE WHEN m.backfill = '' THEN COALESCE(b.id, '') ELSE '' END, COALESCE(b.state, '')
		FROM coverage_missing m `+withBackfill+`
		WHERE (CAST($1 AS TEXT) = '' OR m.account = CAST($1 AS TEXT)) AND `+absent+` ORDER BY m.account, m.placed_at DESC, m.channel_order_id LIMIT $2`,
		func(rows *sql.Rows) error {
			var m Missing
			var placed, found int64
			err := rows.Scan(&m.Account, &m.OrderID, &placed, &found, &m.Backfill, &m.Behind, &m.State)
			m.PlacedAt, m.FoundAt = db.At(placed), db.At(found)
			out = append(out, m)
			return err
		}, account, db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("read which orders are missing: %w", err)
	}
	return out, nil
}
