package activities_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/amazon"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/polltest"
	simulated "github.com/towpath/towpath/internal/simulator/amazon"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/wire"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/settings"
)

const (
	account = "amazon-uk"
	speed   = 20_000 // seconds of the marketplace pass in less than a millisecond
)

// shop is a store, an Amazon marketplace over HTTP, and the activities that work with both.
type shop struct {
	t           *testing.T
	env         *testsuite.TestActivityEnvironment
	store       *store.Store
	file        string // address of the store
	market      *market.Market
	faults      *faults.Injector
	worker      mortal // that calls the marketplace
	caller      *noted
	environment activities.Environment
}

// noted is a fake caller that records what it was asked to start.
type noted struct {
	activities.SchedulePauser
	activities.SweepStarter
	mu             sync.Mutex // the duties of a sweep run at the same time
	woken, checked int
	queues         []string // publications that were woken
	readBacks      int      // imports that were started
	follows        []string // what the schedules were told to follow
}

// Deliver does nothing: there are no orders.
func (n *noted) Deliver(context.Context, []orders.OutboxEntry) []orders.OutboxEntry { return nil }

func (n *noted) RunningLifecycles(context.Context) (map[string]bool, error) { return nil, nil }

func (n *noted) WakeStock(_ context.Context, accounts []string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.woken += len(accounts)
	return nil
}

func (n *noted) WakePublication(_ context.Context, account string, endpoint channel.Endpoint) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.queues = append(n.queues, message.PublicationWorkflowID(account, endpoint))
	return nil
}

func (n *noted) ImportLinks(context.Context, string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.readBacks++
	return nil
}

func (n *noted) KeepIncidents(context.Context) error { return nil }

func (n *noted) StartLostBackfills(context.Context) error { return nil }

func (n *noted) FollowAccount(_ context.Context, _ string, paused bool, note string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.follows = append(n.follows, fmt.Sprint(paused, " ", note))
	return nil
}

func (n *noted) CheckListings(context.Context, string, time.Duration) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.checked++
	return nil
}

func (n *noted) CheckLevels(context.Context, string, time.Duration) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.checked++
	return nil
}

// openShop returns a live shop on Amazon, with a marketplace.
func openShop(t *testing.T) *shop {
	t.Helper()
	return openAmazon(t, 0)
}

// openAmazon is openShop for an account that sends more levels than feedAbove as a feed; 0: the adapter's own limit.
func openAmazon(t *testing.T, feedAbove int) *shop {
	t.Helper()
	s := openStore(t, channel.Amazon)
	_, err := s.store.Settings.GoLive(t.Context(), account, settings.Live{By: "test"})
	require.NoError(t, err)
	a := s.trade(simulated.Handler, simulated.MarketOptions(account), channel.Account{
		Kind: channel.Amazon, Marketplace: "A1F83G8C2ARO7P", FeedAbove: feedAbove,
		Credentials: map[string]string{"clientId": "amzn1.application.1", "clientSecret": "secret-1", "refreshToken": "Atzr|1", "sellerId": "A2SELLER"},
	})
	a.AuthURL = a.BaseURL + "/auth/o2/token"
	conn, err := amazon.Open(a)
	require.NoError(t, err)
	s.environment.Connections[account] = conn
	return s
}

// openStore returns a shop with an account that only observes, without a marketplace yet.
func openStore(t *testing.T, kind channel.Kind) *shop {
	t.Helper()
	return openStoreOn(t, kind, "sqlite:"+filepath.Join(t.TempDir(), "store.db"))
}

