package temporalserver

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"time"

	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	dc "go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/common/testing/freeport"
)

const (
	loopback = "127.0.0.1"
	// clusterName is stored in the file: an existing database can't be used under another name.
	clusterName = "active"
	// unlimited is a request rate that one machine can't reach, and small enough for the limiters' integer
	// arithmetic.
	unlimited = 100_000
)

// ports are the ports of the services and of the Web UI.
type ports struct {
	services map[primitives.ServiceName]int
	ui       int
}

// choosePorts checks that the requested ports are free, since the server ends the whole process when it can't listen,
// and picks free ones for the rest.
func choosePorts(o Options) (ports, error) {
	frontend, err := port("Temporal's frontend", o.FrontendPort)
	if err != nil {
		return ports{}, err
	}
	ui := 0
	if o.UIPort != NoUI {
		if ui, err = port("Temporal's Web UI", o.UIPort); err != nil {
			return ports{}, err
		}
	}
	return ports{ui: ui, services: map[primitives.ServiceName]int{
		primitives.FrontendService: frontend,
		primitives.HistoryService:  freeport.MustGetFreePort(),
		primitives.MatchingService: freeport.MustGetFreePort(),
		primitives.WorkerService:   freeport.MustGetFreePort(),
	}}, nil
}

func port(use string, wanted int) (int, error) {
	if wanted == 0 {
		return freeport.MustGetFreePort(), nil
	}
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address(wanted))
	if err != nil {
		return 0, fmt.Errorf("port %d for %s can't be used: stop the program that has it (another towpath-dev or Temporal?) "+
			"or choose another port: %w", wanted, use, err)
	}
	return wanted, l.Close()
}

func address(port int) string { return fmt.Sprintf("%s:%d", loopback, port) }

func (p ports) frontendAddress() string { return address(p.services[primitives.FrontendService]) }

// hosts returns the static membership: one host for each service.
func (p ports) hosts() map[primitives.ServiceName]static.Hosts {
	hosts := make(map[primitives.ServiceName]static.Hosts, len(p.services))
	for name, port := range p.services {
		hosts[name] = static.SingleLocalHost(address(port))
	}
	return hosts
}

func serverConfig(o Options, p ports) *config.Config {
	services := make(map[string]config.Service, len(p.services))
	for name, port := range p.services {
		services[string(name)] = config.Service{RPC: config.RPC{GRPCPort: port, BindOnIP: loopback}}
	}
	disabled := "disabled"
	return &config.Config{
		Global:       config.Global{Membership: config.Membership{MaxJoinDuration: startWithin / 2}},
		Services:     services,
		PublicClient: config.PublicClient{HostPort: p.frontendAddress()},
		Persistence:  persistenceConfig(o),
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10, MasterClusterName: clusterName, CurrentClusterName: clusterName,
			ClusterInformation: map[string]cluster.ClusterInformation{
				clusterName: {Enabled: true, InitialFailoverVersion: 1, RPCAddress: p.frontendAddress()},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Archival: config.Archival{
			History: config.HistoryArchival{State: disabled}, Visibility: config.VisibilityArchival{State: disabled},
		},
		NamespaceDefaults: config.NamespaceDefaults{Archival: config.ArchivalNamespaceDefaults{
			History:    config.HistoryArchivalNamespaceDefaults{State: disabled},
			Visibility: config.VisibilityArchivalNamespaceDefaults{State: disabled},
		}},
	}
}

func persistenceConfig(o Options) config.Persistence {
	if o.StartDev {
		return startDevPersistence(o.File)
	}
	return config.Persistence{
		DefaultStore: mainStore, VisibilityStore: visibilityStore, NumHistoryShards: 1,
		DataStores: map[string]config.DataStore{
			mainStore:       {SQL: databaseConfig(o.File, o.Sync)},
			visibilityStore: {SQL: databaseConfig(visibilityFile(o.File), SyncNormal)},
		},
	}
}

// startWithin limits the start of all services together. The server (1.32.1, temporal/server_impl.go) gives them 15 s or, if that is
// longer, twice the time for joining a ring, which a static membership never needs. With a backlog on a busy machine 15 s are too
// few, and the last of the services, its worker, found no time left (case G6).
const startWithin = time.Hour

// The names of the stores. Visibility has a file of its own: SQLite has one writing connection for each file, and a
// fifth of all writes are for visibility.
const (
	mainStore       = "main"
	visibilityStore = "visibility"
)

// Sync is how often SQLite waits for the disk: the value of its pragma `synchronous`.
type Sync string

// SyncFull waits at every commit, so that a power cut loses nothing. SyncNormal waits at checkpoints: a killed
// process still loses nothing, but a power cut may lose the last commits. Visibility always uses SyncNormal: it only
// serves searches.
const (
	SyncNormal Sync = "1"
	SyncFull   Sync = "2"
)

func visibilityFile(file string) string { return file + ".visibility" }

// databaseConfig returns the configuration of a database file.
func databaseConfig(file string, sync Sync) *config.SQL {
	return &config.SQL{
		PluginName:   sqlite.PluginName,
		DatabaseName: databaseName(file),
		MaxConns:     1,
		MaxIdleConns: 1,
		ConnectAttributes: map[string]string{
			"mode": "rwc", "journal_mode": "wal", "synchronous": string(sync), "locking_mode": "exclusive", "busy_timeout": "2000",
		},
	}
}

// databaseName names a file so that SQLite's URI syntax can't misread special characters in its path.
func databaseName(file string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.ToSlash(file))
}

