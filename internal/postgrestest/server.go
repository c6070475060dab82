package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// server is a running PostgreSQL: its address as a user who may create databases, and how to end it.
type server struct {
	url  string
	stop func() error
}

// The server's own user; a test reaches it on loopback only and it holds nothing.
const (
	databaseUser     = "towpath"
	databasePassword = "towpath"
)

// errNotHere says that this machine lacks one way of running PostgreSQL, so that the next one is tried.
var errNotHere = errors.New("not available here")

// shared is the one server of this process and the number of tests that use it.
var shared struct {
	sync.Mutex
	running *server
	users   int
	failure error // remembered: a machine does not grow a server between two tests
}

func acquire() (string, error) {
	shared.Lock()
	defer shared.Unlock()
	if shared.failure != nil {
		return "", shared.failure
	}
	if shared.running == nil {
		ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
		defer cancel()
		shared.running, shared.failure = start(ctx)
		if shared.failure != nil {
			return "", shared.failure
		}
	}
	shared.users++
	return shared.running.url, nil
}

func release() error {
	shared.Lock()
	defer shared.Unlock()
	shared.users--
	if shared.users > 0 {
		return nil
	}
	running := shared.running
	shared.running = nil
	return running.stop()
}

// start tries each way in turn. A way that is there but fails ends the search: to go on would hide a broken set-up.
func start(ctx context.Context) (*server, error) {
	if address := os.Getenv(envURL); address != "" {
		if !strings.HasPrefix(address, "postgres://") && !strings.HasPrefix(address, "postgresql://") {
			return nil, fmt.Errorf("%s must begin with postgres://", envURL)
		}
		return &server{url: address, stop: func() error { return nil }}, nil
	}
	running, noContainer := startContainer(ctx)
	if noContainer == nil || !errors.Is(noContainer, errNotHere) {
		return running, noContainer
	}
	running, err := startInstalled(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w; before that: %w", err, noContainer)
	}
	return running, nil
}

// awaitReady polls until the server answers a query. A server that is starting refuses or drops connections, so
// every error but the context's end counts as "not yet"; broken, when given, tells of a server that never will.
func awaitReady(ctx context.Context, address string, broken func() error) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		last := ping(ctx, address)
		if last == nil {
			return nil
		}
		if err := broken(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL did not become ready: %w", last)
		case <-tick.C:
		}
	}
}

func ping(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	connection, err := pgx.Connect(ctx, address)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = connection.Close(ctx) }()
	return connection.Ping(ctx)
}

// settings make a server quick and forgetful: no test outlives a power cut.
func settings() []string {
	return []string{
		"-c", "fsync=off",
		"-c", "full_page_writes=off",
		"-c", "synchronous_commit=off",
		"-c", "max_connections=300",
	}
}

// address of the server at host:port, as its own user.
func address(host string) string {
	return (&url.URL{
		Scheme: "postgres", User: url.UserPassword(databaseUser, databasePassword), Host: host,
		Path: "/postgres", RawQuery: "sslmode=disable",
	}).String()
}
