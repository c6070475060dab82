package postgrestest

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // driver "pgx"
	"github.com/stretchr/testify/require"
)

// chunk is how much of a file is read at once, and overlap how much of it is read again with the next, so that a word across
// the border is found.
const (
	chunk   = 8 << 20
	overlap = 1 << 10
)

// Search returns where the words are in the files of the whole server: tables, indexes, write-ahead log, temporary files. Other
// tests' databases are among them, so a word must be the test's own.
func Search(t testing.TB, url string, words []string) (found []string) {
	t.Helper()
	ctx := context.Background()
	db, err := sql.Open("pgx", url)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(ctx, `CHECKPOINT`)
	require.NoError(t, err)
	sizes := filesOf(t, db)
	require.Greater(t, len(sizes), 100, "files of the server")
	for path, size := range sizes {
		for at := int64(0); at < size; at += chunk - overlap {
			var part []byte
			require.NoError(t, db.QueryRowContext(ctx, `SELECT COALESCE(pg_read_binary_file($1, $2, $3, true), '')`, path, at, chunk).Scan(&part))
			for _, w := range words {
				if bytes.Contains(part, []byte(w)) {
					found = append(found, fmt.Sprintf("%s in %s", w, path))
				}
			}
		}
	}
	return found
}

// SearchTable returns the table's file if it holds the word, in rows that were deleted too.
func SearchTable(t testing.TB, url, table, word string) (found []string) {
	t.Helper()
	ctx := context.Background()
	db, err := sql.Open("pgx", url)
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(ctx, `CHECKPOINT`)
	require.NoError(t, err)
	var path string
	var text []byte
	require.NoError(t, db.QueryRowContext(ctx, `SELECT pg_relation_filepath($1), pg_read_binary_file(pg_relation_filepath($1))`, table).Scan(&path, &text))
	if bytes.Contains(text, []byte(word)) {
		found = append(found, path)
	}
	return found
}

// filesOf returns the sizes of all files in the server's data folder, in bytes.
func filesOf(t testing.TB, db *sql.DB) map[string]int64 {
	t.Helper()
	rows, err := db.QueryContext(context.Background(), `WITH RECURSIVE f (path, dir, size) AS (
			SELECT name, (pg_stat_file(name, true)).isdir, (pg_stat_file(name, true)).size FROM pg_ls_dir('.') AS name
			UNION ALL
			SELECT f.path || '/' || name, (pg_stat_file(f.path || '/' || name, true)).isdir, (pg_stat_file(f.path || '/' || name, true)).size
			FROM f CROSS JOIN LATERAL pg_ls_dir(f.path, true, false) AS name WHERE f.dir)
		SELECT path, size FROM f WHERE NOT dir AND size > 0`)
	require.NoError(t, err)
	defer func() { _ = rows.Close() }()
	sizes := map[string]int64{}
	for rows.Next() {
		var path string
		var size int64
		require.NoError(t, rows.Scan(&path, &size))
		sizes[path] = size
	}
	require.NoError(t, rows.Err())
	return sizes
}
