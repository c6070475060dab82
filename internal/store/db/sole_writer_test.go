package db

import (
	"context"
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"
	sqlitedriver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// What SoleWriter says of SQLite is true before the transaction has sent its first statement, and of another process too.
func TestAWriterOfSQLiteIsAloneFromItsBeginning(t *testing.T) {
	t.Parallel()
	d := openFile(t)
	other, err := sql.Open("sqlite", "file:"+d.path+"?_pragma=busy_timeout(0)")
	require.NoError(t, err)
	t.Cleanup(func() { _ = other.Close() })
	write := func(ctx context.Context) error {
		_, err := other.ExecContext(ctx, `UPDATE some SET word = 'four'`)
		return err
	}
	require.NoError(t, write(t.Context()))
	require.NoError(t, d.Write(t.Context(), "nothing yet", func(ctx context.Context, x *Tx) error {
		require.True(t, x.SoleWriter())
		var busy *sqlitedriver.Error
		require.ErrorAs(t, write(ctx), &busy)
		require.Equal(t, sqlite3.SQLITE_BUSY, busy.Code()&0xff)
		return nil
	}))
	require.NoError(t, write(t.Context()))
}
