package simulator

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"

	"github.com/towpath/towpath/internal/simulator/durable"
)

// lock reserves the folder for one process. It is a lock on an empty SQLite file, which works on every system that
// SQLite supports and is released when the process dies.
type lock struct {
	db   *sql.DB
	conn *sql.Conn
}

const lockFile = "marketplaces.lock"

func acquire(ctx context.Context, dir string) (*lock, error) {
	db, err := durable.OpenLock(filepath.Join(dir, lockFile))
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err == nil {
		_, err = conn.ExecContext(ctx, `BEGIN EXCLUSIVE`)
	}
	if err != nil {
		_ = db.Close()
		owner := "another process"
		if a, attachErr := Attach(dir); attachErr == nil && a.PID != 0 {
			owner = fmt.Sprintf("process %d", a.PID)
		}
		return nil, fmt.Errorf("the marketplaces in %s are run by %s: stop it or use another folder (%w)", dir, owner, err)
	}
	return &lock{db: db, conn: conn}, nil
}

func (l *lock) release() error {
	_, _ = l.conn.ExecContext(context.Background(), `ROLLBACK`)
	_ = l.conn.Close()
	return l.db.Close()
}

// held reports whether a process has the lock.
func held(ctx context.Context, dir string) (bool, error) {
	db, err := durable.OpenLock(filepath.Join(dir, lockFile))
	if err != nil {
		return false, fmt.Errorf("look for running marketplaces: %w", err)
	}
	defer func() { _ = db.Close() }()
	var n int
	err = db.QueryRowContext(ctx, `SELECT COUNT(*) FROM sqlite_master`).Scan(&n)
	if durable.Busy(err) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for running marketplaces: %w", err)
	}
	return false, nil
}
