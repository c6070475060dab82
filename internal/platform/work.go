package platform

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/sdk/worker"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/buyer"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/starter"
	"github.com/towpath/towpath/workers"
)

// Accounts reads the accounts file.
func (p *Platform) Accounts() ([]config.Account, error) {
	return config.LoadAccounts(p.Settings.Accounts)
}

// Connection opens one account's connection. The error is a *starter.UsageError if the file does not have the
// account.
func (p *Platform) Connection(ctx context.Context, id string) (channel.Connection, error) {
	accounts, err := p.Accounts()
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		if a.Store.ID == id {
			return p.open(ctx, a.Channel)
		}
	}
	return nil, &starter.UsageError{Problem: fmt.Sprintf("account %q is not in the accounts file %s", id, p.Settings.Accounts)}
}

// StartWorkers saves the accounts of the file, prepares Temporal (search attributes, budgets, schedules)
// and starts the workers. They run until Close. It waits for a Temporal server that does not answer yet, until the context ends.
func (p *Platform) StartWorkers(ctx context.Context) error {
	accounts, err := p.Accounts()
	if err != nil {
		return err
	}
	if p.Settings.BuyerKey == "" {
		return buyer.ErrNoKey
	}
	connections, err := p.connect(ctx, accounts)
	if err != nil {
		return err
	}
	if err := p.Store.Settings.SaveAccounts(ctx, settingsOf(accounts)); err != nil {
		return fmt.Errorf("save accounts: %w", err)
	}
	if err := p.Store.Accounts.SaveFileRates(ctx, ratesOf(accounts)); err != nil {
		return err
	}
	if err := p.Patiently(ctx, "the Temporal server", p.Reachable); err != nil {
		return err
	}
	prepare := func(ctx context.Context) error { return p.Starter.Prepare(ctx, p.Settings.TemporalNamespace) }
	if err := p.Patiently(ctx, "the Temporal server to take search attributes and budgets", prepare); err != nil {
		return err
	}
	// Only saved accounts know whether they are paused.
	saved, err := p.Store.Accounts.List(ctx)
	if err != nil {
		return fmt.Errorf("read accounts: %w", err)
	}
	schedule := func(ctx context.Context) error { return p.Starter.EnsureSchedules(ctx, served(saved, accounts)) }
	if err := p.Patiently(ctx, "the Temporal server to take the schedules", schedule); err != nil {
		return err
	}
	err = p.Patiently(ctx, "the Temporal server to take the workers", func(context.Context) (err error) {
		p.Workers, err = workers.Start(workers.Config{
			Client: p.Temporal, Store: p.Store, Connections: connections, Caller: p.Starter,
			Channels: channel.Kinds(), Speed: p.Settings.Speed,
			Build: worker.WorkerDeploymentVersion{DeploymentName: p.Settings.Deployment, BuildID: p.Settings.BuildID},
		})
		return err
	})
	if err == nil {
		p.rates = startRateSaver(ctx, p, connections)
		p.builds = startBuildWatch(ctx, p)
	}
	return err
}

// connect opens every enabled account's connection, and reports each that can't be opened.
func (p *Platform) connect(ctx context.Context, accounts []config.Account) (activities.Connections, error) {
	connections := make(activities.Connections)
	var errs []error
	for _, a := range accounts {
		if !a.Store.Enabled {
			continue
		}
		c, err := p.open(ctx, a.Channel)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		connections[a.Store.ID] = c
	}
	return connections, errors.Join(errs...)
}

func settingsOf(found []config.Account) []accounts.Account {
	list := make([]accounts.Account, len(found))
	for i, a := range found {
		list[i] = a.Store
	}
	return list
}

// ratesOf returns the rates in the file by account, with an empty entry for accounts without any.
func ratesOf(accounts []config.Account) map[string]map[channel.Operation]float64 {
	rates := make(map[string]map[channel.Operation]float64, len(accounts))
	for _, a := range accounts {
		rates[a.Store.ID] = a.Rates
	}
	return rates
}

// served are the saved accounts that the file has: an account that was taken out of the file gets no
// schedules from this process.
func served(saved []accounts.Account, file []config.Account) []accounts.Account {
	in := make(map[string]bool)
	for _, a := range file {
		in[a.Store.ID] = true
	}
	var list []accounts.Account
	for _, a := range saved {
		if in[a.ID] {
			list = append(list, a)
		}
	}
	return list
}
