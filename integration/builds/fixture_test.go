package builds

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.uber.org/zap/zaptest"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/policy"
	"github.com/towpath/towpath/internal/polltest"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/internal/temporalserver"
	"github.com/towpath/towpath/starter"
	"github.com/towpath/towpath/workers"
)

const (
	deployment = "towpath"
	account    = "ebay-uk"
	// longHistory is the number of events after which a workflow continues in a new history in these tests.
	longHistory = 40
)

// fixture is a Temporal server, a store with one live account and one level to be pushed, and a channel that answers
// when the test allows it.
type fixture struct {
	*starter.Starter
	another func() *starter.Starter // as in another process
	t       *testing.T
	server  *temporalserver.Server
	env     []string // of the command line
	shop    *shop
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	ctx := t.Context()
	server, err := temporalserver.Start(ctx, temporalserver.Options{
		File: filepath.Join(t.TempDir(), "temporal.db"), UIPort: temporalserver.NoUI, ContinueAfter: longHistory,
	})
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	url := "sqlite:" + filepath.Join(t.TempDir(), "store.db")
	st, err := store.Open(ctx, url, keyring.ForSimulations())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	require.NoError(t, st.Migrate(ctx))
	policies, err := policy.BuiltIn()
	require.NoError(t, err)
	f := &fixture{t: t, server: server, shop: newShop(), env: []string{
		"TOWPATH_DATABASE_URL=" + url, "TOWPATH_TEMPORAL_ADDRESS=" + server.Address(), "TOWPATH_TEMPORAL_NAMESPACE=" + server.Namespace(),
	}}
	const speed = 1000 // of the channel's budgets
	c := f.dial("test")
	f.another = func() *starter.Starter {
		return &starter.Starter{Temporal: c, Store: st, Policies: policies.Scaled(speed), Speed: speed, Logger: zaptest.NewLogger(t), ReportsBuild: true}
	}
	f.Starter = f.another()
	f.sell()
	require.NoError(t, f.Prepare(ctx, server.Namespace()))
	return f
}

// sell saves the account and a level that waits to be pushed.
func (f *fixture) sell() {
	ctx, t := f.t.Context(), f.t
	require.NoError(t, f.Store.Settings.SaveAccounts(ctx, []accounts.Account{{
		Account: message.Account{ID: account, Channel: channel.EBay, Endpoint: channel.Production}, Name: "eBay UK",
		OrderLocation: "main", StockLocations: []string{"main"}, Cap: stock.NoCap, Enabled: true,
	}}))
	require.NoError(t, f.Store.Links.SaveLinks(ctx, []links.Link{{Account: account, ChannelSKU: "LAMP", SKU: "lamp"}}))
	_, err := f.Store.Ledger.ApplyStock(ctx, []stock.Change{{Key: "open", SKU: "lamp", Location: "main", Kind: stock.Opening, Quantity: 3}})
	require.NoError(t, err)
	_, err = f.Store.Settings.GoLive(ctx, account, settings.Live{By: "test"})
	require.NoError(t, err)
}

func (f *fixture) dial(identity string) client.Client {
	f.t.Helper()
	c, err := client.DialContext(f.t.Context(), client.Options{
		HostPort: f.server.Address(), Namespace: f.server.Namespace(), Identity: identity,
		Logger: sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	})
	require.NoError(f.t, err)
	f.t.Cleanup(c.Close)
	return c
}

// start starts the workers of a build, as `towpath worker` does; an empty build is not reported to the server. It
// returns when the server knows the workers. Their identity is their build.
func (f *fixture) start(build string) *workers.Workers {
	f.t.Helper()
	config := workers.Config{
		Client: f.dial(build), Store: f.Store, Connections: activities.Connections{account: f.shop}, Caller: f.Starter, Channels: []channel.Kind{channel.EBay},
	}
	if build != "" {
		config.Build = worker.WorkerDeploymentVersion{DeploymentName: deployment, BuildID: build}
	}
	w, err := workers.Start(config)
	require.NoError(f.t, err)
	f.t.Cleanup(w.Stop)
	polltest.Until(f.t, "the server to know the workers of build "+build, func() bool {
		return slices.Contains(f.RunningBuilds(f.t.Context()).Running, build)
	})
	return w
}

