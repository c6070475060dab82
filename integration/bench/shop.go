package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"go.temporal.io/sdk/client"
	"go.uber.org/zap"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/channel/amazon"
	"github.com/towpath/towpath/internal/channel/ebay"
	"github.com/towpath/towpath/internal/channel/shopify"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/policy"
	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/temporalserver"
	"github.com/towpath/towpath/starter"
	"github.com/towpath/towpath/workers"
)

const (
	speed    = 20_000 // of budgets and delays, so that only work is left
	location = "main"
	sku      = "LAMP"
	plenty   = 1_000_000
)

// shop is a Towpath with three marketplaces and no schedules: nothing happens but what is asked for.
type shop struct {
	temporal *temporalserver.Server
	markets  *simulator.Simulator
	store    *store.Store
	starter  *starter.Starter
	hold     *hold
	accounts []message.Account
	closers  []func()
}

// hold stands between the activities and the starter and keeps what they want told, so that each kind of work
// can be done, and counted, by itself.
type hold struct {
	*starter.Starter
	mu    sync.Mutex
	hints []store.Hint
	wakes int // of accounts, asked for
}

// Deliver implements activities.Caller.
func (h *hold) Deliver(_ context.Context, hints []store.Hint) []store.Hint {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hints = append(h.hints, hints...)
	return hints
}

// WakeStock implements activities.Caller.
func (h *hold) WakeStock(_ context.Context, accounts []string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wakes += len(accounts)
	return nil
}

// take hands out what was held.
func (h *hold) take() (hints []store.Hint, wakes int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	hints, wakes = h.hints, h.wakes
	h.hints, h.wakes = nil, 0
	return hints, wakes
}

func openShop(ctx context.Context, dir string) (*shop, error) {
	s := &shop{}
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
	s.temporal, err = temporalserver.Start(ctx, temporalserver.Options{
		File: filepath.Join(dir, "temporal.db"), UIPort: temporalserver.NoUI, CountActions: true,
	})
	if err == nil {
		s.closers = append(s.closers, s.temporal.Stop)
	}
	return err
}

func (s *shop) openMarkets(ctx context.Context, dir string) (err error) {
	s.markets, err = simulator.Start(ctx, simulator.Options{
		Dir: filepath.Join(dir, "markets"), Speed: speed,
		Accounts: []simulator.AccountSpec{
			{ID: "amazon-uk", Kind: channel.Amazon}, {ID: "ebay-uk", Kind: channel.EBay}, {ID: "shopify-uk", Kind: channel.Shopify},
		},
	})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, func() { _ = s.markets.Stop() })
	for _, a := range s.markets.Accounts() {
		err = errors.Join(err, s.markets.Market(a.ID).List(ctx, []market.Listing{{SKU: sku, Title: "A lamp", Price: 1000, Quantity: plenty}}))
		s.accounts = append(s.accounts, message.Account{ID: a.ID, Channel: a.Kind, Endpoint: channel.Production})
	}
	return err
}

func (s *shop) openStore(ctx context.Context, dir string) (err error) {
	if s.store, err = store.Open(ctx, "sqlite:"+filepath.Join(dir, "store.db")); err != nil {
		return err
	}
	s.closers = append(s.closers, func() { _ = s.store.Close() })
	if err := s.store.Migrate(ctx); err != nil {
		return err
	}
	var rows []store.Account
	for _, a := range s.accounts {
		rows = append(rows, store.Account{
			Account: a, Name: a.ID, OrderLocation: location, StockLocations: []string{location},
			Cap: stock.NoCap, ReserveAt: store.AtPlaced, Enabled: true,
		})
	}
	if err := s.store.SaveAccounts(ctx, rows); err != nil {
		return err
	}
	if err := s.store.SaveProducts(ctx, []store.Product{{SKU: sku, Title: "A lamp"}}); err != nil {
		return err
	}
	opening := []store.StockChange{{Key: "opening", SKU: sku, Location: location, Kind: stock.Opening, Quantity: plenty}}
	if _, err := s.store.ApplyStock(ctx, opening); err != nil {
		return err
	}
	return s.link(ctx)
}

// link ties each marketplace's listing to the product.
func (s *shop) link(ctx context.Context) error {
	var links []store.Link
	for _, a := range s.accounts {
		listings, err := s.markets.Market(a.ID).AllListings(ctx)
		if err != nil {
			return err
		}
		for _, l := range listings {
			links = append(links, store.Link{Account: a.ID, ChannelSKU: l.SKU, SKU: sku, ListingRef: l.Ref})
		}
	}
	return s.store.SaveLinks(ctx, links)
}

// openWork starts the workers, as the platform does but for the schedules.
func (s *shop) openWork(ctx context.Context, _ string) error {
	c, err := client.DialContext(ctx, client.Options{
		HostPort: s.temporal.Address(), Namespace: s.temporal.Namespace(), Logger: platform.SDKLogger(zap.NewNop()),
	})
	if err != nil {
		return err
	}
	s.closers = append(s.closers, c.Close)
	policies, err := policy.BuiltIn()
	if err != nil {
		return err
	}
	s.starter = &starter.Starter{Temporal: c, Store: s.store, Policies: policies.Scaled(speed), Speed: speed, Logger: zap.NewNop()}
	if err := s.starter.Prepare(ctx, s.temporal.Namespace()); err != nil {
		return err
	}
	registry := channel.Registry{channel.Amazon: amazon.Open, channel.EBay: ebay.Open, channel.Shopify: shopify.Open}
	connections := make(activities.Connections)
	for _, a := range s.markets.Accounts() {
		if connections[a.ID], err = registry.Open(a.Channel()); err != nil {
			return fmt.Errorf("connect %s: %w", a.ID, err)
		}
	}
	s.hold = &hold{Starter: s.starter}
	w, err := workers.Start(workers.Config{
		Client: c, Store: s.store, Connections: connections, Caller: s.hold,
		Channels: channel.Kinds(),
	})
	if err == nil {
		s.closers = append(s.closers, w.Stop)
	}
	return err
}
