package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"go.temporal.io/sdk/client"
	"go.uber.org/zap"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/amazon"
	"github.com/towpath/towpath/internal/channel/ebay"
	"github.com/towpath/towpath/internal/channel/shopify"
	"github.com/towpath/towpath/internal/keyring"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/policy"
	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/links"
	"github.com/towpath/towpath/internal/store/products"
	"github.com/towpath/towpath/internal/store/settings"
	"github.com/towpath/towpath/internal/vault"
	"github.com/towpath/towpath/starter"
	"github.com/towpath/towpath/workers"
)

const (
	location = "main"
	sku      = "LAMP"
	plenty   = 1_000_000
)

// setup are the settings of a shop.
type setup struct {
	speed    float64  // of the marketplaces' clock: of budgets, limits and delays
	skus     []string // sold on every account; empty = one
	listed   int      // quantity of each that the marketplaces show at first
	workers  int      // started by openShop
	accounts []simulator.AccountSpec
	startDev bool             // Temporal has the settings of its own command line
	through  bool             // activities' deliveries go to workflows at once, as in the product
	now      func() time.Time // the marketplaces' clock; nil = time.Now
}

// unbound returns a setup with a speed at which no budget, limit or delay matters, so that only the work takes time.
func unbound() setup { return setup{speed: 20_000, listed: plenty, workers: 1} }

// shop is a Towpath with marketplaces and without schedules: it does only what it is asked for.
type shop struct {
	setup

	temporal *apart
	markets  *simulator.Simulator
	store    *store.Store
	starter  *starter.Starter
	hold     *hold
	accounts []message.Account
	callLogs map[string]*callLog // by account
	open     activities.Connections
	closers  []func()
}

func openShop(ctx context.Context, dir string, as setup) (*shop, error) {
	if len(as.skus) == 0 {
		as.skus = []string{sku}
	}
	if len(as.accounts) == 0 {
		as.accounts = []simulator.AccountSpec{
			{ID: "amazon-uk", Kind: channel.Amazon}, {ID: "ebay-uk", Kind: channel.EBay}, {ID: "shopify-uk", Kind: channel.Shopify},
		}
	}
	s := &shop{setup: as, callLogs: make(map[string]*callLog)}
	for _, step := range []func(context.Context, string) error{s.openTemporal, s.openMarkets, s.openStore, s.openWork} {
		if err := step(ctx, dir); err != nil {
			s.close()
			return nil, err
		}
	}
	return s, nil
}

func (s *shop) close() {
	for i := len(s.closers) - 1; i >= 0; i-- {
		s.closers[i]()
	}
}

func (s *shop) openTemporal(ctx context.Context, dir string) (err error) {
	s.temporal, err = startApart(ctx, filepath.Join(dir, "temporal.db"), s.startDev)
	if err == nil {
		s.closers = append(s.closers, s.temporal.stop)
	}
	return err
}

func (s *shop) openMarkets(ctx context.Context, dir string) (err error) {
	s.markets, err = simulator.Start(ctx, simulator.Options{
		Dir: filepath.Join(dir, "markets"), Speed: s.speed, Accounts: s.setup.accounts, Now: s.now,
	})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, func() { _ = s.markets.Stop() })
	var listings []market.Listing
	for _, one := range s.skus {
		listings = append(listings, market.Listing{SKU: one, Title: "A lamp", Price: 1000, Quantity: s.listed})
	}
	for _, a := range s.markets.Accounts() {
		err = errors.Join(err, s.markets.Market(a.ID).List(ctx, listings))
		s.accounts = append(s.accounts, message.Account{ID: a.ID, Channel: a.Kind, Endpoint: channel.Production})
	}
	return err
}

func (s *shop) openStore(ctx context.Context, dir string) (err error) {
	if s.store, err = store.Open(ctx, "sqlite:"+filepath.Join(dir, "store.db"), keyring.ForSimulations()); err != nil {
		return err
	}
	s.closers = append(s.closers, func() { _ = s.store.Close() })
	if err := s.store.Migrate(ctx); err != nil {
		return err
	}
	var rows []accounts.Account
	for _, a := range s.accounts {
		rows = append(rows, accounts.Account{
			Account: a, Name: a.ID, OrderLocation: location, StockLocations: []string{location},
			Cap: stock.NoCap, ReserveAt: order.AtPlaced, Enabled: true,
		})
	}
	if err := s.store.Settings.SaveAccounts(ctx, rows); err != nil {
		return err
	}
	var variants []products.Variant
	var opening []stock.Change
	for _, one := range s.skus {
		variants = append(variants, products.Variant{SKU: one, Title: "A lamp"})
		opening = append(opening, stock.Change{Key: "opening/" + one, SKU: one, Location: location, Kind: stock.Opening, Quantity: plenty})
	}
	if err := s.store.Products.SaveVariants(ctx, variants); err != nil {
		return err
	}
	if _, err := s.store.Ledger.ApplyStock(ctx, opening); err != nil {
		return err
	}
	return s.link(ctx)
}

