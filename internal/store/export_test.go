package store

import (
	"context"
	"database/sql"
)

// Read lets a test look into the tables.
func (s *Store) Read(ctx context.Context, text string, scan func(*sql.Rows) error, args ...any) error {
	return s.read(ctx, text, scan, args...)
}
