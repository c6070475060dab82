package postgrestest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/log"
)

const (
	officialImage = "postgres:17-alpine"
	// standInImage is the image that integration/postgres-image.sh builds.
	standInImage = "towpath/postgres:15-debian"

	containerPort = "5432/tcp"
	// lifetime, in seconds, ends a container whose test process was killed before it could remove it. It replaces
	// testcontainers' reaper, which needs an image of its own from a registry.
	lifetime = "3600"
)

// startContainer runs PostgreSQL in a container with its data in memory.
func startContainer(ctx context.Context) (*server, error) {
	// This must come before the first use of testcontainers, which reads its environment once.
	if err := os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true"); err != nil {
		return nil, fmt.Errorf("switch the container reaper off: %w", err)
	}
	image, err := chooseImage(ctx)
	if err != nil {
		return nil, err
	}
	running, err := testcontainers.GenericContainer(ctx, testcontainers.GenericContainerRequest{
		ContainerRequest: testcontainers.ContainerRequest{
			Image:        image,
			ExposedPorts: []string{containerPort},
			Entrypoint:   []string{"timeout", "-s", "INT", lifetime, "docker-entrypoint.sh"},
			Cmd:          append([]string{"postgres"}, settings()...),
			HostConfigModifier: func(host *container.HostConfig) {
				host.PortBindings = network.PortMap{
					network.MustParsePort(containerPort): {{HostIP: netip.AddrFrom4([4]byte{127, 0, 0, 1})}},
				}
			},
			Tmpfs: map[string]string{"/pgdata": "mode=1777"},
			Env: map[string]string{
				"PGDATA":            "/pgdata/data",
				"POSTGRES_USER":     databaseUser,
				"POSTGRES_PASSWORD": databasePassword,
				"POSTGRES_DB":       "towpath",
				"TZ":                "UTC",
			},
		},
		Started: true,
		Logger:  quiet{},
	})
	stop := func() error { return testcontainers.TerminateContainer(running, testcontainers.StopTimeout(0)) }
	if err != nil {
		_ = stop()
		return nil, fmt.Errorf("run the PostgreSQL image %s: %w", image, err)
	}
	address, err := containerURL(ctx, running)
	if err == nil {
		err = awaitReady(ctx, address, func() error { return exited(ctx, running) })
	}
	if err != nil {
		_ = stop()
		return nil, fmt.Errorf("start the PostgreSQL image %s: %w", image, err)
	}
	return &server{url: address, stop: stop}, nil
}

// chooseImage returns an image that the engine has or could fetch. An image that the environment names must be
// available; the default may be replaced by the stand-in.
func chooseImage(ctx context.Context) (string, error) {
	docker, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return "", fmt.Errorf("find a Docker engine: %w (%w)", errNotHere, err)
	}
	defer func() { _ = docker.Close() }()
	if _, err := docker.Ping(ctx, client.PingOptions{}); err != nil {
		return "", fmt.Errorf("ask the Docker engine: %w (%w)", errNotHere, err)
	}
	if host := docker.DaemonHost(); strings.HasPrefix(host, "tcp://") || strings.HasPrefix(host, "http") {
		return "", fmt.Errorf("%w: the Docker engine at %s is reached over a network, its containers' ports are not ours",
			errNotHere, host)
	}
	if named := os.Getenv(envImage); named != "" {
		if err := fetchImage(ctx, docker, named); err != nil {
			return "", fmt.Errorf("%s: %w", envImage, err)
		}
		return named, nil
	}
	missing := fetchImage(ctx, docker, officialImage)
	if missing == nil {
		return officialImage, nil
	}
	if _, err := docker.ImageInspect(ctx, standInImage); err == nil {
		return standInImage, nil
	}
	return "", fmt.Errorf("%w: %w; integration/postgres-image.sh builds a stand-in", errNotHere, missing)
}

// fetchImage pulls an image unless the engine has it. testcontainers would retry for a quarter of an hour if a
// registry can't be reached; one attempt is enough here.
func fetchImage(ctx context.Context, docker *testcontainers.DockerClient, image string) error {
	if _, err := docker.ImageInspect(ctx, image); err == nil {
		return nil
	}
	progress, err := docker.ImagePull(ctx, image, client.ImagePullOptions{})
	if err != nil {
		return fmt.Errorf("pull image %s: %w", image, err)
	}
	if err := progress.Wait(ctx); err != nil {
		return fmt.Errorf("pull image %s: %w", image, err)
	}
	return nil
}

// containerURL returns the address of the container's server, on loopback, where the port is bound. It does not use
// testcontainers' Host: on a machine that looks like a container (it has /.dockerenv), Host is the default gateway,
// and the engine does not run there.
func containerURL(ctx context.Context, running testcontainers.Container) (string, error) {
	mapped, err := running.MappedPort(ctx, containerPort)
	if err != nil {
		return "", fmt.Errorf("ask for the container's port: %w", err)
	}
	return address(net.JoinHostPort("127.0.0.1", mapped.Port())), nil
}

// exited returns an error with the end of the container's log if the container has ended. It ignores an engine that
// does not answer: the next poll asks again.
func exited(ctx context.Context, running testcontainers.Container) error {
	if state, err := running.State(ctx); err == nil && !state.Running {
		return fmt.Errorf("the container exited with code %d: %s", state.ExitCode, lastWords(ctx, running))
	}
	return nil
}

func lastWords(ctx context.Context, running testcontainers.Container) string {
	logs, err := running.Logs(ctx)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = logs.Close() }()
	text, _ := io.ReadAll(io.LimitReader(logs, 8<<10))
	return string(text)
}

// quiet keeps testcontainers' progress messages out of the tests' output.
type quiet struct{}

var _ log.Logger = quiet{}

func (quiet) Printf(string, ...any) {}
