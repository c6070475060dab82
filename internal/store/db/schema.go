package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/pressly/goose/v3"
)

// ErrOutdated says that the tables are older than the program: Migrate brings them up to date.
var ErrOutdated = errors.New("the store's tables are older than this program")

// CheckSchema answers ErrOutdated when Migrate has something to do. It changes no table.
func (d *DB) CheckSchema(ctx context.Context) error {
	files, err := d.migrations()
	if err != nil {
		return fmt.Errorf("check the store's tables: %w", err)
	}
	provider, err := goose.NewProvider(goose.Dialect(d.dialect.goose), d.writer, files)
	if err != nil {
		return fmt.Errorf("check the store's tables: %w", err)
	}
	pending, err := provider.HasPending(ctx)
	if err != nil {
		return fmt.Errorf("check the store's tables: %w", err)
	}
	if pending {
		return ErrOutdated
	}
	return nil
}
