package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Mark returns the value stored under the name; empty when there is none.
func (w *Warehouse) Mark(ctx context.Context, name string) (string, error) {
	var value string
	err := w.read.QueryRowContext(ctx, `SELECT value FROM marks WHERE name = ?`, name).Scan(&value)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("read mark %s: %w", name, err)
	}
	return value, nil
}

// SetMark stores a value under the name. It is on disk when SetMark returns.
func (w *Warehouse) SetMark(ctx context.Context, name, value string) error {
	if w.write == nil {
		return fmt.Errorf("set mark %s: the warehouse is open for reading only", name)
	}
	_, err := w.write.ExecContext(ctx, `INSERT INTO marks (name, value) VALUES (?, ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	if err != nil {
		return fmt.Errorf("set mark %s: %w", name, err)
	}
	return nil
}
