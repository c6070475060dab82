// Package db opens the database for all rooms: two dialects, migrations, transactions that are repeated after conflicts, lists as
// a statement parameter, and conditions and cursors of lists. It imports no other room and uses no table except to create it. One
// query text serves PostgreSQL and SQLite. Times are UTC microseconds, money is in integer minor units; both are BIGINT.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/towpath/towpath/internal/private"
)

// ErrNotFound means that nothing with the id exists.
var ErrNotFound = errors.New("not found")

// ErrIsKit means that a kit can't have stock.
var ErrIsKit = errors.New("a kit has no stock of its own: move the stock of its parts")

// DB is the open database. It is safe for concurrent use.
type DB struct {
	dialect    dialect
	writer     *sql.DB // PostgreSQL: the one pool; SQLite: one connection, so that writers queue here
	reader     *sql.DB
	keys       *DB    // SQLite: the file of keys; PostgreSQL: nil, they are in a table of this database
	path       string // of SQLite's file; PostgreSQL: empty
	statements atomic.Int64
	watch      atomic.Pointer[func(text string, args []any)]
	marks      marks
}

// Close closes the database.
func (d *DB) Close() error {
	d.marks.mu.Lock()
	d.marks.close()
	d.marks.mu.Unlock()
	if d.reader == d.writer {
		return d.writer.Close()
	}
	err := errors.Join(d.reader.Close(), d.writer.Close())
	if d.keys != nil {
		err = errors.Join(err, d.keys.Close())
	}
	return err
}

// Analyse has PostgreSQL gather its statistics at once, as it does by itself in the field. SQLite plans without statistics there, always in the same way, so it
// does here: those of its ANALYZE have it read a whole table where a column has few values that are very many rows.
func (d *DB) Analyse(ctx context.Context) error {
	if d.path != "" {
		return nil
	}
	if _, err := d.writer.ExecContext(ctx, `ANALYZE`); err != nil {
		return fmt.Errorf("gather statistics: %w", err)
	}
	return nil
}

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.reader.PingContext(ctx) }

// Statements returns the number of statements sent since the store was opened. Tests check with it that saving a page takes the
// same number for any number of lines.
func (d *DB) Statements() int64 {
	n := d.statements.Load()
	if d.keys != nil {
		n += d.keys.statements.Load()
	}
	return n
}

// Watch has watch called with each statement, as the database gets it, before it is run. Tests ask for the plans of statements with it.
func (d *DB) Watch(watch func(text string, args []any)) { d.watch.Store(&watch) }

// sent counts a statement, and returns it as the database gets it.
func (d *DB) sent(text string, args []any) (string, []any) {
	d.statements.Add(1)
	text, args = d.dialect.expand(text, args)
	if watch := d.watch.Load(); watch != nil {
		(*watch)(text, args)
	}
	return text, args
}

// Limits of the connection pools. PostgreSQL allows 100 connections by default, shared by all processes.
const (
	postgresConnections = 16
	sqliteReaders       = 5 // one of them only marks
)

// Open opens the database at url: "postgres://..." or "sqlite:PATH". The tables are made by Migrate. It returns ErrNewer, and changes
// nothing, when a newer program has made them.
func Open(ctx context.Context, databaseURL string) (*DB, error) {
	var (
		s   *DB
		err error
	)
	switch {
	case strings.HasPrefix(databaseURL, "postgres://"), strings.HasPrefix(databaseURL, "postgresql://"):
		s, err = openPostgres(databaseURL)
	case strings.HasPrefix(databaseURL, "sqlite:") && databaseURL != "sqlite:":
		s, err = openSQLiteWithKeys(strings.TrimPrefix(databaseURL, "sqlite:"))
	default:
		// The address may contain a password, so it is not repeated.
		return nil, fmt.Errorf("open store: the database address must begin with postgres:// or be sqlite:PATH")
	}
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if err = s.writer.PingContext(ctx); err == nil {
		err = s.checkNotNewer(ctx)
	}
	if err != nil {
		_ = s.Close()
		if noRoom(err) {
			err = fmt.Errorf("%w: is the disk full?", err)
		}
		return nil, fmt.Errorf("open store: %w", err)
	}
	return s, nil
}

// openPostgres has every statement planned for the tables as they are. Otherwise PostgreSQL would keep plans from when the tables
// were empty, which read whole tables: an import of 100,000 SKUs took three times as long.
func openPostgres(databaseURL string) (*DB, error) {
	config, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		return nil, err
	}
	if _, set := config.RuntimeParams["plan_cache_mode"]; !set {
		config.RuntimeParams["plan_cache_mode"] = "force_custom_plan"
	}
	db := stdlib.OpenDB(*config)
	db.SetMaxOpenConns(postgresConnections)
	db.SetMaxIdleConns(postgresConnections)
	return &DB{dialect: postgres, writer: db, reader: db}, nil
}

