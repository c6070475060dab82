package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/runs"
)

// leastReadBack is the least time between two readings where a simulated channel's clock is faster than ours.
const leastReadBack = 2 * time.Minute

// followListings decides about levels that channels showed otherwise than they had accepted them, and has the listings of each account
// read back when that is due. The first import is a person's.
func (s *Sweep) followListings(ctx context.Context, speed float64) error {
	var errs []error
	for account := range s.Connections {
		activity.RecordHeartbeat(ctx)
		if err := s.followListingsOf(ctx, account, speed); err != nil {
			errs = append(errs, fmt.Errorf("follow the listings of %s: %w", account, err))
		}
	}
	return errors.Join(errs...)
}

func (s *Sweep) followListingsOf(ctx context.Context, id string, speed float64) error {
	acc, works, err := s.working(ctx, id, account.Listings)
	if err != nil || !works || acc.Observing && acc.Sample == 0 || acc.Endpoint == channel.Test && !acc.Channel.TestLists() {
		return err
	}
	named, err := s.Store.Levels.NameDrifts(ctx, id)
	if err == nil && named > 0 {
		err = s.Starter.WakeStock(ctx, []string{id})
	}
	if err != nil {
		return err
	}
	last, err := s.Store.Runs.List(ctx, runs.RunFilter{Account: id, Kind: runs.RunLinks, Limit: runs.NewestRuns})
	if err != nil || len(last) == 0 {
		return err
	}
	seen := 0 // an import that ended early has not seen all
	for _, r := range last {
		seen = max(seen, r.Counts.Seen)
	}
	every := max(leastReadBack, time.Duration(float64(channel.ReadBackEvery(acc.Channel, seen))/max(speed, 1)))
	if time.Since(last[0].StartedAt) < every {
		return nil
	}
	return s.Starter.ImportLinks(ctx, id)
}
