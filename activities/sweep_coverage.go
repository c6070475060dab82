package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/coverage"
)

// cover follows what is missing, has the backfills of gaps started, and starts the comparisons that are due. A backfill that was asked
// for and not started, because of a crash, is started by StartLostBackfills.
func (s *Sweep) cover(ctx context.Context, speed float64) error {
	now := time.Now().UTC()
	_, err := s.Store.Coverage.Forget(ctx, now.Add(-coverage.Kept))
	errs := []error{err}
	for account, conn := range s.Connections {
		activity.RecordHeartbeat(ctx)
		if _, ok := conn.(channel.Enumerator); ok {
			errs = append(errs, s.coverAccount(ctx, account, now, speed))
		}
	}
	return errors.Join(errs...)
}

// coverAccount does so for one account, unless it does not work or is a test account, whose channel has fixed answers: of such a one nothing
// is missing.
func (s *Sweep) coverAccount(ctx context.Context, id string, now time.Time, speed float64) error {
	acc, works, err := s.working(ctx, id, account.Orders)
	switch {
	case err != nil:
		return err
	case acc.Endpoint != channel.Production:
		return s.Store.Coverage.Drop(ctx, id)
	case !works:
		return nil
	}
	_, asked, err := s.Store.Coverage.Follow(ctx, id)
	if err == nil && asked {
		err = s.Starter.StartLostBackfills(ctx)
	}
	if err != nil {
		return fmt.Errorf("follow what is missing of %s: %w", id, err)
	}
	progress, err := s.Store.Coverage.Progress(ctx, id)
	if err != nil {
		return err
	}
	window, due := coverage.Next(progress, coverage.PaceAt(channel.CoverageEvery(acc.Channel), speed), now)
	if !due {
		return nil
	}
	if err := s.Store.Coverage.Tried(ctx, id); err != nil { // before it: whatever becomes of it, the next sweep does not begin another
		return err
	}
	return s.Starter.Compare(ctx, id, window)
}
