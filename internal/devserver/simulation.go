package devserver

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"go.uber.org/zap"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/simulator/book"
	"github.com/towpath/towpath/internal/simulator/buyers"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/warehouse"
	"github.com/towpath/towpath/internal/stock"
)

const noCap = stock.NoCap

// simulation is everything outside the platform: the marketplaces and the warehouse.
type simulation struct {
	dir       string
	attached  bool // the marketplaces run in a process of their own
	simulator *simulator.Simulator
	accounts  []simulator.Account
	warehouse *warehouse.Warehouse
}

// openSimulation attaches to marketplaces that run in the folder, or starts them.
func openSimulation(ctx context.Context, o *Options, dir string, speed float64, logger *zap.Logger) (*simulation, error) {
	w := &simulation{dir: dir}
	running, err := w.attach(ctx, speed)
	if err != nil {
		return nil, err
	}
	if !running {
		if err := w.start(ctx, o, speed, logger); err != nil {
			return nil, err
		}
	}
	w.warehouse, err = warehouse.Open(ctx, filepath.Join(dir, "warehouse.db"))
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// readSimulation opens a folder's simulation for reading only.
func readSimulation(ctx context.Context, dir string) (*simulation, error) {
	a, err := simulator.Attach(dir)
	if err != nil {
		return nil, UsageError{err}
	}
	box, err := warehouse.OpenReadOnly(ctx, filepath.Join(dir, "warehouse.db"))
	if err != nil {
		return nil, err
	}
	return &simulation{dir: dir, attached: true, accounts: a.Accounts, warehouse: box}, nil
}

// attach uses the marketplaces that run in the folder, and reports whether any do. Budgets apply only if both sides
// have the same clock.
func (w *simulation) attach(ctx context.Context, speed float64) (bool, error) {
	a, err := runningIn(ctx, w.dir)
	if a == nil || err != nil {
		return false, err
	}
	if a.Speed != speed {
		return false, UsageError{fmt.Errorf("the marketplaces that run in %s have --speed %s: give the same", w.dir, speedWord(a.Speed))}
	}
	w.attached, w.accounts = true, a.Accounts
	return true, nil
}

// runningIn returns the marketplaces that run in a folder, or nil if none do.
func runningIn(ctx context.Context, dir string) (*simulator.Attached, error) {
	a, err := simulator.Attach(dir)
	if errors.Is(err, simulator.ErrNone) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	running, err := a.Running(ctx)
	if err != nil || !running {
		return nil, err
	}
	return a, nil
}

func speedWord(speed float64) string {
	if speed == maxSpeed {
		return "max"
	}
	return strconv.FormatFloat(speed, 'g', -1, 64)
}

func (w *simulation) start(ctx context.Context, o *Options, speed float64, logger *zap.Logger) error {
	rates, err := o.faultRates()
	if err != nil {
		return err
	}
	w.simulator, err = simulator.Start(ctx, simulator.Options{
		Dir: w.dir, Speed: speed, Seed: 1, Faults: rates, Accounts: o.accounts(), Logger: logger,
		Host: o.Host, Public: o.Public,
	})
	if err != nil {
		return err
	}
	w.accounts = w.simulator.Accounts()
	return nil
}

// production returns the accounts on which buyers place orders.
func (w *simulation) production() []simulator.Account {
	return slices.DeleteFunc(slices.Clone(w.accounts), func(a simulator.Account) bool { return a.Endpoint == channel.Test })
}

// newPlayer returns the buyers for marketplaces that run in this process. platform answers what they ask of the platform; nil: it runs in
// another process.
func (w *simulation) newPlayer(o *Options, plan *book.Plan, factor float64, asFastAsPossible bool, platform *dev, logger *zap.Logger) (*buyers.Player, error) {
	markets, silent, quirks := make(map[string]*market.Market), make(map[string]bool), make(map[string]buyers.Quirks)
	kinds := make(map[string]channel.Kind)
	for _, a := range w.production() {
		quirks[a.ID] = o.quirksOf(a.Kind)
		markets[a.ID] = w.simulator.Market(a.ID)
		silent[a.ID], kinds[a.ID] = a.Kind == channel.EBay, a.Kind
	}
	options := buyers.Options{
		Plan: plan, Markets: markets, Warehouse: w.warehouse, Location: location, Speed: factor,
		Endless: o.Orders == "" && o.Rehearse == nil && !o.ExitWhenDone, Listed: o.Rehearse != nil, MerchantCancels: silent, Quirks: quirks, Seed: 1, Logger: logger,
		OrderFault: func(account, id string) faults.Kind {
			return w.simulator.Injector(account).OrderFault(kinds[account], id)
		},
		Struck: func(account string, k faults.Kind) { w.simulator.Injector(account).Struck(k) },
	}
	if asFastAsPossible {
		options.Speed = 0
	}
	if platform == nil { // nothing reports when an order is being packed
		options.RaceLimit = time.Nanosecond
		return buyers.New(options)
	}
	if options.Read = platform.read; asFastAsPossible {
		options.Backlog = platform.backlog
	}
	return buyers.New(options)
}

func (w *simulation) close() {
	if w.warehouse != nil {
		_ = w.warehouse.Close()
	}
	if w.simulator != nil {
		_ = w.simulator.Stop()
	}
}
