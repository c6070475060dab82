package activities

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/orders"
)

// sweepBatch is how many orders one query reads.
const sweepBatch = 500

// redeliver delivers the pending entries of the outbox. Those of a page may all be another duty's (claim): the next page may not.
func (r *sweepRound) redeliver(ctx context.Context) (int, error) {
	count := 0
	for last := (orders.OutboxEntry{}); ; {
		activity.RecordHeartbeat(ctx)
		entries, err := r.Store.Orders.Pending(ctx, r.before, last, sweepBatch)
		if err != nil {
			return count, fmt.Errorf("find pending outbox entries: %w", err)
		}
		n, err := r.deliver(ctx, entries)
		if err != nil {
			return count, err
		}
		count += n
		if len(entries) < sweepBatch || r.over() {
			return count, nil
		}
		last = entries[len(entries)-1]
	}
}

// releaseRefunded releases the units of orders that were refunded longer ago than the grace (order.RefundGrace). The next sweep does
// the rest of many.
func (s *Sweep) releaseRefunded(ctx context.Context) error {
	activity.RecordHeartbeat(ctx)
	dirty, _, err := s.Store.Orders.ReleaseRefunded(ctx, time.Now().UTC(), sweepBatch)
	if err != nil {
		return err
	}
	if err := s.Starter.WakeStock(ctx, dirty); err != nil {
		return fmt.Errorf("wake stock pushes: %w", err)
	}
	return nil
}

// releaseNotYet lets orders be packed whose date has come. Nothing waits for that: their lifecycles hear of it with the package.
func (s *Sweep) releaseNotYet(ctx context.Context) error {
	activity.RecordHeartbeat(ctx)
	_, err := s.Store.Orders.ReleaseNotYet(ctx, time.Now().UTC(), sweepBatch)
	return err
}

// startMissing starts lifecycles for open orders that have none. Visibility is seconds late, so it may try to start one that is
// already running; the server then returns the running one.
func (r *sweepRound) startMissing(ctx context.Context) (int, error) {
	running, err := r.Starter.RunningLifecycles(ctx)
	if err != nil {
		return 0, fmt.Errorf("list running lifecycles: %w", err)
	}
	started, alive := 0, make(map[string]bool, len(running))
	for after := int64(0); ; {
		activity.RecordHeartbeat(ctx)
		open, err := r.Store.Orders.OpenOrders(ctx, after, sweepBatch)
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
		n, err := r.deliver(ctx, missing)
		if err != nil {
			return started, err
		}
		started += n
		switch {
		case r.over():
			return started, nil
		case len(open) < sweepBatch:
			return started, r.redeliverEnded(ctx, running, alive)
		}
	}
}

// redeliverUnsent signals lifecycles about packages whose update was saved in the store while its workflow task was lost in a
// crash.
func (r *sweepRound) redeliverUnsent(ctx context.Context) (int, error) {
	count := 0
	for after := int64(0); ; {
		activity.RecordHeartbeat(ctx)
		entries, err := r.Store.Orders.ForgottenPackages(ctx, r.before, after, sweepBatch)
		if err != nil {
			return count, fmt.Errorf("find processed packages that were never sent: %w", err)
		}
		idle, err := r.notSending(ctx, entries)
		if err != nil {
			return count, err
		}
		count += len(r.told(ctx, idle))
		if len(entries) < sweepBatch || r.over() {
			return count, nil
		}
		after = entries[len(entries)-1].Key.RowID
	}
}

// notSending leaves out orders of which a package is being sent: it waits for the channel's budget or, in lifecycles of version 1,
// behind a parked one, and more signals would only fill the history.
func (s *Sweep) notSending(ctx context.Context, entries []orders.OutboxEntry) ([]orders.OutboxEntry, error) {
	var idle []orders.OutboxEntry
	for _, h := range entries {
		activity.RecordHeartbeat(ctx)
		sending, err := s.Starter.Sending(ctx, h.Key)
		if err != nil {
			return nil, fmt.Errorf("look whether packages of %s are being sent: %w", h.Key.OrderID, err)
		}
		if !sending {
			idle = append(idle, h)
		}
	}
	return idle, nil
}

// redeliverEnded signals running lifecycles of ended orders, because a crash prevented the first signal.
func (r *sweepRound) redeliverEnded(ctx context.Context, running, alive map[string]bool) error {
	var ended []orders.OutboxEntry
	for id := range running {
		account, orderID, ok := message.ParseOrderWorkflowID(id)
		if alive[id] || !ok {
			continue
		}
		activity.RecordHeartbeat(ctx)
		rows, err := r.Store.Orders.Find(ctx, orders.OrderFilter{Account: account, Reference: orderID, Limit: 2})
		if err != nil {
			return fmt.Errorf("read order %s: %w", orderID, err)
		}
		for _, o := range rows {
			if o.Key.OrderID == orderID && o.State.Terminal() {
				ended = append(ended, orders.OutboxEntry{Key: o.Key, State: o.State, Version: o.ChannelVersion})
			}
		}
	}
	r.told(ctx, ended)
	return nil
}
