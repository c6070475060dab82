package db

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"
)

// A program that reads while another migrates is never without an index: PostgreSQL locks a table from a drop to the end of the migration, so
// that indexes are dropped when all that takes long is done. Migrations before 92 are out in the world as they are.
func TestMigrationsDropIndexesLast(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(migrationFiles, "migrations/*.sql")
	require.NoError(t, err)
	for _, name := range names {
		version, err := goose.NumericComponent(name)
		require.NoError(t, err)
		if version < 92 {
			continue
		}
		text, err := migrationFiles.ReadFile(name)
		require.NoError(t, err)
		if _, after, drops := strings.Cut(string(text), "\nDROP INDEX "); drops {
			require.NotContains(t, after, "\nCREATE ", name)
		}
	}
}
