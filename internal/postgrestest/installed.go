package postgrestest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// guard runs the server ($2...) and waits for the end of standard input: when the test process closes the pipe, or
// dies and the system closes it, guard stops the server and removes its folder ($1). So nothing is left running,
// however the test ends.
const guard = `folder=$1; shift; "$@" </dev/null & server=$!; read -r _; kill -INT $server; wait $server; rm -rf "$folder"`

// errPortInUse says that another process took the port after we chose it and before the server used it.
var errPortInUse = errors.New("the port was taken meanwhile")

// startInstalled runs the programs of an installed PostgreSQL in a temporary folder.
func startInstalled(ctx context.Context) (*server, error) {
	programs, err := findPrograms(ctx)
	if err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		running, err := startCluster(ctx, programs)
		if err == nil {
			return running, nil
		}
		if !errors.Is(err, errPortInUse) || attempt == 3 {
			return nil, fmt.Errorf("start the PostgreSQL server in %s: %w", programs, err)
		}
	}
}

// findPrograms returns the folder of initdb and postgres: Debian keeps the server's programs outside PATH, in one
// folder for each version.
func findPrograms(ctx context.Context) (string, error) {
	var folders []string
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		folders = append(folders, strings.TrimSpace(string(out)))
	}
	if initdb, err := exec.LookPath("initdb"); err == nil {
		folders = append(folders, filepath.Dir(initdb))
	}
	debian, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", fmt.Errorf("look for PostgreSQL: %w", err)
	}
	slices.Reverse(debian) // newest first
	for _, folder := range append(folders, debian...) {
		_, initdb := os.Stat(filepath.Join(folder, "initdb"))
		_, postgres := os.Stat(filepath.Join(folder, "postgres"))
		if initdb == nil && postgres == nil {
			return folder, nil
		}
	}
	return "", fmt.Errorf("look for an installed PostgreSQL server: %w; install one (Debian: postgresql-15) or set %s",
		errNotHere, envURL)
}

func startCluster(ctx context.Context, programs string) (*server, error) {
	folder, err := os.MkdirTemp("", "towpath-postgres-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the cluster: %w", err)
	}
	prefix, err := becomeServerUser(folder)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	data := filepath.Join(folder, "data")
	initdb := append(slices.Clone(prefix), filepath.Join(programs, "initdb"), "--pgdata="+data, "--username="+databaseUser,
		"--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
	command := exec.CommandContext(ctx, initdb[0], initdb[1:]...)
	command.Dir = folder
	if out, err := command.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("initdb: %w: %s", err, out), os.RemoveAll(folder))
	}
	return runCluster(ctx, programs, folder, prefix)
}

// becomeServerUser returns the command prefix that runs a program as PostgreSQL's own user, and makes that user the
// owner of the folder, if we are root: the server refuses to run as root.
func becomeServerUser(folder string) ([]string, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	owner, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("PostgreSQL does not run as root and there is no user postgres: %w (%w)", errNotHere, err)
	}
	uid, _ := strconv.Atoi(owner.Uid)
	gid, _ := strconv.Atoi(owner.Gid)
	if err := os.Chown(folder, uid, gid); err != nil {
		return nil, fmt.Errorf("give the cluster's folder to the user postgres: %w", err)
	}
	return []string{"runuser", "-u", "postgres", "--"}, nil
}

func runCluster(ctx context.Context, programs, folder string, prefix []string) (*server, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	arguments := append(slices.Clone(prefix), "sh", "-c", guard, "sh", folder, filepath.Join(programs, "postgres"),
		"-D", filepath.Join(folder, "data"), "-p", strconv.Itoa(port), "-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=")
	arguments = append(arguments, settings()...)
	words := &tail{}
	command := exec.Command(arguments[0], arguments[1:]...) //nolint:noctx // it outlives the start; stop ends it
	command.Dir, command.Stdout, command.Stderr = folder, words, words
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("make the server's pipe: %w", err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	stop := func() error { return errors.Join(stdin.Close(), command.Wait()) }
	serverURL := address(net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err := awaitReady(ctx, serverURL, words.broken); err != nil {
		return nil, errors.Join(err, stop())
	}
	return &server{url: serverURL, stop: stop}, nil
}

func freePort(ctx context.Context) (int, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
