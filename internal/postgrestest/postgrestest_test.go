package postgrestest

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

func connect(t *testing.T, address string) *pgx.Conn {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	connection, err := pgx.Connect(ctx, address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = connection.Close(context.Background()) })
	return connection
}

func TestURLLeadsToPostgreSQL(t *testing.T) {
	t.Parallel()
	var version string
	require.NoError(t, connect(t, URL(t)).QueryRow(t.Context(), "select version()").Scan(&version))
	require.Contains(t, version, "PostgreSQL")
	t.Log(version)
}

func TestEachTestHasAnEmptyDatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	first, second := connect(t, URL(t)), connect(t, URL(t))
	_, err := first.Exec(t.Context(), "create table only_in_the_first (id bigint)")
	require.NoError(t, err)
	var tables int
	count := "select count(*) from information_schema.tables where table_schema = 'public'"
	require.NoError(t, second.QueryRow(t.Context(), count).Scan(&tables))
	require.Zero(t, tables)
}

func TestDatabaseIsDroppedWhenItsTestEnds(t *testing.T) {
	t.Parallel()
	server := connect(t, URL(t))
	var name string
	t.Run("a test that leaves its connection open", func(t *testing.T) {
		left, err := pgx.Connect(t.Context(), URL(t))
		require.NoError(t, err)
		require.NoError(t, left.QueryRow(t.Context(), "select current_database()").Scan(&name))
	})
	var there int
	require.NoError(t, server.QueryRow(t.Context(), "select count(*) from pg_database where datname = $1", name).Scan(&there))
	require.Zero(t, there)
}

// If a Docker engine and an installed server are both available, URL uses only the first. This tests the installed
// server directly, including that it leaves nothing behind.
func TestInstalledServerStartsAndStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), startTimeout)
	defer cancel()
	running, err := startInstalled(ctx)
	if err != nil {
		giveUp(t, err)
	}
	var folder string
	require.NoError(t, connect(t, running.url).QueryRow(ctx, "show data_directory").Scan(&folder))
	require.NoError(t, running.stop())
	require.NoDirExists(t, folder)
	_, err = pgx.Connect(ctx, running.url)
	require.Error(t, err, "the server still answers")
}
