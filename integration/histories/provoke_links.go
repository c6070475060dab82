package main

import (
	"context"
	"fmt"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/store/runs"
)

const (
	// eventual is the account whose accepted levels are read back.
	eventual = "amazon-uk"
	// tries is how often something that may fail is done: often enough to see both success and failure.
	tries = 16
)

// flaky lets most calls fail: only sometimes are a policy's attempts enough.
var flaky = faults.Rates{Unavailable: 0.75}

// importListings reads every account's listings, without faults.
func (p *provoker) importListings(ctx context.Context) error {
	accounts, err := p.Store.Accounts.List(ctx)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if err := p.importOf(ctx, a.ID); err != nil {
			return err
		}
	}
	return nil
}

func (p *provoker) importOf(ctx context.Context, account string) error {
	if err := p.Starter.ImportLinks(ctx, account); err != nil {
		return err
	}
	_, err := p.Starter.LinksImported(ctx, account, func(message.Status) {})
	return err
}

// importInTrouble imports from a marketplace whose pages can seldom be read.
func (p *provoker) importInTrouble(ctx context.Context) error {
	if err := p.fail(ctx, flaky, "getInventoryItems"); err != nil {
		return err
	}
	for range tries {
		if err := p.importOf(ctx, account); err != nil {
			return err
		}
	}
	return p.heal(ctx)
}

// loseLevels lets Amazon accept levels that it never applies, until a check has found some.
func (p *provoker) loseLevels(ctx context.Context) error {
	return p.troubled(ctx, faults.Rates{NeverLive: 0.5}, func() (bool, error) {
		list, err := p.Store.Runs.List(ctx, runs.RunFilter{Kind: runs.RunLevels, Account: eventual, Errors: true, Limit: 1})
		return len(list) > 0, err
	})
}

// checkInTrouble reads levels back while most calls fail.
func (p *provoker) checkInTrouble(ctx context.Context) error {
	done := 0
	broken := flaky
	broken.Operations = []string{"searchListingsItems", "getListingsItem"}
	return p.troubled(ctx, broken, func() (bool, error) {
		if err := p.Starter.CheckLevels(ctx, eventual, 0); err != nil {
			return false, err
		}
		err := until(ctx, func() (bool, error) { return p.Starter.Closed(ctx, message.LevelsWorkflowID(eventual)) })
		done++
		return done == tries, err
	})
}

// troubled repeats do while the eventual account's marketplace has faults.
func (p *provoker) troubled(ctx context.Context, rates faults.Rates, do func() (bool, error)) error {
	a, ok := p.markets.Account(eventual)
	if !ok {
		return fmt.Errorf("no account %s", eventual)
	}
	before, err := faults.Show(ctx, a.Address)
	if err != nil {
		return err
	}
	defer func() { _, _ = faults.Switch(context.WithoutCancel(ctx), a.Address, before.Rates) }()
	if _, err := faults.Switch(ctx, a.Address, rates); err != nil {
		return err
	}
	return until(ctx, do)
}
