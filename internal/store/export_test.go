package store

import (
	"context"
	"database/sql"
)

// Read lets a test look into the tables.
func (s *Store) Read(ctx context.Context, text string, scan func(*sql.Rows) error, args ...any) error {
	return s.read(ctx, text, scan, args...)
}

// Exec lets a test fill the tables.
func (s *Store) Exec(ctx context.Context, text string, args ...any) error {
	return s.write(ctx, "fill", func(ctx context.Context, t *tx) error {
		_, err := t.exec(ctx, text, args...)
		return err
	})
}

// MigrateTo makes the tables as a version of the program left them.
func (s *Store) MigrateTo(ctx context.Context, version int64) error {
	provider, err := s.migrator()
	if err != nil {
		return err
	}
	_, err = provider.UpTo(ctx, version)
	return err
}
