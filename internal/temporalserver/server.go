// Package temporalserver runs a whole Temporal cluster and its Web UI inside the calling process, on one SQLite file, for
// towpath-dev and the integration tests. Production uses a real cluster; nothing here is meant to be reachable from
// another machine, so every listener is bound to 127.0.0.1 and nothing is authorized.
//
// Why each setting is what it is:
//
//   - Database: write-ahead log and synchronous FULL, because an acknowledged workflow must survive a power cut. One
//     connection, because SQLite has one writer: four connections halved the throughput. Exclusive locking, because two
//     processes on one file would take the shard from each other for ever; the second one fails at start instead. The
//     schema is created in one transaction, so that a crash in the first second leaves an empty file, not half a schema.
//   - One history shard: it can't be changed once the file exists, and one process gains nothing from more.
//   - Static membership: the four services know each other's ports, so there is no gossip to wait for or to leave behind.
//   - Poll rates of the history queues at 1000 per second: the default of 20 makes a chain of six activities take 350 ms
//     instead of 61.
//   - Few workers of the history queues: 512 of each, the default, wait for one connection to a file. A task has three seconds, so on a busy machine most
//     gave up after having waited, and were done again.
//   - Few indexes of searches: every write of visibility went to 58, of which three serve our searches.
//   - One partition per task queue: budgets are kept per partition, so with the default of four a channel's rate would be
//     a fraction of what was asked for, and a lone task could wait on a partition that no one polls.
//   - Fairness on: without it the tasks of a queue have no order between their keys, so the backlog of one account delays
//     the others. The rate of each key and its weight hold without it, too (tried on 1.32.1).
//   - Eager workflow start on: a starter that shares its client with a worker gets the first task in the same answer.
//   - Request and persistence limits far above what one machine can do: they protect shared clusters, and a back-pressure
//     error here would only look like a fault of ours. Visibility, which scans tables, keeps a limit of 100 per second.
//   - The server's version check is off, and so are the Web UI's news and version notices: they call out to the internet.
//   - The namespace cache is refreshed twice a second instead of every two, so that a search attribute can be used soon
//     after it was added.
//   - Retention is set on the namespace at every start, because the schema helper would leave it at 24 hours.
//
// The SQLite plugin keeps its connection open until the process ends, even after Stop: the file can be served again by
// the same process, but it can't be opened by another one, or be deleted and created anew, before then.
package temporalserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/temporal"
	"go.uber.org/zap"
	"google.golang.org/protobuf/types/known/durationpb"

	namespacepb "go.temporal.io/api/namespace/v1"
)

// Options configure an embedded server.
type Options struct {
	File          string        // SQLite database; created with its schema when absent. Its folder must exist
	Namespace     string        // created when absent; "towpath" when empty
	Retention     time.Duration // how long a closed workflow's history is kept; 72 h when zero, at least 1 h
	FrontendPort  int           // 0 picks a free port. The other services always have free ports
	UIPort        int           // 0 picks a free port, NoUI leaves the Web UI out
	Logger        *zap.Logger   // gets the server's warnings (not those of its own start and stop) and errors; none when nil
	CountActions  bool          // makes Counts work, at the price of a lock per request
	ContinueAfter int           // events after which a new history is suggested to a workflow; 4,096 when zero
	Sync          Sync          // how often a commit waits for the disk; SyncFull when empty
	StartDev      bool          // the settings of `temporal server start-dev`, not ours: for comparisons

	// Waiting is called now and then while the start takes long; nil: nobody is told.
	Waiting func(waited time.Duration)
}

// NoUI as Options.UIPort means that no Web UI is started.
const NoUI = -1

// Server is a running Temporal server. Its methods may be called from any goroutine.
type Server struct {
	address   string
	namespace string
	temporal  temporal.Server
	ui        *webUI
	counter   *counter
	level     zap.AtomicLevel
	stop      sync.Once
}

// Start starts the server and the Web UI, and returns when both answer and the namespace is ready. Its error says
// which port is in use or what is wrong with the file. The context limits only the wait; stop the server with Stop.
func Start(ctx context.Context, o Options) (*Server, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	ports, err := choosePorts(o)
	if err != nil {
		return nil, err
	}
	cfg := serverConfig(o, ports)
	if err := prepareDatabase(cfg, o); err != nil {
		return nil, err
	}
	s := &Server{
		address: ports.frontendAddress(), namespace: o.Namespace, counter: newCounter(o.CountActions, o.Namespace),
		level: zap.NewAtomicLevelAt(zap.ErrorLevel),
	}
	defer o.sayWhileWaiting()()
	if err := s.startTemporal(ctx, cfg, ports, o); err != nil {
		return nil, err
	}
	if err := s.awaitNamespace(ctx, o.Retention); err != nil {
		s.Stop()
		return nil, err
	}
	if o.UIPort != NoUI {
		if s.ui, err = startUI(ctx, ports.ui, s.address, o.Namespace); err != nil {
			s.Stop()
			return nil, err
		}
	}
	s.level.SetLevel(zap.WarnLevel)
	return s, nil
}

