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
