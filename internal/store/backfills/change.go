package backfills

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// Ask saves a new backfill with the orders of its report, as text; it may be repeated. It returns ErrGoesOn if the account has another
// one that has not ended.
func (s *Store) Ask(ctx context.Context, b Backfill, report []string) error {
	return s.Write(ctx, "ask for a backfill of "+b.Account, func(ctx context.Context, t *db.Tx) error { return Ask(ctx, t, b, report) })
}

// Ask is Store.Ask in another room's transaction.
func Ask(ctx context.Context, t *db.Tx, b Backfill, report []string) error {
	if err := alone(ctx, t, b); err != nil {
		return err
	}
	n, err := t.Exec(ctx, `INSERT INTO backfills (id, account, records, from_at, to_at, report, report_orders, state, asked_at, updated_at, position, cause)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $4, $10) ON CONFLICT (id) DO NOTHING`, b.ID, b.Account, string(b.Records), db.Micro(b.From), db.Micro(b.To),
		db.Clean(b.Report), len(report), string(backfill.Running), t.Now, string(b.Cause))
	if err != nil || n == 0 {
		return err
	}
	return insertRows(ctx, t, b.ID, report)
}

// alone returns ErrGoesOn if the account has another backfill that has not ended.
func alone(ctx context.Context, t *db.Tx, b Backfill) error {
	other := ""
	err := t.Query(ctx, `SELECT o.id FROM backfills o WHERE o.account = $1 AND o.id <> $2 AND o.state IN ('running', 'paused')`, func(rows *sql.Rows) error {
		return rows.Scan(&other)
	}, b.Account, b.ID)
	if err == nil && other != "" {
		err = fmt.Errorf("%w: %s", ErrGoesOn, other)
	}
	return err
}

// row is an order of a report.
type row struct {
	Position int    `db:"row_position"`
	Body     string `db:"body"`
}

// chunk is how many orders of a report are inserted with one statement.
const chunk = 1000

func insertRows(ctx context.Context, t *db.Tx, id string, report []string) error {
	for from := 0; from < len(report); from += chunk {
		var rows []row
		for i, body := range report[from:min(from+chunk, len(report))] {
			rows = append(rows, row{from + i, body})
		}
		_, err := t.Exec(ctx, `INSERT INTO backfill_orders (backfill, {{columns 1}}) SELECT CAST($2 AS TEXT), {{values 1}} FROM {{rows 1}}`, db.RowsOf(rows), id)
		if err != nil {
			return err
		}
	}
	return nil
}

// Rows returns up to limit orders of a report from a position on.
func (s *Store) Rows(ctx context.Context, id string, from, limit int) (bodies []string, err error) {
	err = s.Read(ctx, `SELECT o.body FROM backfill_orders o WHERE o.backfill = $1 AND o.row_position >= $2 ORDER BY o.row_position LIMIT $3`,
		func(rows *sql.Rows) error {
			var body string
			err := rows.Scan(&body)
			bodies = append(bodies, body)
			return err
		}, id, from, db.Limited(limit))
	if err != nil {
		return nil, fmt.Errorf("read the report of backfill %s: %w", id, err)
	}
	return bodies, nil
}

// Progress is how far a backfill is.
type Progress struct {
	ID       string
	Position time.Time // of a search
	Row      int       // of a report
	Took     time.Duration
	Counts   message.Counts
}

// Moved records how far a backfill is. It never goes back.
func (s *Store) Moved(ctx context.Context, p Progress) error {
	return s.Write(ctx, "record how far a backfill is", func(ctx context.Context, t *db.Tx) error {
		c := p.Counts
		_, err := t.Exec(ctx, `UPDATE backfills SET position = CASE WHEN position > $2 THEN position ELSE $2 END,
				row_position = CASE WHEN row_position > $3 THEN row_position ELSE $3 END, took = $4, seen = $5, saved = $6, same = $7, skipped = $8, unlinked = $9,
				errors = $10, updated_at = $11 WHERE id = $1 AND seen <= $5`,
			p.ID, db.Micro(p.Position), p.Row, p.Took.Microseconds(), c.Seen, c.Saved, c.Same, c.Skipped, c.Unlinked, c.Errors, t.Now)
		return err
	})
}

// Mark sets the state of a backfill. The orders of its report are removed once all of it was read.
func (s *Store) Mark(ctx context.Context, id string, state backfill.Standing) error {
	return s.Write(ctx, "mark a backfill as "+string(state), func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `UPDATE backfills SET state = $2, updated_at = $3 WHERE id = $1 AND state <> $2`, id, string(state), t.Now)
		if err != nil || state != backfill.Done {
			return err
		}
		_, err = t.Exec(ctx, `DELETE FROM backfill_orders WHERE backfill = $1`, id)
		return err
	})
}

// Resume lets a backfill go on that was stopped or has failed. It returns ErrGoesOn if the account has another one by now.
func (s *Store) Resume(ctx context.Context, b Backfill) error {
	return s.Write(ctx, "resume a backfill of "+b.Account, func(ctx context.Context, t *db.Tx) error {
		if err := alone(ctx, t, b); err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE backfills SET state = $2, updated_at = $3 WHERE id = $1`, b.ID, string(backfill.Running), t.Now); err != nil {
			return err
		}
		return runs.Reopen(ctx, t, b.ID)
	})
}

// Known returns which of the channel's order ids the account has.
func (s *Store) Known(ctx context.Context, account string, ids []string) (map[string]bool, error) {
	known := map[string]bool{}
	err := s.Read(ctx, `SELECT o.channel_order_id FROM {{rows 1}} CROSS JOIN orders o WHERE o.account = CAST($2 AS TEXT) AND o.channel_order_id = r.value`,
		func(rows *sql.Rows) error {
			var id string
			err := rows.Scan(&id)
			known[id] = true
			return err
		}, db.Texts(ids), account)
	if err != nil {
		return nil, fmt.Errorf("read which orders of %s are known: %w", account, err)
	}
	return known, nil
}
