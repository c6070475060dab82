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

// server is a running PostgreSQL: its address for a user who may create databases, and a function that stops it.
type server struct {
	url  string
	stop func() error
}

// The server's own user. Only loopback reaches the server, and it holds no real data.
const (
	databaseUser     = "towpath"
	databasePassword = "towpath"
)

// errNotHere says that one way of running PostgreSQL is not available on this machine, so that the next one is tried.
var errNotHere = errors.New("not available here")

// shared is the one server of this process and the number of tests that use it.
var shared struct {
	sync.Mutex
	running *server
	users   int
	failure error // kept: a server does not become available between two tests
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

// start tries each way in turn. A way that is available but fails ends the search: trying the next one would hide a
// broken set-up.
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

// awaitReady polls until the server answers a query. A starting server refuses or drops connections, so every error
// but the context's end counts as "not yet"; broken, if given, returns an error for a server that will never be
// ready.
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

// settings returns settings that make a server quick but unsafe in a power cut, which no test needs to survive.
func settings() []string {
	return []string{
		"-c", "fsync=off",
		"-c", "full_page_writes=off",
		"-c", "synchronous_commit=off",
		"-c", "max_connections=300",
	}
}

// address returns the address of the server at host:port, for its own user.
func address(host string) string {
	return (&url.URL{
		Scheme: "postgres", User: url.UserPassword(databaseUser, databasePassword), Host: host,
		Path: "/postgres", RawQuery: "sslmode=disable",
	}).String()
}
