// Package platform assembles Towpath: the store, the Temporal client, the starter, the accounts with their
// connections, and the workers. The commands share it.
package platform

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"go.temporal.io/sdk/client"
	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/policy"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/vault"
	"github.com/towpath/towpath/starter"
	"github.com/towpath/towpath/workers"
)

// Platform is an assembled Towpath. It is safe for concurrent use except StartWorkers and Close.
type Platform struct {
	Settings config.Settings
	Store    *store.Store
	Temporal client.Client // connects when it is first used
	Starter  *starter.Starter
	Workers  *workers.Workers // nil until StartWorkers
	// Waiting is told, now and then, what a start waits for; nil: it is only logged.
	Waiting func(text string)

	rates    *rateSaver  // nil until StartWorkers
	builds   *buildWatch // nil until StartWorkers
	registry channel.Registry
	vault    *vault.Vault // nil without a key
	logger   *zap.Logger
}

// ErrNoDatabase means that no setting names the store.
var ErrNoDatabase = errors.New("the store's address is missing: set TOWPATH_DATABASE_URL to postgres://... or sqlite:PATH, run towpath-dev in this folder, or name the data folder of a running one with --data")

// Open opens the store and creates the starter. It does not call the Temporal server: commands that only read the
// store work without it. The registry may be nil if no channel is called.
func Open(ctx context.Context, s config.Settings, r channel.Registry, logger *zap.Logger) (*Platform, error) {
	if err := storeExists(s.DatabaseURL); err != nil {
		return nil, err
	}
	keys, err := s.BuyerKeys()
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, s.DatabaseURL, keys)
	if err != nil {
		return nil, fmt.Errorf("%w; the address is %s", err, config.Redacted(s.DatabaseURL))
	}
	p, err := assemble(ctx, s, st, r, logger)
	if err != nil {
		_ = st.Close()
		return nil, err
	}
	return p, nil
}

func assemble(ctx context.Context, s config.Settings, st *store.Store, r channel.Registry, logger *zap.Logger) (*Platform, error) {
	if err := st.CheckSchema(ctx); errors.Is(err, store.ErrOutdated) {
		return nil, fmt.Errorf("%w: run `towpath migrate`", err)
	} else if err != nil {
		return nil, err
	}
	policies, err := policy.BuiltIn()
	if err != nil {
		return nil, err
	}
	remedies, err := remedy.WithFile(s.Remedies)
	if err != nil {
		return nil, &starter.UsageError{Problem: fmt.Sprintf("TOWPATH_REMEDIES: %v", err)}
	}
	grants, err := openVault(s, st)
	if err != nil {
		return nil, err
	}
	t, err := client.NewLazyClient(clientOptions(s, logger))
	if err != nil {
		return nil, fmt.Errorf("make Temporal client: %w", err)
	}
	return &Platform{
		Settings: s, Store: st, Temporal: t, registry: r, vault: grants, logger: logger,
		Starter: &starter.Starter{Temporal: t, Store: st, Policies: policies.Scaled(s.Speed), Speed: s.Speed, Logger: logger,
			Remedies: remedies, ReportsBuild: s.Deployment != ""},
	}, nil
}

// storeExists prevents a reader from creating an empty SQLite file because of a wrong path.
func storeExists(databaseURL string) error {
	if databaseURL == "" {
		return ErrNoDatabase
	}
	path, ok := strings.CutPrefix(databaseURL, "sqlite:")
	if !ok {
		return nil
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("no store at %s: check TOWPATH_DATABASE_URL, or run `towpath migrate` to create it", databaseURL)
	}
	return nil
}

func clientOptions(s config.Settings, logger *zap.Logger) client.Options {
	o := client.Options{
		HostPort: s.TemporalAddress, Namespace: s.TemporalNamespace, Identity: identity(), Logger: SDKLogger(logger),
	}
	if s.TemporalTLS || s.TemporalAPIKey != "" {
		o.ConnectionOptions.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if s.TemporalAPIKey != "" {
		o.Credentials = client.NewAPIKeyStaticCredentials(s.TemporalAPIKey)
	}
	return o
}

func identity() string {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown host"
	}
	return fmt.Sprintf("towpath %d@%s", os.Getpid(), host)
}

// reachTimeout is how long to wait for the Temporal server's first answer.
const reachTimeout = 5 * time.Second

// Reachable returns an error if the Temporal server does not answer, with what to do.
func (p *Platform) Reachable(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	if _, err := p.Temporal.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
		return fmt.Errorf("the Temporal server at %s does not answer: start it (or towpath-dev), or set TOWPATH_TEMPORAL_ADDRESS: %w",
			p.Settings.TemporalAddress, err)
	}
	return nil
}

// Close stops the workers, if there are any, waits for their work in progress, and closes the Temporal client and the
// store.
func (p *Platform) Close() error {
	if p.rates != nil {
		p.rates.stop()
	}
	if p.builds != nil {
		p.builds.stop()
	}
	if p.Workers != nil {
		p.Workers.Stop()
	}
	p.Temporal.Close()
	return p.Store.Close()
}
