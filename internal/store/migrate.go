package store

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"testing/fstest"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrate brings the tables up to date. It is safe to call at every start.
func (s *Store) Migrate(ctx context.Context) error {
	files, err := s.migrations()
	if err != nil {
		return fmt.Errorf("migrate store: %w", err)
	}
	provider, err := goose.NewProvider(goose.Dialect(s.dialect.goose), s.writer, files)
	if err != nil {
		return fmt.Errorf("migrate store: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate store: %w", err)
	}
	return nil
}

// migrations are the embedded files in the dialect's words.
func (s *Store) migrations() (fs.FS, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	files := fstest.MapFS{}
	for _, name := range names {
		text, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		text = []byte(s.dialect.sql(string(text)))
		files[name[len("migrations/"):]] = &fstest.MapFile{Data: bytes.Clone(text)}
	}
	return files, nil
}
