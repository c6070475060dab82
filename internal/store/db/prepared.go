package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	sqlitedriver "modernc.org/sqlite"
)

// preparedAtMost is how many statements a connection to SQLite keeps prepared. The store has a few hundred texts.
const preparedAtMost = 512

// preparing opens connections to SQLite which keep their statements prepared. SQLite's driver (modernc.org/sqlite 1.62.0) compiles a text each
// time that it is run otherwise, which took a third of a transaction. PostgreSQL's driver does the same by itself.
type preparing struct{ driver.Connector }

func newPreparing(file string) (preparing, error) {
	inner, err := sqlitedriver.NewConnector(file)
	return preparing{inner}, err
}

// liteConn is what a connection of SQLite's driver can do (documentation of its NewConnector). All of it is forwarded: otherwise a wait would not
// end with its context.
type liteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// liteStatement is what a statement of SQLite's driver can do.
type liteStatement interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// Connect opens a connection.
func (p preparing) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := p.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := inner.(liteConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("open SQLite: %T does not end its waits with their contexts", inner), inner.Close())
	}
	c := &preparedConn{liteConn: full}
	c.known, err = simplelru.NewLRU(preparedAtMost, func(_ string, s *prepared) { s.drop() })
	return c, err
}

// preparedConn keeps its statements prepared, the least used ones for the shortest time. Like any driver.Conn it is used by one goroutine at a time.
type preparedConn struct {
	liteConn
	known *simplelru.LRU[string, *prepared]
}

// prepared is a statement that is kept. One whose rows are still being read can't be run meanwhile.
type prepared struct {
	liteStatement
	reading, dropped bool
}

// drop closes the statement, now or when its rows are read.
func (s *prepared) drop() {
	s.dropped = true
	if !s.reading {
		_ = s.Close()
	}
}

// Unwrap returns the driver's own connection, as the driver asks of connections around it.
func (c *preparedConn) Unwrap() driver.Conn { return c.liteConn }

// Close closes the connection and its statements.
func (c *preparedConn) Close() error {
	c.known.Purge()
	return c.liteConn.Close()
}

// statement returns the statement of a text, and prepares it the first time; nil: it is being read.
func (c *preparedConn) statement(ctx context.Context, text string) (*prepared, error) {
	if s, ok := c.known.Get(text); ok {
		if s.reading {
			return nil, nil
		}
		return s, nil
	}
	inner, err := c.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	full, ok := inner.(liteStatement)
	if !ok {
		return nil, errors.Join(fmt.Errorf("prepare a statement: %T does not end its waits with their contexts", inner), inner.Close())
	}
	s := &prepared{liteStatement: full}
	c.known.Add(text, s)
	return s, nil
}

// ExecContext runs a statement.
func (c *preparedConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.statement(ctx, text)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return c.liteConn.ExecContext(ctx, text, args)
	}
	return s.ExecContext(ctx, args)
}

// QueryContext runs a query. Its statement is kept for others when the rows are closed.
func (c *preparedConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.statement(ctx, text)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return c.liteConn.QueryContext(ctx, text, args)
	}
	rows, err := s.QueryContext(ctx, args)
	if err != nil {
		return nil, err
	}
	s.reading = true
	return &preparedRows{Rows: rows, of: s}, nil
}

// preparedRows are the rows of a kept statement.
type preparedRows struct {
	driver.Rows
	of *prepared
}

// Close ends the reading.
func (r *preparedRows) Close() error {
	err := r.Rows.Close()
	r.of.reading = false
	if r.of.dropped {
		err = errors.Join(err, r.of.Close())
	}
	return err
}
