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
	"github.com/towpath/towpath/internal/simulator/market"
	"github.com/towpath/towpath/internal/simulator/warehouse"
	"github.com/towpath/towpath/internal/stock"
	"github.com/towpath/towpath/internal/store/links"
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

// newPlayer returns the buyers for marketplaces that run in this process.
func (w *simulation) newPlayer(o *Options, plan *book.Plan, factor float64, asFastAsPossible bool, backlog func(context.Context) (int, error), logger *zap.Logger) (*buyers.Player, error) {
	markets, silent, quirks := make(map[string]*market.Market), make(map[string]bool), make(map[string]buyers.Quirks)
	for _, a := range w.production() {
		quirks[a.ID] = o.quirksOf(a.Kind)
		markets[a.ID] = w.simulator.Market(a.ID)
		silent[a.ID] = a.Kind == channel.EBay
	}
	options := buyers.Options{
		Plan: plan, Markets: markets, Warehouse: w.warehouse, Location: location, Speed: factor,
		Endless: o.Orders == "" && o.Rehearse == nil && !o.ExitWhenDone, Listed: o.Rehearse != nil, MerchantCancels: silent, Quirks: quirks, Seed: 1, Logger: logger,
	}
	if asFastAsPossible {
		options.Speed, options.Backlog = 0, backlog
	}
	if backlog == nil { // there is no platform in this process: nothing reports when an order is being packed
		options.RaceLimit = time.Nanosecond
	}
	return buyers.New(options)
}

const (
	listedWithin = 30 * time.Second
	listedPoll   = 100 * time.Millisecond
)

// listed waits until marketplaces of their own list every product: they may have been started a moment ago.
func (w *simulation) listed(ctx context.Context, plan *book.Plan) error {
	want := 0
	for _, p := range plan.Products {
		want += len(p.Codes) * len(w.production())
	}
	ctx, cancel := context.WithTimeout(ctx, listedWithin)
	defer cancel()
	for {
		links, err := w.links(ctx, plan)
		if err != nil || len(links) >= want {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the marketplaces in %s list %d of the book's %d codes: start them with the same book, and wait for their addresses", w.dir, len(links), want)
		case <-time.After(listedPoll):
		}
	}
}

// bookDone reports whether the book is played to its end and the warehouse's entries are read up to the last one:
// nothing follows the end.
func (w *simulation) bookDone(ctx context.Context, read int64) (bool, error) {
	last, err := w.warehouse.After(ctx, read-1, 1)
	return len(last) == 1 && last[0].Kind == warehouse.BookDone, err
}

// links returns a link from every listing of the marketplaces to its product: the channels' SKUs are the book's
// spellings.
func (w *simulation) links(ctx context.Context, plan *book.Plan) ([]links.Link, error) {
	sku := make(map[string]string)
	for _, p := range plan.Products {
		for _, code := range p.Codes {
			sku[code] = p.SKU
		}
	}
	var list []links.Link
	for _, a := range w.accounts {
		m, err := w.reader(ctx, a)
		if err != nil {
			return nil, err
		}
		listings, err := m.AllListings(ctx)
		if err := errors.Join(err, m.Close()); err != nil {
			return nil, fmt.Errorf("read listings of %s: %w", a.ID, err)
		}
		for _, l := range listings {
			if s, ok := sku[l.SKU]; ok {
				list = append(list, links.Link{Account: a.ID, ChannelSKU: l.SKU, SKU: s, ListingRef: l.Ref})
			}
		}
	}
	return list, nil
}

// reader opens a marketplace's ledger for reading, whichever process runs the marketplace.
func (w *simulation) reader(ctx context.Context, a simulator.Account) (*market.Reader, error) {
	return market.OpenReadOnly(ctx, filepath.Join(w.dir, filepath.Base(a.File)))
}

// places opens the shops whose orders may ship from several locations. It returns a function that reports from which
// location each line of an order ships, as the merchant's staff see it there.
func (w *simulation) places(ctx context.Context) (ask func(ctx context.Context, account, orderID string) (map[string]string, error), closeAll func(), err error) {
	shops := make(map[string]*market.Reader)
	closeAll = func() {
		for _, r := range shops {
			_ = r.Close()
		}
	}
	for _, a := range w.accounts {
		if a.Kind != channel.Shopify {
			continue
		}
		if shops[a.ID], err = w.reader(ctx, a); err != nil {
			closeAll()
			return nil, nil, err
		}
	}
	return func(ctx context.Context, account, orderID string) (map[string]string, error) {
		shop := shops[account]
		if shop == nil {
			return nil, nil
		}
		o, err := shop.Order(ctx, orderID)
		if err != nil {
			return nil, fmt.Errorf("look where order %s ships from: %w", orderID, err)
		}
		places := make(map[string]string, len(o.Lines))
		for _, l := range o.Lines {
			places[l.ID] = l.Location
		}
		return places, nil
	}, closeAll, nil
}

func (w *simulation) close() {
	if w.warehouse != nil {
		_ = w.warehouse.Close()
	}
	if w.simulator != nil {
		_ = w.simulator.Stop()
	}
}
