package coverages

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/backfill"
	"github.com/towpath/towpath/internal/coverage"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/db"
	"github.com/towpath/towpath/internal/store/runs"
)

// listedRow is a row of coverage_listed, and of coverage_missing.
type listedRow struct {
	ID       string    `db:"channel_order_id"`
	PlacedAt time.Time `db:"placed_at"`
}

func rowOf(l coverage.Listed) listedRow { return listedRow(l) }

// Tried notes that a check of an account is begun, or has failed: the sweep begins another one only a while later, unless one ends well.
func (s *Store) Tried(ctx context.Context, account string) error {
	return s.Write(ctx, "note a comparison of "+account, func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `INSERT INTO coverage (account, until_at, checked_at, run, listed, here, tried_at) VALUES ($1, 0, 0, '', 0, 0, $2)
			ON CONFLICT (account) DO UPDATE SET tried_at = excluded.tried_at`, account, t.Now)
		return err
	})
}

// SavePage keeps a page of what a check reads, with its calls. The first page removes what a check before has left; what the same check has
// read stays, as a first page that was given up may be saved late.
func (s *Store) SavePage(ctx context.Context, account, run string, first bool, page []coverage.Listed, calls []runs.Call) error {
	return s.Write(ctx, "keep what "+account+" lists", func(ctx context.Context, t *db.Tx) error {
		if first {
			if _, err := t.Exec(ctx, `DELETE FROM coverage_listed WHERE account = $1 AND run <> $2`, account, run); err != nil {
				return err
			}
		}
		_, err := t.Exec(ctx, `INSERT INTO coverage_listed (account, run, {{columns 1}}) SELECT CAST($2 AS TEXT), CAST($3 AS TEXT), {{values 1}} FROM {{rows 1}} WHERE true
			ON CONFLICT (account, run, channel_order_id) DO NOTHING`, db.RowsBy(page, rowOf), account, run)
		if err != nil {
			return err
		}
		return runs.SaveCalls(ctx, t, calls)
	})
}

// Reading is what a check has read.
type Reading struct {
	Run     string
	Window  backfill.Range
	Listed  int  // how many orders were on its pages
	Unknown bool // the channel gave no list
}

// Settle compares what a check has read of a window with what is here, keeps the result and returns its counts: Seen orders are listed
// there, Same of them are here. Without a list nothing is judged. It may be repeated.
func (s *Store) Settle(ctx context.Context, account string, r Reading) (n message.Counts, err error) {
	err = s.Write(ctx, "compare what "+account+" lists", func(ctx context.Context, t *db.Tx) error {
		var done bool
		if n, done, err = settledBy(ctx, t, account, r.Run); err != nil || done {
			return err
		}
		listed, known, err := readListed(ctx, t, account, r.Run)
		if err != nil {
			return err
		}
		if r.Unknown || len(listed) == 0 && r.Listed > 0 { // a database that was restored has lost what was read
			return leaveOpen(ctx, t, account, r)
		}
		hours := coverage.Compare(r.Window, listed, known)
		for _, h := range hours {
			n.Seen, n.Same = n.Seen+h.Has, n.Same+h.Has-len(h.Missing)
		}
		return write(ctx, t, account, r, hours, n)
	})
	return n, err
}

// leaveOpen notes that what the channel has of a window is not known. What was compared of it before, and what is missing, stays.
func leaveOpen(ctx context.Context, t *db.Tx, account string, r Reading) error {
	var rows []hourRow
	for _, h := range coverage.Compare(r.Window, nil, nil) {
		rows = append(rows, hourRow{From: h.From, Until: h.Until, Unknown: 1})
	}
	return each(ctx, t, []step{
		{`INSERT INTO coverage_hours (account, {{columns 1}}) SELECT CAST($2 AS TEXT), {{values 1}} FROM {{rows 1}} WHERE true
			ON CONFLICT (account, hour) DO UPDATE SET until_at = excluded.until_at WHERE coverage_hours.unknown = 1`, []any{db.RowsOf(rows), account}},
		{`INSERT INTO coverage (account, until_at, unknown_until, checked_at, run, listed, here) VALUES ($1, 0, $2, $3, $4, 0, 0) ON CONFLICT (account) DO UPDATE SET
				unknown_until = CASE WHEN excluded.unknown_until > coverage.unknown_until THEN excluded.unknown_until ELSE coverage.unknown_until END,
				checked_at = excluded.checked_at, run = excluded.run, listed = 0, here = 0, tried_at = 0`, []any{account, db.Micro(r.Window.To), t.Now, r.Run}},
		{`DELETE FROM coverage_listed WHERE account = $1`, []any{account}},
	})
}

// step is a statement with its arguments.
type step struct {
	text string
	args []any
}