// How many tasks of a history queue are worked on at a time. All wait for the one connection of their file.
const (
	queueWorkers  = 8
	searchWorkers = 2
)

// dynamicSettings returns the dynamic configuration.
func dynamicSettings(o Options) dc.StaticClient {
	settings := ownSettings()
	if o.StartDev {
		settings = startDevSettings()
	}
	if o.ContinueAfter > 0 {
		settings[dc.HistoryCountSuggestContinueAsNew.Key()] = o.ContinueAfter
	}
	return settings
}

// ownSettings returns our dynamic configuration; the package comment has the reason for each setting.
func ownSettings() dc.StaticClient {
	return dc.StaticClient{
		dc.TransferProcessorMaxPollRPS.Key():   1000,
		dc.TimerProcessorMaxPollRPS.Key():      1000,
		dc.VisibilityProcessorMaxPollRPS.Key(): 1000,

		dc.TransferProcessorSchedulerWorkerCount.Key():   queueWorkers,
		dc.TimerProcessorSchedulerWorkerCount.Key():      queueWorkers,
		dc.VisibilityProcessorSchedulerWorkerCount.Key(): searchWorkers,

		dc.MatchingNumTaskqueueReadPartitions.Key():  1,
		dc.MatchingNumTaskqueueWritePartitions.Key(): 1,
		dc.MatchingEnableFairness.Key():              true,

		dc.EnableEagerWorkflowStart.Key():                           true,
		dc.FrontendEnableUpdateWorkflowExecution.Key():              true,
		dc.FrontendEnableUpdateWorkflowExecutionAsyncAccepted.Key(): true,

		dc.FrontendRPS.Key():                        unlimited,
		dc.FrontendMaxNamespaceRPSPerInstance.Key(): unlimited,
		dc.HistoryRPS.Key():                         unlimited,
		dc.MatchingRPS.Key():                        unlimited,
		dc.FrontendPersistenceMaxQPS.Key():          unlimited,
		dc.HistoryPersistenceMaxQPS.Key():           unlimited,
		dc.MatchingPersistenceMaxQPS.Key():          unlimited,

		dc.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): 100,

		dc.EnableServerVersionCheck.Key():      false,
		dc.NamespaceCacheRefreshInterval.Key(): 500 * time.Millisecond,
	}
}
