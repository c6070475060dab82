package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/packages"
)

const (
	atOnce   = 8                      // orders handled at once
	look     = 100 * time.Millisecond // between two checks of a condition
	patience = 10 * time.Minute       // a shared machine can be very slow
)

// stage is a part of the work with its counters.
type stage struct {
	name  string
	per   string // what one of n is
	n     int
	used  use
	order bool // it belongs to the orders, not to the scans and pushes that they share
}

// meter measures stages.
type meter struct {
	shop   *shop
	stages []stage
}

// during measures what do makes the server do. do returns how many things it did.
func (m *meter) during(name, per string, ofOrder bool, do func() (int, error)) error {
	before, err := m.shop.temporal.used()
	if err != nil {
		return err
	}
	n, err := do()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	used, err := m.shop.temporal.usedSince(before)
	m.stages = append(m.stages, stage{name, per, n, used, ofOrder})
	return err
}

// cost takes n orders with one line and one package each from placement to completion, and measures each stage by
// itself.
func cost(ctx context.Context, n int, out io.Writer) error {
	dir, err := os.MkdirTemp("", "towpath-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	m, err := meterOrders(ctx, dir, n, unbound())
	if err != nil {
		return err
	}
	defer m.shop.close()
	m.print(out, n)
	return m.shop.printHistories(ctx, out)
}

// meterOrders takes n orders through a new shop, which the caller closes.
func meterOrders(ctx context.Context, dir string, n int, as setup) (*meter, error) {
	s, err := openShop(ctx, dir, as)
	if err != nil {
		return nil, err
	}
	m := &meter{shop: s}
	err = s.warmUp(ctx)
	if err == nil {
		err = m.stagesOf(ctx, n)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return m, nil
}

// warmUp makes the first scan of each account, which differs from the later ones, and pushes the opening levels.
func (s *shop) warmUp(ctx context.Context) error {
	if _, err := s.scan(ctx); err != nil {
		return err
	}
	_, err := s.push(ctx)
	return err
}

func (m *meter) stagesOf(ctx context.Context, n int) error {
	s := m.shop
	if _, err := s.place(ctx, n); err != nil {
		return err
	}
	// The first scan of an account looks for open orders, which have no lifecycle yet; the later ones look for
	// changes.
	steps := []struct {
		name, per string
		ofOrder   bool
		do        func(context.Context) (int, error)
	}{
		{"scan that finds the new orders", "scan", false, s.scan},
		{"lifecycle started", "order", true, s.deliver},
		{"levels pushed", "account", false, s.push},
		{"processed and sent", "order", true, s.process},
		{"scan that sees them shipped", "scan", false, s.scan},
		{"reported, completed", "order", true, s.deliver},
	}
	for _, step := range steps {
		if err := m.during(step.name, step.per, step.ofOrder, func() (int, error) { return step.do(ctx) }); err != nil {
			return err
		}
	}
	return s.ended(ctx, n)
}

// place places n orders on the marketplaces in turn, and returns their ids there.
func (s *shop) place(ctx context.Context, n int) (ids []string, err error) {
	return s.placeFrom(ctx, 0, n)
}

// placeFrom places n orders, the first with this number: a number is placed once.
func (s *shop) placeFrom(ctx context.Context, first, n int) (ids []string, err error) {
	for i := first; i < first+n; i++ {
		a := s.accounts[i%len(s.accounts)]
		answer, err := s.markets.Market(a.ID).Place(ctx, purchase(fmt.Sprintf("bench-%d", i), lamp))
		if err != nil {
			return nil, err
		}
		if answer.Refused != "" {
			return nil, fmt.Errorf("%s refuses an order: %s", a.ID, answer.Refused)
		}
		ids = append(ids, answer.OrderID)
	}
	return ids, nil
}

// scan scans every account once.
func (s *shop) scan(ctx context.Context) (int, error) {
	for i, a := range s.accounts {
		if err := s.scanOne(ctx, a); err != nil {
			return i, err
		}
	}
	return len(s.accounts), nil
}

// scanOne scans an account once.
func (s *shop) scanOne(ctx context.Context, a message.Account) error {
	run, err := s.starter.Temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: fmt.Sprintf("bench-scan/%s/%d", a.ID, time.Now().UnixNano()), TaskQueue: message.TaskQueue,
	}, message.WorkflowOrderSync, message.OrderSyncInput{Account: a, Policy: s.starter.Policies.Orders})
	if err != nil {
		return err
	}
	var out message.OrderSyncResult
	if err := run.Get(ctx, &out); err != nil {
		return err
	}
	if out.Fault != nil {
		return out.Fault
	}
	return nil
}

