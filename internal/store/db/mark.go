package db

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
)

// marks asks for marks of the database. SQLite counts for a connection what others have written, so it is always the same one.
type marks struct {
	mu   sync.Mutex
	conn *sql.Conn
	// opened counts the connections: the counts of two can't be compared.
	opened int
}

// Mark returns a text that differs from an earlier one if anything was written meanwhile, by whichever process. It costs microseconds. On PostgreSQL
// it also differs when something was written to another database of the same server: its transactions are counted together (pg_current_snapshot, PostgreSQL 15).
func (d *DB) Mark(ctx context.Context) (string, error) {
	mark, err := d.mark(ctx)
	if err != nil {
		return "", fmt.Errorf("ask whether the store has changed: %w", err)
	}
	return mark, nil
}

func (d *DB) mark(ctx context.Context) (string, error) {
	text, _ := d.sent(d.dialect.mark, nil)
	var count string
	if d.path == "" { // PostgreSQL
		err := d.reader.QueryRowContext(ctx, text).Scan(&count)
		return count, err
	}
	m := &d.marks
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.conn == nil {
		conn, err := d.reader.Conn(ctx)
		if err != nil {
			return "", err
		}
		m.conn = conn
		m.opened++
	}
	if err := m.conn.QueryRowContext(ctx, text).Scan(&count); err != nil {
		m.close()
		return "", err
	}
	return fmt.Sprintf("%d.%s", m.opened, count), nil
}

// close gives the connection back. The next mark is asked for on another one.
func (m *marks) close() {
	if m.conn != nil {
		_ = m.conn.Close()
		m.conn = nil
	}
}