// openStoreOn is openStore on a database of its own.
func openStoreOn(t *testing.T, kind channel.Kind, database string) *shop {
	t.Helper()
	ctx := t.Context()
	var suite testsuite.WorkflowTestSuite
	s := &shop{t: t, file: database, env: suite.NewTestActivityEnvironment(), faults: faults.New(1, faults.Rates{}), caller: &noted{}}
	var err error
	s.store, err = store.Open(ctx, database, keyring.ForSimulations())
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.store.Close() })
	require.NoError(t, s.store.Migrate(ctx))
	require.NoError(t, s.store.Settings.SaveAccounts(ctx, []accounts.Account{{
		Account: message.Account{ID: account, Channel: kind, Endpoint: channel.Production}, OrderLocation: "main",
		StockLocations: []string{"main"}, Cap: stock.NoCap, ReserveAt: order.AtPlaced, Enabled: true,
	}}))
	s.environment = activities.Environment{Store: s.store, Connections: activities.Connections{}, Schedules: s.caller}
	return s
}

// trade opens the shop's marketplace over HTTP and returns the account for it.
func (s *shop) trade(serve func(market.Seller, wire.Options) http.Handler, options market.Options, a channel.Account) channel.Account {
	s.t.Helper()
	var err error
	s.market, err = market.Open(s.t.Context(), filepath.Join(s.t.TempDir(), "market.db"), options)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = s.market.Close() })
	server := httptest.NewServer(s.worker.serve(serve(s.market, wire.Options{
		Account: account, Marketplace: a.Marketplace, Speed: speed, Credentials: a.Credentials, Injector: s.faults,
	})))
	s.t.Cleanup(server.Close)
	a.ID, a.Endpoint, a.Simulated, a.BaseURL = account, channel.Production, true, server.URL
	a.Listings = channel.Permissions{Revise: true, End: true, Relist: true}
	return a
}

// do runs an activity as a worker would.
func do[Out any](s *shop, activity, in any) Out {
	s.t.Helper()
	s.env.RegisterActivity(activity)
	v, err := s.env.ExecuteActivity(activity, in)
	require.NoError(s.t, err)
	var out Out
	require.NoError(s.t, v.Get(&out))
	return out
}

// list creates listings, and links the given ones to the SKU of the same name, of which n are on hand.
func (s *shop) list(n int, skus ...string) {
	s.t.Helper()
	var listings []market.Listing
	var tied []links.Link
	var changes []stock.Change
	for _, sku := range skus {
		listings = append(listings, market.Listing{SKU: sku, Title: "A " + sku, Price: 1000})
		tied = append(tied, links.Link{Account: account, ChannelSKU: sku, SKU: sku})
		changes = append(changes, stock.Change{Key: sku, SKU: sku, Location: "main", Kind: stock.Opening, Quantity: n})
	}
	require.NoError(s.t, s.market.List(s.t.Context(), listings))
	_, err := s.store.Ledger.ApplyStock(s.t.Context(), changes)
	require.NoError(s.t, err)
	require.NoError(s.t, s.store.Links.SaveLinks(s.t.Context(), tied))
}

// push sends every dirty level and returns how many were accepted.
func (s *shop) push() int {
	s.t.Helper()
	pushed := 0
	for {
		a := activities.Stock{Environment: s.environment}
		out := do[activities.PushOutput](s, a.PushLevels, activities.PushInput{Account: account, RunID: "push", Size: 5})
		require.Nil(s.t, out.Fault)
		if pushed += out.Counts.Pushed; out.Next.Dirty == 0 {
			return pushed
		}
	}
}

// check reads every accepted level back, as LevelCheck would.
func (s *shop) check(run string) message.CheckCounts {
	s.t.Helper()
	var sum message.CheckCounts
	for {
		a := activities.Levels{Environment: s.environment, Pushes: s.caller}
		out := do[activities.CheckOutput](s, a.CheckLevels, activities.CheckInput{Account: account, RunID: run, Sofar: sum})
		require.Nil(s.t, out.Fault)
		if sum = sum.Add(out.Counts); !out.More {
			return sum
		}
	}
}

// shows waits until the marketplace lists this many of a SKU.
func (s *shop) shows(sku string, n int) {
	s.t.Helper()
	polltest.Until(s.t, fmt.Sprintf("the marketplace lists %d of %s", n, sku), func() bool {
		l, err := s.market.Listing(s.t.Context(), sku)
		require.NoError(s.t, err)
		return l.Quantity == n
	})
}
