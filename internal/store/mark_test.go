package store_test

import (
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/postgrestest"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/storetest"
)

func TestAMarkDiffersAfterAWrite(t *testing.T) {
	t.Parallel()
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		before, err := s.Mark(ctx)
		require.NoError(t, err)
		link(t, s, "A")
		after, err := s.Mark(ctx)
		require.NoError(t, err)
		require.NotEqual(t, before, after)
	})
}

// The console may run in another process than the workers. PostgreSQL counts what other tests write, so that nothing being written is seen on SQLite only.
func TestAMarkKnowsWhatAnotherProcessWrites(t *testing.T) {
	t.Parallel()
	address := "sqlite:" + filepath.Join(t.TempDir(), "store.db")
	open := func() *store.Store {
		s, err := store.Open(ctx, address, keyring.ForSimulations())
		require.NoError(t, err)
		t.Cleanup(func() { _ = s.Close() })
		return s
	}
	workers, console := open(), open()
	require.NoError(t, workers.Migrate(ctx))
	mark := func() string {
		m, err := console.Mark(ctx)
		require.NoError(t, err)
		return m
	}
	before := mark()
	_, err := console.Summaries(ctx)
	require.NoError(t, err)
	require.Equal(t, before, mark(), "reading changes nothing")
	require.NoError(t, workers.Products.SaveVariants(ctx, []products.Variant{{SKU: "A"}}))
	after := mark()
	require.NotEqual(t, before, after)
	require.Equal(t, after, mark())
	require.NoError(t, console.Close())
	_, err = console.Mark(ctx)
	require.ErrorContains(t, err, "ask whether the store has changed")
}

// A transaction that began before another one and ends after it is seen, too, when it ends.
func TestAMarkKnowsATransactionThatWasOvertaken(t *testing.T) {
	t.Parallel()
	address := postgrestest.URL(t)
	s := storetest.Fresh(t, address)
	conn, err := pgx.Connect(ctx, address)
	require.NoError(t, err)
	defer func() { _ = conn.Close(ctx) }()
	slow, err := conn.Begin(ctx)
	require.NoError(t, err)
	_, err = slow.Exec(ctx, "UPDATE accounts SET name = 'slow'")
	require.NoError(t, err)
	require.NoError(t, s.Products.SaveVariants(ctx, []products.Variant{{SKU: "A"}}))
	before, err := s.Mark(ctx)
	require.NoError(t, err)
	require.NoError(t, slow.Commit(ctx))
	after, err := s.Mark(ctx)
	require.NoError(t, err)
	require.NotEqual(t, before, after)
}
