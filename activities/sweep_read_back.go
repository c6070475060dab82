package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/towpath/towpath/internal/account"
	"github.com/towpath/towpath/internal/channel"
	"github.com/towpath/towpath/internal/store/accounts"
)

// listingsShowWithin is when an accepted listing should show on a channel that declares no delay of its own.
const listingsShowWithin = time.Minute

// carriedOutWithin is how much later than its caller has given up a channel may still carry out a call; leastCarriedOut is the least
// of it in real time where a simulated channel's clock is faster.
const (
	carriedOutWithin = 2 * time.Minute
	leastCarriedOut  = 5 * time.Second
	notRead          = time.Duration(-1) // the levels are not there to be read back
)

// checkLevels starts checks of accepted levels and listings after their delay. Levels are read back where they are accepted before
// they are live, and where a call before got no answer and may have been carried out after them.
func (s *Sweep) checkLevels(ctx context.Context, speed float64) (int, error) {
	checked := 0
	var errs []error
	for id, conn := range s.Connections {
		acc, works, err := s.working(ctx, id, account.Listings)
		errs = append(errs, err)
		if err != nil || !works {
			continue
		}
		scaled := func(d time.Duration) time.Duration { return time.Duration(float64(d) / max(speed, 1)) }
		listings, levels := scaled(listingsShowWithin), max(leastCarriedOut, scaled(carriedOutWithin))
		if eventual, ok := conn.(channel.Eventual); ok {
			listings = scaled(eventual.ShowsWithin())
			levels = listings
		}
		if acc.Endpoint == channel.Test && !acc.Channel.TestLists() {
			levels = notRead
		}
		read, err := s.readBack(ctx, acc, conn, listings, levels)
		if err != nil {
			errs = append(errs, fmt.Errorf("read back what %s accepted: %w", id, err))
		}
		if read {
			checked++
		}
	}
	return checked, errors.Join(errs...)
}

// readBack starts the account's check when a listing or a level was accepted so long ago, or a listing is to be ended at 0 or put up again, and reports whether it did.
func (s *Sweep) readBack(ctx context.Context, acc accounts.Account, conn channel.Connection, listings, levels time.Duration) (bool, error) {
	if levels != notRead {
		due, err := s.toRead(ctx, conn, acc.ID, time.Now().Add(-levels), 1)
		if err != nil {
			return false, err
		}
		if len(due) > 0 {
			return true, s.Starter.CheckLevels(ctx, acc.ID, levels)
		}
	}
	accepted, err := s.Store.Publications.AcceptedListings(ctx, acc.ID, time.Now().Add(-listings), 1)
	due := len(accepted) > 0
	if err == nil && !due && levels != notRead {
		due, err = s.zeroDue(ctx, acc, conn)
	}
	if err != nil || !due {
		return false, err
	}
	return true, s.Starter.CheckListings(ctx, acc.ID, listings)
}
