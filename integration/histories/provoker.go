package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/platform"
	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/store/orders"
)

// provoker causes in a running towpath-dev what rarely happens by itself.
type provoker struct {
	*platform.Platform
	markets *simulator.Attached
	market  string          // address of the marketplace
	before  faults.Rates    // the rates to be restored
	used    map[string]bool // orders that a step has used
}

func newProvoker(ctx context.Context, data string, dev config.Dev) (*provoker, error) {
	markets, err := simulator.Attach(filepath.Join(data, "marketplaces"))
	if err != nil {
		return nil, err
	}
	a, ok := markets.Account(account)
	if !ok {
		return nil, fmt.Errorf("no account %s in %s", account, data)
	}
	state, err := faults.Show(ctx, a.Address)
	if err != nil {
		return nil, err
	}
	open, err := platform.Open(ctx, config.Settings{
		DatabaseURL: dev.DatabaseURL, Accounts: dev.Accounts, TemporalAddress: dev.TemporalAddress,
		TemporalNamespace: dev.TemporalNamespace, Speed: dev.Speed, LogLevel: "error", Data: data,
	}, nil, zap.NewNop())
	if err != nil {
		return nil, err
	}
	return &provoker{Platform: open, markets: markets, market: a.Address, before: state.Rates, used: map[string]bool{}}, nil
}

func (p *provoker) fail(ctx context.Context, rates faults.Rates, operations ...string) error {
	rates.Operations = operations
	_, err := faults.Switch(ctx, p.market, rates)
	return err
}

func (p *provoker) heal(ctx context.Context) error {
	_, err := faults.Switch(ctx, p.market, p.before)
	return err
}

// until polls until found returns true.
func until(ctx context.Context, found func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		ok, err := found()
		if err != nil || ok {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// inState waits for orders in a state.
func (p *provoker) inState(ctx context.Context, s order.State, account string, n int) ([]orders.OrderRow, error) {
	var rows []orders.OrderRow
	return rows, until(ctx, func() (bool, error) {
		var err error
		rows, err = p.Store.Orders.Find(ctx, orders.OrderFilter{State: s, Account: account, Limit: n})
		return len(rows) == n, err
	})
}

// runs reports whether the order's lifecycle runs again.
func (p *provoker) runs(ctx context.Context, key message.OrderKey) (bool, error) {
	closed, err := p.Starter.Closed(ctx, message.OrderWorkflowID(key.Account.ID, key.OrderID))
	return !closed, err
}
