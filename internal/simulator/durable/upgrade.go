package durable

import (
	"context"
	"database/sql"
	"fmt"
)

// upgrade applies the steps that the file has not had; its user_version is their number. Each step is applied once,
// completely or not at all. A file with more steps than there are comes from a newer program.
func upgrade(ctx context.Context, db *sql.DB, steps []string) error {
	done, err := Version(ctx, db)
	if err != nil {
		return err
	}
	if done > len(steps) {
		return fmt.Errorf("it is from a newer version (%d, this program knows %d): use the newer program, or start again with --fresh", done, len(steps))
	}
	for n := done; n < len(steps); n++ {
		if err := step(ctx, db, steps[n], n+1); err != nil {
			return fmt.Errorf("bring it to version %d: %w; start again with --fresh if nothing else helps", n+1, err)
		}
	}
	return nil
}

func step(ctx context.Context, db *sql.DB, statements string, version int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, statements); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
		return err
	}
	return tx.Commit()
}

// Version returns how many upgrade steps a file has had.
func Version(ctx context.Context, db *sql.DB) (n int, err error) {
	if err := db.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&n); err != nil {
		return 0, fmt.Errorf("read the file's version: %w", err)
	}
	return n, nil
}
