// Package postgrestest gives each test an empty PostgreSQL database of its own.
//
// The server is, in this order:
//
//   - the one at TOWPATH_TEST_POSTGRES_URL, a postgres:// address whose user may create databases;
//   - a container, where a Docker engine answers: the image named by TOWPATH_TEST_POSTGRES_IMAGE, else the official
//     one, else the stand-in that integration/postgres-image.sh builds where no registry can be reached;
//   - an installed server's programs, run in a temporary folder on a free loopback port.
//
// With none of them the test is skipped and says why; with CI=true it fails instead, so that a build can't be green
// because it tested nothing.
package postgrestest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	envURL   = "TOWPATH_TEST_POSTGRES_URL"
	envImage = "TOWPATH_TEST_POSTGRES_IMAGE"
	envCI    = "CI"

	// startTimeout is enough to pull an image on a slow line.
	startTimeout = 5 * time.Minute
	// readyTimeout is enough to initialise a cluster in a container on a busy machine; it commonly takes seconds.
	readyTimeout = 90 * time.Second
	// statementTimeout is enough for CREATE and DROP DATABASE, which copy and delete about 8 MB.
	statementTimeout = time.Minute
)

// URL returns the postgres:// address of a new, empty database that exists for as long as the test runs. The
// process's tests share one server, which is stopped when the last of them has ended.
func URL(t testing.TB) string {
	t.Helper()
	address, err := acquire()
	if err != nil {
		giveUp(t, err)
	}
	t.Cleanup(func() {
		if err := release(); err != nil {
			t.Errorf("stop the PostgreSQL test server: %v", err)
		}
	})
	database, err := createDatabase(t, address)
	if err != nil {
		t.Fatalf("create a database for the test: %v", err)
	}
	return database
}

// Main runs a package's tests on one server, for TestMain: os.Exit(postgrestest.Main(m)). Without it a server is
// started again whenever no test is using one, which costs seconds when tests run one after another. Main does not
// fail on a machine without PostgreSQL: URL then skips or fails each test that calls it.
func Main(m *testing.M) int {
	_, err := acquire()
	code := m.Run()
	if err != nil {
		return code
	}
	if err := release(); err != nil {
		fmt.Fprintln(os.Stderr, "stop the PostgreSQL test server:", err)
		return max(code, 1)
	}
	return code
}

// giveUp skips the test if there is no PostgreSQL, and fails it if there is one that does not work.
func giveUp(t testing.TB, reason error) {
	t.Helper()
	if os.Getenv(envCI) == "true" || !errors.Is(reason, errNotHere) {
		t.Fatalf("this test needs PostgreSQL: %v", reason)
	}
	t.Skipf("this test needs PostgreSQL: %v", reason)
}

// createDatabase creates a database on the server and drops it when the test ends.
func createDatabase(t testing.TB, server string) (string, error) {
	t.Helper()
	address, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("%s is not an address like postgres://user:password@host:5432/database", envURL)
	}
	name := "towpath_test_" + rand.Text()
	quoted := pgx.Identifier{name}.Sanitize()
	if err := execute(server, "CREATE DATABASE "+quoted); err != nil {
		return "", err
	}
	t.Cleanup(func() {
		// FORCE: a test that failed may have left its connections open.
		if err := execute(server, "DROP DATABASE IF EXISTS "+quoted+" WITH (FORCE)"); err != nil {
			t.Logf("drop the test's database: %v", err)
		}
	})
	address.Path = "/" + name
	return address.String(), nil
}

func execute(server, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), statementTimeout)
	defer cancel()
	connection, err := pgx.Connect(ctx, server)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = connection.Close(ctx) }()
	if _, err := connection.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
