package devserver

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/store"
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
		d.startMarketplaces, d.startTemporal, d.openPlatform, d.openCatalogue, d.startWork, d.firstDay, d.serveConsole, d.publish, d.publishGoods,
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
		return portAdvice(err, "--markets-port")
	}
	d.simulation = w
	d.closers = append(d.closers, w.close)
	if w.attached {
		return w.listed(ctx, d.plan)
	}
	d.player, err = w.newPlayer(d.o, d.plan, d.factor, d.max, d, d.logger)
	return err
}

func (d *dev) startTemporal(ctx context.Context) error {
	sync, err := d.o.syncMode()
	if err != nil {
		return err
	}
	d.temporal, err = d.startServer(ctx, temporalserver.Options{
		File: d.folder.file(temporalFile), FrontendPort: d.o.Ports.Temporal, UIPort: d.o.Ports.UI,
		Logger: d.logger, CountActions: true, Sync: sync, Waiting: func(waited time.Duration) {
			d.sayWaiting(fmt.Sprintf("Temporal takes up what was left, %s so far", waited.Round(time.Second)))
		},
	})
	if err != nil {
		return portAdvice(err, "--temporal-port or --ui-port")
	}
	d.closers = append(d.closers, d.temporal.Stop)
	return nil
}

func (d *dev) settings() config.Settings {
	return config.Settings{
		TemporalAddress: d.temporal.Address(), TemporalNamespace: d.temporal.Namespace(), TemporalUI: d.temporal.UIAddress(),
		DatabaseURL: "sqlite:" + d.folder.file(storeFile), Accounts: d.folder.file(accountsFile),
		Speed: d.factor, LogLevel: "warn", Data: d.folder.path, TokenKey: d.tokenKey, BuyerKey: d.buyerKey,
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
	if d.buyerKey, err = d.keptKey(buyer.Setting, buyerKeyFile); err != nil {
		return err
	}
	s := d.settings()
	if err := migrate(ctx, s); err != nil {
		return err
	}
	p, err := platform.Open(ctx, s, d.o.Registry, d.logger)
	if err != nil {
		return err
	}
	p.Waiting = d.sayWaiting
	d.platform, d.starter = p, p.Starter
	d.closers = append(d.closers, func() { _ = p.Close() })
	return nil
}

// sayWaiting prints what the start waits for.
func (d *dev) sayWaiting(text string) { fmt.Fprintf(d.out, "Starting: %s.\n", text) }

func migrate(ctx context.Context, s config.Settings) error {
	keys, err := s.BuyerKeys()
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, s.DatabaseURL, keys)
	if err != nil {
		return err
	}
	return errors.Join(st.Migrate(ctx), st.Close())
}

func (d *dev) startWork(ctx context.Context) error { return d.platform.StartWorkers(ctx) }

// publish writes the files by which a command line in the same folder finds this process.
func (d *dev) publish(context.Context) error {
	s := d.settings()
	err := config.WriteDev(d.folder.path, config.Dev{
		StartedAt: time.Now().UTC(), TemporalAddress: s.TemporalAddress, TemporalNamespace: s.TemporalNamespace,
		DatabaseURL: s.DatabaseURL, Accounts: s.Accounts, ConsoleAddress: d.console.Addr, WebUIAddress: s.TemporalUI, Speed: d.factor,
		TokenKey: s.TokenKey, BuyerKey: s.BuyerKey,
	})
	if err != nil {
		return err
	}
	d.closers = append(d.closers, func() { _ = config.RemoveDev(d.folder.path) })
	return nil
}