// openSQLiteWithKeys opens the store's file and the file of keys beside it.
func openSQLiteWithKeys(path string) (*DB, error) {
	d, err := openSQLite(path, "")
	if err != nil {
		return nil, err
	}
	if d.keys, err = openSQLite(path+keysSuffix, "&_pragma=secure_delete(1)"); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// openSQLite opens one writing connection whose transactions take the write lock at the start (a deferred one fails if another
// has written since it read), and a few reading ones, which WAL allows in parallel. FULL makes a commit survive a power failure.
// Only the owner of the file can read it. more are further pragmas, as the driver wants them.
func openSQLite(path, more string) (*DB, error) {
	if err := private.Database(path); err != nil {
		return nil, err
	}
	pragmas := "_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" + more
	file := "file:" + (&url.URL{Path: path}).EscapedPath()
	writing, err := newPreparing(file + "?_txlock=immediate&" + pragmas)
	if err != nil {
		return nil, err
	}
	reading, err := newPreparing(file + "?_pragma=query_only(1)&" + pragmas)
	if err != nil {
		return nil, err
	}
	writer, reader := sql.OpenDB(writing), sql.OpenDB(reading)
	writer.SetMaxOpenConns(1)
	reader.SetMaxOpenConns(sqliteReaders)
	reader.SetMaxIdleConns(sqliteReaders)
	return &DB{dialect: sqlite, writer: writer, reader: reader, path: path}, nil
}

// dialect has the few words in which PostgreSQL and SQLite differ. Statements are written once, with these words in braces:
//
//	{{identity}}  the type of a row id that the database gives
//	{{rows 1}}    parameter 1, a JSON array of arrays, as a table r with the column value
//	{{lock o}}    locks the rows read from o until the transaction ends
//	{{own o}}     the same for one whose key stays: it keeps out nobody who refers to it
//	{{keep o}}    the same for many at once: it keeps out only those who lock
//	{{bytes}}     the type of bytes
//	{{keys}}      makes the table buyer_keys, which SQLite has in a file of its own
//	{{search}}    makes the index that finds any part of run_items.folded, of three characters or more
//	{{searched}}  run_items as i, to be found by it
//	{{found}}     the id of what it found
//	{{begun}}     of a column of an index: it finds what begins with a text
//	{{from}}      is at or behind, and {{below}} is before a text in such an index; {{rising}} sorts as it does
//
// Lists are passed as one JSON text instead of thousands of variables: the statement stays the same for any number of rows, so it
// is prepared once, and SQLite's driver, which searches all variables for each one, does not take quadratic time.
type dialect struct {
	goose    string
	replace  *strings.Replacer
	alone    string // waits to be the only transaction with a text, parameter 1; empty: there is only one
	hasTable string // counts the tables with a name, parameter 1
	mark     string // see DB.Mark
	elements string // a JSON array, parameter %d, as a table with the column value
	rows     string // a query of its elements x (%[1]s), with columns made of x.value (%[2]s)
	// rare: SQLite's index is searched for the rarest letters of a part, and the results are checked. Searching for a whole part
	// also reads the lists of common letters, which takes a hundred times as long.
	rare  bool
	texts expanded
}

var (
	postgres = dialect{texts: newExpanded(), goose: "postgres", alone: "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", hasTable: "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass($1)", mark: "SELECT CAST(pg_current_snapshot() AS TEXT)",
		elements: "jsonb_array_elements(CAST($%d AS jsonb))", rows: "SELECT %[2]s FROM %[1]s AS x", replace: strings.NewReplacer(
			"{{identity}}", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
			"{{lock o}}", "FOR UPDATE OF o",
			"{{own o}}", "FOR NO KEY UPDATE OF o",
			"{{keep o}}", "FOR KEY SHARE OF o",
			"{{bytes}}", "BYTEA",
			"{{keys}}", createKeys,
			"{{search}}", `CREATE EXTENSION IF NOT EXISTS pg_trgm;
			CREATE INDEX run_items_search ON run_items USING gin (folded gin_trgm_ops);`,
			"{{searched}}", "run_items i",
			"{{found}}", "i.id",
			"{{begun}}", "text_pattern_ops",
			"{{from}}", "~>=~",
			"{{below}}", "~<~",
			"{{rising}}", "USING ~<~",
		)}
	// SQLite's writers hold the write lock from the start.
	sqlite = dialect{texts: newExpanded(), goose: "sqlite3", hasTable: "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1", mark: "PRAGMA data_version",
		// Materialized, because json_each would write the whole row out as a text for each of its columns.
		elements: "json_each($%d)", rows: "WITH x AS MATERIALIZED (SELECT value FROM %[1]s) SELECT %[2]s FROM x", rare: true, replace: strings.NewReplacer(
			"{{identity}}", "INTEGER PRIMARY KEY AUTOINCREMENT",
			"{{lock o}}", "",
			"{{own o}}", "",
			"{{keep o}}", "",
			"{{bytes}}", "BLOB",
			"{{keys}}", "SELECT 1",
			"{{search}}", sqliteSearch,
			"{{searched}}", "run_item_search f CROSS JOIN run_items i ON i.id = f.rowid",
			"{{found}}", "f.rowid",
			"{{begun}}", "",
			"{{from}}", ">=",
			"{{below}}", "<",
			"{{rising}}", "",
		)}
)

// sqliteSearch is SQLite's index of three-letter sequences. It stores no text, because an item's reference never changes.
const sqliteSearch = `CREATE VIRTUAL TABLE run_item_search USING fts5 (folded, content = 'run_items', content_rowid = 'id', tokenize = 'trigram case_sensitive 1');
INSERT INTO run_item_search (run_item_search) VALUES ('rebuild');
-- +goose StatementBegin
CREATE TRIGGER run_items_searched AFTER INSERT ON run_items BEGIN
	INSERT INTO run_item_search (rowid, folded) VALUES (new.id, new.folded);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER run_items_forgotten AFTER DELETE ON run_items BEGIN
	INSERT INTO run_item_search (run_item_search, rowid, folded) VALUES ('delete', old.id, old.folded);
END;
-- +goose StatementEnd`

// LikePart is a part of a text as LIKE finds it.
func LikePart(part string) string { return "%" + LikeText.Replace(part) + "%" }

// Quoted is a text as SQLite's full-text search takes it.
func Quoted(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }

// RareLetters reports whether the index of run_items.folded is to be asked for the rarest letters of a part, see dialect.
func (d *DB) RareLetters() bool { return d.dialect.rare }

// sql returns the statement in the dialect.
func (d dialect) sql(text string) string { return d.replace.Replace(text) }
