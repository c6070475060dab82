package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	sqlitedriver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// How often a transaction that lost a race is begun again, and the wait before the first repetition; it
// doubles each time, with jitter.
const (
	maxTries  = 12
	firstWait = 5 * time.Millisecond
	maxWait   = 500 * time.Millisecond
)

// errConflict says that rows changed between being read and being written: the transaction is begun again.
var errConflict = errors.New("rows changed meanwhile")

// tx is one writing transaction. now is its time in UTC microseconds.
type tx struct {
	store *Store
	conn  *sql.Tx
	now   int64
}

// write runs fn in a transaction, again from the start when it lost a race. fn must not keep anything of
// an earlier try.
func (s *Store) write(ctx context.Context, what string, fn func(ctx context.Context, t *tx) error) error {
	wait := firstWait
	for try := 1; ; try++ {
		err := s.writeOnce(ctx, fn)
		if err == nil {
			return nil
		}
		if try == maxTries || !lostRace(err) {
			return fmt.Errorf("%s: %w", what, err)
		}
		timer := time.NewTimer(wait/2 + rand.N(wait))
		select {
		case <-ctx.Done():
			timer.Stop()
			return fmt.Errorf("%s: %w", what, ctx.Err())
		case <-timer.C:
		}
		wait = min(2*wait, maxWait)
	}
}

func (s *Store) writeOnce(ctx context.Context, fn func(ctx context.Context, t *tx) error) error {
	conn, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fn(ctx, &tx{store: s, conn: conn, now: time.Now().UnixMicro()}); err != nil {
		_ = conn.Rollback()
		return err
	}
	return conn.Commit()
}

// lostRace reports whether the transaction may succeed when it is run again: a serialization failure, a
// deadlock, a busy database, a row or key that another transaction got hold of first.
func lostRace(err error) bool {
	if errors.Is(err, errConflict) {
		return true
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01" || pg.Code == "23505"
	}
	var lite *sqlitedriver.Error
	if errors.As(err, &lite) {
		code := lite.Code() & 0xff
		return code == sqlite3.SQLITE_BUSY || code == sqlite3.SQLITE_LOCKED
	}
	return false
}

// querier is a pool or a transaction.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// each runs a query and calls scan for every row.
func (s *Store) each(ctx context.Context, q querier, text string, scan func(*sql.Rows) error, args ...any) error {
	s.statements.Add(1)
	text, args = s.dialect.expand(text, args)
	rows, err := q.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// read runs a query outside any transaction.
func (s *Store) read(ctx context.Context, text string, scan func(*sql.Rows) error, args ...any) error {
	return s.each(ctx, s.reader, text, scan, args...)
}

func (t *tx) query(ctx context.Context, text string, scan func(*sql.Rows) error, args ...any) error {
	return t.store.each(ctx, t.conn, text, scan, args...)
}

// exec runs a statement and says how many rows it changed.
func (t *tx) exec(ctx context.Context, text string, args ...any) (int, error) {
	t.store.statements.Add(1)
	text, args = t.store.dialect.expand(text, args)
	res, err := t.conn.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// execAll is exec for a conditional statement that must change exactly want rows; if it does not, another
// transaction came first and this one is begun again.
func (t *tx) execAll(ctx context.Context, want int, text string, args ...any) error {
	n, err := t.exec(ctx, text, args...)
	if err == nil && n != want {
		return fmt.Errorf("%w: %d of %d rows written", errConflict, n, want)
	}
	return err
}

// clean makes a text what both databases can hold: no NUL, which PostgreSQL refuses.
func clean(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\uFFFD")
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// texts is a list of texts as a parameter: a table r with the column value.
func texts(list []string) *rowTable { return rowsOf(list) }

// ids is a list of row ids as a parameter: a table r with the column value.
func ids(list []int64) *rowTable { return rowsOf(list) }

// micro is a time as it is stored: UTC microseconds, 0 for none.
func micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// at is a stored time.
func at(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// Bounds of a list that is asked for.
const (
	defaultLimit = 100
	maxLimit     = 10_000
)

func limited(n int) int {
	if n <= 0 {
		return defaultLimit
	}
	return min(n, maxLimit)
}
