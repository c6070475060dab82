package db

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrate updates the tables. Several processes may call it at the same time, at every start.
func (d *DB) Migrate(ctx context.Context) error {
	provider, err := d.Migrator()
	if err != nil {
		return fmt.Errorf("migrate store: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate store: %w", err)
	}
	if err := d.createKeysFile(ctx); err != nil {
		return fmt.Errorf("migrate store: %w", err)
	}
	return nil
}

// Migrator creates the tables; tests stop it at a version.
func (d *DB) Migrator() (*goose.Provider, error) {
	files, err := d.migrations()
	if err != nil {
		return nil, err
	}
	var options []goose.ProviderOption
	if d.dialect.goose == postgres.goose {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	return goose.NewProvider(goose.Dialect(d.dialect.goose), d.writer, files, options...)
}

// migrations returns the embedded files in the dialect.
func (d *DB) migrations() (fs.FS, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	return inDialect{files, d.dialect}, err
}

// inDialect returns files translated into a dialect.
type inDialect struct {
	files   fs.FS
	dialect dialect
}

// Open opens a file or folder.
func (f inDialect) Open(name string) (fs.File, error) {
	file, err := f.files.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err != nil || info.IsDir() {
		return file, err
	}
	text, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	return translated{file, bytes.NewReader([]byte(f.dialect.sql(string(text))))}, nil
}

// ReadDir lists a folder, so that files can be found by a pattern.
func (f inDialect) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(f.files, name) }

// translated is a file with other contents.
type translated struct {
	fs.File
	text *bytes.Reader
}

// Read reads the translated text.
func (t translated) Read(p []byte) (int, error) { return t.text.Read(p) }

// ErrOutdated means that the tables are older than the program: call Migrate.
var ErrOutdated = errors.New("the store's tables are older than this program")

// CheckSchema returns ErrOutdated when Migrate has something to do. It changes nothing.
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

// ErrNewer means that a newer program made the tables, with columns that this one does not know.
var ErrNewer = errors.New("a newer program made the store's tables")

// checkNotNewer returns ErrNewer when the tables have a migration that this program does not know. Without it an older program
// would start, and then fail call by call.
func (d *DB) checkNotNewer(ctx context.Context) error {
	known, err := newestMigration()
	if err != nil {
		return fmt.Errorf("check the version of the store's tables: %w", err)
	}
	made, err := d.version(ctx)
	if err != nil {
		return fmt.Errorf("check the version of the store's tables: %w", err)
	}
	if made > known {
		return fmt.Errorf("%w: the store is at version %d, this program knows up to %d; stop this program and start the newer one", ErrNewer, made, known)
	}
	return nil
}

// newestMigration returns the version of the newest migration in the program.
func newestMigration() (int64, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	if err != nil {
		return 0, err
	}
	var newest int64
	for _, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return 0, err
		}
		newest = max(newest, version)
	}
	return newest, nil
}

// version returns the version of the tables; 0 when there are none. Unlike a goose.Provider it creates nothing.
func (d *DB) version(ctx context.Context) (int64, error) {
	tables := 0
	if err := d.reader.QueryRowContext(ctx, d.dialect.hasTable, goose.DefaultTablename).Scan(&tables); err != nil || tables == 0 {
		return 0, err
	}
	versions, err := database.NewStore(database.Dialect(d.dialect.goose), goose.DefaultTablename)
	if err != nil {
		return 0, err
	}
	version, err := versions.GetLatestVersion(ctx, d.reader)
	if errors.Is(err, database.ErrVersionNotFound) {
		return 0, nil // another process is making the first tables
	}
	return version, err
}