func each(ctx context.Context, t *db.Tx, steps []step) error {
	for _, s := range steps {
		if _, err := t.Exec(ctx, s.text, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// settledBy returns the counts of a check that has ended already.
func settledBy(ctx context.Context, t *db.Tx, account, run string) (n message.Counts, done bool, err error) {
	err = t.Query(ctx, `SELECT c.listed, c.here FROM coverage c WHERE c.account = $1 AND c.run = $2`, func(rows *sql.Rows) error {
		done = true
		return rows.Scan(&n.Seen, &n.Same)
	}, account, run)
	return n, done, err
}

// readListed returns what a check has read, and which of it is known here.
func readListed(ctx context.Context, t *db.Tx, account, run string) (listed []coverage.Listed, known map[string]bool, err error) {
	known = map[string]bool{}
	err = t.Query(ctx, `SELECT m.channel_order_id, m.placed_at, CASE WHEN `+absent+` THEN 0 ELSE 1 END FROM coverage_listed m WHERE m.account = $1 AND m.run = $2`,
		func(rows *sql.Rows) error {
			var o coverage.Listed
			var placed int64
			var here bool
			err := rows.Scan(&o.ID, &placed, &here)
			o.PlacedAt, known[o.ID] = db.At(placed), here
			listed = append(listed, o)
			return err
		}, account, run)
	return listed, known, err
}

// hourRow is a row of coverage_hours.
type hourRow struct {
	From    time.Time `db:"hour"`
	Until   time.Time `db:"until_at"`
	Has     int       `db:"has"`
	Missed  int       `db:"missed"`
	Unknown int       `db:"unknown"`
}

// write keeps the hours of a window, and which orders of it are missing: those that the channel lists no longer are not.
func write(ctx context.Context, t *db.Tx, account string, r Reading, hours []coverage.Hour, n message.Counts) error {
	var lost []listedRow
	rows := make([]hourRow, len(hours))
	for i, h := range hours {
		rows[i] = hourRow{From: h.From, Until: h.Until, Has: h.Has, Missed: len(h.Missing)}
		for _, o := range h.Missing {
			lost = append(lost, rowOf(o))
		}
	}
	err := each(ctx, t, []step{
		{`INSERT INTO coverage_hours (account, {{columns 1}}) SELECT CAST($2 AS TEXT), {{values 1}} FROM {{rows 1}} WHERE true
			ON CONFLICT (account, hour) DO UPDATE SET until_at = excluded.until_at, has = excluded.has, unknown = 0,
				missed = CASE WHEN excluded.missed > coverage_hours.missed THEN excluded.missed ELSE coverage_hours.missed END`, []any{db.RowsOf(rows), account}},
		{`DELETE FROM coverage_missing WHERE account = $1 AND placed_at >= $2 AND placed_at < $3 AND channel_order_id NOT IN (SELECT r.value FROM {{rows 4}})`,
			[]any{account, db.Micro(r.Window.From), db.Micro(r.Window.To), db.Texts(ids(lost))}},
		{`INSERT INTO coverage_missing (account, found_at, {{columns 1}}) SELECT CAST($2 AS TEXT), CAST($3 AS BIGINT), {{values 1}} FROM {{rows 1}} WHERE true
			ON CONFLICT (account, channel_order_id) DO NOTHING`, []any{db.RowsOf(lost), account, t.Now}},
		{`INSERT INTO coverage (account, until_at, checked_at, run, listed, here) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (account) DO UPDATE SET
				until_at = CASE WHEN excluded.until_at > coverage.until_at THEN excluded.until_at ELSE coverage.until_at END,
				unknown_until = CASE WHEN coverage.unknown_until > excluded.until_at THEN coverage.unknown_until ELSE 0 END, tried_at = 0,
				checked_at = excluded.checked_at, run = excluded.run, listed = excluded.listed, here = excluded.here`,
			[]any{account, db.Micro(r.Window.To), t.Now, r.Run, n.Seen, n.Same}},
		{`DELETE FROM coverage_listed WHERE account = $1`, []any{account}},
	})
	if err != nil {
		return err
	}
	recount(t, account)
	return nil
}

func ids(lost []listedRow) []string {
	out := make([]string, len(lost))
	for i, o := range lost {
		out[i] = o.ID
	}
	return out
}

// Forget removes hours and missing orders that are older than a moment, with what is said of them, and returns how many hours.
func (s *Store) Forget(ctx context.Context, before time.Time) (n int, err error) {
	err = s.Write(ctx, "forget what was compared long ago", func(ctx context.Context, t *db.Tx) error {
		accounts, err := withMissing(ctx, t, before)
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `DELETE FROM coverage_missing WHERE placed_at < $1`, db.Micro(before)); err != nil {
			return err
		}
		for _, account := range accounts {
			recount(t, account)
		}
		n, err = t.Exec(ctx, `DELETE FROM coverage_hours WHERE hour < $1`, db.Micro(before))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("forget coverage: %w", err)
	}
	return n, nil
}

// withMissing returns the accounts with missing orders that are older than a moment.
func withMissing(ctx context.Context, t *db.Tx, before time.Time) (accounts []string, err error) {
	err = t.Query(ctx, `SELECT DISTINCT m.account FROM coverage_missing m WHERE m.placed_at < $1 ORDER BY m.account`, func(rows *sql.Rows) error {
		var account string
		err := rows.Scan(&account)
		accounts = append(accounts, account)
		return err
	}, db.Micro(before))
	return accounts, err
}

// Drop removes all that was found of an account that is not compared any more, with what is said of it.
func (s *Store) Drop(ctx context.Context, account string) error {
	if is, err := s.any(ctx, account); err != nil || !is {
		return err
	}
	return s.Write(ctx, "forget what was compared of "+account, func(ctx context.Context, t *db.Tx) error {
		for _, table := range []string{"coverage_missing", "coverage_hours", "coverage_listed", "coverage"} {
			if _, err := t.Exec(ctx, `DELETE FROM `+table+` WHERE account = $1`, account); err != nil {
				return err
			}
		}
		recount(t, account)
		return nil
	})
}
