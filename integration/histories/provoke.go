package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/config"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/simulator/faults"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/store/runs"
)

const (
	// account is the account whose marketplace gets faults.
	account = "ebay-uk"
	// The marketplace's names of the operations that get faults.
	opShip   = "createShippingFulfillment"
	opOrders = "getOrders"
	opLevels = "bulkUpdatePriceQuantity"
	// patience limits each wait.
	patience = 4 * time.Minute
	look     = 200 * time.Millisecond
)

// A throttled call was certainly not carried out, so its order can still be cancelled; a call that failed in another
// way may have been carried out.
var (
	throttled = faults.Rates{Throttle: 1}
	broken    = faults.Rates{Unavailable: 1}
)

// provoke takes the rare branches. It is meant for a towpath-dev that runs without --speed max: at 600, short states
// last long enough to be seen.
func provoke(ctx context.Context, data string, dev config.Dev, out io.Writer) error {
	p, err := newProvoker(ctx, data, dev)
	if err != nil {
		return err
	}
	defer func() { _ = p.Close() }()
	defer func() { _, _ = faults.Switch(context.WithoutCancel(ctx), p.market, p.before) }()
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"retry what is parked already", p.retryParked},
		{"wake pushes with nothing to push", p.wakeForNothing},
		{"import listings", p.importListings},
		{"import listings in trouble", p.importInTrouble},
		{"lose levels", p.loseLevels},
		{"read levels back in trouble", p.checkInTrouble},
		{"cancel before processing", p.cancelOpen},
		{"park packages", p.parkSome},
		{"cancel while a package is parked", p.cancelParked},
		{"restart with unsent packages", p.restartUnsent},
		{"break every call", p.breakAll},
		{"retry what is parked", p.retryParked},
		{"refuse a cancellation and restart while shipped", p.afterShipping},
	} {
		fmt.Fprintln(out, "provoke:", step.name)
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("provoke: %s: %w", step.name, err)
		}
	}
	return nil
}

func (p *provoker) wakeForNothing(ctx context.Context) error {
	for range 5 {
		if err := p.Starter.SyncStock(ctx, account, true); err != nil {
			return err
		}
	}
	return nil
}

func (p *provoker) cancel(ctx context.Context, row orders.OrderRow) error {
	_, err := p.Starter.Cancel(ctx, row, orders.Cancellation{ID: uuid.NewString(), Reason: "out of stock"})
	return err
}

func (p *provoker) cancelOpen(ctx context.Context) error {
	rows, err := p.inState(ctx, order.Open, "", 1)
	if err != nil {
		return err
	}
	return p.cancel(ctx, rows[0])
}

// parkSome waits until four orders are parked, one of them with two packages.
func (p *provoker) parkSome(ctx context.Context) error {
	if err := p.fail(ctx, throttled, opShip); err != nil {
		return err
	}
	return until(ctx, func() (bool, error) {
		parked, err := p.Store.Incidents.ParkedList(ctx, account)
		if err != nil || len(parked) < 4 {
			return false, err
		}
		rows, err := p.unsent(ctx)
		return rows[2] != (message.OrderKey{}), err
	})
}

// unsent returns a parked order for each number of packages that it has to send.
func (p *provoker) unsent(ctx context.Context) (map[int]message.OrderKey, error) {
	rows := make(map[int]message.OrderKey)
	parked, err := p.Store.Incidents.ParkedList(ctx, account)
	if err != nil {
		return rows, err
	}
	for _, k := range parked {
		row, err := p.Starter.Find(ctx, k.Reference, account)
		if err != nil {
			return rows, err
		}
		ids, err := p.Store.Packages.UnsentPackages(ctx, row.Key.RowID)
		if err != nil {
			return rows, err
		}
		if !p.used[row.Key.OrderID] {
			rows[len(ids)] = row.Key
		}
	}
	return rows, nil
}

// reserve reserves for one step a parked order with this many unsent packages.
func (p *provoker) reserve(ctx context.Context, packages int) (orders.OrderRow, error) {
	rows, err := p.unsent(ctx)
	if err != nil {
		return orders.OrderRow{}, err
	}
	key, ok := rows[packages]
	if !ok {
		return orders.OrderRow{}, fmt.Errorf("no parked order with %d packages", packages)
	}
	p.used[key.OrderID] = true
	return p.Starter.Find(ctx, key.OrderID, account)
}

func (p *provoker) cancelParked(ctx context.Context) error {
	row, err := p.reserve(ctx, 1)
	if err != nil {
		return err
	}
	return p.cancel(ctx, row)
}

// restartUnsent ends the workflows of two orders as if a person had terminated them: the sweep starts them again.
func (p *provoker) restartUnsent(ctx context.Context) error {
	for _, packages := range []int{1, 2} {
		row, err := p.reserve(ctx, packages)
		if err != nil {
			return err
		}
		if err := p.terminate(ctx, row.Key); err != nil {
			return err
		}
	}
	return nil
}

func (p *provoker) terminate(ctx context.Context, key message.OrderKey) error {
	return p.Temporal.TerminateWorkflow(ctx, message.OrderWorkflowID(key.Account.ID, key.OrderID), "", "recording histories")
}

// breakAll lets scans and pushes fail until both have given up once.
func (p *provoker) breakAll(ctx context.Context) error {
	since := time.Now().UTC()
	if err := p.fail(ctx, broken, opShip, opOrders, opLevels); err != nil {
		return err
	}
	for _, kind := range []runs.RunKind{runs.RunOrders, runs.RunStock} {
		err := until(ctx, func() (bool, error) {
			list, err := p.Store.Runs.List(ctx, runs.RunFilter{Kind: kind, Account: account, Errors: true, Limit: 1})
			return len(list) == 1 && list[0].FaultClass == channel.Unavailable && list[0].EndedAt.After(since), err
		})
		if err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
	}
	return nil
}

func (p *provoker) retryParked(ctx context.Context) error {
	if err := p.heal(ctx); err != nil {
		return err
	}
	return until(ctx, func() (bool, error) {
		parked, err := p.Store.Incidents.ParkedList(ctx, account)
		for _, k := range parked {
			if err := p.Starter.Retry(ctx, k.WorkflowID); err != nil {
				return false, err
			}
		}
		return len(parked) == 0, err
	})
}

// afterShipping keeps orders between being sent and being seen as sent, by failing scans.
func (p *provoker) afterShipping(ctx context.Context) error {
	if err := p.fail(ctx, broken, opOrders); err != nil {
		return err
	}
	rows, err := p.inState(ctx, order.Shipped, account, 2)
	if err != nil {
		return err
	}
	if err := p.cancel(ctx, rows[0]); err == nil {
		return fmt.Errorf("cancellation of %s, which is shipped, was not refused", rows[0].Reference)
	}
	if err := p.terminate(ctx, rows[1].Key); err != nil {
		return err
	}
	err = until(ctx, func() (bool, error) { return p.runs(ctx, rows[1].Key) })
	if err != nil {
		return err
	}
	return p.heal(ctx)
}
