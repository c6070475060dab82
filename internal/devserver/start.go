package devserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/console"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/simulator/packer"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/temporalserver"
)

const (
	temporalFile = "temporal.db"
	storeFile    = "towpath.db"
	accountsFile = "accounts.yaml"
	marketsDir   = "marketplaces"
	platformLog  = "towpath-dev.log"
	marketsLog   = "marketplaces.log"

	// feedAboveAtMax is the number of levels above which Amazon gets a feed at the highest speed: its delays are zero
	// then, and each call costs the same real work at any speed.
	feedAboveAtMax = 20
)

// start starts everything, in the order of dependency.
func (d *dev) start(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		d.listenConsole, d.startMarketplaces, d.startTemporal, d.openPlatform, d.openCatalogue, d.startWork, d.firstDay, d.serveConsole, d.publish, d.publishGoods,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// startMarketplaces starts the marketplaces, or uses those that run on their own in the same folder.
func (d *dev) startMarketplaces(ctx context.Context) error {
	w, err := openSimulation(ctx, d.o, d.folder.file(marketsDir), d.factor, d.logger)
	if err != nil {
		return portHint(err, "--markets-port")
	}
	d.simulation = w
	d.closers = append(d.closers, w.close)
	if w.attached {
		return w.listed(ctx, d.plan)
	}
	d.player, err = w.newPlayer(d.o, d.plan, d.factor, d.max, d.backlog, d.logger)
	return err
}

func (d *dev) startTemporal(ctx context.Context) error {
	sync, err := d.o.syncMode()
	if err != nil {
		return err
	}
	d.temporal, err = d.startServer(ctx, temporalserver.Options{
		File: d.folder.file(temporalFile), FrontendPort: d.o.Ports.Temporal, UIPort: d.o.Ports.UI,
		Logger: d.logger, CountActions: true, Sync: sync,
	})
	if err != nil {
		return portHint(err, "--temporal-port or --ui-port")
	}
	d.closers = append(d.closers, d.temporal.Stop)
	return nil
}

func (d *dev) settings() config.Settings {
	return config.Settings{
		TemporalAddress: d.temporal.Address(), TemporalNamespace: d.temporal.Namespace(), TemporalUI: d.temporal.UIAddress(),
		DatabaseURL: "sqlite:" + d.folder.file(storeFile), Accounts: d.folder.file(accountsFile),
		Speed: d.factor, LogLevel: "warn", Data: d.folder.path, TokenKey: d.tokenKey,
	}
}

func (d *dev) openPlatform(ctx context.Context) error {
	if err := config.WriteAccounts(d.folder.file(accountsFile), d.accounts()); err != nil {
		return err
	}
	var err error
	if d.tokenKey, err = d.keyOf(d.simulation.accounts); err != nil {
		return err
	}
	s := d.settings()
	if err := migrate(ctx, s.DatabaseURL); err != nil {
		return err
	}
	p, err := platform.Open(ctx, s, d.o.Registry, d.logger)
	if err != nil {
		return err
	}
	d.platform, d.starter = p, p.Starter
	d.closers = append(d.closers, func() { _ = p.Close() })
	return nil
}

func migrate(ctx context.Context, url string) error {
	st, err := store.Open(ctx, url)
	if err != nil {
		return err
	}
	return errors.Join(st.Migrate(ctx), st.Close())
}

// accounts returns the simulated merchant's accounts as the accounts file has them.
func (d *dev) accounts() []config.Account {
	var all []config.Account
	for _, a := range d.simulation.accounts {
		c := a.Channel()
		c.Listings.Revise = true // the merchant edits listings with Towpath only
		if d.max && a.Kind == channel.Amazon {
			c.FeedAbove = feedAboveAtMax
		}
		acc := config.Account{Channel: c}
		acc.Store.ID, acc.Store.Channel, acc.Store.Endpoint = a.ID, a.Kind, a.Endpoint
		acc.Store.Name, acc.Store.Enabled = a.ID, true
		acc.Store.OrderLocation, acc.Store.StockLocations = location, []string{location}
		acc.Store.Cap, acc.Store.ReserveAt = noCap, order.AtPlaced
		if a.Endpoint == channel.Production && d.o.Sandboxes {
			acc.Store.TestAccount = sandboxOf[a.Kind]
		}
		all = append(all, acc)
	}
	return all
}

// openCatalogue saves the accounts, creates the listings on the marketplaces, and enters products and opening stock
// before the first level is sent: the level of a listing that is linked before its stock is known would be 0.
func (d *dev) openCatalogue(ctx context.Context) error {
	found := d.accounts()
	rows := make([]accounts.Account, len(found))
	for i, a := range found {
		rows[i] = a.Store
	}
	if err := d.platform.Store.Settings.SaveAccounts(ctx, rows); err != nil {
		return err
	}
	if d.player != nil {
		if err := d.player.Setup(ctx); err != nil {
			return fmt.Errorf("set the marketplaces up: %w", err)
		}
	}
	if d.o.Rehearse != nil {
		return d.simulation.list(ctx, d.goods)
	}
	if err := d.importCatalogue(ctx); err != nil {
		return fmt.Errorf("enter the catalogue: %w", err)
	}
	return d.openingStock(ctx)
}

// openingStock enters the warehouse's stock.
func (d *dev) openingStock(ctx context.Context) error {
	places, closePlaces, err := d.simulation.places(ctx)
	if err != nil {
		return err
	}
	d.closers = append(d.closers, closePlaces)
	d.packer = packer.New(packer.Options{
		Platform: merchant{d.platform}, Warehouse: d.simulation.warehouse, Speed: d.speed(), Packing: d.packing(), Places: places, Logger: d.logger,
	})
	if err := d.demoStock(ctx); err != nil {
		return err
	}
	if err := d.packer.CatchUp(ctx); err != nil {
		return fmt.Errorf("book the opening stock: %w", err)
	}
	return nil
}

// speed returns the clock's factor; 0 = as fast as the platform can work.
func (d *dev) speed() float64 {
	if d.max {
		return 0
	}
	return d.factor
}

func (d *dev) packing() func(account, orderID string) {
	if d.player == nil {
		return func(string, string) {}
	}
	return d.player.Packing
}

func (d *dev) startWork(ctx context.Context) error { return d.platform.StartWorkers(ctx) }

// listenConsole opens the console's port before anything else is started, so that a port in use is reported at once.
func (d *dev) listenConsole(ctx context.Context) error {
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(d.o.Ports.Console))
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return portHint(fmt.Errorf("console: port %d is in use: stop what uses it, or choose another port: %w", d.o.Ports.Console, err), "--console-port")
	}
	d.listener = l
	d.closers = append(d.closers, func() { _ = l.Close() })
	return nil
}

