package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/store/orders"
)

const (
	// sweepBudget is how long a sweep delivers to lifecycles; it is shorter than the schedule's interval and the activity's timeout.
	// Starting 20,000 lifecycles takes longer (30 to 100 a second, measured): then several sweeps share it.
	sweepBudget = 4 * time.Minute
	// fewDeliveries is how many deliveries pass between two heartbeats: a worker that dies is missed after 20 s, and a server under
	// load may take a second for one of them.
	fewDeliveries = 8
	// deliveryPatience limits these few.
	deliveryPatience = 15 * time.Second
)

// sweepRound is one sweep.
type sweepRound struct {
	*Sweep
	before time.Time // what is younger may still be on its way
	until  time.Time // when to leave the rest to the next sweep

	mu      sync.Mutex
	claimed map[int64]bool // orders that one of the duties delivers
}

// sideBySide runs duties at the same time and returns all their errors.
func sideBySide(ctx context.Context, duties ...func(context.Context) error) error {
	errs := make([]error, len(duties))
	var all sync.WaitGroup
	for i, duty := range duties {
		all.Go(func() { errs[i] = duty(ctx) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// counting returns a duty that saves its count.
func counting(duty func(context.Context) (int, error), n *int) func(context.Context) error {
	return func(ctx context.Context) (err error) {
		*n, err = duty(ctx)
		return err
	}
}

// over reports whether the rest is left to the next sweep.
func (r *sweepRound) over() bool { return !time.Now().Before(r.until) }

// claim returns the entries whose orders no other duty delivers: an order that was saved while Temporal was away is pending and
// without a lifecycle too.
func (r *sweepRound) claim(entries []orders.OutboxEntry) []orders.OutboxEntry {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.claimed == nil {
		r.claimed = make(map[int64]bool)
	}
	var mine []orders.OutboxEntry
	for _, e := range entries {
		if !r.claimed[e.Key.RowID] {
			r.claimed[e.Key.RowID] = true
			mine = append(mine, e)
		}
	}
	return mine
}

// deliver delivers the entries of orders that no other duty delivers, marks them as delivered, and returns how many they are.
func (r *sweepRound) deliver(ctx context.Context, entries []orders.OutboxEntry) (int, error) {
	delivered := r.told(ctx, r.claim(entries))
	if err := r.Store.Orders.MarkDelivered(ctx, delivered); err != nil {
		return 0, fmt.Errorf("mark outbox entries as delivered: %w", err)
	}
	return len(delivered), nil
}

// told delivers entries a few at a time, with a heartbeat before each few, until the sweep is over, and returns those that Temporal
// accepted.
func (r *sweepRound) told(ctx context.Context, entries []orders.OutboxEntry) []orders.OutboxEntry {
	var delivered []orders.OutboxEntry
	for few := range slices.Chunk(entries, fewDeliveries) {
		if r.over() || ctx.Err() != nil {
			break
		}
		activity.RecordHeartbeat(ctx)
		short, cancel := context.WithTimeout(ctx, deliveryPatience)
		delivered = append(delivered, r.Starter.Deliver(short, few)...)
		cancel()
	}
	return delivered
}
