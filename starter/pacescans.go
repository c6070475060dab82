package starter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/message"
	"github.com/towpath/towpath/internal/store/accounts"
	"github.com/towpath/towpath/internal/store/backfills"
)

// turns is how many searches share the budget of one while a backfill takes every second turn.
const turns = 2

// scanInterval returns the interval of an account's order scans now: twice as long while a backfill takes turns with them.
func (s *Starter) scanInterval(ctx context.Context, a accounts.Account) (time.Duration, error) {
	every := cmp.Or(scanEvery[a.Channel], time.Minute)
	shared, err := s.sharesScans(ctx, a)
	if shared {
		every *= turns
	}
	return max(s.scaled(every), leastInterval), err
}

// sharesScans reports whether a backfill takes turns with the scans of an account.
func (s *Starter) sharesScans(ctx context.Context, a accounts.Account) (bool, error) {
	if !channel.ScansUseAll(a.Channel) {
		return false, nil
	}
	return s.Store.Backfills.TakesTurns(ctx, a.ID)
}

// TakesTurns reports whether a backfill takes turns with the scans of its account now.
func (s *Starter) TakesTurns(ctx context.Context, b backfills.Backfill) (bool, error) {
	a, err := s.Store.Accounts.Account(ctx, b.Account)
	if err != nil {
		return false, err
	}
	return s.sharesScans(ctx, a)
}

// pace returns the time between two searches of a backfill: where scans use the whole budget, as long as their interval is meanwhile;
// else 0, since the budget itself keeps the pace.
func (s *Starter) pace(kind channel.Kind) time.Duration {
	if !channel.ScansUseAll(kind) {
		return 0
	}
	return max(s.scaled(turns*cmp.Or(scanEvery[kind], time.Minute)), leastInterval)
}

// PaceScans sets the interval of an account's order scans to what its backfill leaves them. EnsureSchedules does so at every start too,
// so it is right after a crash.
func (s *Starter) PaceScans(ctx context.Context, account string) error {
	a, err := s.Store.Accounts.Account(ctx, account)
	if err != nil || !channel.ScansUseAll(a.Channel) {
		return err
	}
	every, err := s.scanInterval(ctx, a)
	if err != nil {
		return err
	}
	err = s.Temporal.ScheduleClient().GetHandle(ctx, message.OrdersScheduleID(account)).Update(ctx, client.ScheduleUpdateOptions{
		DoUpdate: func(in client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
			next := in.Description.Schedule
			next.Spec = &client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{interval(account, every)}}
			return &client.ScheduleUpdate{Schedule: &next}, nil
		},
	})
	var none *serviceerror.NotFound
	if err != nil && !errors.As(err, &none) {
		return fmt.Errorf("set the interval of the scans of %s: %w", account, err)
	}
	return nil
}
