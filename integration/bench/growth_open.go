package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/internal/table"
)

// growthTimes is how often each step is measured.
const growthTimes = 7

// openRow are the milliseconds of the steps with so many open orders.
type openRow struct {
	open                 int
	scan, sweep, sending []float64
}

// growthOpen lets a shop have ever more open orders, each with its lifecycle, and measures what one more takes.
func growthOpen(ctx context.Context, a growthAsked, out io.Writer) error {
	dir, err := os.MkdirTemp("", "towpath-growth-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	as := unbound()
	as.through = true
	s, err := openShop(ctx, dir, as)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.warmUp(ctx); err != nil {
		return err
	}
	var all []openRow
	placed, open := 0, 0
	for _, n := range a.open {
		more := max(n-open, 0)
		if _, err := s.placeFrom(ctx, placed, more); err != nil {
			return err
		}
		placed, open = placed+more, open+more
		if err := s.settleOpen(ctx, open); err != nil {
			return err
		}
		row := openRow{open: n}
		for range growthTimes {
			if err := s.oneMore(ctx, placed, &row); err != nil {
				return fmt.Errorf("with %d open orders: %w", n, err)
			}
			placed++
		}
		all = append(all, row)
		fmt.Fprintf(os.Stderr, "%d open orders: a scan %.0f ms, a sweep %.0f ms\n", n, median(row.scan), median(row.sweep))
	}
	return printGrowthOpen(out, all)
}

// settleOpen scans what was placed, and waits until all orders that are open have a lifecycle and nothing is under way.
func (s *shop) settleOpen(ctx context.Context, open int) error {
	if _, err := s.scan(ctx); err != nil {
		return err
	}
	err := until(ctx, fmt.Sprintf("%d lifecycles run", open), func() (bool, error) {
		running, err := s.starter.RunningLifecycles(ctx)
		return len(running) >= open, err
	})
	if err != nil {
		return err
	}
	return s.temporal.idle(ctx)
}

// oneMore places an order, scans its account, sends it, and sweeps; each step is timed. The order is over then.
func (s *shop) oneMore(ctx context.Context, number int, row *openRow) error {
	ids, err := s.placeFrom(ctx, number, 1)
	if err != nil {
		return err
	}
	account := s.accounts[number%len(s.accounts)]
	took, err := timed(func() error { return s.scanOne(ctx, account) })
	if err != nil {
		return err
	}
	row.scan = append(row.scan, took)
	if err := s.temporal.idle(ctx); err != nil {
		return err
	}
	if took, err = timed(func() error { return s.sendOne(ctx, account.ID, ids[0]) }); err != nil {
		return err
	}
	row.sending = append(row.sending, took)
	if err := s.temporal.idle(ctx); err != nil {
		return err
	}
	if took, err = timed(func() error { return s.sweep(ctx) }); err != nil {
		return err
	}
	row.sweep = append(row.sweep, took)
	return nil
}

// sendOne processes a package of an order and waits until its channel has confirmed it.
func (s *shop) sendOne(ctx context.Context, account, id string) error {
	filter := orders.OrderFilter{Account: account, Reference: id, Limit: 1}
	found, err := s.store.Orders.Find(ctx, filter)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fmt.Errorf("order %s of %s was not saved", id, account)
	}
	ready, err := s.store.Packages.ReadyOrders(ctx, time.Now().UTC(), found[0].Key.RowID-1, 1)
	if err != nil {
		return err
	}
	if len(ready) == 0 || ready[0].Key.OrderID != found[0].Key.OrderID {
		return fmt.Errorf("order %s of %s can't be packed", id, account)
	}
	if err := s.processOne(ctx, ready[0]); err != nil {
		return err
	}
	return untilEvery(ctx, soon, fmt.Sprintf("order %s is shipped", id), func() (bool, error) {
		found, err := s.store.Orders.Find(ctx, filter)
		return len(found) == 1 && found[0].State == order.Shipped, err
	})
}

// soon is the time between two looks where milliseconds are measured.
const soon = 5 * time.Millisecond

// sweep makes one sweep.
func (s *shop) sweep(ctx context.Context) error {
	run, err := s.starter.Temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: fmt.Sprintf("bench-sweep/%d", time.Now().UnixNano()), TaskQueue: message.TaskQueue,
	}, message.WorkflowSweep, message.SweepInput{OlderThan: time.Minute, Speed: 1})
	if err != nil {
		return err
	}
	var swept message.SweepResult
	return run.Get(ctx, &swept)
}

func printGrowthOpen(out io.Writer, all []openRow) error {
	rows := [][]table.Cell{idleRow("OPEN ORDERS", "SCAN OF ONE NEW ORDER, MS", "MOST", "SENDING ONE, MS", "MOST", "A SWEEP, MS", "MOST")}
	for _, r := range all {
		row := []string{}
		for _, list := range [][]float64{r.scan, r.sending, r.sweep} {
			row = append(row, fmt.Sprintf("%.0f", median(list)), fmt.Sprintf("%.0f", slices.Max(list)))
		}
		rows = append(rows, idleRow(fmt.Sprint(r.open), row...))
	}
	fmt.Fprintf(out, "\nOpen orders, each with its lifecycle; medians of %d\n\n", growthTimes)
	if err := table.Write(out, rows); err != nil {
		return err
	}
	fmt.Fprintln(out)
	first, last := all[0], all[len(all)-1]
	for _, f := range []struct {
		what          string
		before, after []float64
	}{{"scan of one new order", first.scan, last.scan}, {"sending of one", first.sending, last.sending}, {"sweep", first.sweep, last.sweep}} {
		fmt.Fprint(out, grown(f.what, float64(first.open), float64(last.open), median(f.before), median(f.after)))
	}
	return nil
}
