package main

import (
	"context"
	"sync"

	"github.com/towpath/towpath/internal/store/orders"
	"github.com/towpath/towpath/starter"
)

// hold keeps what the activities deliver to workflows through the starter, so that each kind of work can be done, and
// measured, by itself.
type hold struct {
	*starter.Starter
	through bool // nothing is kept
	// running are the lifecycles that the sweep is told to run; nil: the server is asked.
	running map[string]bool
	mu      sync.Mutex
	entries []orders.OutboxEntry
	wakes   int // of accounts, requested
}

// Deliver implements activities.LifecycleTeller.
func (h *hold) Deliver(ctx context.Context, entries []orders.OutboxEntry) []orders.OutboxEntry {
	if h.through {
		return h.Starter.Deliver(ctx, entries)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.entries = append(h.entries, entries...)
	return entries
}

// WakeStock implements activities.StockWaker.
func (h *hold) WakeStock(ctx context.Context, accounts []string) error {
	if h.through {
		return h.Starter.WakeStock(ctx, accounts)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wakes += len(accounts)
	return nil
}

// drain returns what was held, and forgets it.
func (h *hold) drain() (entries []orders.OutboxEntry, wakes int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	entries, wakes = h.entries, h.wakes
	h.entries, h.wakes = nil, 0
	return entries, wakes
}

// RunningLifecycles implements activities.SweepStarter.
func (h *hold) RunningLifecycles(ctx context.Context) (map[string]bool, error) {
	if h.running != nil {
		return h.running, nil
	}
	return h.Starter.RunningLifecycles(ctx)
}

// FollowAccount implements activities.SweepStarter: a shop has no schedules.
func (h *hold) FollowAccount(context.Context, string, bool, string) error { return nil }