// link links each marketplace's listings to the products, and all SKUs where there are no marketplaces.
func (s *shop) link(ctx context.Context) error {
	var list []links.Link
	for _, a := range s.accounts {
		if s.markets == nil {
			for _, one := range s.skus {
				list = append(list, links.Link{Account: a.ID, ChannelSKU: one, SKU: one, ListingRef: one})
			}
			continue
		}
		listings, err := s.markets.Market(a.ID).AllListings(ctx)
		if err != nil {
			return err
		}
		for _, l := range listings {
			list = append(list, links.Link{Account: a.ID, ChannelSKU: l.SKU, SKU: l.SKU, ListingRef: l.Ref})
		}
	}
	if err := s.store.Links.SaveLinks(ctx, list); err != nil {
		return err
	}
	for _, a := range s.accounts {
		if _, err := s.store.Settings.GoLive(ctx, a.ID, settings.Live{By: "bench"}); err != nil {
			return err
		}
	}
	return nil
}

// openStarter prepares Temporal.
func (s *shop) openStarter(ctx context.Context, _ string) error {
	c, err := s.dial(ctx)
	if err != nil {
		return err
	}
	policies, err := policy.BuiltIn()
	if err != nil {
		return err
	}
	s.starter = &starter.Starter{Temporal: c, Store: s.store, Policies: policies.Scaled(s.speed), Speed: s.speed, Logger: zap.NewNop()}
	return s.starter.Prepare(ctx, s.temporal.Namespace)
}

// openWork starts the workers, as the platform does, but without the schedules.
func (s *shop) openWork(ctx context.Context, dir string) error {
	if err := s.openStarter(ctx, dir); err != nil {
		return err
	}
	registry := channel.Registry{channel.Amazon: amazon.Open, channel.EBay: ebay.Open, channel.Shopify: shopify.Open}
	keys, err := vault.ParseKeys(keyring.New())
	if err != nil {
		return err
	}
	grants := vault.New(s.store, keys)
	s.open = make(activities.Connections)
	for _, a := range s.markets.Accounts() {
		account := a.Channel()
		if account.Rotates() {
			if err := grants.Adopt(ctx, a.ID, account.Credentials["refreshToken"]); err != nil {
				return err
			}
			account.Vault = grants
		}
		if account.BaseURL, err = s.watch(account); err != nil {
			return err
		}
		if s.open[a.ID], err = registry.Open(account); err != nil {
			return fmt.Errorf("connect %s: %w", a.ID, err)
		}
	}
	s.hold = &hold{Starter: s.starter, through: s.through}
	if s.workers == 0 {
		return nil
	}
	// As in the product, the worker that finds orders starts their lifecycles, and gets their first tasks in the same answer.
	if err := s.work(s.starter.Temporal); err != nil {
		return err
	}
	return s.workMore(ctx, s.workers-1)
}

func (s *shop) dial(ctx context.Context) (client.Client, error) {
	c, err := client.DialContext(ctx, client.Options{
		HostPort: s.temporal.Address, Namespace: s.temporal.Namespace, Logger: platform.SDKLogger(zap.NewNop()),
	})
	if err == nil {
		s.closers = append(s.closers, c.Close)
	}
	return c, err
}

// workMore starts n workers, each with a client of its own, as if each were a process.
func (s *shop) workMore(ctx context.Context, n int) error {
	for range n {
		c, err := s.dial(ctx)
		if err != nil {
			return err
		}
		if err := s.work(c); err != nil {
			return err
		}
	}
	return nil
}

// work starts a worker.
func (s *shop) work(c client.Client) error {
	w, err := workers.Start(workers.Config{
		Client: c, Store: s.store, Connections: s.open, Caller: s.hold, Channels: channel.Kinds(),
	})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, w.Stop)
	return nil
}
