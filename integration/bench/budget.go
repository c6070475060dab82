package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/towpath/towpath/activities"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/simulator"
	"github.com/towpath/towpath/internal/table"
	"github.com/towpath/towpath/starter"
)

// The backlog: getOrder of one Amazon account, which is allowed 0.5 calls per second and a burst of 30. At this speed
// that is 10 per second: it takes three minutes, and the burst is two seconds' calls more than what the server
// releases at once. On a machine that is busy and slow for a moment, calls arrive in groups.
const (
	budgetCalls   = 2000
	budgetSpeed   = 20
	budgetWorkers = 4
	budgetBatch   = 100 // calls per workflow
	budgetQueue   = "bench-budget"
)

// budget lets four workers make a backlog of calls on one account and operation, and prints how much of the budget
// they use and how often the marketplace refuses a call.
func budget(ctx context.Context, out io.Writer) error {
	dir, err := os.MkdirTemp("", "towpath-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := openShop(ctx, dir, setup{
		speed: budgetSpeed, listed: plenty, accounts: []simulator.AccountSpec{{ID: "amazon-uk", Kind: channel.Amazon}},
	})
	if err != nil {
		return err
	}
	defer s.close()
	orders, err := s.place(ctx, budgetBatch)
	if err != nil {
		return err
	}
	runs, err := s.pileUp(ctx, orders)
	if err != nil {
		return err
	}
	if err := s.workMore(ctx, budgetWorkers); err != nil {
		return err
	}
	for _, run := range runs {
		if err := run.Get(ctx, nil); err != nil {
			return err
		}
	}
	return s.printBudget(ctx, out)
}

// pileUp starts workflows whose calls wait on the channel's queue, for which there is no worker yet.
func (s *shop) pileUp(ctx context.Context, orders []string) ([]client.WorkflowRun, error) {
	w := worker.New(s.starter.Temporal, budgetQueue, worker.Options{})
	w.RegisterWorkflow(readOrders)
	if err := w.Start(); err != nil {
		return nil, err
	}
	s.closers = append(s.closers, w.Stop)
	var runs []client.WorkflowRun
	for range budgetCalls / budgetBatch {
		run, err := s.starter.Temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{TaskQueue: budgetQueue}, readOrders, s.accounts[0], orders)
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, until(ctx, "the backlog is there", func() (bool, error) {
		queues, err := s.starter.Queues(ctx, s.temporal.Namespace)
		return slices.ContainsFunc(queues, func(q starter.Queue) bool { return q.Channel == channel.Amazon && q.Waiting >= budgetCalls }), err
	})
}

// readOrders reads orders one by one, each call under the account's budget as in Towpath's own workflows.
func readOrders(ctx workflow.Context, account message.Account, orders []string) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: message.ChannelQueue(account.Channel), StartToCloseTimeout: time.Minute,
		Priority: temporal.Priority{
			FairnessKey: message.BudgetKey(account.ID, channel.OpOrder), FairnessWeight: float32(channel.Budget(account.Channel, channel.OpOrder)),
		},
	})
	var a *activities.Orders
	var calls []workflow.Future
	for _, id := range orders {
		in := activities.RefreshInput{Order: message.OrderKey{Account: account, OrderID: id}, RunID: workflow.GetInfo(ctx).WorkflowExecution.RunID}
		calls = append(calls, workflow.ExecuteActivity(ctx, a.RefreshOrder, in))
	}
	for _, c := range calls {
		if err := c.Get(ctx, nil); err != nil {
			return err
		}
	}
	return nil
}

func (s *shop) printBudget(ctx context.Context, out io.Writer) error {
	account := s.accounts[0]
	arrivals := s.callLogs[account.ID].of("GET", "/orders/2026-01-01/orders/")
	refused := 0
	for _, a := range arrivals {
		if a.status == 429 {
			refused++
		}
	}
	used, err := s.store.Runs.Used(ctx, time.Time{})
	if err != nil {
		return err
	}
	throttled := 0
	for _, u := range used {
		throttled += u.Throttled
	}
	// There are a few more calls than were asked for: access tokens expire on the way in simulated time, and such a
	// call is made again.
	if len(arrivals) < budgetCalls || refused != throttled {
		return fmt.Errorf("%d of %d calls reached the marketplace, %d were refused and %d known as refused", len(arrivals), budgetCalls, refused, throttled)
	}
	rate := channel.Budget(account.Channel, channel.OpOrder) * s.speed
	took := span(arrivals)
	// The server releases one second's calls at once; only the calls after them had to wait for the rate.
	steady := float64(len(arrivals)) - rate
	t := table.NewWriter(out, true)
	fmt.Fprintf(t, "\nA BACKLOG OF %d CALLS, %d WORKERS\tCALLS\tBUDGET/S\tSECONDS\tMADE/S\tOF THE BUDGET\tREFUSED (429)\t\n", budgetCalls, budgetWorkers)
	fmt.Fprintf(t, "%s getOrder at speed %d\t%d\t%.1f\t%.1f\t%.2f\t%.1f%%\t%d\t\n", account.ID, budgetSpeed, len(arrivals), rate,
		took.Seconds(), steady/took.Seconds(), 100*steady/(took.Seconds()*rate), refused)
	return t.Flush()
}
