package activities

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/orders"
)

// sweepBatch is how many orders are looked at in one query.
const sweepBatch = 500

// redeliver delivers what is pending in the outbox.
func (s *Sweep) redeliver(ctx context.Context, before time.Time) (int, error) {
	count := 0
	for {
		activity.RecordHeartbeat(ctx)
		entries, err := s.Store.Orders.Pending(ctx, before, sweepBatch)
		if err != nil {
			return count, fmt.Errorf("find pending outbox entries: %w", err)
		}
		n, err := s.deliver(ctx, s.Starter, entries)
		if err != nil {
			return count, err
		}
		count += n
		if len(entries) < sweepBatch || n == 0 {
			return count, nil
		}
	}
}

// startMissing compares the open orders with the running lifecycles. Visibility lags by seconds, so a
// lifecycle may be started that runs already: the server then answers with the one that runs.
func (s *Sweep) startMissing(ctx context.Context) (int, error) {
	running, err := s.Starter.RunningLifecycles(ctx)
	if err != nil {
		return 0, fmt.Errorf("list running lifecycles: %w", err)
	}
	started, alive := 0, make(map[string]bool, len(running))
	for after := int64(0); ; {
		activity.RecordHeartbeat(ctx)
		open, err := s.Store.Orders.OpenOrders(ctx, after, sweepBatch)
		if err != nil {
			return started, fmt.Errorf("list open orders: %w", err)
		}
		var missing []orders.OutboxEntry
		for _, h := range open {
			after = h.Key.RowID
			id := message.OrderWorkflowID(h.Key.Account.ID, h.Key.OrderID)
			alive[id] = true
			if !running[id] {
				h.New = true
				missing = append(missing, h)
			}
		}
		n, err := s.deliver(ctx, s.Starter, missing)
		if err != nil {
			return started, err
		}
		started += n
		if len(open) < sweepBatch {
			return started, s.redeliverEnded(ctx, running, alive)
		}
	}
}

// redeliverUnsent reminds lifecycles of packages that were processed in the store by an update whose workflow task
// never completed: the worker and its caller died in between, and nobody would ask again.
func (s *Sweep) redeliverUnsent(ctx context.Context, before time.Time) (int, error) {
	count := 0
	for after := int64(0); ; {
		activity.RecordHeartbeat(ctx)
		entries, err := s.Store.Orders.ForgottenPackages(ctx, before, after, sweepBatch)
		if err != nil {
			return count, fmt.Errorf("find packages that nobody sent: %w", err)
		}
		idle, err := s.withoutShipment(ctx, entries)
		if err != nil {
			return count, err
		}
		count += len(s.Starter.Deliver(ctx, idle))
		if len(entries) < sweepBatch {
			return count, nil
		}
		after = entries[len(entries)-1].Key.RowID
	}
}

// withoutShipment leaves out the orders whose shipment sync runs: their packages wait for the channel's budget,
// or behind one that is parked. Reminding them at every sweep would only fill their histories.
func (s *Sweep) withoutShipment(ctx context.Context, entries []orders.OutboxEntry) ([]orders.OutboxEntry, error) {
	var idle []orders.OutboxEntry
	for _, h := range entries {
		runs, err := s.Starter.ShipmentRuns(ctx, h.Key)
		if err != nil {
			return nil, fmt.Errorf("look for the shipment sync of %s: %w", h.Key.OrderID, err)
		}
		if !runs {
			idle = append(idle, h)
		}
	}
	return idle, nil
}

// redeliverEnded tells the lifecycles that run for no open order how their order ended: the one that ended it has
// died before it could say so.
func (s *Sweep) redeliverEnded(ctx context.Context, running, alive map[string]bool) error {
	var ended []orders.OutboxEntry
	for id := range running {
		account, orderID, ok := message.ParseOrderWorkflowID(id)
		if alive[id] || !ok {
			continue
		}
		rows, err := s.Store.Orders.Find(ctx, orders.OrderFilter{Account: account, Reference: orderID, Limit: 2})
		if err != nil {
			return fmt.Errorf("read order %s: %w", orderID, err)
		}
		for _, r := range rows {
			if r.Key.OrderID == orderID && r.State.Terminal() {
				ended = append(ended, orders.OutboxEntry{Key: r.Key, State: r.State, Version: r.ChannelVersion})
			}
		}
	}
	s.Starter.Deliver(ctx, ended)
	return nil
}
