package activities

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/towpath/towpath/internal/channel"
)

// How long calls to the channels, and what was counted of lags, are kept. One sweep deletes a limited number in short transactions; the next sweep deletes the
// rest.
const (
	callsKept    = 30 * 24 * time.Hour
	forgetBatch  = 2_000
	forgetRounds = 25
	lagsKept     = 8 * 24 * time.Hour
)

// forgetCalls deletes the calls that are older than their retention time.
func (s *Sweep) forgetCalls(ctx context.Context) error {
	for range forgetRounds {
		activity.RecordHeartbeat(ctx)
		n, err := s.Store.Runs.ForgetCalls(ctx, time.Now().UTC().Add(-callsKept), forgetBatch)
		if err != nil {
			return err
		}
		if n < forgetBatch {
			return nil
		}
	}
	return nil
}

// forgetLags deletes what the overview's chart of lags no longer shows.
func (s *Sweep) forgetLags(ctx context.Context) error {
	return s.Store.Levels.ForgetLags(ctx, time.Now().UTC().Add(-lagsKept))
}

// expireBatch is how many records of buyers are removed in one transaction.
const expireBatch = 500

// forgetBuyers removes the records of buyers whose time is over, and the orders that were set aside as long ago.
func (s *Sweep) forgetBuyers(ctx context.Context) error {
	var errs []error // one that fails holds up no other
	for _, expire := range []expires{s.Store.Buyers.Expire, s.Store.Aside.Expire} {
		for _, kind := range channel.Kinds() {
			errs = append(errs, expireAll(ctx, kind, expire))
		}
	}
	return errors.Join(append(errs, s.expireKeys(ctx))...)
}

// expireKeys deletes the keys that are older than any record may be.
func (s *Sweep) expireKeys(ctx context.Context) error {
	for range forgetRounds {
		activity.RecordHeartbeat(ctx)
		n, err := s.Store.Buyers.ExpireKeys(ctx, channel.BuyersKeptAtMost, expireBatch)
		if err != nil || n == 0 {
			return err
		}
	}
	return nil
}

// expires removes records of a channel whose time is over, up to a limit, and returns how many.
type expires func(ctx context.Context, kind channel.Kind, kept time.Duration, limit int) (int, error)

func expireAll(ctx context.Context, kind channel.Kind, expire expires) error {
	for range forgetRounds {
		activity.RecordHeartbeat(ctx)
		n, err := expire(ctx, kind, kind.BuyersKept(), expireBatch)
		if err != nil || n < expireBatch {
			return err
		}
	}
	return nil
}
