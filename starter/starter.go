// Package starter starts, signals, updates and queries workflows. The command line and the console call only this package, and
// activities reach workflows only through it.
package starter

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	enumspb "go.temporal.io/api/enums/v1"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/policy"
	"github.com/towpath/towpath/internal/remedy"
	"github.com/towpath/towpath/internal/store"
	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/workflows"
)

// Starter starts and signals workflows and reads the store. It is safe for concurrent use.
type Starter struct {
	Temporal client.Client
	Store    *store.Store
	Policies policy.Set // waits already scaled by Speed
	Speed    float64    // of a simulation's clock; 1 in production
	Logger   *zap.Logger
	Remedies *remedy.Catalogue // nil: those that ship with the program
	// ReportsBuild reports whether the workers report their build, so that the server decides which of them starts a workflow.
	ReportsBuild bool

	trial trial

	reports reports

	answers answers // for what is shown while Temporal does not answer
}

// deliveries is how many workflows are started, signalled or updated at once.
const deliveries = 8

// Deliver starts, signals or updates the lifecycles of outbox entries and returns the entries that Temporal accepted. The others stay
// pending, and the sweep delivers them.
func (s *Starter) Deliver(ctx context.Context, entries []orders.OutboxEntry) []orders.OutboxEntry {
	accepted := make([]bool, len(entries))
	var g errgroup.Group
	g.SetLimit(deliveries)
	for i, h := range entries {
		g.Go(func() error {
			err := s.deliver(ctx, h)
			accepted[i] = err == nil
			if err != nil {
				s.Logger.Warn("Outbox entry not delivered; the sweep will.", zap.String("order", h.Key.OrderID), zap.Error(err))
			}
			return nil
		})
	}
	_ = g.Wait()
	var delivered []orders.OutboxEntry
	for i, ok := range accepted {
		if ok {
			delivered = append(delivered, entries[i])
		}
	}
	return delivered
}

func (s *Starter) deliver(ctx context.Context, h orders.OutboxEntry) error {
	id := message.OrderWorkflowID(h.Key.Account.ID, h.Key.OrderID)
	change := message.OrderChange{State: lifecycleState(h.State), Version: h.Version, Unsent: h.Unsent, Unshown: h.Unshown}
	switch {
	case h.State.Terminal():
		return s.reportEnd(ctx, id, change)
	case h.New:
		_, err := s.Temporal.ExecuteWorkflow(ctx, s.lifecycleOptions(h.Key), message.WorkflowOrderLifecycle, s.lifecycleInput(h))
		var runs *serviceerror.WorkflowExecutionAlreadyStarted
		if !errors.As(err, &runs) {
			return err
		}
		// It was started before a crash, and the order may have changed since.
		return ignoreMissing(s.Temporal.SignalWorkflow(ctx, id, "", message.SignalChannelChanged, change))
	default:
		_, err := s.Temporal.SignalWithStartWorkflow(ctx, id, message.SignalChannelChanged, change,
			s.lifecycleOptions(h.Key), message.WorkflowOrderLifecycle, s.lifecycleInput(h))
		return err
	}
}

// lifecycleState is a state as lifecycles know it. For them a deleted order is over like a cancelled one: builds that know nothing of
// deletions still have lifecycles, and replay them.
func lifecycleState(s order.State) order.State {
	if s == order.Deleted {
		return order.Cancelled
	}
	return s
}

// ignoreMissing treats a workflow that has ended as delivered.
func ignoreMissing(err error) error {
	var gone *serviceerror.NotFound
	if errors.As(err, &gone) {
		return nil
	}
	return err
}

// lifecycleOptions allow another lifecycle after the first has ended, for an order that is open again. The store prevents that
// anything happens twice.
func (s *Starter) lifecycleOptions(k message.OrderKey) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{
		ID:                    message.OrderWorkflowID(k.Account.ID, k.OrderID),
		TaskQueue:             message.TaskQueue,
		WorkflowIDReusePolicy: enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		TypedSearchAttributes: workflows.Attributes(k.Account.ID),
		StaticSummary:         "Order " + workflows.OrderName(k),
		StaticDetails:         workflows.About(message.WorkflowOrderLifecycle),
		// Report a running one as an error, because the start brings it no news.
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		// With eager start, the first task is returned to this process when it also runs workers. The server (1.32) ignores
		// builds there, so a build that is not current yet would start the workflow.
		EnableEagerStart: !s.ReportsBuild,
	}
}

func (s *Starter) lifecycleInput(h orders.OutboxEntry) message.OrderLifecycleInput {
	return message.OrderLifecycleInput{
		Versioned: workflows.Current(message.WorkflowOrderLifecycle),
		Order:     h.Key, State: lifecycleState(h.State), Unsent: h.Unsent, Shipment: s.Policies.Shipments,
	}
}

// WakeStock wakes the stock push of each account.
func (s *Starter) WakeStock(ctx context.Context, accounts []string) error {
	var g errgroup.Group
	g.SetLimit(deliveries)
	for _, id := range accounts {
		g.Go(func() error { return s.wake(ctx, id) })
	}
	return g.Wait()
}

func (s *Starter) wake(ctx context.Context, account string) error {
	acc, err := s.Store.Accounts.Account(ctx, account)
	if err != nil {
		return fmt.Errorf("wake stock push of %s: %w", account, err)
	}
	_, err = s.Temporal.SignalWithStartWorkflow(ctx, message.StockWorkflowID(account), message.SignalWake, nil,
		client.StartWorkflowOptions{
			TaskQueue:             message.TaskQueue,
			TypedSearchAttributes: workflows.Attributes(account),
			StaticSummary:         "Stock levels to " + account,
			StaticDetails:         workflows.About(message.WorkflowStockPush),
		},
		message.WorkflowStockPush, message.StockPushInput{
			Versioned: workflows.Current(message.WorkflowStockPush),
			Account:   acc.Account, Policy: s.Policies.Stock, PendingWait: s.scaled(feedWait),
		})
	if err != nil {
		return fmt.Errorf("wake stock push of %s: %w", account, err)
	}
	return nil
}