// deliver delivers what scans have found to the lifecycles, and waits until they have nothing more to do.
func (s *shop) deliver(ctx context.Context) (int, error) {
	entries, _ := s.hold.drain()
	delivered := s.starter.Deliver(ctx, entries)
	if len(delivered) != len(entries) {
		return 0, fmt.Errorf("%d of %d outbox entries were delivered", len(delivered), len(entries))
	}
	var g errgroup.Group
	g.SetLimit(atOnce)
	for _, h := range delivered {
		if h.State == order.Completed {
			g.Go(func() error {
				return s.starter.Temporal.GetWorkflow(ctx, message.OrderWorkflowID(h.Key.Account.ID, h.Key.OrderID), "").Get(ctx, nil)
			})
		}
	}
	if err := g.Wait(); err != nil {
		return 0, err
	}
	return len(delivered), s.temporal.idle(ctx)
}

// push pushes the changed levels of every account.
func (s *shop) push(ctx context.Context) (int, error) {
	for i, a := range s.accounts {
		if err := s.starter.SyncStock(ctx, a.ID, true); err != nil {
			return i, err
		}
	}
	return len(s.accounts), nil
}

// process processes one package of every order and waits until the channels have confirmed them.
func (s *shop) process(ctx context.Context) (int, error) {
	ready, err := s.store.Packages.ReadyOrders(ctx, time.Now().UTC(), 0, 10_000)
	if err != nil {
		return 0, err
	}
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, o := range ready {
		g.Go(func() error {
			return s.processOne(gctx, o)
		})
	}
	if err := g.Wait(); err != nil {
		return 0, err
	}
	if err := s.confirmed(ctx, len(ready)); err != nil {
		return 0, err
	}
	return len(ready), s.temporal.idle(ctx)
}

// processOne processes one package with the first line of an order.
func (s *shop) processOne(ctx context.Context, o packages.ReadyOrder) error {
	p := shipment.Package{
		ID: fmt.Sprintf("p%d", o.Key.RowID), Label: "LBL", Carrier: "Royal Mail",
		TrackingNumber: fmt.Sprintf("TP%d", o.Key.RowID), ShippedAt: time.Now().UTC(),
		Contents: []shipment.Content{{LineID: o.Lines[0].LineID, Quantity: o.Lines[0].Quantity}},
	}
	row := orders.OrderRow{Key: o.Key, Reference: o.Reference, State: order.Open}
	_, err := s.starter.Process(ctx, row, []shipment.Package{p})
	return err
}

// confirmed waits until the channels have confirmed the packages of n orders.
func (s *shop) confirmed(ctx context.Context, n int) error {
	return until(ctx, fmt.Sprintf("%d orders are shipped", n), func() (bool, error) {
		rows, err := s.store.Orders.Find(ctx, orders.OrderFilter{State: order.Shipped, Limit: n})
		return len(rows) == n, err
	})
}

// ended checks that all work is complete: figures of incomplete work would mislead.
func (s *shop) ended(ctx context.Context, n int) error {
	rows, err := s.store.Orders.Find(ctx, orders.OrderFilter{State: order.Completed, Limit: n + 1})
	if err != nil {
		return err
	}
	if len(rows) != n {
		return fmt.Errorf("%d of %d orders are completed", len(rows), n)
	}
	return nil
}