// task is one task of a workflow that a worker has carried out.
type task struct {
	build     string
	behaviour enumspb.VersioningBehavior
}

// history returns which builds carried out a run's tasks, in order, and which carried out its activities.
func (f *fixture) history(id, run string) (tasks []task, calls []string) {
	f.t.Helper()
	events := f.Temporal.GetWorkflowHistory(f.t.Context(), id, run, false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		require.NoError(f.t, err)
		if a := e.GetWorkflowTaskCompletedEventAttributes(); a != nil {
			tasks = append(tasks, task{a.GetIdentity(), a.GetVersioningBehavior()})
		}
		if a := e.GetActivityTaskStartedEventAttributes(); a != nil {
			calls = append(calls, a.GetIdentity())
		}
	}
	return tasks, calls
}

// lastTask waits until a workflow has carried out more than done tasks, and returns the last one and their number.
func (f *fixture) lastTask(id string, done int) (last task, n int) {
	f.t.Helper()
	var tasks []task
	polltest.Until(f.t, "another task of "+id, func() bool {
		tasks, _ = f.history(id, "")
		return len(tasks) > done
	})
	return tasks[len(tasks)-1], len(tasks)
}

// ended waits until a workflow ends, over all its histories.
func (f *fixture) ended(id, run string) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), patience)
	defer cancel()
	require.NoError(f.t, f.Temporal.GetWorkflow(ctx, id, run).Get(ctx, nil))
}

// latestRun returns the latest run of a workflow.
func (f *fixture) latestRun(id string) (run string) {
	f.t.Helper()
	d, err := f.Temporal.DescribeWorkflowExecution(f.t.Context(), id, "")
	require.NoError(f.t, err)
	return d.GetWorkflowExecutionInfo().GetExecution().GetRunId()
}

// gate holds a call until it is opened.
type gate struct{ reached, opened chan struct{} }

func newGate() gate { return gate{make(chan struct{}), make(chan struct{})} }

func (g gate) pass(ctx context.Context) error {
	select {
	case <-g.reached:
	default:
		close(g.reached)
	}
	select {
	case <-g.opened:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// shop is a channel with many pages of listings, of which the second is held, and with a push of levels that is held. It takes every
// package.
type shop struct {
	channel.Connection
	listings, levels gate
}

const pages = 8

func newShop() *shop { return &shop{listings: newGate(), levels: newGate()} }

func (s *shop) Listings(ctx context.Context, q channel.ListingsQuery) (channel.ListingsPage, error) {
	n, _ := strconv.Atoi(q.Cursor)
	if n == 1 {
		if err := s.listings.pass(ctx); err != nil {
			return channel.ListingsPage{}, err
		}
	}
	name := "LISTING-" + strconv.Itoa(n)
	page := channel.ListingsPage{RequestID: name, Listings: []channel.Listed{{SKU: name, Ref: name, ListingID: name, State: channel.ListingLive, Quantity: 1}}}
	if n+1 < pages {
		page.Next = strconv.Itoa(n + 1)
	}
	return page, nil
}

func (s *shop) Batch(n int) (int, channel.Operation) { return n, channel.OpLevels }

func (s *shop) SetLevels(ctx context.Context, levels []channel.Level) (channel.LevelsAnswer, error) {
	if err := s.levels.pass(ctx); err != nil {
		return channel.LevelsAnswer{}, err
	}
	answer := channel.LevelsAnswer{RequestID: "levels"}
	for _, l := range levels {
		answer.Results = append(answer.Results, channel.LevelResult{SKU: l.SKU, RequestID: "levels"})
	}
	return answer, nil
}

func (s *shop) ConfirmShipment(_ context.Context, p channel.Shipment) (channel.Confirmation, error) {
	return channel.Confirmation{RequestID: p.PackageID}, nil
}
