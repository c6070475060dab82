package market

import (
	"context"
	"database/sql"
	"strings"
)

// perStatement is the number of rows per statement: far below SQLite's 32,766 parameters.
const perStatement = 200

// insert collects rows and writes them in few statements: prefix VALUES (...), (...) suffix.
type insert struct {
	prefix, suffix string
	width          int
	args           []any
}

func newInsert(prefix string, width int) *insert { return &insert{prefix: prefix, width: width} }

func (i *insert) add(row ...any) { i.args = append(i.args, row...) }

func (i *insert) run(ctx context.Context, tx *sql.Tx) error {
	for args := i.args; len(args) > 0; {
		n := min(len(args), perStatement*i.width)
		query := i.prefix + " VALUES " + tuples(n/i.width, i.width) + i.suffix
		if _, err := tx.ExecContext(ctx, query, args[:n]...); err != nil {
			return err
		}
		args = args[n:]
	}
	return nil
}

// tuples returns "(?,?),(?,?)": rows of placeholders.
func tuples(rows, width int) string {
	tuple := "(" + placeholders(width) + ")"
	return strings.Repeat(tuple+",", rows-1) + tuple
}

// placeholders returns "?,?,?".
func placeholders(n int) string { return strings.Repeat("?,", n-1) + "?" }

// inChunks calls do with at most perStatement keys at a time.
func inChunks[K any](keys []K, do func(part []any) error) error {
	for len(keys) > 0 {
		n := min(len(keys), perStatement)
		part := make([]any, n)
		for i, k := range keys[:n] {
			part[i] = k
		}
		if err := do(part); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}
