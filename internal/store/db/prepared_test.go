package db

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func openFile(t *testing.T) *DB {
	t.Helper()
	d, err := openSQLite(filepath.Join(t.TempDir(), "some.db"), "")
	require.NoError(t, err)
	t.Cleanup(func() { _ = d.Close() })
	for _, text := range []string{`CREATE TABLE some (id INTEGER PRIMARY KEY, word TEXT)`, `INSERT INTO some (word) VALUES ('one'), ('two'), ('three')`} {
		require.NoError(t, d.Write(t.Context(), "begin", func(ctx context.Context, x *Tx) error {
			_, err := x.Exec(ctx, text)
			return err
		}))
	}
	return d
}

// words reads all words, and calls each for every one while they are being read.
func words(ctx context.Context, x *Tx, each func() error) (out []string, err error) {
	err = x.Query(ctx, `SELECT word FROM some ORDER BY id`, func(rows *sql.Rows) error {
		var word string
		if err := rows.Scan(&word); err != nil {
			return err
		}
		out = append(out, word)
		return each()
	})
	return out, err
}

// A statement that is being read is not run a second time from the start: whoever asks for the same meanwhile has one of his own.
func TestAStatementIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	d := openFile(t)
	for range 2 {
		require.NoError(t, d.Write(t.Context(), "read", func(ctx context.Context, x *Tx) error {
			var inner []string
			outer, err := words(ctx, x, func() (err error) {
				inner, err = words(ctx, x, func() error { return nil })
				return err
			})
			require.Equal(t, []string{"one", "two", "three"}, outer)
			require.Equal(t, outer, inner)
			return err
		}))
	}
}

// Kept statements follow changes of the tables, hold nothing of the parameters before, and make room for others, even while they are read.
func TestKeptStatementsAreNotStale(t *testing.T) {
	t.Parallel()
	d := openFile(t)
	require.NoError(t, d.Write(t.Context(), "read", func(ctx context.Context, x *Tx) error {
		first := true
		list, err := words(ctx, x, func() error {
			for i := 0; first && i <= preparedAtMost; i++ {
				if _, err := x.Exec(ctx, fmt.Sprintf(`UPDATE some SET word = word WHERE id = -%d`, i)); err != nil {
					return err
				}
			}
			first = false
			return nil
		})
		require.Len(t, list, 3)
		return err
	}))
	count := func(word any) (n int) {
		require.NoError(t, d.Read(t.Context(), `SELECT COUNT(*) FROM some WHERE word = $1`, func(rows *sql.Rows) error { return rows.Scan(&n) }, word))
		return n
	}
	require.Equal(t, 1, count("two"))
	require.Zero(t, count("four"))
	require.Zero(t, count(nil))
	require.NoError(t, d.Write(t.Context(), "change", func(ctx context.Context, x *Tx) error {
		_, err := x.Exec(ctx, `CREATE INDEX some_by_word ON some (word)`)
		if err == nil {
			_, err = x.Exec(ctx, `INSERT INTO some (word) VALUES ('four')`)
		}
		return err
	}))
	require.Equal(t, 1, count("four"))
}

// A kept statement ends with its context, and can be run again.
func TestAKeptStatementEndsWithItsContext(t *testing.T) {
	t.Parallel()
	d := openFile(t)
	const text = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT MAX(i) FROM n`
	var most int64
	read := func(ctx context.Context, upTo int64) error {
		return d.Read(ctx, text, func(rows *sql.Rows) error { return rows.Scan(&most) }, upTo)
	}
	require.NoError(t, read(t.Context(), 5))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, read(ctx, 1<<60), context.DeadlineExceeded)
	require.NoError(t, read(t.Context(), 7))
	require.EqualValues(t, 7, most)
}

// An error of one run is not that of the next.
func TestAKeptStatementForgetsItsError(t *testing.T) {
	t.Parallel()
	d := openFile(t)
	insert := func(id int) error {
		return d.Write(t.Context(), "insert", func(ctx context.Context, x *Tx) error {
			_, err := x.Exec(ctx, `INSERT INTO some (id, word) VALUES ($1, 'again')`, id)
			return err
		})
	}
	require.NoError(t, insert(10))
	require.ErrorContains(t, insert(10), "UNIQUE")
	require.NoError(t, insert(11))
}