func (d *dev) serveConsole(context.Context) error {
	l := d.listener
	d.console = &http.Server{
		Addr: l.Addr().String(), ReadHeaderTimeout: 5 * time.Second,
		Handler: console.New(d.platform.Starter, console.Options{TemporalUI: d.temporal.UIAddress(), Namespace: d.temporal.Namespace(), Command: d.o.towpath(), Logger: d.logger}),
	}
	go func() { _ = d.console.Serve(l) }()
	d.closers = append(d.closers, func() {
		stop, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()
		_ = d.console.Shutdown(stop)
	})
	return nil
}

// portHint adds to the error of a taken port the flag that chooses another.
func portHint(err error, flag string) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%w (%s)", err, flag)
	}
	return err
}

// publish writes the files by which a command line in the same folder finds this process.
func (d *dev) publish(context.Context) error {
	s := d.settings()
	err := config.WriteDev(d.folder.path, config.Dev{
		StartedAt: time.Now().UTC(), TemporalAddress: s.TemporalAddress, TemporalNamespace: s.TemporalNamespace,
		DatabaseURL: s.DatabaseURL, Accounts: s.Accounts, ConsoleAddress: d.console.Addr, WebUIAddress: s.TemporalUI, Speed: d.factor,
		TokenKey: s.TokenKey,
	})
	if err != nil {
		return err
	}
	d.closers = append(d.closers, func() { _ = config.RemoveDev(d.folder.path) })
	return nil
}
