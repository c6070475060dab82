package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	sqlitedriver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// How often a transaction is repeated after a conflict, and the first wait, which doubles each time, with jitter.
const (
	maxTries  = 12
	firstWait = 5 * time.Millisecond
	maxWait   = 500 * time.Millisecond
)

// ErrConflict means that rows changed between reading and writing: the transaction is repeated.
var ErrConflict = errors.New("rows changed meanwhile")

// Tx is one writing transaction. Now is its time in UTC microseconds.
type Tx struct {
	db   *DB
	conn *sql.Tx
	Now  int64
	last map[string]func(ctx context.Context) error // what AtEnd was given
}

// Write runs fn in a transaction and repeats it after a conflict. fn must not keep anything from an earlier attempt.
func (d *DB) Write(ctx context.Context, what string, fn func(ctx context.Context, t *Tx) error) error {
	wait := firstWait
	for try := 1; ; try++ {
		err := d.writeOnce(ctx, fn)
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

func (d *DB) writeOnce(ctx context.Context, fn func(ctx context.Context, t *Tx) error) error {
	conn, err := d.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	t := &Tx{db: d, conn: conn, Now: time.Now().UnixMicro()}
	err = fn(ctx, t)
	if err == nil {
		err = t.end(ctx)
	}
	if err != nil {
		_ = conn.Rollback()
		return err
	}
	return conn.Commit()
}

// AtEnd has fn run when all else of the transaction is written, once for a name, in the order of the names: what it locks with Alone is locked
// in the same order by all transactions, and briefly. The last fn of a name counts. It can't ask for another one.
func (t *Tx) AtEnd(name string, fn func(ctx context.Context) error) {
	if t.last == nil {
		t.last = map[string]func(ctx context.Context) error{}
	}
	t.last[name] = fn
}

func (t *Tx) end(ctx context.Context) error {
	for _, name := range slices.Sorted(maps.Keys(t.last)) {
		if err := t.last[name](ctx); err != nil {
			return err
		}
	}
	return nil
}

// Alone waits until no other transaction is alone with what, and is so until it ends: what it counts is then not counted by two that don't
// see each other's rows. SQLite has one writer anyway. Call it in an AtEnd.
func (t *Tx) Alone(ctx context.Context, what string) error {
	if t.db.dialect.alone == "" {
		return nil
	}
	return t.Query(ctx, t.db.dialect.alone, func(*sql.Rows) error { return nil }, what)
}

// SoleWriter reports whether no other transaction writes until this one ends: what it has read stays true, and it need lock nothing. SQLite's
// take the write lock at their beginning.
func (t *Tx) SoleWriter() bool { return t.db.dialect.alone == "" }

// lostRace reports whether repeating the transaction may help: after a serialization failure, a deadlock, a busy database, or a
// row or key that another transaction took first.
func lostRace(err error) bool {
	if errors.Is(err, ErrConflict) {
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
func (d *DB) each(ctx context.Context, q querier, text string, scan func(*sql.Rows) error, args ...any) error {
	text, args = d.sent(text, args)
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

// Read runs a query outside any transaction.
func (d *DB) Read(ctx context.Context, text string, scan func(*sql.Rows) error, args ...any) error {
	return d.each(ctx, d.reader, text, scan, args...)
}

// Query runs a query in the transaction and calls scan for every row.
func (t *Tx) Query(ctx context.Context, text string, scan func(*sql.Rows) error, args ...any) error {
	return t.db.each(ctx, t.conn, text, scan, args...)
}

// Exec runs a statement and returns how many rows it changed.
func (t *Tx) Exec(ctx context.Context, text string, args ...any) (int, error) {
	text, args = t.db.sent(text, args)
	res, err := t.conn.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// ExecAll runs a conditional statement that must change exactly want rows. If it does not, another transaction came first, and
// this one is repeated.
func (t *Tx) ExecAll(ctx context.Context, want int, text string, args ...any) error {
	n, err := t.Exec(ctx, text, args...)
	if err == nil && n != want {
		return fmt.Errorf("%w: %d of %d rows written", ErrConflict, n, want)
	}
	return err
}

// Clean is a text that both databases can hold: valid UTF-8 without NUL.
func Clean(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\uFFFD")
}

// Truth is a boolean as both databases hold it.
func Truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// Texts is a list of texts as a parameter: a table r with the column value.
func Texts(list []string) *RowTable { return RowsOf(list) }

// IDs is a list of row ids as a parameter: a table r with the column value.
func IDs(list []int64) *RowTable { return RowsOf(list) }

// Micro is a time as it is stored: UTC microseconds, 0 for none.
func Micro(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// At is a stored time.
func At(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// Limits of a list.
const (
	defaultLimit = 100
	MaxLimit     = 10_000
)

// Limited returns the number of rows of a list: n, by default 100, at most MaxLimit.
func Limited(n int) int {
	if n <= 0 {
		return defaultLimit
	}
	return min(n, MaxLimit)
}

// Reading runs a query, in a transaction or without one.
type Reading func(ctx context.Context, text string, scan func(*sql.Rows) error, args ...any) error