// complete fills in the defaults and returns an error for options on which the server would fail later.
func (o Options) complete() (Options, error) {
	if o.File == "" {
		return o, errors.New("start Temporal: no database file given: set Options.File")
	}
	file, err := filepath.Abs(o.File)
	if err != nil {
		return o, fmt.Errorf("start Temporal: database file %q: %w", o.File, err)
	}
	o.File = file
	if o.Namespace == "" {
		o.Namespace = "towpath"
	}
	if o.Retention == 0 {
		o.Retention = 72 * time.Hour
	}
	if o.Retention < time.Hour {
		return o, fmt.Errorf("start Temporal: retention %s is shorter than Temporal's minimum: use 1h or more", o.Retention)
	}
	if o.Logger == nil {
		o.Logger = zap.NewNop()
	}
	if o.Sync == "" {
		o.Sync = SyncFull
	}
	return o, nil
}

func (s *Server) startTemporal(ctx context.Context, cfg *config.Config, ports ports, o Options) error {
	server, err := temporal.NewServer(
		temporal.WithConfig(cfg),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithStaticHosts(ports.hosts()),
		temporal.WithDynamicConfigClient(dynamicSettings(o)),
		temporal.WithLogger(log.NewZapLogger(o.Logger.WithOptions(zap.IncreaseLevel(s.level)))),
		temporal.WithAuthorizer(authorization.NewNoopAuthorizer()),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper { return authorization.NewNoopClaimMapper() }),
		temporal.WithCustomMetricsHandler(s.counter.handler()),
	)
	if err != nil {
		return fmt.Errorf("set up Temporal: %w", err)
	}
	started := make(chan error, 1)
	go func() { started <- server.Start() }()
	select {
	case err = <-started:
	case <-ctx.Done(): // the process is about to end; a start can't be interrupted
		err = ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("start Temporal: %w", err)
	}
	s.temporal = server
	return nil
}

// waitingEvery is the interval of Options.Waiting.
const waitingEvery = 5 * time.Second

// sayWhileWaiting calls Waiting until the returned function is called.
func (o Options) sayWhileWaiting() (quiet func()) {
	if o.Waiting == nil {
		return func() {}
	}
	began, stop, done := time.Now(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(waitingEvery)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				o.Waiting(time.Since(began))
			}
		}
	}()
	return func() {
		close(stop)
		<-done
	}
}

// awaitNamespace waits until the frontend knows the namespace, and updates a retention that an earlier start set.
func (s *Server) awaitNamespace(ctx context.Context, retention time.Duration) error {
	c, err := client.NewLazyClient(client.Options{
		HostPort: s.address, Namespace: s.namespace, Logger: sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	})
	if err != nil {
		return fmt.Errorf("connect to the embedded Temporal: %w", err)
	}
	defer c.Close()
	var found *workflowservice.DescribeNamespaceResponse
	err = await(ctx, func(ctx context.Context) (err error) {
		found, err = c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: s.namespace})
		return err
	})
	if err != nil {
		return fmt.Errorf("wait for namespace %q: %w", s.namespace, err)
	}
	if found.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration() == retention {
		return nil
	}
	_, err = c.WorkflowService().UpdateNamespace(ctx, &workflowservice.UpdateNamespaceRequest{
		Namespace: s.namespace,
		Config:    &namespacepb.NamespaceConfig{WorkflowExecutionRetentionTtl: durationpb.New(retention)},
	})
	if err != nil {
		return fmt.Errorf("set retention of namespace %q to %s: %w", s.namespace, retention, err)
	}
	return nil
}

// await repeats try until it succeeds, and returns its last error when the context ends first: after a kill with a backlog a busy
// machine may need minutes (case G6).
func await(ctx context.Context, try func(context.Context) error) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		err := try(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w (last: %w)", ctx.Err(), err)
		case <-tick.C:
		}
	}
}

// Address returns host:port of the frontend, for client.Options.HostPort.
func (s *Server) Address() string { return s.address }

// UIAddress returns the Web UI's URL, which opens on the namespace; "" if there is no Web UI.
func (s *Server) UIAddress() string {
	if s.ui == nil {
		return ""
	}
	return s.ui.address
}

// Namespace returns the name of the namespace.
func (s *Server) Namespace() string { return s.namespace }

// Stop stops the Web UI, then the server's services in order, and waits for them. Close clients and workers first. A
// second call does nothing.
func (s *Server) Stop() {
	s.stop.Do(func() {
		// The services lose the connection to each other one by one, and each would log a warning.
		s.level.SetLevel(zap.ErrorLevel)
		if s.ui != nil {
			s.ui.stop()
		}
		// The only possible error is a service that was too slow to stop, which the server has logged.
		_ = s.temporal.Stop()
		// Late goroutines may still log, perhaps after the end of the test that the logger belongs to.
		s.level.SetLevel(zap.FatalLevel)
	})
}
