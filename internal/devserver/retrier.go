package devserver

import (
	"context"
	"time"

	"go.uber.org/zap"
)

const (
	// retrierDelay is how long (of book time) something stays parked before the merchant's clerk retries it.
	retrierDelay = 30 * time.Minute
	// retrierInterval is the shortest time between two looks, in real time.
	retrierInterval = 3 * time.Second
)

// retrier acts as the merchant's office staff: it retries what is parked after a while, as a person does when the
// channel works again. In production that person is the operator.
func (d *dev) retrier(ctx context.Context) error {
	delay := max(time.Duration(float64(retrierDelay)/d.factor), retrierInterval)
	tick := time.NewTicker(retrierInterval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		parked, err := d.platform.Store.Incidents.ParkedList(ctx, "")
		if err != nil {
			d.logger.Warn("The parked work can't be read.", zap.Error(err))
			continue
		}
		for _, p := range parked {
			if time.Since(p.Since) < delay {
				continue
			}
			if err := d.starter.Retry(ctx, p.WorkflowID); err != nil {
				d.logger.Warn("Not retried.", zap.String("workflow", p.WorkflowID), zap.Error(err))
			}
		}
	}
}
