package activities

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/account"
)

// cancelIdle is how long a cancellation may have had no call before the sweep looks whether a workflow has it: the longest wait between
// two calls is shorter.
const cancelIdle = 20 * time.Minute

// tellCancels starts or wakes the workflows of cancellations that a crash left without one, and those that wait for a person although
// the channel shows the order as cancelled.
func (r *sweepRound) tellCancels(ctx context.Context, speed float64) error {
	last := time.Now().UTC().Add(-time.Duration(float64(cancelIdle) / max(speed, 1)))
	if r.before.Before(last) {
		last = r.before
	}
	var errs []error
	for after := int64(0); ; {
		activity.RecordHeartbeat(ctx)
		due, err := r.Store.Orders.DueCancels(ctx, r.before, last, after, sweepBatch)
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		for _, k := range due {
			activity.RecordHeartbeat(ctx)
			after = k.RowID
			_, works, err := r.working(ctx, k.Account.ID, account.Orders)
			if err == nil && works {
				err = r.Starter.CancelOnChannel(ctx, k)
			}
			errs = append(errs, err)
		}
		if len(due) < sweepBatch || r.over() {
			return errors.Join(errs...)
		}
	}
}
