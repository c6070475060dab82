package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"golang.org/x/sync/errgroup"

	"github.com/towpath/towpath/internal/store/orders"
)

const (
	// sweepBudget is how long a sweep delivers to lifecycles; it is shorter than the schedule's interval and the activity's timeout.
	// Starting 20,000 lifecycles takes longer (30 to 100 a second, measured): then several sweeps share it.
	sweepBudget = 4 * time.Minute
	// deliveriesAtOnce is how many deliveries are under way at the same time.
	deliveriesAtOnce = 8
	// deliveryPatience limits one: it is shorter than the heartbeat timeout, which a server under load would exceed otherwise.
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

// told delivers entries one by one, several at the same time, with a heartbeat for each, until the sweep is over. It returns those that
// Temporal accepted, in the order of the entries.
func (r *sweepRound) told(ctx context.Context, entries []orders.OutboxEntry) []orders.OutboxEntry {
	accepted := make([][]orders.OutboxEntry, len(entries))
	var some errgroup.Group
	some.SetLimit(deliveriesAtOnce)
	for i := range entries {
		if r.over() || ctx.Err() != nil {
			break
		}
		some.Go(func() error {
			activity.RecordHeartbeat(ctx)
			short, cancel := context.WithTimeout(ctx, deliveryPatience)
			defer cancel()
			accepted[i] = r.Starter.Deliver(short, entries[i:i+1])
			return nil
		})
	}
	_ = some.Wait()
	return slices.Concat(accepted...)
}
