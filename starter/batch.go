package starter

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/invocation"
	"github.com/towpath/towpath/internal/order"
	"github.com/towpath/towpath/internal/shipment"
	"github.com/towpath/towpath/internal/store/orders"
)

// MostInBatch is how many orders one batch takes.
const MostInBatch = 500

// batchPatience is how long one order of a batch may take.
const batchPatience = 15 * time.Second

// Planned is an order that a person has picked, with what an action would do.
type Planned struct {
	orders.OrderRow
	LeftOut string // why the action leaves it out; empty: it does not
	Command string // does the same to this order
}

// PlanBatch says of each order whether an action fits it. Nothing is changed.
func (s *Starter) PlanBatch(ctx context.Context, action order.Action, rowIDs []int64) ([]Planned, error) {
	rows, err := s.Store.Orders.Rows(ctx, rowIDs)
	if err != nil {
		return nil, err
	}
	parked, err := s.Store.Incidents.ParkedList(ctx, "")
	if err != nil {
		return nil, err
	}
	waiting := map[int64]bool{}
	for _, k := range parked {
		waiting[k.OrderRow] = true
	}
	out := make([]Planned, len(rows))
	for i, row := range rows {
		held := row.OpenHolds()
		out[i] = Planned{OrderRow: row, Command: BatchCommand(action, row.Key.Account.ID, row.Key.OrderID, ""), LeftOut: action.LeftOut(order.Standing{
			State: row.State, Units: row.Units, Held: len(held) > 0, ByHand: slices.ContainsFunc(held, orders.Held.ByHand),
			Waiting: waiting[row.Key.RowID] || row.Fulfilment == shipment.FulfillmentPending,
		})}
	}
	return out, nil
}

// BatchCommand returns the command that does to one order what a batch does; an empty reason stands for one to be filled in.
func BatchCommand(action order.Action, account, orderID, reason string) string {
	if reason == "" {
		reason = "WHY"
	}
	of := invocation.ShellWord(orderID) + " --account " + invocation.ShellWord(account)
	switch action {
	case order.ActHold:
		return "towpath order hold " + of + " --reason " + invocation.ShellWord(reason)
	case order.ActRelease:
		return "towpath order allow " + of + " --hold " + string(order.HoldByHand)
	case order.ActCancel:
		return "towpath cancel " + of + " --reason " + invocation.ShellWord(reason)
	case order.ActProcess:
		return "towpath process " + of + " --package package.json"
	case order.ActRetry:
		return "towpath retry " + of
	}
	return ""
}

// RunBatch does a batch and saves what became of each order. The same id does nothing again. What does not answer stays to be done.
func (s *Starter) RunBatch(ctx context.Context, b orders.Batch) error {
	if err := checkBatch(b); err != nil {
		return err
	}
	fresh, err := s.Store.Orders.StartBatch(ctx, b)
	if err != nil || !fresh {
		return err
	}
	return s.ContinueBatch(ctx, b.ID)
}

func checkBatch(b orders.Batch) error {
	switch {
	case b.ID == "" || !slices.Contains(order.Actions(), b.Action):
		return &UsageError{Problem: "it does not say what is to be done"}
	case strings.TrimSpace(b.By) == "":
		return &UsageError{Problem: "your name is missing"}
	case b.Action.Reasoned() && strings.TrimSpace(b.Reason) == "":
		return &UsageError{Problem: "the reason is missing"}
	case len(b.Orders) == 0:
		return &UsageError{Problem: "no order is selected"}
	case len(b.Orders) > MostInBatch:
		return &UsageError{Problem: fmt.Sprintf("%d orders are selected: one batch takes %d", len(b.Orders), MostInBatch)}
	}
	for _, o := range b.Orders {
		if b.Action == order.ActProcess && (o.Carrier == "" || o.Tracking == "") {
			return &UsageError{Problem: fmt.Sprintf("order %s has no carrier or no tracking number: fill them in, or leave both empty to leave it out", o.Reference)}
		}
		if b.Action.AsShown() && o.Shown == "" {
			return &UsageError{Problem: fmt.Sprintf("it does not say what was shown of order %s: choose the orders again", o.Reference)}
		}
	}
	return nil
}

// ContinueBatch does what is still to be done of a batch. It goes on when the one who asked is gone; several may call it at once. When ctx ends,
// what is not begun stays to be done.
func (s *Starter) ContinueBatch(ctx context.Context, id string) error {
	b, err := s.Store.Orders.Batch(ctx, id)
	if err != nil {
		return err
	}
	var g errgroup.Group
	g.SetLimit(deliveries)
	for _, o := range b.Orders {
		if !o.Outcome.Goes() {
			continue
		}
		g.Go(func() error { return s.doInBatch(ctx, b, o) })
	}
	return g.Wait()
}

// doInBatch does one order and saves what became of it. Once whole has ended it begins nothing.
func (s *Starter) doInBatch(whole context.Context, b orders.Batch, o orders.BatchOrder) error {
	if whole.Err() != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(whole, batchPatience)
	defer cancel()
	mine, err := s.Store.Orders.ClaimBatchOrder(ctx, b.ID, o.OrderRow)
	if err != nil && whole.Err() != nil {
		return nil
	}
	if err != nil || !mine {
		return err
	}
	words, err := s.actOn(ctx, b, o)
	var refused *RefusedError
	var usage *UsageError
	switch {
	case err == nil:
		o.Outcome, o.Words = order.OutcomeDone, words
	case errors.As(err, &refused):
		o.Outcome, o.Words = order.OutcomeRefused, refused.Reason
	case errors.As(err, &usage):
		o.Outcome, o.Words = order.OutcomeRefused, usage.Problem
	default:
		o.Outcome, o.Words = order.OutcomeFailed, "it did not answer in time: go on in a moment"
		s.Logger.Warn("An order of a batch was not done.", zap.String("batch", b.ID), zap.String("order", o.OrderID), zap.Error(err))
	}
	ctx, cancel = afterwards(ctx)
	defer cancel()
	return s.Store.Orders.SaveBatchOrder(ctx, b.ID, o)
}
