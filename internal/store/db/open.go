package db

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // driver "sqlite"
)

// Limits of the pools. PostgreSQL allows 100 connections by default, shared by all processes.
const (
	postgresConnections = 16
	sqliteReaders       = 4
)

// Open opens the database at url: "postgres://..." or "sqlite:PATH". The tables are made by Migrate.
func Open(ctx context.Context, databaseURL string) (*DB, error) {
	var (
		s   *DB
		err error
	)
	switch {
	case strings.HasPrefix(databaseURL, "postgres://"), strings.HasPrefix(databaseURL, "postgresql://"):
		s, err = openPostgres(databaseURL)
	case strings.HasPrefix(databaseURL, "sqlite:") && databaseURL != "sqlite:":
		s, err = openSQLite(strings.TrimPrefix(databaseURL, "sqlite:"))
	default:
		// The address may hold a password: it is not repeated.
		return nil, fmt.Errorf("open store: the database address must begin with postgres:// or be sqlite:PATH")
	}
	if err != nil {
		return nil, fmt.Errorf("open store: %w", err)
	}
	if err := s.writer.PingContext(ctx); err != nil {
		_ = s.Close()
		return nil, fmt.Errorf("open store: %w", err)
	}
	return s, nil
}

// openPostgres has every statement planned anew for the tables as they are. PostgreSQL would keep the plan that it made
// when they were empty, which reads whole tables, until its statistics are renewed: an import of 100,000 SKUs then took
// three times as long.
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

// openSQLite opens one writing connection, whose transactions take the write lock when they begin (a
// deferred transaction that reads and then writes fails when another has written meanwhile), and a few
// reading ones, which WAL lets go on beside it. FULL makes a commit survive a power cut.
func openSQLite(path string) (*DB, error) {
	const pragmas = "_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)"
	file := "file:" + (&url.URL{Path: path}).EscapedPath()
	writer, err := sql.Open("sqlite", file+"?_txlock=immediate&"+pragmas)
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	reader, err := sql.Open("sqlite", file+"?_pragma=query_only(1)&"+pragmas)
	if err != nil {
		_ = writer.Close()
		return nil, err
	}
	reader.SetMaxOpenConns(sqliteReaders)
	reader.SetMaxIdleConns(sqliteReaders)
	return &DB{dialect: sqlite, writer: writer, reader: reader}, nil
}
